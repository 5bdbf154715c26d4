#include "core/id_token.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base64.h"
#include "core/bounded_json.h"
#include "core/limits.h"
#include "core/provider_variables.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::size_t shown_text = 64;                          // Bytes of a foreign name in a message.
constexpr double last_second_of_the_calendar = 253402300799.0;  // 9999-12-31: a time after it is none.

fault refused(std::string_view problem) {
  return {errc::provider_error, "the ID token cannot be used: " + std::string(problem)};
}

std::string in_quotes(std::string_view text) {
  return "\"" + printable(text, shown_text) + "\"";
}

// JWS Compact Serialization (RFC 7515 §7.1), still encoded.
struct token_parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_part;  // The first two and the dot between them.
};

result<token_parts> split(std::string_view token) {
  if (token.size() > limits::token_bytes) return refused("it is larger than 64 KiB");
  const auto dots = std::ranges::count(token, '.');
  if (dots == 4) return refused("it is encrypted, which Latchkey does not ask for and cannot read");
  if (dots != 2) return refused("it does not have three parts");
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  return token_parts{token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(last + 1),
                     token.substr(0, last)};
}

result<json> read_object(const std::string& what, std::string_view encoded) {
  const auto text = base64url_decode(what, encoded);
  if (!text) return refused(text.error().message);
  auto object = parse_bounded_json(what, *text, limits::json_depth);
  if (!object) return refused(object.error().message);
  if (!object->is_object()) return refused(what + " is no JSON object");
  return object;
}

result<id_token_header> read_header(std::string_view encoded) {
  const auto header = read_object("its header", encoded);
  if (!header) return header.error();
  // RFC 7515 §4.1.11: Latchkey knows no extension, so whatever is listed cannot be understood.
  if (header->contains("crit")) return refused("its header has an extension that must be understood (crit)");
  const json alg = header->value("alg", json());
  const json kid = header->value("kid", json(""));
  if (!alg.is_string() || !kid.is_string()) return refused("alg is missing in its header, or kid is not a string");
  if (!signature_algorithm_of(alg.get<std::string>()))
    return refused("it is signed with " + in_quotes(alg.get<std::string>()) +
                   "; RS256, PS256, ES256 and EdDSA are taken: change the algorithm of ID tokens at the provider");
  return id_token_header{alg.get<std::string>(), kid.get<std::string>()};
}

fault keys_too_old(const id_token_header& header) {
  return {errc::temporarily_unavailable,
          header.kid.empty()
              ? "none of the issuer's keys has signed the ID token"
              : "the issuer's key set has no key " + in_quotes(header.kid) + ", which signed the ID token"};
}

// Nothing where the signature is one of the issuer's.
std::optional<fault> signature_fault(const token_parts& parts, const id_token_header& header, const jwk_set& set) {
  const auto signature = base64url_decode("its signature", parts.signature);
  if (!signature) return refused(signature.error().message);
  const auto algorithm = signature_algorithm_of(header.alg).value();
  bool named = false;
  for (const auto& each : set.keys) {
    if (!header.kid.empty() && each.kid != header.kid) continue;
    named = !header.kid.empty();
    if (!each.alg.empty() && each.alg != header.alg) continue;
    if (each.key.verifies(algorithm, parts.signed_part, *signature)) return std::nullopt;
  }
  if (named) return refused("its signature is not that of the issuer's key " + in_quotes(header.kid));
  return keys_too_old(header);
}

// OIDC Core §3.1.3.6: the left half of the hash that belongs to the signature. Ed25519's own is SHA-512 (RFC 8032
// §5.1).
std::string half_hash(signature_algorithm algorithm, const secret& access_token) {
  const EVP_MD* hash = algorithm == signature_algorithm::eddsa ? EVP_sha512() : EVP_sha256();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(access_token.reveal().data(), access_token.size(), digest.data(), &length, hash, nullptr) != 1)
    throw std::runtime_error("OpenSSL could not hash an access token");
  return base64url_encode({digest.data(), length / 2});
}

// Looks at one claim after the other and remembers the first that is wrong.
class claims_check {
 public:
  claims_check(const json& claims, const id_token_expectations& expected) : claims_(claims), expected_(expected) {}

  std::string issuer() {
    std::string iss = required_text("iss");
    if (iss != expected_issuer()) blame("it is of another issuer, " + in_quotes(iss));
    return iss;
  }

