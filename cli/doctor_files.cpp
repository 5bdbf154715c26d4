#include "cli/doctor_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "os/paths.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

// What a file is, a link's target in its place. Nothing where it is gone, or not to be seen.
std::optional<file_seen> look_at(const fs::path& path) {
  struct stat is {};
  if (::stat(path.c_str(), &is) != 0) return std::nullopt;
  return file_seen{path.native(), is.st_mode, is.st_uid};
}

// The folder itself and everything in it.
std::vector<file_seen> files_of(const fs::path& folder) {
  std::vector<file_seen> found;
  if (const auto itself = look_at(folder)) found.push_back(*itself);
  std::error_code hidden;  // What cannot be listed, its folder's own flaw tells.
  constexpr auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator each(folder, options, hidden), end; !hidden && each != end;
       each.increment(hidden))
    if (const auto seen = look_at(each->path())) found.push_back(*seen);
  return found;
}

check check_folder(const std::string& name, const fs::path& folder, file_rule rule) {
  const std::string shown = printable(folder.native());
  const std::vector<file_seen> files = files_of(folder);
  if (files.empty()) return {name, verdict::ok, "none yet; they will be in " + shown, ""};
  std::vector<flaw> flaws;
  for (const file_seen& each : files)
    if (auto found = judge_file(each, rule, ::geteuid())) flaws.push_back(std::move(*found));
  const char* const who = rule == file_rule::secret ? "only you can read " : "only you can change ";
  return judge_flaws({name, verdict::ok, who + shown, ""}, flaws);
}

bool holds_files(const fs::path& folder) {
  std::error_code none;
  return fs::directory_iterator(folder, none) != fs::directory_iterator();
}

}  // namespace

std::optional<flaw> judge_file(const file_seen& seen, file_rule rule, uid_t me) {
  const std::string shown = printable(seen.path);
  const std::string target = " " + printable(shell_word(seen.path));
  const bool folder = S_ISDIR(seen.mode);
  if (seen.owner != me && (rule == file_rule::secret || seen.owner != 0))
    return flaw{verdict::fail, shown, "belongs to user " + std::to_string(seen.owner),
                "sudo chown " + std::to_string(me) + target};
  if (rule == file_rule::secret && (seen.mode & (S_IRWXG | S_IRWXO)) != 0)
    return flaw{verdict::fail, shown, "is open to others", (folder ? "chmod 700" : "chmod 600") + target};
  if (rule == file_rule::trusted && (seen.mode & S_IWOTH) != 0)
    return flaw{verdict::fail, shown, "can be changed by every user", "chmod go-w" + target};
  if (rule == file_rule::trusted && (seen.mode & S_IWGRP) != 0)
    return flaw{verdict::warn, shown, "can be changed by its group", "chmod go-w" + target};
  return std::nullopt;
}

check judge_flaws(check in_order, const std::vector<flaw>& flaws) {
  if (flaws.empty()) return in_order;
  const auto worst = std::ranges::max_element(flaws, {}, &flaw::how_bad);
  check found{in_order.name, worst->how_bad, worst->path + " " + worst->what, "Run: " + worst->command};
  if (flaws.size() == 1) return found;
  found.detail += " (and " + std::to_string(flaws.size() - 1) + " more)";
  found.fix += " (and look again: there are more)";
  return found;
}

check check_config_files() {
  return check_folder("configuration", config_folder(), file_rule::trusted);
}

check check_state_files() {
  return check_folder("stored files", state_folder(), file_rule::secret);
}

check check_store_key() {
  const fs::path state = state_folder();
  const fs::path key = state / "store.key";
  std::error_code hidden;
  if (!fs::exists(key, hidden) || !holds_files(state / "store"))
    return {"store key", verdict::ok, "no key lies beside the grants that it opens", ""};
  return {"store key", verdict::warn,
          "the key " + printable(key.native()) +
              " lies beside the grants that it opens: whoever gets a copy of that folder can read them",
          "Stop latchkeyd, move the key (mv " + printable(shell_word(key.native())) +
              " /another/place/), and name it in config.toml: [store] key_file = \"/another/place/store.key\""};
}

}  // namespace latchkey::cli
