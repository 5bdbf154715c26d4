// A redirect that a person brings, because the browser that was sent to it runs on another machine.
#include <utility>

#include "core/authorize.h"
#include "core/limits.h"

namespace latchkey {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

}  // namespace

result<redirect_request> pasted_redirect(std::string_view address) {
  constexpr std::string_view scheme = "http://";
  std::string_view text = trimmed(address);
  const auto refuse = [](std::string_view problem) {
    return fault(errc::bad_request, "the pasted address cannot be used: " + std::string(problem) +
                                        ": copy the whole address at which the browser ended, which starts with "
                                        "http:// and has code= in it");
  };
  if (!text.starts_with(scheme)) return refuse("it does not start with http://");
  if (text.size() > limits::redirect_head) return refuse("it is too long");
  // A browser keeps the fragment to itself.
  text = text.substr(scheme.size(), text.find('#') - scheme.size());
  const std::size_t path = text.find_first_of("/?");
  redirect_request request;
  request.method = "GET";
  request.headers = {{"Host", std::string(text.substr(0, path))}};
  if (path != std::string_view::npos) request.target = text.substr(path);
  if (!request.target.starts_with('/')) request.target.insert(request.target.begin(), '/');
  return request;
}

}  // namespace latchkey
