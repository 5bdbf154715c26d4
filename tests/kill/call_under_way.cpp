#include "tests/kill/call_under_way.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "tests/kill/logged_in_world.h"

namespace latchkey::kill_test {
namespace {

using nlohmann::json;

[[noreturn]] void give_up(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

void let_pass_until(moment when) {
  for (;;) {
    const auto left = when - std::chrono::steady_clock::now();
    if (left <= moment::duration::zero()) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec time{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
    ::ppoll(nullptr, 0, &time, nullptr);
  }
}

call_under_way::call_under_way(const std::string& socket_path, std::int64_t stale_generation)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("connect");
  const json call = {{"method", "io.latchkey.Broker.GetToken"},
                     {"parameters", {{"account", account_name}, {"stale_generation", stale_generation}}}};
  const std::string message = call.dump() + '\0';
  sent_at_ = std::chrono::steady_clock::now();
  if (::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(message.size()))
    give_up("send");
}

void call_under_way::wait_for_answer() const {
  pollfd watched{socket_.get(), POLLIN, 0};
  ::poll(&watched, 1, 10'000);
}

std::optional<std::int64_t> call_under_way::answered_generation() const {
  std::string text;
  std::array<char, 4096> chunk{};
  while (text.find('\0') == std::string::npos) {
    const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got <= 0) return std::nullopt;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  const json answer = json::parse(text.substr(0, text.find('\0')));
  const auto generation = answer.at("parameters").find("generation");
  if (generation == answer.at("parameters").end()) return std::nullopt;
  return generation->get<std::int64_t>();
}

}  // namespace latchkey::kill_test
