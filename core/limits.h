// Every bound in the project, with its reason. A bound that protects against a hostile peer is a promise: tests name
// it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace latchkey::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What a provider may send.
inline constexpr std::size_t http_body = 1024 * 1024;   ///< Token and metadata documents are a few KiB; 1 MiB is a lie.
inline constexpr std::size_t http_headers = 32 * 1024;  ///< Twice what common servers accept themselves.
inline constexpr int json_depth = 64;                   ///< No OAuth document nests deeper than five.
inline constexpr std::size_t token_bytes = 64 * 1024;   ///< Big JWTs with group claims reach 16 KiB.
inline constexpr std::size_t provider_text = 512;       ///< As much of a provider's error text as a person reads.
inline constexpr seconds connect_timeout{10};           ///< Per address.
inline constexpr seconds http_timeout{30};              ///< A whole request, from name lookup to last byte.
inline constexpr seconds provider_check{10};            ///< `latchkey doctor`: a person waits for it.
inline constexpr seconds longest_retry_after{3600};     ///< A server may not put us to sleep for a day.
inline constexpr seconds longest_lifetime{10LL * 366 * 24 * 3600};  ///< Ten years: more is a lie and would overflow.

// Keys of issuers, and what they sign.
inline constexpr std::size_t jwk_set_bytes = 256 * 1024;  ///< Bytes; a key with its certificates has 5 KiB.
inline constexpr std::size_t jwk_set_keys = 100;          ///< Issuers have under ten; each may be tried for one token.
inline constexpr int rsa_least_bits = 2048;               ///< RFC 7518 §3.3; a private key, too.
inline constexpr int rsa_most_bits = 8192;              ///< More costs time and is used by nobody; a private key, too.
inline constexpr int rsa_exponent_bits = 32;            ///< All use 65,537; a long one makes each check slow.
inline constexpr std::size_t subject_characters = 255;  ///< OIDC Core §2.
inline constexpr seconds clock_skew{300};               ///< RFC 7519 §4.1.4: "a few minutes" between two clocks.
inline constexpr std::size_t jwk_sets = 32;       ///< Kept in memory at once; a person has accounts at fewer issuers.
inline constexpr seconds jwk_set_age{24 * 3600};  ///< Older keys are fetched again at their next use: one may be gone …
inline constexpr seconds jwk_set_offline_age{7 * 24 *
                                             3600};  ///< … and serve up to here where the issuer does not answer.
inline constexpr seconds jwk_set_pause{
    60};  ///< Between two fetches for unknown keys: tokens with made-up ones are cheap.

// The loopback listener.
inline constexpr std::size_t redirect_head = 16 * 1024;  ///< Request line and headers; codes and states are short.
inline constexpr int redirect_connections = 32;          ///< At once; a browser opens six.
inline constexpr seconds redirect_io_timeout{10};        ///< A browser on this host sends its request at once.
inline constexpr int redirect_refusals = 100;  ///< Wrong answers before the login ends: a guesser, no browser.
inline constexpr seconds login_timeout{300};   ///< Default of [login] timeout_seconds.
inline constexpr seconds landing_linger{5};    ///< How long /done stays reachable once the login is over.

inline constexpr std::size_t request_uri = 2048;  ///< Bytes of a pushed request's reference; it goes into a URL.

// The device flow (RFC 8628).
inline constexpr std::size_t user_code = 128;          ///< Bytes; a person types it.
inline constexpr std::size_t verification_uri = 2048;  ///< Bytes; a person types it, or a QR code holds it.
inline constexpr seconds longest_device_code{3600};    ///< Nobody waits longer in front of a terminal.
inline constexpr seconds longest_device_interval{60};  ///< A longer one would let the code die unasked for.
inline constexpr seconds slow_down{5};                 ///< RFC 8628 §3.5.
inline constexpr seconds longest_device_backoff{60};   ///< The person waits, and the code's time runs.

// The provider's own API.
inline constexpr std::size_t user_information = 256;         ///< Bytes of one value: a name, an address.
inline constexpr std::size_t user_information_fields = 100;  ///< More is no description of a person.

// A private key that a person gives, for a client secret that is encrypted.
inline constexpr std::size_t private_key = 5 * 1024;  ///< Bytes in DER: RSA of rsa_most_bits, and no number beyond it.
inline constexpr std::int64_t passphrase_rounds = 2'000'000;  ///< A second or two; thrice what is advised today.
inline constexpr std::int64_t scrypt_work = 1024L * 1024;     ///< N·r·p; openssl(1) writes an eighth of it.

