// A blocking HTTP/1.1 connection to a server on 127.0.0.1, on bare sockets: the tests write the bytes that go out, and
// share no HTTP code with what they test.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "os/unique_fd.h"

namespace latchkey::sandbox {

struct reply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
};

class http_connection {
 public:
  /// Throws std::runtime_error where nothing listens.
  explicit http_connection(std::uint16_t port);
  /// Sends `bytes` as they are. Throws std::runtime_error where the peer is gone.
  void send(std::string_view bytes) const;
  /// Waits until the reply begins to come, and takes nothing of it. Throws std::runtime_error after ten seconds.
  void wait_for_bytes() const;
  /// The next reply. Throws std::runtime_error where none comes within ten seconds.
  reply receive();
  /// Sends METHOD TARGET with `headers` (each ended by CR LF) and `body`, and receives the reply.
  reply ask(std::string_view method_and_target, std::string_view headers = {}, std::string_view body = {});

 private:
  bool read_more();

  unique_fd socket_;
  std::string buffer_;
};

}  // namespace latchkey::sandbox
