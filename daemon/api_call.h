// A call to the provider's own API with an account's access token, made by the daemon itself: the token is held by a
// lease while it is in use, and a 401 gets one more try with a newer token.
#pragma once

#include <functional>
#include <memory>

#include "daemon/account.h"
#include "daemon/ports.h"
#include "daemon/withheld.h"

namespace latchkey {

struct api_answer {
  http_response response;  ///< Of any status.
  secret token;            ///< What it was asked with.

  /// What `parse` makes of the response; a provider's text that repeats the token is withheld.
  template <class T>
  [[nodiscard]] result<T> read(result<T> (*parse)(const http_response&)) const {
    result<T> parsed = parse(response);
    if (parsed) return parsed;
    fault why = parsed.error();
    withhold_echo(why, token);
    return why;
  }
};

/// `make` builds the request from the token; it may be asked twice. `scopes`: what the token must cover. Errors: those
/// of account::token() and of the transport; an answer of any status is none.
task<result<api_answer>> call_with_token(http_transport& http, std::shared_ptr<account> who, scope_list scopes,
                                         std::function<http_request(const secret&)> make);

/// One call, where a refused token is no reason to replace it: a 401 is the answer. For what is nice to know, where the
/// endpoint may want another kind of token than this account's, and a refresh would be for nothing each time.
task<result<api_answer>> call_once_with_token(http_transport& http, std::shared_ptr<account> who,
                                              std::function<http_request(const secret&)> make);

}  // namespace latchkey
