#include "cli/login_display.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "cli/account_view.h"
#include "cli/duration_text.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "core/error.h"
#include "os/open_url.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t longest_url = std::size_t{64} * 1024;  // A message of the daemon holds no more.

std::string shown_url(const login_step& step) {
  return printable(step.url, longest_url);
}

std::string port_of(const std::string& redirect_uri) {
  const std::size_t host = redirect_uri.find("://");
  const std::size_t colon = host == std::string::npos ? host : redirect_uri.find(':', host + 3);
  if (colon == std::string::npos) return {};
  const std::size_t end = redirect_uri.find_first_not_of("0123456789", colon + 1);
  return redirect_uri.substr(colon + 1, end == std::string::npos ? end : end - colon - 1);
}

// The redirect comes to this machine, so a browser elsewhere needs a way here.
std::string tunnel_hint(const login_step& step) {
  const char* connection = std::getenv("SSH_CONNECTION");
  const std::string port = port_of(step.redirect_uri);
  if (connection == nullptr || *connection == '\0' || port.empty()) return {};
  return "You are here by SSH. For a browser on your own machine run there first:\n  ssh -L " + port +
         ":127.0.0.1:" + port + " THIS_HOST\n";
}

}  // namespace

void login_display::show(const login_step& step) {
  spinner_.reset();
  if (call_.json && step.state != "done") {
    call_.out.print(json::of(step));
    call_.out.flush();
  }
  if (step.state == "browser_opened") {
    say("Your browser shows the login of " + printable(call_.account) + ". If no page appeared, open this URL:\n  " +
        shown_url(step) + "\n");
    wait_for("Waiting for you in the browser", step);
  } else if (step.state == "open_url") {
    show_url(step);
  } else if (step.state == "user_code") {
    show_code(step);
  } else if (step.state == "retrying") {
    wait_for(printable(step.warning.empty() ? "The provider cannot be asked now; trying again" : step.warning), step);
  } else if (step.state == "redirected") {
    pasted_.reset();
    wait_for("The provider answered; fetching the tokens", step);
  }
}

void login_display::end() {
  spinner_.reset();
  pasted_.reset();
  code_ = {};
  said_.clear();
}

void login_display::show_code(const login_step& step) {
  // After a retry the same code comes again, and is still to be seen.
  const bool shown = step.user_code == code_.user_code && step.verification_uri == code_.verification_uri;
  code_ = step;
  if (!shown) {
    if (!step.warning.empty()) warn(step.warning);
    say(device_code_view(step, terminal_of(STDERR_FILENO), wish_));
  }
  const std::string host = host_of(step.verification_uri);
  wait_for(host.empty() ? "Waiting for you in a browser" : "Waiting for you at " + host, step);
}

// The terminal first stops showing what is typed: whoever reads the invitation may paste at once.
void login_display::invite_paste() {
  pasted_.emplace(call_.account);
  say(pasted_redirect::invitation());
}

void login_display::show_url(const login_step& step) {
  if (opener_ == url_opener::latchkey) {
    open_or_show(step);
    return;
  }
  if (!call_.json) {
    call_.out.print(shown_url(step) + "\n");
    call_.out.flush();
  }
  say("Open the URL in a browser on this machine to log " + printable(call_.account) + " in.\n" + tunnel_hint(step));
  invite_paste();
  wait_for("Waiting for you in the browser", step);
}

void login_display::open_or_show(const login_step& step) {
  if (!can_open_url()) {
    explain_url(step);
  } else if (const auto opened = open_url(step.url); !opened) {
    say(printable(opened.error().message) + "\n");
    explain_url(step);
  } else {
    say("Opened your browser to log " + printable(call_.account) + " in. If no page appeared, open this URL:\n  " +
        shown_url(step) + "\n");
  }
  wait_for("Waiting for you in the browser", step);
}

void login_display::explain_url(const login_step& step) {
  say("No browser can be opened from here. Open this URL in one on this machine; the login goes on by itself:\n  " +
      shown_url(step) + "\n" + tunnel_hint(step));
  invite_paste();
}

void login_display::wait_for(const std::string& what, const login_step& step) {
  // Trying again takes no more time than there was.
  const auto until = step.expires_at ? step.expires_at : code_.expires_at;
  if (terminal_of(STDERR_FILENO).is_terminal) {
    spinner_.emplace(wait_notice{what, until});
  } else if (until && what != std::exchange(said_, what)) {
    say(what + " (" + duration_text(std::max<std::int64_t>(0, *until - now_seconds())) + " left).\n");
  }
}

}  // namespace latchkey::cli
