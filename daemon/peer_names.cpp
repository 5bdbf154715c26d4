#include "daemon/peer_names.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "core/error.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view our_command = "latchkey";

fs::path proc_folder(pid_t process) {
  return fs::path("/proc") / std::to_string(process);
}

// Empty: another user's process, one of another container, or one that has ended.
fs::path executable_of(pid_t process) {
  std::error_code hidden;
  std::string path = fs::read_symlink(proc_folder(process) / "exe", hidden).native();
  constexpr std::string_view replaced = " (deleted)";  // By an update, while it runs.
  if (path.ends_with(replaced)) path.resize(path.size() - replaced.size());
  return path;
}

// The fourth field of /proc/PID/stat; the second is a name in parentheses that may hold anything. 0: not known.
pid_t parent_of(pid_t process) {
  std::ifstream file(proc_folder(process) / "stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  constexpr std::size_t state = 4;  // ") S " stands before the number.
  if (name_end == std::string::npos || name_end + state >= line.size()) return 0;
  pid_t parent = 0;
  std::from_chars(line.data() + name_end + state, line.data() + line.size(), parent);
  return parent;
}

std::string described(const fs::path& executable, pid_t process) {
  const std::string number = "process " + std::to_string(process);
  return executable.empty() ? number : printable(executable.native()) + " (" + number + ")";
}

}  // namespace

std::string program_of(pid_t process) {
  const fs::path executable = executable_of(process);
  if (executable.filename() == our_command)
    if (const pid_t parent = parent_of(process); parent > 0)
      return described(executable_of(parent), parent) + " through " + std::string(our_command);
  return described(executable, process);
}

std::shared_ptr<const std::string> peer_names::of(varlink::connection_number connection, pid_t process) {
  std::shared_ptr<const std::string>& name = names_[connection];
  if (!name) name = std::make_shared<const std::string>(program_of(process));
  return name;
}

}  // namespace latchkey
