// What the daemon needs of the world, as small abstract structs. daemon/adapters implements them for real,
// tests/support with fakes. Everything above this line of the design is testable without a network, a keyring or a
// clock.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/authorize.h"
#include "core/error.h"
#include "core/http_message.h"
#include "core/types.h"
#include "core/url.h"

namespace latchkey {

template <class T = void>
using task = boost::asio::awaitable<T>;

/// Sends one HTTP request and reads one answer. No redirects, no cookies, no caching.
struct http_transport {
  virtual ~http_transport() = default;
  /// Errors: temporarily_unavailable (no name, no route, refused, timeout, broken answer), provider_error (TLS not
  /// trusted, answer too large). The message names the host, never the request's content.
  virtual task<result<http_response>> send(http_request request) = 0;
};

/// What rests in the store: one record for each account and kind.
enum class record_kind { grant, client_secret, api_keys, dpop_key };
struct record_id {
  std::string account;
  record_kind kind = record_kind::grant;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 that a comparison is compared with for a pointer.
  friend auto operator<=>(const record_id&, const record_id&) = default;
};
/// Counts the saves of one record; 0: there is none.
using record_version = std::uint64_t;
struct stored_record {
  secret value;
  record_version version = 0;
};

/// Compare-and-swap storage, so that two processes never lose an update.
struct token_store {
  virtual ~token_store() = default;
  /// version 0 and an empty value where there is no such record. Errors: store_locked, internal.
  virtual task<result<stored_record>> load(record_id id) = 0;
  /// Saves where the stored version is `expected`; the result is the new version. On return the record is on disk.
  /// Errors: store_locked; internal; temporarily_unavailable where another process saved first.
  virtual task<result<record_version>> save(record_id id, secret value, record_version expected) = 0;
  /// Success where there was nothing. Errors: store_locked, internal.
  virtual task<result<>> erase(record_id id) = 0;
  /// "secret-service" or "file", and a sentence for `latchkey status` and `latchkey doctor`.
  [[nodiscard]] virtual std::string backend() const = 0;
  [[nodiscard]] virtual std::string description() const = 0;
  /// A sentence about what it was given and could not put in its place yet; empty: nothing.
  [[nodiscard]] virtual std::string trouble() const { return {}; }
  /// Drops what it holds in memory and could read again, for a locked daemon, until resume(). False where something is
  /// under way: ask again.
  virtual bool withhold() { return true; }
  virtual void resume() {}
};

/// Numbers the journal's entries of one record upwards, in the order of writing.
using entry_number = std::uint64_t;

/// Holds what the store does not hold yet, so that neither a kill nor a locked keyring loses it. Calls that do not
/// suspend, because between receiving a token and its being safe from a kill nothing else may happen.
struct record_journal {
  virtual ~record_journal() = default;
  /// On return the entry is the kernel's: a kill loses nothing of it. Errors: internal, bad_request, store_locked; then
  /// nothing was written.
  virtual result<entry_number> write(const record_id& id, const secret& content) = 0;
  /// On return entry `number` survives a power cut, too, and older ones of the record are gone. Success where it was
  /// removed in the meantime. Errors: internal.
  virtual task<result<>> sync(record_id id, entry_number number) = 0;
  struct entry {
    secret content;
    entry_number number = 0;
  };
  /// The newest entry of the record, or nothing. Gets ready what write() needs, so that write() is quick. An entry that
  /// is damaged is set aside and told of in the log. Errors: internal, bad_request; store_locked where it was written
  /// under another key.
  virtual result<std::optional<entry>> read(const record_id& id) = 0;
  /// Removes the record's entries up to and with number `through`.
  virtual result<> remove(const record_id& id, entry_number through) = 0;
  /// The records that have an entry. Errors: internal, bad_request.
  virtual result<std::vector<record_id>> list() = 0;
};

/// Opens an address in the person's browser.
struct browser {
  virtual ~browser() = default;
  [[nodiscard]] virtual bool available() const = 0;
  virtual result<> open(const std::string& url) = 0;
};

/// Answers one request at the loopback listener; may take its time (for /done).
using redirect_handler = std::function<task<redirect_answer>(redirect_request)>;

/// A bound and answering loopback listener; closing is destruction.
struct redirect_listener {
  virtual ~redirect_listener() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};
struct redirect_listeners {
  virtual ~redirect_listeners() = default;
  /// Binds `where` (127.0.0.1 alone, whatever the host's name) and answers every request by `handler` until the result
  /// is destroyed. A handler that waits at that moment is cancelled and unwinds a little later, so it owns (by value or
  /// shared) whatever it touches after a wait. Errors: temporarily_unavailable where the port is taken, saying by which
  /// program where that can be seen.
  virtual result<std::unique_ptr<redirect_listener>> listen(const loopback_redirect& where,
                                                            redirect_handler handler) = 0;
};

struct time_source {
  virtual ~time_source() = default;
  [[nodiscard]] virtual instant now() const = 0;
  /// The wall time, finer than now() tells it: for numbers that have to grow from one process to the next.
  [[nodiscard]] virtual std::chrono::microseconds since_epoch() const { return now().wall.time_since_epoch(); }
  /// Tells one boot of the computer from another: boot times of different ones cannot be compared. Empty: not known.
  [[nodiscard]] virtual std::string boot_id() const { return {}; }
  /// Completes at `when`, or throws operation_aborted when cancelled.
  virtual task<> wait_until(boot_time when) = 0;
};

struct random_source {
  virtual ~random_source() = default;
  /// From the system's cryptographic generator.
  virtual void fill(std::span<unsigned char> bytes) = 0;
};

/// What the person is asked where no rule says whether an app may use an account.
struct consent_question {
  std::string id;            ///< Never used twice by one process.
  std::string app;           ///< As the policy names it: "/usr/bin/git", "unit:bot.service", "flatpak:ID", "unknown".
  std::int64_t process = 0;  ///< Of the app.
  std::string account;
  std::vector<std::string> scopes;  ///< What the token covers, and what was asked for; may be empty.
};
enum class consent_decision { allow, allow_for_a_day, deny };

/// Tells the person, where there is a desktop to tell them on; never waits, never fails.
struct notifier {
  virtual ~notifier() = default;
  /// `reason`: a sentence for people, without a secret in it. A later notification of an account replaces the one
  /// before.
  virtual void login_required(const std::string& account, const std::string& reason) = 0;
  /// Asks. `answered` is called on the daemon's executor, at most once, and never from within this call; not at all
  /// where the person does not answer.
  virtual void ask_consent(consent_question question, std::function<void(consent_decision)> answered) {
    static_cast<void>(question);
    static_cast<void>(answered);
  }
  /// The question of that id needs no answer any more: it is answered otherwise, or its time is over.
  virtual void withdraw_consent(const std::string& id) { static_cast<void>(id); }
};

/// The desktop's session, as its manager tells.
enum class session_state { locked, unlocked };

/// What main hands to the domain. All outlive it.
struct ports {
  http_transport& http;
  token_store& store;
  latchkey::browser& browser;
  redirect_listeners& listeners;
  time_source& time;
  random_source& random;
  latchkey::notifier& notify;
};

}  // namespace latchkey
