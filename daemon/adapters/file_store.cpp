#include "daemon/adapters/file_store.h"

#include "core/limits.h"
#include "daemon/adapters/record_file.h"
#include "daemon/adapters/record_text.h"
#include "os/files.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t box_overhead = 1024;  // Headers, nonce, tag and version are well below it.

fault unreadable(const fs::path& path, const fs::path& key, const fault& why) {
  const std::string name = printable(path.native());
  if (why.code == errc::store_locked)
    return {errc::store_locked, name + " was encrypted with another key than " + printable(key.native()) +
                                    ": put the right key back, or remove the file and log in again"};
  return {why.code, name + ": " + why.message};
}

}  // namespace

file_store::file_store(fs::path state_folder, const settings& configured, random_source& random)
    : state_folder_(std::move(state_folder)),
      folder_(state_folder_ / "store"),
      key_source_(state_folder_, configured.key_file),
      random_(random) {}

task<result<stored_record>> file_store::load(record_id id) {
  auto work = [this, id = std::move(id)] { return load_now(id); };
  co_return co_await thread_.run(std::move(work));
}

task<result<record_version>> file_store::save(record_id id, secret value, record_version expected) {
  dice drawn;
  random_.fill(drawn.nonce);
  std::string key(box_key_bytes, '\0');
  random_.fill({reinterpret_cast<unsigned char*>(key.data()), key.size()});
  drawn.new_key = secret::take(std::move(key));
  auto work = [this, id = std::move(id), value = std::move(value), expected, drawn = std::move(drawn)] {
    return save_now(id, value, expected, drawn);
  };
  co_return co_await thread_.run(std::move(work));
}

task<result<>> file_store::erase(record_id id) {
  auto work = [this, id = std::move(id)] { return erase_now(id); };
  co_return co_await thread_.run(std::move(work));
}

std::string file_store::description() const {
  return "encrypted files in " + printable(folder_.native()) + "; " + key_source_.description();
}

result<> file_store::prepare() {
  for (const fs::path& folder : {state_folder_, folder_})
    if (auto made = make_private_folder(folder); !made) return fault(errc::internal, made.error().message);
  if (!cleared_) remove_leftovers(folder_);
  cleared_ = true;
  return {};
}

result<> file_store::keep_key(result<secret> obtained) {
  if (!obtained) return obtained.error();
  key_ = std::move(*obtained);
  return {};
}

result<stored_record> file_store::load_now(const record_id& id) {
  if (auto checked = check_record_name(id); !checked) return checked.error();
  if (auto prepared = prepare(); !prepared) return prepared.error();
  const fs::path path = folder_ / record_file_name(id);
  auto box = read_file(path, limits::stored_record + box_overhead);
  if (!box) return box.error();
  if (!box.value()) return stored_record{};
  if (!key_)
    if (auto kept = keep_key(key_source_.obtain()); !kept) return kept.error();
  auto plain = open_box(*key_, record_file_name(id), box.value()->reveal());
  if (!plain) return unreadable(path, key_source_.path(), plain.error());
  return parse_record(printable(path.native()), plain.value().reveal());
}

result<record_version> file_store::save_now(const record_id& id, const secret& value, record_version expected,
                                            const dice& drawn) {
  const secret plain = format_record(value, expected + 1);
  if (plain.size() > limits::stored_record)
    return fault(errc::internal, "the " + shown_name(id) + " is larger than the " +
                                     std::to_string(limits::stored_record) + " bytes that the store takes");
  const auto stored = load_now(id);
  if (!stored) return stored.error();
  if (!may_save(stored.value(), value, expected)) return saved_by_another(id);
  if (!key_)
    if (auto kept = keep_key(key_source_.obtain_or_make(drawn.new_key)); !kept) return kept.error();
  const std::string box = seal(*key_, drawn.nonce, record_file_name(id), plain);
  if (auto written = write_durably(folder_ / record_file_name(id), box, 0600); !written) return written.error();
  return expected + 1;
}

result<> file_store::erase_now(const record_id& id) {
  if (auto checked = check_record_name(id); !checked) return checked.error();
  if (auto prepared = prepare(); !prepared) return prepared.error();
  return remove_durably(folder_ / record_file_name(id));
}

}  // namespace latchkey
