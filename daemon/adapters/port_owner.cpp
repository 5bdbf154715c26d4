#include "daemon/adapters/port_owner.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/error.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number value{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) return words;
    words.push_back(line.substr(0, line.find(' ')));
    line.remove_prefix(words.back().size());
  }
}

// 127.0.0.1 and the wildcard in each table's own way of writing (hexadecimal, words in host order).
bool is_in_the_way(std::string_view address) {
  constexpr std::array<std::string_view, 4> ours{"0100007F", "00000000", "00000000000000000000000000000000",
                                                 "0000000000000000FFFF00000100007F"};
  return std::ranges::find(ours, address) != ours.end();
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The process that has the socket open. Other users' processes do not show theirs.
std::optional<std::string> find_process(const fs::path& proc, std::uint64_t inode) {
  const std::string link = "socket:[" + std::to_string(inode) + "]";
  std::error_code ec;
  for (fs::directory_iterator process(proc, ec), end; !ec && process != end; process.increment(ec)) {
    const std::string pid = process->path().filename().string();
    if (!parse_number<pid_t>(pid, 10)) continue;
    std::error_code hidden;
    for (fs::directory_iterator fd(process->path() / "fd", hidden); !hidden && fd != end; fd.increment(hidden)) {
      std::error_code gone;
      if (fs::read_symlink(fd->path(), gone) == link && !gone) return pid;
    }
  }
  return std::nullopt;
}

std::string program_of(const fs::path& process) {
  std::error_code hidden;
  const fs::path executable = fs::read_symlink(process / "exe", hidden);
  if (!hidden && executable.has_filename()) return executable.filename().string();
  std::string name = read_text(process / "comm");
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

std::string user_name(uid_t uid) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return entry.pw_name;
  return std::to_string(uid);
}

}  // namespace

std::optional<socket_entry> find_socket(std::string_view table, std::uint16_t port) {
  constexpr std::string_view listening = "0A";
  std::optional<socket_entry> other;
  while (!table.empty()) {
    const auto end = std::min(table.find('\n'), table.size());
    const auto words = words_of(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
    if (words.size() < 10) continue;
    const std::string_view local = words[1];
    const auto colon = std::min(local.find(':'), local.size() - 1);
    if (parse_number<std::uint16_t>(local.substr(colon + 1), 16) != port || !is_in_the_way(local.substr(0, colon)))
      continue;
    const auto uid = parse_number<uid_t>(words[7], 10);
    const auto inode = parse_number<std::uint64_t>(words[9], 10);
    if (!uid || !inode) continue;
    const socket_entry entry{*inode, *uid};
    if (words[3] == listening) return entry;
    if (!other && *inode != 0) other = entry;
  }
  return other;
}

std::string describe_port_owner(std::uint16_t port, const fs::path& proc) {
  auto socket = find_socket(read_text(proc / "net/tcp"), port);
  if (!socket) socket = find_socket(read_text(proc / "net/tcp6"), port);
  if (!socket) return {};
  if (const auto pid = find_process(proc, socket->inode))
    return printable(program_of(proc / *pid), 64) + " (process " + *pid + ")";
  return "a program of user " + printable(user_name(socket->uid), 64);
}

}  // namespace latchkey
