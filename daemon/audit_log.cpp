#include "daemon/audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "daemon/log.h"
#include "os/files.h"
#include "os/unique_fd.h"

namespace latchkey {
namespace {

constexpr mode_t only_ours = 0600;
constexpr std::size_t most_remembered = 4096;  // Programs are many only where somebody makes them to fill memory.
constexpr std::size_t room_for_last_line = 64 * 1024;
constexpr std::string_view given = "given";

fault system_fault(const std::string& what) {
  return {errc::internal, what + ": " + std::generic_category().message(errno)};
}

std::string key_of(std::string_view app, std::string_view account, std::string_view method, std::string_view outcome) {
  std::string key;
  key.reserve(app.size() + account.size() + method.size() + outcome.size() + 3);
  for (const std::string_view part : {account, method, outcome}) key.append(part).push_back(' ');
  return key.append(app);
}

// Adds to `found`, newest first.
void read_lines(std::string_view text, const audit_log::filter& wanted, std::vector<ipc::audit_entry_info>& found) {
  while (!text.empty() && found.size() < wanted.limit) {
    if (text.back() == '\n') text.remove_suffix(1);
    const std::size_t before = text.rfind('\n');
    const std::string_view line = before == std::string_view::npos ? text : text.substr(before + 1);
    text = before == std::string_view::npos ? std::string_view() : text.substr(0, before + 1);
    // Cheaper than to parse what is about others.
    if (wanted.account && line.find(*wanted.account) == std::string_view::npos) continue;
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    if (parsed.is_discarded()) continue;
    auto entry = ipc::decode_audit_entry(parsed);
    if (!entry || (wanted.account && entry->account != *wanted.account) || (wanted.app && entry->app != *wanted.app))
      continue;
    found.push_back(std::move(*entry));
  }
}

}  // namespace

bool audit_log::told(std::string_view app, std::string_view account, std::string_view method,
                     std::int64_t generation) const {
  if (file_.empty()) return true;
  const auto found = last_.find(key_of(app, account, method, given));
  return found != last_.end() && found->second.generation == generation;
}

bool audit_log::repeats(const ipc::audit_entry_info& entry, audit_pace pace, boot_time now) {
  if (pace == audit_pace::each) return false;
  if (last_.size() >= most_remembered) last_.clear();
  const std::int64_t generation = entry.generation.value_or(0);
  const auto [line, is_new] =
      last_.try_emplace(key_of(entry.app, entry.account, entry.method, entry.outcome), last_line{generation, now});
  const bool again = !is_new && (pace == audit_pace::a_generation ? line->second.generation == generation
                                                                  : now - line->second.at < limits::audit_repeat);
  if (!again) line->second = {generation, now};
  return again;
}

void audit_log::write(const ipc::audit_entry_info& entry, audit_pace pace, boot_time now) {
  if (file_.empty() || repeats(entry, pace, now)) return;
  // What is not UTF-8 (a scope that a provider made up) must not end the call.
  const auto written = append(ipc::encode(entry).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  if (!written && !failed_) log::warning(written.error().message + ": the audit log has a gap", {{}, "audit"});
  failed_ = written.has_error();
}

result<> audit_log::append(const std::string& line) {
  const std::string name = printable(file_.native());
  unique_fd file(::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, only_ours));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0) return system_fault("cannot open " + name);
  if (static_cast<std::size_t>(about.st_size) + line.size() > limits::audit_file) {
    if (::rename(file_.c_str(), older().c_str()) != 0) return system_fault("cannot rename " + name);
    file = unique_fd(::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, only_ours));
    if (!file) return system_fault("cannot open " + name);
  }
  if (::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return system_fault("cannot write " + name);
  return {};
}

result<std::vector<ipc::audit_entry_info>> audit_log::read(const filter& wanted) const {
  std::vector<ipc::audit_entry_info> found;
  for (const std::filesystem::path& each : {file_, older()}) {
    if (file_.empty() || found.size() >= wanted.limit) break;
    const auto text = read_file(each, limits::audit_file + room_for_last_line);
    if (!text) return text.error();
    if (*text) read_lines((*text)->reveal(), wanted, found);
  }
  std::ranges::reverse(found);
  return found;
}

}  // namespace latchkey
