#include "core/jwk_set.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base64.h"
#include "core/bounded_json.h"
#include "core/limits.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::size_t shown_kid = 64;

// RFC 7518 §6.2.2, §6.3.2, §6.4 and RFC 8037 §2: what only the owner of a key may know.
constexpr std::array secret_members = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
constexpr std::array text_members = {"kty", "use", "alg", "kid", "crv", "n", "e", "x", "y"};

fault unfit(std::string_view problem) {
  return {errc::provider_error, "the issuer's key set cannot be used: " + std::string(problem)};
}

// Empty where it is missing.
std::string text_of(const json& key, const char* name) {
  const auto found = key.find(name);
  return found != key.end() && found->is_string() ? found->get<std::string>() : std::string();
}

result<std::string> bytes_of(const json& key, const char* name) {
  const std::string text = text_of(key, name);
  if (text.empty()) return fault(errc::provider_error, std::string("its ") + name + " is missing");
  return base64url_decode(std::string("its ") + name, text);
}

// RFC 7517 §4.2, §4.3: what is not said is not forbidden.
bool is_for_signatures(const json& key) {
  const std::string use = text_of(key, "use");
  if (!use.empty() && use != "sig") return false;
  const auto operations = key.find("key_ops");
  return operations == key.end() || std::ranges::find(*operations, json("verify")) != operations->end();
}

bool is_of_a_known_type(const json& key) {
  const std::string type = text_of(key, "kty");
  const std::string curve = text_of(key, "crv");
  return type == "RSA" || (type == "EC" && curve == "P-256") || (type == "OKP" && curve == "Ed25519");
}

result<public_key> public_half(const json& key) {
  const bool rsa = key.at("kty") == "RSA";
  const auto first = bytes_of(key, rsa ? "n" : "x");
  if (!first) return first.error();
  if (key.at("kty") == "OKP") return public_key::ed25519(*first);
  const auto second = bytes_of(key, rsa ? "e" : "y");
  if (!second) return second.error();
  return rsa ? public_key::rsa(*first, *second) : public_key::p256(*first, *second);
}

// Why nobody may use this entry, whatever it is for.
std::optional<std::string> defect_of(const json& key) {
  if (!key.is_object()) return "it is no JSON object";
  if (key.contains("kty") && key.at("kty") == "oct") return "it is a shared secret, which everybody can read there";
  for (const char* name : secret_members)
    if (key.contains(name)) return "its private half stands there, for everybody to read";
  for (const char* name : text_members)
    if (key.contains(name) && !key.at(name).is_string()) return std::string("its ") + name + " is not a string";
  return std::nullopt;
}

// Nothing where the entry is for others. Errors: why it is not used, as a part of a sentence.
result<std::optional<verification_key>> read_key(const json& key) {
  if (auto defect = defect_of(key)) return fault(errc::provider_error, std::move(*defect));
  const std::string alg = text_of(key, "alg");
  const auto algorithm = signature_algorithm_of(alg);
  if (!is_of_a_known_type(key) || !is_for_signatures(key) || (!alg.empty() && !algorithm)) return std::nullopt;
  auto half = public_half(key);
  if (!half) return half.error();
  if (algorithm && !half->fits(*algorithm))
    return fault(errc::provider_error, "its type and its algorithm do not fit each other");
  return verification_key{text_of(key, "kid"), alg, *half};
}

std::string name_of(const json& key) {
  const std::string kid = key.is_object() ? text_of(key, "kid") : std::string();
  return kid.empty() ? "a key without kid" : "the key \"" + printable(kid, shown_kid) + "\"";
}

}  // namespace

result<jwk_set> parse_jwk_set(std::string_view body) {
  if (body.size() > limits::jwk_set_bytes) return unfit("it is larger than 256 KiB");
  const auto document = parse_bounded_json("the document", body, limits::json_depth);
  if (!document) return unfit(document.error().message);
  const auto keys = document->is_object() ? document->find("keys") : document->end();
  if (keys == document->end() || !keys->is_array()) return unfit("the document is no JSON object with a list of keys");
  if (keys->size() > limits::jwk_set_keys)
    return unfit("it has more than " + std::to_string(limits::jwk_set_keys) + " keys");
  jwk_set read;
  for (const json& each : *keys) {
    auto key = read_key(each);
    if (!key)
      read.warnings.push_back(name_of(each) + " in the issuer's key set is not used: " + key.error().message);
    else if (*key)
      read.keys.push_back(std::move(**key));
  }
  return read;
}

}  // namespace latchkey