// The socket.
inline constexpr std::size_t ipc_message = 64 * 1024;      ///< A call is under 1 KiB.
inline constexpr std::size_t ipc_reply = 4 * 1024 * 1024;  ///< What a client reads: lists of accounts and providers.
inline constexpr int ipc_depth = 16;                       ///< Nesting of a call's JSON; the interface needs five.
inline constexpr int ipc_connections = 2048;               ///< Above it, new ones wait in the listen queue.
inline constexpr seconds ipc_message_timeout{
    30};  ///< From a message's first byte to its NUL, and for a reply to be read.
inline constexpr seconds told_retry_after{
    24 * 3600};  ///< What a client takes from a daemon, which says an hour and some minutes at most.
inline constexpr std::size_t watch_queue = 256;  ///< Events a watcher may be behind before it is dropped.

// Which app may use which account.
inline constexpr std::size_t app_name = 1024;               ///< Bytes of a path or unit; a person reads it.
inline constexpr seconds consent_question{600};             ///< Whoever has not answered by then has left the desk.
inline constexpr std::size_t consent_questions = 32;        ///< At once; nobody reads more.
inline constexpr std::size_t consent_questions_of_app = 4;  ///< One program does not use up all of them.
inline constexpr std::size_t policy_rules = 2000;           ///< Nobody decided that often.
inline constexpr std::size_t audit_file = 1024 * 1024;      ///< Some 5,000 entries; as many again in the one before.
inline constexpr std::int64_t audit_entries = 1000;         ///< Of one answer.
inline constexpr std::int64_t audit_entries_default = 100;  ///< What fills a few screens.
inline constexpr seconds audit_repeat{60};                  ///< The same refusal again is told this often.

// Refresh.
inline constexpr seconds default_min_valid{
    60};  ///< What a caller gets when it asks for nothing (capped, see account_fsm).
inline constexpr milliseconds shortest_backoff{
    100};                                            ///< Jitter may come out as nothing; no back-off at all is a storm.
inline constexpr int refreshes_a_call = 3;           ///< One is enough; more means that tokens die on arrival.
inline constexpr std::size_t forced_refreshes = 20;  ///< So often a program may have a token replaced that others use …
inline constexpr seconds forced_refresh_window{300};  ///< … within this: no provider kills so many without a reason.
inline constexpr seconds first_backoff{1};            ///< After the first transient failure …
inline constexpr seconds longest_backoff{300};        ///< … doubling up to this.
inline constexpr seconds longest_save_backoff{30};    ///< A disk is full or not: asking costs nobody else anything.
inline constexpr seconds longest_lease{30};  ///< One call to an API; whoever needs longer renews the token first.
inline constexpr double refresh_ahead_from = 0.75;  ///< Share of a lifetime after which a token in use is replaced …
inline constexpr double refresh_ahead_to = 0.9;  ///< … at random up to here, so that accounts do not come together.
inline constexpr seconds upkeep_delay{60};       ///< After the start, before idle accounts are looked at …
inline constexpr seconds upkeep_interval{6 * 3600};  ///< … and again: refresh tokens live for days.

// Between the journal and the store.
inline constexpr seconds store_patience{1};        ///< A save waits for the store so long: the journal holds the grant.
inline constexpr seconds first_store_retry{1};     ///< After the first failure of the store …
inline constexpr seconds longest_store_retry{60};  ///< … doubling up to this: a full disk is soon cleared.
inline constexpr seconds first_locked_retry{300};  ///< Each look at a locked keyring may ask the person to unlock it …
inline constexpr seconds longest_locked_retry{3600};  ///< … so they become rare where nobody does.

// The end of the process.
inline constexpr seconds shutdown_patience{40};    ///< A token request may take http_timeout, and then comes the save.
inline constexpr seconds upkeep_timer{25 * 3600};  ///< latchkeyd-upkeep.timer wakes a daemon that ended idle each day.
inline constexpr milliseconds shutdown_look{10};   ///< How often a stopping daemon looks whether its work is done.

// Memory that is never swapped out.
inline constexpr std::size_t secure_heap =
    4 * 1024 * 1024;  ///< Half of what Linux lets a process lock; a power of two.
inline constexpr std::size_t secure_heap_reserve = 256 * 1024;  ///< Of it, for the keys of OpenSSL's own.
inline constexpr std::size_t secure_heap_smallest = 32;         ///< Bytes of its smallest block; a power of two.

// Names and files.
inline constexpr std::size_t account_name = 64;            ///< Bytes of an account or provider name.
inline constexpr std::size_t config_file = 1024 * 1024;    ///< A configuration file above this is not ours.
inline constexpr std::size_t stored_record = 1024 * 1024;  ///< A grant with four tokens of 64 KiB fits with room.

}  // namespace latchkey::limits
