// A Varlink server on a Unix socket (varlink.org): any number of interfaces, calls answered in order, `more` and
// `oneway`. It knows nothing of Latchkey. Used by the daemon with io.latchkey.Broker, and by a test with
// org.varlink.certification.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/limits.h"
#include "os/unique_fd.h"

namespace latchkey::varlink {

/// Who is at the other end, as the kernel says (SO_PEERCRED).
struct peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};

/// Names one connection of one server; never used twice.
using connection_number = std::uint64_t;

/// One call, while its handler runs. Replies go out in order; a handler gives exactly one final answer.
struct call {
  std::string method;  ///< Without the interface.
  nlohmann::json parameters;
  bool more = false;
  bool oneway = false;
  latchkey::varlink::peer peer;
  connection_number connection = 0;
  /// Sends a reply with `continues`; only where `more`. Completes once the bytes are with the kernel; throws where the
  /// client is gone.
  std::function<boost::asio::awaitable<void>(nlohmann::json parameters)> continue_with;
};

/// The final answer: {"parameters": …} or {"error": …, "parameters": …}.
struct answer {
  // Constructors, because g++ 12 destroys a brace-built aggregate twice when a coroutine returns it.
  answer() = default;
  answer(std::string error_, nlohmann::json parameters_)
      : error(std::move(error_)), parameters(std::move(parameters_)) {}

  std::string error;  ///< Full name, or empty.
  nlohmann::json parameters = nlohmann::json::object();
};

using method_handler = std::function<boost::asio::awaitable<answer>(call&)>;

struct method {
  method_handler handle;
  bool streams = false;  ///< A call without `more` is refused with org.varlink.service.ExpectedMore.
  /// Asked first, where set: the answer, if it needs no waiting. What most calls get, so it costs no coroutine. No
  /// value: `handle` answers.
  std::function<std::optional<answer>(const call&)> answer_now = nullptr;
};

struct interface {
  std::string name;
  std::string description;  ///< Text of the interface file.
  std::map<std::string, method, std::less<>> methods;
};

/// For GetInfo.
struct service_info {
  std::string vendor;
  std::string product;
  std::string version;
  std::string url;
};

/// org.varlink.service.InvalidParameter
[[nodiscard]] answer invalid_parameter(std::string_view parameter);

/// What a server puts up with.
struct server_limits {
  std::size_t connections = limits::ipc_connections;  ///< At once; more wait in the listen queue.
  std::size_t message_bytes = limits::ipc_message;    ///< Of one call, without its NUL.
  /// From a call's first byte to its NUL, and for a reply to be read.
  std::chrono::milliseconds message_timeout = limits::ipc_message_timeout;
  uid_t uid = ::geteuid();  ///< Who may connect.
};

class server {
 public:
  /// `listening` is a bound and listening Unix stream socket.
  server(boost::asio::io_context& context, unique_fd listening, service_info info, std::vector<interface> interfaces);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// Ends what is left: the calls under way are cancelled. Their handlers unwind when the context runs next.
  ~server();

  /// Starts accepting. Connections of another uid than `limits.uid` are closed with
  /// org.varlink.service.PermissionDenied.
  void start(const server_limits& limits = {});
  /// Stops accepting; calls under way are answered, then their connections close. A call that streams goes on until
  /// its handler ends it.
  void stop_accepting();
  /// Open connections.
  [[nodiscard]] std::size_t connections() const noexcept;
  /// Called when a connection is admitted, before any of its calls is handled. `socket` is its descriptor.
  std::function<void(connection_number, const peer&, int socket)> on_opened;
  /// Called when a connection is over: no call of it is handled any more.
  std::function<void(connection_number)> on_closed;
  /// Called when a connection could not be served, with a sentence for the log.
  std::function<void(std::string_view)> on_trouble;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

/// Makes the folder (0700) and binds and listens on `path` (0600). A socket that nothing answers on is replaced. The
/// caller holds the lock of the state folder. Errors: bad_request, saying what stands in the way.
[[nodiscard]] result<unique_fd> listen_on(const std::string& path);

}  // namespace latchkey::varlink
