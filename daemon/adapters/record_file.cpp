#include "daemon/adapters/record_file.h"

#include <algorithm>
#include <charconv>

#include "daemon/adapters/record_text.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

}  // namespace

result<> check_record_name(const record_id& id) {
  const bool plain = !id.account.empty() && id.account.front() != '.' &&
                     id.account.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
  if (plain) return {};
  return fault(errc::internal, "\"" + printable(id.account) + "\" is no name for a stored record");
}

std::string record_file_name(const record_id& id) {
  return id.account + '.' + std::string(kind_name(id.kind));
}

std::string journal_file_name(const record_id& id, entry_number number) {
  return record_file_name(id) + '.' + std::to_string(number);
}

std::optional<journal_file> parse_journal_file_name(std::string_view name) {
  const std::string ending = '.' + std::string(kind_name(record_kind::grant));
  // The last ".grant.NUMBER", because an account may be called so, too.
  for (std::size_t at = name.rfind(ending); at != std::string_view::npos && at > 0; at = name.rfind(ending, at - 1)) {
    const std::string_view rest = name.substr(at + ending.size());
    journal_file found{{std::string(name.substr(0, at)), record_kind::grant}, 0, false};
    if (!rest.starts_with('.') || !check_record_name(found.id)) continue;
    const auto [stop, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), found.number);
    if (error != std::errc() || found.number == 0) continue;
    const std::string_view after(stop, static_cast<std::size_t>(rest.data() + rest.size() - stop));
    found.set_aside = !after.empty();
    if (after.empty() || after.front() == '.') return found;
  }
  return std::nullopt;
}

result<std::vector<journal_file>> list_journal(const fs::path& folder) {
  std::vector<journal_file> found;
  std::error_code failed;
  fs::directory_iterator each(folder, failed);
  if (failed == std::errc::no_such_file_or_directory) return found;
  for (; !failed && each != fs::directory_iterator(); each.increment(failed))
    if (auto file = parse_journal_file_name(each->path().filename().native())) found.push_back(std::move(*file));
  if (failed)
    return fault(errc::internal, "cannot list the folder " + printable(folder.native()) + ": " + failed.message());
  return found;
}

bool has_stored_records(const fs::path& state_folder) {
  std::error_code ignored;  // A folder that cannot be listed shows no records; using it will say why.
  for (const auto& entry : fs::directory_iterator(state_folder / "store", ignored)) {
    const std::string name = entry.path().filename();
    for (const record_kind kind :
         {record_kind::grant, record_kind::client_secret, record_kind::api_keys, record_kind::dpop_key})
      if (name.ends_with('.' + std::string(kind_name(kind)))) return true;
  }
  return false;
}

bool has_sealed_files(const fs::path& state_folder) {
  if (has_stored_records(state_folder)) return true;
  const auto journal = list_journal(state_folder / "journal");
  // One that cannot be listed may hold something: a key that it needs must not be replaced.
  return !journal || std::ranges::any_of(*journal, [](const journal_file& each) { return !each.set_aside; });
}

}  // namespace latchkey
