#include "daemon/adapters/file_journal.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/limits.h"
#include "daemon/adapters/record_text.h"
#include "daemon/log.h"
#include "os/files.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t box_overhead = 1024;  // Headers, nonce, tag and label are well below it.

// So that an entry can neither be moved to another number nor stand in for a record of the store.
std::string label_of(const record_id& id, entry_number number) {
  return "journal/" + journal_file_name(id, number);
}

result<> private_folder(const fs::path& folder) {
  if (auto made = make_private_folder(folder); !made) return fault(errc::internal, made.error().message);
  return {};
}

bool is_there(const fs::path& folder) {
  std::error_code ignored;  // What cannot be looked at is there: using it will say why.
  return fs::symlink_status(folder, ignored).type() != fs::file_type::not_found;
}

// Under a name that nobody reads as an entry. Numbers are not used again, so nothing is replaced.
result<> set_aside(const fs::path& path, std::string_view ending) {
  fs::path to = path;
  to += ending;
  if (::rename(path.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return fault(errc::internal, "cannot rename " + printable(path.native()) + ": " + std::strerror(errno));
}

}  // namespace

file_journal::file_journal(fs::path state_folder, const settings& configured, random_source& random)
    : state_folder_(std::move(state_folder)),
      folder_(state_folder_ / "journal"),
      key_source_(state_folder_, configured.key_file),
      random_(random) {}

fs::path file_journal::path_of(const record_id& id, entry_number number) const {
  return folder_ / journal_file_name(id, number);
}

// The folder's files of the record; the folder is asked once.
result<file_journal::known_files*> file_journal::look(const record_id& id) {
  if (const auto known = known_.find(id); known != known_.end()) return &known->second;
  if (auto checked = check_record_name(id); !checked) return checked.error();
  if (is_there(folder_))
    if (auto checked = private_folder(folder_); !checked) return checked.error();
  const auto files = list_journal(folder_);
  if (!files) return files.error();
  known_files found;
  for (const journal_file& each : *files) {
    if (each.id != id) continue;
    found.last = std::max(found.last, each.number);
    if (!each.set_aside) found.ours.push_back(each.number);
  }
  std::ranges::sort(found.ours);
  return &(known_[id] = std::move(found));
}

result<> file_journal::prepare() {
  if (key_) return {};
  for (const fs::path& folder : {state_folder_, folder_})
    if (auto made = private_folder(folder); !made) return made;
  std::string fresh(box_key_bytes, '\0');
  random_.fill({reinterpret_cast<unsigned char*>(fresh.data()), fresh.size()});
  auto key = key_source_.obtain_or_make(secret::take(std::move(fresh)));
  if (!key) return key.error();
  key_ = std::move(*key);
  return {};
}

result<entry_number> file_journal::write(const record_id& id, const secret& content) {
  const auto known = look(id);
  if (!known) return known.error();
  if (auto prepared = prepare(); !prepared) return prepared.error();
  if (content.size() > limits::stored_record)
    return fault(errc::internal, "the " + shown_name(id) + " is larger than the " +
                                     std::to_string(limits::stored_record) + " bytes that the journal takes");
  known_files& files = **known;
  for (;;) {
    const entry_number number = ++files.last;
    box_nonce nonce{};
    random_.fill(nonce);
    const auto made = create_quickly(path_of(id, number), seal(*key_, nonce, label_of(id, number), content), 0600);
    if (!made) return made.error();
    if (!*made) continue;
    files.ours.push_back(number);
    return number;
  }
}

task<result<>> file_journal::sync(record_id id, entry_number number) {
  auto work = [path = path_of(id, number)] { return sync_file(path); };
  if (auto synced = co_await thread_.run(std::move(work)); !synced) co_return synced.error();
  // Old entries that stay are no harm: the newest counts.
  if (auto removed = remove(id, number - 1); !removed) log::warning(removed.error().message);
  co_return result<>();
}

// Nothing where there is no such file, or where it was damaged and set aside.
result<std::optional<record_journal::entry>> file_journal::open(const record_id& id, entry_number number,
                                                                known_files& known) {
  const fs::path path = path_of(id, number);
  const std::string name = printable(path.native());
  const auto box = read_file(path, limits::stored_record + box_overhead);
  if (!box) return box.error();
  if (!*box) return std::optional<entry>();
  const auto make_foreign = [&] {
    std::erase(known.ours, number);
    known.foreign.push_back(number);
  };
  if (is_newer_box((*box)->reveal())) {
    make_foreign();
    return fault(errc::internal, name + " was written by a newer Latchkey: use that one");
  }
  if (!key_) {
    auto key = key_source_.obtain();
    if (!key) return key.error();
    key_ = std::move(*key);
  }
  auto content = open_box(*key_, label_of(id, number), (*box)->reveal());
  if (content) return std::optional<entry>({std::move(*content), number});
  if (content.error().code == errc::store_locked) {
    make_foreign();
    return fault(errc::store_locked, name + ", which holds the newest " + shown_name(id) +
                                         ", was encrypted with another key than " +
                                         printable(key_source_.path().native()) +
                                         ": put the right key back, or remove that file and log in again");
  }
  if (auto moved = set_aside(path, ".damaged"); !moved) return moved.error();
  log::error(name + ": " + content.error().message + "; it is kept as " + name + ".damaged and not used");
  return std::optional<entry>();
}

result<std::optional<record_journal::entry>> file_journal::read(const record_id& id) {
  known_.erase(id);
  const auto looked = look(id);
  if (!looked) return looked.error();
  known_files& known = **looked;
  if (known.ours.empty()) {
    // write() says so again, when it matters.
    if (auto prepared = prepare(); !prepared) log::debug(prepared.error().message);
    return std::optional<entry>();
  }
  while (!known.ours.empty()) {
    auto found = open(id, known.ours.back(), known);
    if (!found || *found) return found;
    known.ours.pop_back();
  }
  return std::optional<entry>();
}

result<> file_journal::remove(const record_id& id, entry_number through) {
  const auto looked = look(id);
  if (!looked) return looked.error();
  known_files& known = **looked;
  const auto is_old = [through](entry_number number) { return number <= through; };
  for (const entry_number number : known.ours)
    if (is_old(number) && ::unlink(path_of(id, number).c_str()) != 0 && errno != ENOENT)
      return fault(errc::internal,
                   "cannot remove " + printable(path_of(id, number).native()) + ": " + std::strerror(errno));
  std::erase_if(known.ours, is_old);
  for (const entry_number number : known.foreign) {
    if (!is_old(number)) continue;
    const fs::path path = path_of(id, number);
    if (auto moved = set_aside(path, ".superseded"); !moved) return moved;
    log::warning(printable(path.native()) + " could not be read and a newer grant has come: it is kept as " +
                 printable(path.filename().native()) + ".superseded and not used");
  }
  std::erase_if(known.foreign, is_old);
  return {};
}

result<std::vector<record_id>> file_journal::list() {
  if (is_there(folder_))
    if (auto checked = private_folder(folder_); !checked) return checked.error();
  const auto files = list_journal(folder_);
  if (!files) return files.error();
  std::vector<record_id> ids;
  for (const journal_file& each : *files)
    if (!each.set_aside && std::ranges::find(ids, each.id) == ids.end()) ids.push_back(each.id);
  return ids;
}

}  // namespace latchkey
