#include "core/discovery.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/bounded_json.h"
#include "core/limits.h"
#include "core/url.h"

namespace latchkey {
namespace {

using nlohmann::json;

// Scheme and host of an address that parse_endpoint() took, without the slash after them.
std::string_view origin_of(std::string_view address) {
  return address.substr(0, address.find('/', address.find("://") + 3));
}

fault unfit(std::string_view issuer, std::string_view problem) {
  return {errc::provider_error, "the metadata of " + printable(issuer) + " cannot be used: " + std::string(problem)};
}

fault bad_status(std::string_view issuer, unsigned status) {
  const bool passing = status == 408 || status == 429 || status >= 500;
  return {passing ? errc::temporarily_unavailable : errc::provider_error,
          printable(issuer) + " answered " + std::to_string(status) + " to the request for its metadata"};
}

// Reads members of the document and remembers the first that is wrong.
class metadata_reader {
 public:
  explicit metadata_reader(const json& document) : document_(document) {}

  std::string text(const std::string& name) {
    const json* member = find(name);
    if (member == nullptr) return {};
    if (!member->is_string()) {
      blame(name + " is not a string");
      return {};
    }
    return member->get<std::string>();
  }

  std::string address(const std::string& name) {
    std::string value = text(name);
    if (value.empty()) return value;
    if (const auto parsed = parse_endpoint(name, value); !parsed) blame(parsed.error().message);
    return value;
  }

  std::string required_address(const std::string& name) {
    std::string value = address(name);
    if (value.empty()) blame(name + " is missing");
    return value;
  }

  bool flag(const std::string& name) {
    const json* member = find(name);
    if (member == nullptr) return false;
    if (!member->is_boolean()) blame(name + " is neither true nor false");
    return *member == true;
  }

  /// Whether the list `name` holds `word`; nothing where there is no such list.
  std::optional<bool> lists(const std::string& name, std::string_view word) {
    const json* member = find(name);
    if (member == nullptr) return std::nullopt;
    if (!member->is_array()) blame(name + " is not a list");
    return std::ranges::any_of(*member, [&](const json& each) { return each == word; });
  }

  void blame(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  // RFC 8414 §2 leaves members out rather than null; some servers write null.
  [[nodiscard]] const json* find(const std::string& name) const {
    const auto found = document_.find(name);
    return found == document_.end() || found->is_null() ? nullptr : &*found;
  }

  const json& document_;
  std::string problem_;
};

void read_endpoints(metadata_reader& reader, provider& read) {
  read.authorization_endpoint = reader.required_address("authorization_endpoint");
  read.token_endpoint = reader.required_address("token_endpoint");
  read.revocation_endpoint = reader.address("revocation_endpoint");
  read.device_authorization_endpoint = reader.address("device_authorization_endpoint");
  read.userinfo_endpoint = reader.address("userinfo_endpoint");
  read.jwks_uri = reader.address("jwks_uri");
  read.pushed_authorization_request_endpoint = reader.address("pushed_authorization_request_endpoint");
}

void read_quirks(metadata_reader& reader, provider& read) {
  constexpr const char* methods = "token_endpoint_auth_methods_supported";
  // RFC 8414 §2: client_secret_basic where the list is not there.
  if (!reader.lists(methods, "client_secret_basic").value_or(true)) {
    read.confidential_client_auth = client_authentication::client_secret_post;
    if (!reader.lists(methods, "client_secret_post").value_or(true))
      read.warnings.emplace_back(
          "the provider lists neither client_secret_basic nor client_secret_post: a client with "
          "a secret may not be able to log in");
  }
  // RFC 7636 §5 lets a client send a challenge that the server does not know, and plain would protect nothing.
  if (!reader.lists("code_challenge_methods_supported", "S256").value_or(true))
    read.warnings.emplace_back("the provider does not list S256 for PKCE; Latchkey sends it all the same");
  // OIDC Discovery §3 requires the second member, and RFC 8414 does not know it.
  read.openid = reader.lists("scopes_supported", "openid").value_or(false) ||
                reader.lists("id_token_signing_alg_values_supported", "").has_value();
  // Without the address there is nothing to push to, whatever the flag says.
  read.require_pushed_authorization_requests =
      reader.flag("require_pushed_authorization_requests") && !read.pushed_authorization_request_endpoint.empty();
  read.iss_parameter_supported = reader.flag("authorization_response_iss_parameter_supported");
}

}  // namespace

result<std::vector<std::string>> discovery_addresses(std::string_view issuer) {
  const auto parsed = parse_endpoint("the issuer", issuer);
  if (!parsed) return parsed.error();
  if (issuer.find('?') != std::string_view::npos)
    return fault(errc::bad_request, "the issuer must not have a query (?): " + printable(issuer));
  const std::string_view origin = origin_of(issuer);
  std::string_view path = issuer.substr(origin.size());
  if (path.ends_with('/')) path.remove_suffix(1);
  return std::vector<std::string>{
      std::string(origin) + std::string(path) + "/.well-known/openid-configuration",
      std::string(origin) + "/.well-known/oauth-authorization-server" + std::string(path),
  };
}

result<provider> parse_discovery(std::string_view issuer, const http_response& response) {
  if (response.status != 200) return bad_status(issuer, response.status);
  if (response.body.size() > limits::http_body) return unfit(issuer, "it is larger than 1 MiB");
  const auto endpoint = parse_endpoint("the issuer", issuer);
  if (!endpoint) return endpoint.error();
  const auto document = parse_bounded_json("the document", response.body.reveal(), limits::json_depth);
  if (!document) return unfit(issuer, document.error().message);
  if (!document->is_object()) return unfit(issuer, "the document is no JSON object");

  metadata_reader reader(*document);
  provider read;
  read.issuer = reader.text("issuer");
  if (read.issuer != issuer && reader.problem().empty())
    reader.blame(read.issuer.empty() ? "issuer is missing"
                                     : "it names another issuer, " + printable(read.issuer) +
                                           "; they must be equal to the letter (RFC 8414 §3.3)");
  read.name = endpoint->host;
  read.display_name = endpoint->host;
  read_endpoints(reader, read);
  read_quirks(reader, read);
  if (!reader.problem().empty()) return unfit(issuer, reader.problem());
  return read;
}

}  // namespace latchkey
