// Faults as the errors that the interface file declares, and back.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "ipc/messages.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;

bool carries_provider_text(errc code) {
  switch (code) {
    case errc::login_required:
    case errc::login_failed:
    case errc::login_expired:
    case errc::access_denied:
    case errc::temporarily_unavailable:
    case errc::provider_error:
      return true;
    default:
      return false;
  }
}

// Shown to a person: what another process sent is made safe, whoever it is.
std::string text_member(const json& parameters, std::string_view name) {
  if (!parameters.is_object()) return {};
  const auto found = parameters.find(name);
  if (found == parameters.end() || !found->is_string()) return {};
  return printable(found->get_ref<const std::string&>(), 4096);
}

fault protocol_fault(std::string_view name, const json& parameters) {
  if (name == "PermissionDenied") return {errc::access_denied, "the daemon serves another user: it refused this one"};
  if (name == "InvalidParameter")
    return {errc::bad_request, "the daemon does not accept the parameter " + text_member(parameters, "parameter")};
  if (name == "InterfaceNotFound" || name == "MethodNotFound" || name == "MethodNotImplemented") {
    const std::string what = text_member(parameters, name == "InterfaceNotFound" ? "interface" : "method");
    return {errc::bad_request, "the daemon does not know " + (what.empty() ? "this call" : what) +
                                   ": it is older than this program, restart it after an upgrade"};
  }
  if (name == "ExpectedMore") return {errc::bad_request, "this call answers more than once and must say so"};
  return {errc::bad_request, "the daemon refused the call: " + printable(name, 64)};
}

// Within bounds: whoever is told adds it to a time.
std::optional<std::chrono::seconds> retry_after_of(const json& parameters) {
  const auto found = parameters.find("retry_after");
  if (found == parameters.end() || !found->is_number_integer()) return std::nullopt;
  constexpr std::int64_t longest = limits::told_retry_after.count();
  // Above what a signed number holds there is nothing but lies.
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > std::uint64_t{longest})
    return limits::told_retry_after;
  return std::chrono::seconds(std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, longest));
}

void read_details(fault& why, const json& parameters) {
  if (!parameters.is_object()) return;
  why.retry_after = retry_after_of(parameters);
  why.account = text_member(parameters, "account");
  why.app = text_member(parameters, "app");
  why.question = text_member(parameters, "id");
  const auto scopes = parameters.find("missing_scopes");
  if (scopes == parameters.end() || !scopes->is_array()) return;
  for (const json& scope : *scopes)
    if (scope.is_string()) why.missing_scopes.push_back(printable(scope.get_ref<const std::string&>()));
}

void put_if_any(json& parameters, const char* name, const std::string& text) {
  if (!text.empty()) parameters[name] = text;
}

}  // namespace

json encode_fault(const fault& why) {
  // no_daemon is the client's own word; a daemon that says it has a bug.
  const errc code = why.code == errc::no_daemon ? errc::internal : why.code;
  json parameters = json::object();
  parameters["message"] = why.message;
  if (carries_provider_text(code) && !why.provider_text.empty()) parameters["provider_text"] = why.provider_text;
  if (code == errc::temporarily_unavailable && why.retry_after) parameters["retry_after"] = why.retry_after->count();
  if (code == errc::login_required && !why.missing_scopes.empty()) parameters["missing_scopes"] = why.missing_scopes;
  if (code == errc::access_denied || code == errc::consent_pending) {
    put_if_any(parameters, "account", why.account);
    put_if_any(parameters, "app", why.app);
  }
  if (code == errc::consent_pending) put_if_any(parameters, "id", why.question);
  json answer = json::object();
  answer["error"] = std::string(broker_interface) + "." + std::string(info(code).wire_name);
  answer["parameters"] = std::move(parameters);
  return answer;
}

fault decode_fault(const std::string& error, const json& parameters) {
  const std::size_t dot = error.rfind('.');
  const std::string_view interface_name = std::string_view(error).substr(0, dot == std::string::npos ? 0 : dot);
  const std::string_view name = std::string_view(error).substr(dot == std::string::npos ? 0 : dot + 1);
  if (interface_name == "org.varlink.service") return protocol_fault(name, parameters);
  const auto code = interface_name == broker_interface ? errc_from_wire_name(name) : std::nullopt;
  std::string message = text_member(parameters, "message");
  if (message.empty()) message = "the daemon answered with the error " + printable(error, 128);
  fault why(code.value_or(errc::internal), std::move(message), text_member(parameters, "provider_text"));
  read_details(why, parameters);
  return why;
}

}  // namespace latchkey::ipc
