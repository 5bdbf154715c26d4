// What the functions of latchkey::client share: the connection, one call and its answer. For client.cpp and
// client_apps.cpp alone.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ipc/client_values.h"
#include "ipc/varlink_connection.h"

namespace latchkey {

/// For an answer: the daemon bounds its own request to a provider at 30 s, after a connect of up to 10 s.
inline constexpr std::chrono::seconds answer_patience{45};

/// Whether a call whose answer was lost may be made again.
enum class repeat { harmless, harmful };

struct manner {
  repeat again;
  std::optional<std::chrono::seconds> patience;  ///< None: what the method needs.

  manner(repeat whether, std::optional<std::chrono::seconds> how_long = {}) : again(whether), patience(how_long) {}
};

template <class T>
T value_of(result<T> decoded, const std::string& account) {
  if (!decoded)
    throw_client_error(fault(errc::internal, "the daemon's answer makes no sense: " + decoded.error().message),
                       account);
  return std::move(*decoded);
}

/// Takes a secret, or an object of them, out of a message, also where the call fails and throws.
class wiper {
 public:
  wiper(nlohmann::json& object, const char* member) : object_(object), member_(member) {}
  wiper(const wiper&) = delete;
  wiper& operator=(const wiper&) = delete;
  ~wiper();

 private:
  nlohmann::json& object_;
  const char* member_;
};

/// {member: value}, or nothing where the value is empty.
[[nodiscard]] nlohmann::json only(const char* member, const std::string& value);

// Hidden: a member of an exported class is exported, too.
struct __attribute__((visibility("hidden"))) client::state {
  std::string path;
  /// None after a failure that leaves it unclear what comes next on it.
  std::optional<varlink::connection> connection;

  result<> connect();
  result<> send(std::string_view method, const nlohmann::json& parameters, varlink::call_mode mode);
  /// One call and its one answer.
  nlohmann::json ask(std::string_view method, const nlohmann::json& parameters, const std::string& account,
                     const manner& how);
  /// A call that streams. `take` returns false to hear no more.
  void stream(std::string_view method, const nlohmann::json& parameters, const std::string& account,
              const std::function<bool(const nlohmann::json&)>& take);
  nlohmann::json parameters_of(result<varlink::reply> reply, const std::string& account);
  [[noreturn]] void fail(const fault& why, const std::string& account);
};

}  // namespace latchkey
