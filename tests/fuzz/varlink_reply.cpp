// Replies as the client library reads them: whatever answers on the socket, a program gets values or a client_error
// whose texts are safe to show and whose times can be added to a clock. The input's first byte picks the first call.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <vector>

#include "core/limits.h"
#include "latchkey/client.h"
#include "os/unique_fd.h"
#include "tests/fuzz/input.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace latchkey;

// A daemon that accepts one program, ever, and has said all that it has to say before it is asked.
class hasty_daemon {
 public:
  hasty_daemon() : path_((folder_.path() / "socket").string()) {}
  client serve(std::string_view replies) {
    const unique_fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ::unlink(path_.c_str());
    fuzz::require(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    fuzz::require(::listen(listener.get(), 1) == 0);
    client agent(path_);
    accepted_.reset(::accept(listener.get(), nullptr, nullptr));
    static_cast<void>(::send(accepted_.get(), replies.data(), replies.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::shutdown(accepted_.get(), SHUT_WR);
    return agent;
  }

 private:
  support::temporary_folder folder_;
  std::string path_;
  unique_fd accepted_;
};

const std::vector<std::function<void(client&)>>& calls() {
  static const std::vector<std::function<void(client&)>> all{
      [](client& agent) { fuzz::require(agent.get_token("work").generation >= INT64_MIN); },
      [](client& agent) { static_cast<void>(agent.accounts()); },
      [](client& agent) { static_cast<void>(agent.providers()); },
      [](client& agent) { static_cast<void>(agent.status()); },
      [](client& agent) { agent.login("work", login_flow::url, {}, [](const login_step&) {}); },
      [](client& agent) { agent.watch("", [](const event&) { return true; }); },
      [](client& agent) { static_cast<void>(agent.logout("work", true)); },
      [](client& agent) { static_cast<void>(agent.check_provider("work")); },
      [](client& agent) { static_cast<void>(agent.user_info("work")); },
      [](client& agent) { static_cast<void>(agent.list_api_keys("work")); },
      [](client& agent) { static_cast<void>(agent.create_api_key("work", {}, secret_answer::revealed)); },
      [](client& agent) { static_cast<void>(agent.call_exchange("work", "bot", "Balance", {})); },
      [](client& agent) { static_cast<void>(agent.sign_dpop("work", {})); },
      [](client& agent) { agent.release_lease("lease"); },
  };
  return all;
}

// False once the daemon is gone.
bool call(client& agent, const std::function<void(client&)>& one) {
  try {
    one(agent);
    return true;
  } catch (const client_error& error) {
    const std::string_view said = error.what();
    fuzz::require(!said.empty() && !error.name().empty());
    fuzz::require_printable(said);
    fuzz::require_printable(error.provider_text);
    for (const std::string& scope : error.missing_scopes) fuzz::require_printable(scope);
    if (error.retry_after)
      fuzz::require(error.retry_after->count() >= 0 && *error.retry_after <= limits::told_retry_after);
    return error.name() != "NoDaemon";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static hasty_daemon daemon;
  client agent = daemon.serve(fuzz::as_text(data + 1, size - 1));
  std::size_t next = data[0];
  while (call(agent, calls()[next % calls().size()])) ++next;
  return 0;
}
