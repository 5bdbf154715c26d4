#include "cli/exec_credential.h"

#include <nlohmann/json.hpp>

#include "cli/duration_text.h"

namespace latchkey::cli {
namespace {

using nlohmann::ordered_json;

constexpr const char* newest = "client.authentication.k8s.io/v1";
constexpr const char* older = "client.authentication.k8s.io/v1beta1";
constexpr const char* kind = "ExecCredential";
constexpr std::int64_t year_10000 = 253402300800;  // RFC 3339 has four digits for the year.

std::string text_member(const ordered_json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

result<std::string> exec_api_version(const char* exec_info) {
  if (exec_info == nullptr || *exec_info == '\0') return std::string(newest);
  const ordered_json asked = ordered_json::parse(exec_info, nullptr, false);
  if (!asked.is_object() || text_member(asked, "kind") != kind)
    return fault(errc::bad_request, "KUBERNETES_EXEC_INFO holds no ExecCredential");
  const std::string version = text_member(asked, "apiVersion");
  if (version == newest || version == older) return version;
  return fault(errc::bad_request, "KUBERNETES_EXEC_INFO asks for apiVersion " + printable(version) + ": write " +
                                      newest + " (or v1beta1 for a kubectl older than 1.22) into the kubeconfig");
}

std::string exec_credential(const std::string& api_version, const token& given) {
  ordered_json status{{"token", given.access_token}};
  if (given.expires_at && *given.expires_at > 0 && *given.expires_at < year_10000)
    status["expirationTimestamp"] = absolute_time(*given.expires_at);
  return ordered_json{{"apiVersion", api_version}, {"kind", kind}, {"status", std::move(status)}}.dump() + "\n";
}

}  // namespace latchkey::cli
