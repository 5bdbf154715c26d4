// What a person sees of a login: where to go, how long there is time, and that it worked. Shows; decides nothing.
#pragma once

#include <optional>

#include "cli/invocation.h"
#include "cli/spinner.h"
#include "latchkey/client.h"

namespace latchkey::cli {

enum class url_opener {
  latchkey,  ///< The daemon opens the browser, or this command where the daemon cannot.
  person,    ///< --no-browser: the URL is the first line of standard output.
};

class login_display {
 public:
  login_display(invocation& call, url_opener opener) : call_(call), opener_(opener) {}

  /// For client::login(). Throws output_failed.
  void show(const login_step& step);
  /// The login is over: no spinner any more.
  void end() { spinner_.reset(); }

 private:
  void show_url(const login_step& step);
  void open_or_show(const login_step& step);
  void explain_url(const login_step& step);
  void wait_for(const std::string& what, const login_step& step);

  invocation& call_;
  url_opener opener_;
  std::optional<spinner> spinner_;
};

}  // namespace latchkey::cli
