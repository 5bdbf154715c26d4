// What a person sees of a login: where to go, how long there is time, and that it worked. Where the person opens the
// URL, also takes the address that comes back by hand. Decides nothing.
#pragma once

#include <optional>

#include "cli/device_code_view.h"
#include "cli/invocation.h"
#include "cli/pasted_redirect.h"
#include "cli/spinner.h"
#include "latchkey/client.h"

namespace latchkey::cli {

enum class url_opener {
  latchkey,  ///< The daemon opens the browser, or this command where the daemon cannot.
  person,    ///< --no-browser: the URL is the first line of standard output.
};

class login_display {
 public:
  login_display(invocation& call, url_opener opener, qr_wish wish) : call_(call), opener_(opener), wish_(wish) {}

  /// For client::login(). Throws output_failed.
  void show(const login_step& step);
  /// The login is over: no spinner any more, and nothing is read. Another one may begin.
  void end();

 private:
  void show_url(const login_step& step);
  void open_or_show(const login_step& step);
  void explain_url(const login_step& step);
  void show_code(const login_step& step);
  void invite_paste();
  void wait_for(const std::string& what, const login_step& step);

  invocation& call_;
  url_opener opener_;
  qr_wish wish_;
  login_step code_;   // The last one with a user code.
  std::string said_;  // The last wait, where there is no spinner.
  std::optional<pasted_redirect> pasted_;
  std::optional<spinner> spinner_;
};

}  // namespace latchkey::cli
