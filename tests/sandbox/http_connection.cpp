#include "tests/sandbox/http_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace latchkey::sandbox {
namespace {

constexpr timeval patience{10, 0};

void parse_head(std::string_view head, reply& into) {
  if (head.size() < 12) throw std::runtime_error("no status line");
  into.status = std::stoi(std::string(head.substr(9, 3)));
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
    const std::string_view text = head.substr(line + 2, head.find("\r\n", line + 2) - line - 2);
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos) continue;
    std::string name(text.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
    into.headers[name] = text.substr(colon + 2);
  }
}

}  // namespace

http_connection::http_connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("connect");
  }
}

void http_connection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void http_connection::wait_for_bytes() const {
  pollfd watched{socket_.get(), POLLIN, 0};
  if (::poll(&watched, 1, static_cast<int>(patience.tv_sec * 1000)) != 1)
    throw std::runtime_error("the server said nothing");
}

bool http_connection::read_more() {
  std::array<char, 16384> chunk{};
  const ssize_t size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
  if (size <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(size));
  return true;
}

reply http_connection::receive() {
  while (buffer_.find("\r\n\r\n") == std::string::npos) {
    if (!read_more()) throw std::runtime_error("the server closed or said nothing");
  }
  reply received;
  const std::size_t head = buffer_.find("\r\n\r\n");
  parse_head(std::string_view(buffer_).substr(0, head), received);
  const auto length = received.headers.find("content-length");
  const std::size_t size = length == received.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < head + 4 + size) {
    if (!read_more()) throw std::runtime_error("the reply is cut short");
  }
  received.body = buffer_.substr(head + 4, size);
  buffer_.erase(0, head + 4 + size);
  return received;
}

reply http_connection::ask(std::string_view method_and_target, std::string_view headers, std::string_view body) {
  std::string message(method_and_target);
  message += " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  message += headers;
  message += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  message += body;
  send(message);
  return receive();
}

}  // namespace latchkey::sandbox
