// The authorization request and what comes back to the loopback listener (RFC 6749 §4.1, RFC 7636, RFC 8252, RFC 9207).
// Pure: requests come in as values, answers go out as values. Called by daemon/login_browser.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http_message.h"
#include "core/provider.h"
#include "core/secret.h"
#include "core/url.h"

namespace latchkey {

struct authorize_request {
  std::string client_id;
  std::string redirect_uri;
  scope_list scopes;  ///< Empty: the parameter is left out.
  std::string state;
  std::string nonce;                         ///< Sent where asks_for_id_token().
  std::string dpop_jkt;                      ///< The key that the code will be bound to (RFC 9449 §10); empty: none.
  std::string code_challenge;                ///< Sent with S256 unless the provider has pkce = false.
  std::map<std::string, std::string> extra;  ///< The account's authorize_parameters, over the provider's.
};

/// Scopes `asked` of `server` ask it to say who logs in (OIDC Core §3.1.2.1): with a nonce, and an ID token as the
/// answer.
[[nodiscard]] bool asks_for_id_token(const provider& server, const scope_list& asked);

/// The parameters of the request. `offline_access` adds prompt=consent (OIDC Core §11).
[[nodiscard]] form_fields authorize_fields(const provider& server, const authorize_request& request);
/// The URL to open in the browser, with all of them.
[[nodiscard]] std::string authorize_url(const provider& server, const authorize_request& request);

/// One HTTP request at the loopback listener, as the adapter read it.
struct redirect_request {
  std::string method;
  std::string target;  ///< As in the request line, undecoded.
  std::vector<http_header> headers;
  bool has_body = false;
};

/// The request that a browser would have sent to `address`, for a person who brings the address instead: the browser
/// runs on another machine. Errors: bad_request; the message quotes nothing of the address.
[[nodiscard]] result<redirect_request> pasted_redirect(std::string_view address);

/// What the listener sends back. Pages are whole HTML documents without script, fit for CSP default-src 'none'.
struct redirect_answer {
  unsigned status = 404;
  std::string location;  ///< With 303: the clean address.
  std::string page;      ///< HTML; empty with 303.
  std::string allow;     ///< With 405: value of Allow.
};

/// What the one right redirect brought.
struct authorize_response {
  secret code;
};

/// Judges every request that reaches one login's listener. Single use: the first well-formed request with the right
/// state ends it, for good or ill (an answer of the wrong issuer included, RFC 9207 §2.4). Requests that are not the
/// right redirect, or that say one thing twice or a code and an error, change nothing but the count of refusals.
class redirect_judge {
 public:
  struct expectation {
    std::string host_header;  ///< "127.0.0.1:PORT" as in the redirect_uri; compared with Host.
    std::string path;         ///< Path of the redirect_uri; empty is "/".
    secret state;
    std::string issuer;  ///< To compare `iss` with where it is there; may be empty.
    bool iss_required = false;
    std::string account;  ///< For the sentences of outcome(); no page of a refused request names it.
  };

  explicit redirect_judge(expectation expected);

  /// The answer to send at once. After it, outcome() may have become set. A GET for /done is not judged here.
  redirect_answer judge(const redirect_request& request);
  /// Set once: the code, or why the login failed (access_denied, login_failed).
  [[nodiscard]] std::optional<result<authorize_response>>& outcome() noexcept { return outcome_; }
  /// How many requests were refused; limits::redirect_refusals of them end the login (outcome: login_failed).
  [[nodiscard]] int refusals() const noexcept { return refusals_; }
  /// Why the last refused request was refused, for the log; holds nothing from outside.
  [[nodiscard]] std::string_view last_refusal() const noexcept { return last_refusal_; }
  /// The Host and method checks alone, for requests other than the redirect (/done): an answer if it is refused.
  std::optional<redirect_answer> refuse_foreign(const redirect_request& request);

 private:
  redirect_answer refuse(unsigned status, std::string_view reason);

  expectation expected_;
  std::optional<result<authorize_response>> outcome_;
  int refusals_ = 0;
  std::string last_refusal_;
};

/// The pages of /done: the login of `account` worked, or why it did not (escaped for HTML).
[[nodiscard]] std::string success_page(std::string_view account);
[[nodiscard]] std::string failure_page(std::string_view account, const fault& why);
/// `text` with & < > " ' replaced by references.
[[nodiscard]] std::string html_escape(std::string_view text);

}  // namespace latchkey
