#include "daemon/account_book.h"

#include <algorithm>

#include "core/limits.h"
#include "core/toml_reader.h"
#include "daemon/log.h"
#include "os/files.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
constexpr unsigned account_file_mode = 0600;

}  // namespace

account_book::account_book(account_surroundings& surroundings, fs::path folder)
    : surroundings_(surroundings), folder_(std::move(folder)) {}

fs::path account_book::file_of(std::string_view name) const {
  return folder_ / (std::string(name) + ".toml");
}

std::vector<std::string> account_book::names() const {
  std::vector<std::string> found;
  std::error_code none;  // No such folder: there are no accounts yet.
  for (const auto& entry : fs::directory_iterator(folder_, none))
    if (entry.path().extension() == ".toml") found.push_back(entry.path().stem().string());
  std::ranges::sort(found);
  return found;
}

bool account_book::contains(std::string_view name) const {
  return check_account_name(name).has_value() && fs::exists(file_of(name));
}

result<account_config> account_book::read(std::string_view name) const {
  const fs::path file = file_of(name);
  auto text = read_file(file, limits::config_file);
  if (!text) return text.error();
  if (!*text) return fault(errc::no_such_account, "there is no account \"" + printable(name) + "\"");
  return parse_account((*text)->reveal(), std::string(name), file.string());
}

result<std::shared_ptr<account>> account_book::find(std::string_view name) {
  if (const auto found = accounts_.find(name); found != accounts_.end()) return found->second;
  if (!contains(name)) {
    std::string message = "there is no account \"" + printable(name, limits::account_name) + "\"";
    if (const auto nearest = nearest_word(name.substr(0, limits::account_name), names()))
      message += "; did you mean \"" + printable(*nearest) + "\"?";
    return fault(errc::no_such_account, std::move(message));
  }
  auto config = read(name);
  if (!config) return config.error();
  auto made = without_file(name);
  if (made) {
    made->reconfigure(std::move(*config));
    made->reinstate();
  } else {
    made = std::make_shared<account>(surroundings_, std::move(*config));
  }
  accounts_.emplace(name, made);
  return made;
}

std::shared_ptr<account> account_book::without_file(std::string_view name) {
  const auto found = without_file_.find(name);
  if (found == without_file_.end()) return nullptr;
  auto who = found->second.lock();
  without_file_.erase(found);
  return who;
}

std::vector<std::shared_ptr<account>> account_book::all() {
  std::vector<std::shared_ptr<account>> found;
  for (const auto& name : names())
    if (auto each = find(name)) found.push_back(std::move(*each));
  return found;
}

std::vector<std::string> account_book::troubles() const {
  std::vector<std::string> sentences;
  for (const auto& name : names()) {
    if (const auto checked = check_account_name(name); !checked)
      sentences.push_back(printable(file_of(name).native()) + " is no account: " + checked.error().message);
    else if (const auto config = read(name); !config)
      sentences.push_back(config.error().message);
  }
  return sentences;
}

result<std::shared_ptr<account>> account_book::add(account_config config) {
  const std::string name = config.name;
  const fs::path file = file_of(name);
  if (fs::exists(file))
    return fault(errc::bad_request, "there is an account \"" + name + "\" already: edit " + printable(file.native()) +
                                        ", or `latchkey remove " + name + "` first");
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed)
    return fault(errc::internal, "cannot make the folder " + printable(folder_.native()) + ": " + failed.message());
  if (auto written = write_durably(file, format_account(config), account_file_mode); !written) return written.error();
  auto made = std::make_shared<account>(surroundings_, std::move(config));
  accounts_.insert_or_assign(name, made);
  return made;
}

result<> account_book::remove(std::string_view name) {
  without_file(name).reset();
  if (auto removed = remove_durably(file_of(name)); !removed) return removed.error();
  if (const auto found = accounts_.find(name); found != accounts_.end()) accounts_.erase(found);
  return {};
}

void account_book::reload() {
  for (auto each = accounts_.begin(); each != accounts_.end();) {
    auto config = read(each->first);
    if (config) {
      each->second->reconfigure(std::move(*config));
    } else if (config.error().code == errc::no_such_account) {
      log::warning("the file of account " + each->first + " is gone: the account is no longer served",
                   {each->first, "account"});
      each->second->retire();
      without_file_.insert_or_assign(each->first, each->second);
      each = accounts_.erase(each);
      continue;
    } else {
      log::error(config.error().message + " (the account goes on with what it had)", {each->first, "account"});
    }
    ++each;
  }
}

bool account_book::withhold() {
  bool all = true;
  for (const auto& [name, each] : accounts_) all = each->withhold() && all;
  return all;
}

void account_book::resume() {
  for (const auto& [name, each] : accounts_) each->resume();
}

void account_book::wake_waiters() {
  for (const auto& [name, each] : accounts_) each->wake_waiters();
}

bool account_book::busy() const {
  return std::ranges::any_of(accounts_, [](const auto& each) { return each.second->busy(); });
}

bool account_book::at_rest() const {
  return std::ranges::none_of(accounts_, [](const auto& each) {
    return each.second->busy() || each.second->login_under_way || each.second->holds_unsaved();
  });
}

std::size_t account_book::need_login() const {
  return static_cast<std::size_t>(std::ranges::count_if(accounts_, [](const auto& each) {
    const std::string state = each.second->loaded() ? each.second->view().state : std::string();
    return state == "login_required" || state == "logged_out";
  }));
}

}  // namespace latchkey
