#include "ipc/varlink_connection.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/bounded_json.h"
#include "core/limits.h"

namespace latchkey::varlink {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr timeval connect_patience{5,
                                   0};  // A daemon that lives accepts at once; a full listen queue may take a moment.

struct wiped_text {
  std::string bytes;
  explicit wiped_text(std::string text) : bytes(std::move(text)) {}
  wiped_text(const wiped_text&) = delete;
  wiped_text& operator=(const wiped_text&) = delete;
  ~wiped_text() { wipe(bytes); }
};

fault absent(const std::string& path, int error) {
  const std::string at = "on " + printable(path);
  if (error == ENOENT || error == ENOTDIR) return {errc::no_daemon, "latchkeyd does not run: there is no socket " + at};
  if (error == ECONNREFUSED) return {errc::no_daemon, "latchkeyd does not run: nothing answers " + at};
  if (error == EAGAIN) return {errc::no_daemon, "latchkeyd hangs or is overloaded: it accepts no connection " + at};
  return {errc::no_daemon, "cannot reach latchkeyd " + at + ": " + std::strerror(error)};
}

fault gone() {
  return {errc::no_daemon, "latchkeyd closed the connection"};
}

// True where the socket is ready for `events`, false at the end of time.
bool wait_for(int socket, short events, std::optional<clock::time_point> until) {
  for (;;) {
    pollfd waiting{socket, events, 0};
    int patience = -1;
    if (until) {
      const auto left = std::chrono::ceil<milliseconds>(*until - clock::now());
      patience = static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 1'000'000));
    }
    const int ready = ::poll(&waiting, 1, patience);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR && errno != EAGAIN) return true;  // What is wrong, the next call on it says.
    if (until && clock::now() >= *until) return false;
  }
}

bool has_something_to_read(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

int connect_to(const std::string& path, unique_fd& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  socket.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  // What bounds a connect that waits for room in the listen queue. Everything after it is non-blocking.
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &connect_patience, sizeof connect_patience);
  while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

result<reply> parse_reply(std::string_view text) {
  auto message = parse_bounded_json("the daemon's answer", text, limits::ipc_depth);
  if (!message) return fault(errc::internal, message.error().message);
  const fault malformed(errc::internal, "the daemon's answer is no Varlink reply");
  if (!message->is_object()) return malformed;
  reply read;
  read.parameters = std::make_unique<json>(json::object());
  for (auto& [name, value] : message->items()) {
    if (value.is_null()) continue;
    if (name == "error" && value.is_string())
      read.error = std::move(value.get_ref<std::string&>());
    else if (name == "continues" && value.is_boolean())
      read.continues = value.get<bool>();
    else if (name == "parameters" && value.is_object())
      *read.parameters = std::move(value);
    else if (name == "error" || name == "continues" || name == "parameters")
      return malformed;
  }
  return read;
}

// The kernel names who began to listen. For a service account's socket that is the system's service manager, as root,
// and then the file tells whose daemon it starts: root alone can make a file that is ours.
bool may_be_ours(uid_t listener, const std::string& path) {
  struct stat found {};
  if (listener == ::geteuid()) return true;
  return listener == 0 && ::lstat(path.c_str(), &found) == 0 && found.st_uid == ::geteuid();
}

}  // namespace

result<connection> connection::open(const std::string& path) {
  unique_fd socket;
  if (const int error = connect_to(path, socket); error != 0) return absent(path, error);
  ucred daemon{};
  socklen_t size = sizeof daemon;
  // A socket that somebody else put there would get client secrets, and hand out tokens of its own.
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &daemon, &size) != 0 || !may_be_ours(daemon.uid, path))
    return fault(errc::no_daemon, "what answers on " + printable(path) + " is run by another user (uid " +
                                      std::to_string(daemon.uid) + "): nothing was sent to it");
  return connection(std::move(socket));
}

connection::~connection() {
  wipe(received_);
}

result<> connection::send(std::string_view method, const json& parameters, call_mode mode) {
  json message = json::object();
  message["method"] = method;
  if (mode == call_mode::more) message["more"] = true;
  if (mode == call_mode::oneway) message["oneway"] = true;
  // Put together as text, so that no copy of the parameters is made.
  wiped_text text(message.dump());
  text.bytes.pop_back();
  const wiped_text inner(parameters.dump(-1, ' ', false, json::error_handler_t::replace));
  text.bytes.reserve(text.bytes.size() + inner.bytes.size() + 20);
  text.bytes.append(",\"parameters\":").append(inner.bytes).append("}").push_back('\0');
  return write_all(text.bytes);
}

result<> connection::write_all(std::string_view bytes) {
  const auto until = clock::now() + limits::ipc_message_timeout;
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait_for(socket_.get(), POLLOUT, until))
        return fault(errc::temporarily_unavailable, "latchkeyd hangs: it does not read its calls");
    } else if (errno != EINTR) {
      // A daemon that refuses a client answers before it is asked, and closes: receive() reads that answer.
      if (has_something_to_read(socket_.get())) return {};
      return gone();
    }
  }
  return {};
}

result<reply> connection::receive(std::optional<milliseconds> patience) {
  const auto until = patience ? std::optional(clock::now() + *patience) : std::nullopt;
  std::size_t scanned = 0;
  for (;;) {
    if (const std::size_t nul = received_.find('\0', scanned); nul != std::string::npos) {
      auto read = parse_reply(std::string_view(received_).substr(0, nul));
      take_off(nul + 1);
      return read;
    }
    scanned = received_.size();
    if (scanned > limits::ipc_reply) return fault(errc::internal, "the daemon's answer is too long");
    if (auto more = read_some(until); !more) return more.error();
  }
}

result<> connection::read_some(std::optional<clock::time_point> until) {
  std::array<char, 16384> chunk;
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got > 0) {
      append(std::string_view(chunk.data(), static_cast<std::size_t>(got)));
      ::explicit_bzero(chunk.data(), static_cast<std::size_t>(got));
      return {};
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return gone();
    if (errno == EAGAIN && !wait_for(socket_.get(), POLLIN, until))
      return fault(errc::temporarily_unavailable, "latchkeyd did not answer in time");
  }
}

// Growing would leave a copy behind.
void connection::append(std::string_view bytes) {
  if (received_.capacity() - received_.size() < bytes.size()) {
    std::string larger;
    larger.reserve(2 * (received_.size() + bytes.size()));
    larger.append(received_);
    wipe(received_);
    received_ = std::move(larger);
  }
  received_ += bytes;
}

void connection::take_off(std::size_t bytes) {
  if (bytes == received_.size()) return wipe(received_);
  ::explicit_bzero(received_.data(), bytes);
  received_.erase(0, bytes);
}

}  // namespace latchkey::varlink