  std::string subject() {
    std::string sub = required_text("sub");
    if (sub.size() > limits::subject_characters ||
        !std::ranges::all_of(sub, [](char c) { return c >= ' ' && c < '\x7F'; }))
      blame("sub is longer than 255 characters or not all ASCII");
    if (expected_.subject && sub != *expected_.subject) blame("it is of another person than the login was (sub)");
    return sub;
  }

  // OIDC Core §3.1.3.7, 3 to 5.
  void audience() {
    const json aud = claims_.value("aud", json());
    const json list = aud.is_array() ? aud : json::array({aud});
    if (!std::ranges::all_of(list, [](const json& each) { return each.is_string(); }))
      return blame("aud is missing, or neither a string nor a list of strings");
    if (expected_.client_id.empty() || std::ranges::find(list, json(expected_.client_id)) == list.end())
      return blame("it is for another client (aud)");
    const auto azp = claims_.find("azp");
    if (azp == claims_.end() && list.size() > 1) return blame("it is for several clients and says not for which (azp)");
    if (azp != claims_.end() && *azp != expected_.client_id) blame("it was issued to another client (azp)");
  }

  wall_time expires_at() {
    const auto exp = required_time("exp");
    if (expected_.now >= exp + limits::clock_skew) blame("it has expired; is this computer's clock right?");
    return exp;
  }

  wall_time issued_at() {
    const auto iat = required_time("iat");
    if (iat > expected_.now + limits::clock_skew) blame("it is of the future (iat); is this computer's clock right?");
    if (time("nbf").value_or(iat) > expected_.now + limits::clock_skew)
      blame("it does not count yet (nbf); is this computer's clock right?");
    return iat;
  }

  void nonce() {
    if (expected_.nonce.empty()) return;
    if (!constant_time_equal(required_text("nonce"), expected_.nonce)) blame("it is of another login (nonce)");
  }

  void access_token_hash(signature_algorithm algorithm) {
    if (expected_.access_token == nullptr || !claims_.contains("at_hash")) return;
    if (!constant_time_equal(required_text("at_hash"), half_hash(algorithm, *expected_.access_token)))
      blame("it is of another access token (at_hash)");
  }

  // A NumericDate (RFC 7519 §2), whole seconds of it.
  std::optional<wall_time> time(const char* name) {
    const auto found = claims_.find(name);
    if (found == claims_.end()) return std::nullopt;
    const double value = found->is_number() ? found->get<double>() : -1;
    if (!(value >= 0 && value <= last_second_of_the_calendar)) {
      blame(std::string(name) + " is no time");
      return std::nullopt;
    }
    return wall_time(seconds(static_cast<seconds::rep>(value)));
  }

  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  std::string expected_issuer() {
    const std::string& issuer = expected_.issuer;
    const std::size_t open = issuer.find('{');
    if (open == std::string::npos) return issuer;
    const std::string tenant = required_text("tid");
    if (!is_tenant_id(tenant)) blame("it names no tenant (tid)");
    return issuer.substr(0, open) + tenant + issuer.substr(issuer.find('}', open) + 1);
  }

  std::string required_text(const char* name) {
    const auto found = claims_.find(name);
    std::string text = found != claims_.end() && found->is_string() ? found->get<std::string>() : std::string();
    if (text.empty()) blame(std::string(name) + " is missing, empty or not a string");
    return text;
  }

  wall_time required_time(const char* name) {
    const auto found = time(name);
    if (!found) blame(std::string(name) + " is missing");
    return found.value_or(wall_time{});
  }

  void blame(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  const json& claims_;
  const id_token_expectations& expected_;
  std::string problem_;
};

}  // namespace

result<id_token_header> id_token_header_of(const secret& id_token) {
  const auto parts = split(id_token.reveal());
  if (!parts) return parts.error();
  return read_header(parts->header);
}

result<id_token_claims> check_id_token(const secret& id_token, const jwk_set& keys,
                                       const id_token_expectations& expected) {
  const auto parts = split(id_token.reveal());
  if (!parts) return parts.error();
  const auto header = read_header(parts->header);
  if (!header) return header.error();
  if (auto why = signature_fault(*parts, *header, keys)) return std::move(*why);
  const auto claims = read_object("its second part", parts->claims);
  if (!claims) return claims.error();

  claims_check check(*claims, expected);
  id_token_claims believed;
  believed.issuer = check.issuer();
  check.audience();
  believed.subject = check.subject();
  believed.expires_at = check.expires_at();
  believed.issued_at = check.issued_at();
  believed.auth_time = check.time("auth_time");
  check.nonce();
  check.access_token_hash(signature_algorithm_of(header->alg).value());
  if (!check.problem().empty()) return refused(check.problem());
  return believed;
}

}  // namespace latchkey
