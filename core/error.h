// What can go wrong, as values. One table gives each errc its name on the wire, the exit code of the command line, and
// the advice that goes with it. Used by every folder; exceptions are for bugs and start-up only.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

enum class errc {
  no_such_account,          ///< No account of this name is configured.
  login_required,           ///< The person must log in: no grant, a dead grant, or one that lacks a scope.
  login_failed,             ///< A login ended without a grant.
  login_expired,            ///< Nobody finished the login before its time ran out.
  other_user,               ///< Another person has logged in than the grant of the account is of. The grant stays.
  access_denied,            ///< The person, the provider or the policy said no.
  consent_pending,          ///< The person has not answered yet.
  temporarily_unavailable,  ///< Network, provider or time limit: the same call may work later.
  store_locked,             ///< The keyring is locked, or its key is missing.
  provider_error,           ///< The provider answered with something that no retry mends.
  bad_request,              ///< The caller's arguments or the configuration are wrong.
  no_daemon,                ///< Nothing answers on the socket. Never sent over it.
  internal,                 ///< A bug in Latchkey, or an operating system that fails.
};

struct error_info {
  errc code;
  std::string_view wire_name;  ///< Last part of io.latchkey.Broker.NAME.
  int exit_code;               ///< Exit code of `latchkey`.
  std::string_view advice;     ///< What to do next; empty where only the message can tell. ACCOUNT stands for the name.
};

/// The row of the table for `code`.
[[nodiscard]] const error_info& info(errc code) noexcept;
/// All rows, in the order of errc.
[[nodiscard]] std::span<const error_info> error_table() noexcept;
/// The errc whose wire name is `name` ("LoginRequired"); nothing where it is unknown.
[[nodiscard]] std::optional<errc> errc_from_wire_name(std::string_view name) noexcept;

/// An expected failure. `message` is our own sentence for people and holds nothing that came from outside unescaped.
struct fault {
  errc code = errc::internal;
  std::string message;
  std::string provider_text;                        ///< What the provider said, escaped by printable(); may be empty.
  std::optional<std::chrono::seconds> retry_after;  ///< With temporarily_unavailable: when it may work.
  std::vector<std::string> missing_scopes;          ///< With login_required: what the grant lacks.
  std::string account;   ///< With access_denied and consent_pending, where the policy is why: which account …
  std::string app;       ///< … was refused to which app, as the policy names it, …
  std::string question;  ///< … and, with consent_pending, the id of the question that the person was asked.

  fault() = default;
  fault(errc code_, std::string message_, std::string provider_text_ = {})
      : code(code_), message(std::move(message_)), provider_text(std::move(provider_text_)) {}
};

template <class T = void>
using result = boost::system::result<T, fault>;

/// Makes `text` safe to show: control characters, DEL, bidirectional overrides and invalid UTF-8 become \xNN or
/// \u{NNNN}; cut to `limit` bytes with "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 512);

/// Called by boost::system::result::value() on a fault: a bug, hence std::logic_error.
[[noreturn]] void throw_exception_from_error(const fault& why, const boost::source_location& where);

}  // namespace latchkey
