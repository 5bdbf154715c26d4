// The client's end of one Varlink connection: blocking, without Asio, so that the command line starts in a millisecond.
#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/secret.h"
#include "os/unique_fd.h"

namespace latchkey::varlink {

/// One reply as it came.
struct reply {
  std::string error;  ///< Full name, or empty.
  bool continues = false;
  std::unique_ptr<nlohmann::json> parameters;
};

enum class call_mode { once, more, oneway };

class connection {
 public:
  /// Errors: no_daemon, telling a missing socket from one that nobody answers on, one whose listen queue stays full,
  /// and one that another user answers on.
  static result<connection> open(const std::string& path);
  connection(connection&&) noexcept = default;
  connection& operator=(connection&&) noexcept = default;
  ~connection();

  /// Sends one call. Errors: no_daemon where the peer is gone; temporarily_unavailable where it does not read.
  result<> send(std::string_view method, const nlohmann::json& parameters, call_mode mode);
  /// Waits for the next reply, at most `patience` (no limit where absent).
  /// Errors: no_daemon where the peer closed; temporarily_unavailable at the end of patience; internal where it is no
  /// Varlink.
  result<reply> receive(std::optional<std::chrono::milliseconds> patience);
  /// For poll(2).
  [[nodiscard]] int fd() const noexcept { return socket_.get(); }

 private:
  explicit connection(unique_fd socket) : socket_(std::move(socket)) {}
  result<> write_all(std::string_view bytes);
  result<> read_some(std::optional<std::chrono::steady_clock::time_point> until);
  void append(std::string_view bytes);
  void take_off(std::size_t bytes);

  unique_fd socket_;
  std::string received_;
};

}  // namespace latchkey::varlink
