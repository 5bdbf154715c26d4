#include "daemon/peer_apps.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "core/error.h"
#include "os/peer_process.h"

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

std::filesystem::path command_beside_daemon() {
  std::error_code hidden;
  const fs::path beside = fs::read_symlink("/proc/self/exe", hidden).parent_path() / our_command;
  fs::path itself = fs::canonical(beside, hidden);
  return itself.empty() ? beside : itself;
}

peer_app identify(pid_t process, int pidfd, const fs::path& command) {
  const process_facts facts = read_process(process);
  std::string program = program_of(process);
  peer_app who;
  who.process = process;
  if (pidfd < 0 || !still_runs(pidfd)) {
    program = described({}, process);
  } else {
    who.app = app_of(facts);
    who.decides = !facts.flatpak_info && !facts.executable.empty() && facts.executable == command;
  }
  who.program = std::make_shared<const std::string>(std::move(program));
  return who;
}

void peer_apps::opened(varlink::connection_number connection, peer_app who) {
  apps_[connection] = std::make_shared<const peer_app>(std::move(who));
}

const std::shared_ptr<const peer_app>& peer_apps::of(varlink::connection_number connection, pid_t process) {
  std::shared_ptr<const peer_app>& known = apps_[connection];
  if (known) return known;
  peer_app nobody;
  nobody.process = process;
  nobody.program = std::make_shared<const std::string>(described({}, process));
  known = std::make_shared<const peer_app>(std::move(nobody));
  return known;
}

}  // namespace latchkey
