// The good answer of a token endpoint (RFC 6749 §5.1): what a provider may get wrong, and what is believed.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/limits.h"
#include "core/provider_answer.h"
#include "core/token_endpoint.h"
#include "core/token_failures.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::string_view answer = "the token endpoint's answer";

fault nonsense(std::string_view problem) {
  return {errc::provider_error, std::string(answer) + " " + std::string(problem)};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

// RFC 6749 appendix A.12 less the space: this goes into a header, where a space or a line end would begin another word.
bool fits_a_header(char c) {
  return c > ' ' && c < '\x7F';
}

bool is_word(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, {}, [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : int{c}; });
}

// Takes the fields one by one, each by its own rule; remembers what it put right.
class field_reader {
 public:
  field_reader(json fields, token_binding wanted, std::vector<std::string>& warnings)
      : fields_(std::move(fields)), wanted_(wanted), warnings_(warnings) {}

  /// Empty where the field is absent, null, false or "": servers write all four for "none".
  result<secret> token(std::string_view name) {
    json* const value = find(name);
    if (value == nullptr || *value == false) return secret();
    if (!value->is_string()) return nonsense("has a value for " + std::string(name) + " that is no string");
    auto& text = value->get_ref<std::string&>();
    if (text.size() > limits::token_bytes)
      return nonsense("has a value for " + std::string(name) + " of more than " + std::to_string(limits::token_bytes) +
                      " bytes");
    if (std::ranges::any_of(text, is_control))
      return nonsense("has a value for " + std::string(name) + " with control characters");
    return secret::take(std::move(text));
  }

  result<std::string> token_type() {
    json* const value = find("token_type");
    if (value == nullptr && wanted_ == token_binding::bearer) {
      warn("has no token_type; taken as Bearer");
      return std::string("Bearer");
    }
    if (value != nullptr && !value->is_string()) return nonsense("has a token_type that is no string");
    auto text = value == nullptr ? std::string() : value->get<std::string>();
    if (is_word(text, wanted_ == token_binding::dpop ? "dpop" : "bearer"))
      return wanted_ == token_binding::dpop ? std::string("DPoP") : text;
    if (wanted_ == token_binding::dpop)
      return nonsense(
          "has no token_type DPoP, so the token is not bound to the account's key: the provider does not "
          "know DPoP, or not for this client (dpop_bound_access_tokens in the account asks for it)");
    return nonsense("has the token_type " + printable(text, 40) + ", which was not asked for" +
                    (is_word(text, "dpop") ? " (dpop_bound_access_tokens in the account does)" : ""));
  }

  std::optional<seconds> expires_in() {
    const json* const value = find("expires_in");
    if (value == nullptr) return std::nullopt;
    const auto stated = number_in(*value);
    if (!stated || !std::isfinite(*stated)) {
      warn("has an expires_in that is no number; taken as unknown");
      return std::nullopt;
    }
    if (*stated < 1) {
      warn("has an expires_in below one second; taken as unknown");
      return std::nullopt;
    }
    if (*stated > static_cast<double>(limits::longest_lifetime.count())) {
      warn("has an expires_in above ten years; taken as ten years");
      return limits::longest_lifetime;
    }
    return seconds(static_cast<seconds::rep>(*stated));
  }

  std::optional<scope_list> scopes() {
    const json* const value = find("scope");
    if (value == nullptr) return std::nullopt;
    auto text = scope_text_in(*value);
    if (!text) {
      warn("has a scope that is no string; taken as asked for");
      return std::nullopt;
    }
    // GitHub separates with commas.
    if (text->find(' ') == std::string::npos) std::ranges::replace(*text, ',', ' ');
    auto granted = parse_scopes(*text);
    if (!granted || granted->empty()) {
      warn(granted ? "has an empty scope; taken as asked for"
                   : "has a scope with forbidden characters; taken as asked for");
      return std::nullopt;
    }
    return *std::move(granted);
  }

 private:
  json* find(std::string_view name) {
    const auto found = fields_.find(name);
    return found == fields_.end() || found->is_null() ? nullptr : &*found;
  }

  void warn(std::string_view problem) { warnings_.push_back(std::string(answer) + " " + std::string(problem)); }

  static std::optional<double> number_in(const json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    double number = 0;
    const auto [stopped, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || stopped != text.data() + text.size()) return std::nullopt;
    return number;
  }

  /// Some servers (Twitch) send a list.
  static std::optional<std::string> scope_text_in(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return std::nullopt;
    std::string text;
    for (const json& scope : value) {
      if (!scope.is_string()) return std::nullopt;
      text.append(scope.get_ref<const std::string&>()).append(" ");
    }
    return text;
  }

  json fields_;
  token_binding wanted_;
  std::vector<std::string>& warnings_;
};

result<token_response> read_tokens(json fields, token_binding wanted) {
  token_response response;
  field_reader reader(std::move(fields), wanted, response.warnings);
  auto access_token = reader.token("access_token");
  if (!access_token) return access_token.error();
  if (access_token->empty()) return nonsense("has no access_token");
  if (!std::ranges::all_of(access_token->reveal(), fits_a_header))
    return nonsense("has an access_token with a space or with characters outside ASCII");
  auto refresh_token = reader.token("refresh_token");
  if (!refresh_token) return refresh_token.error();
  auto id_token = reader.token("id_token");
  if (!id_token) return id_token.error();
  auto token_type = reader.token_type();
  if (!token_type) return token_type.error();
  response.access_token = *std::move(access_token);
  response.refresh_token = *std::move(refresh_token);
  response.id_token = *std::move(id_token);
  response.token_type = *std::move(token_type);
  response.expires_in = reader.expires_in();
  response.scopes = reader.scopes();
  return response;
}

// We never ask for a content coding, so one means a broken server or proxy.
std::optional<fault> unexpected_coding(const http_response& response) {
  const auto coding = find_header(response.headers, "Content-Encoding");
  if (!coding || coding->empty() || is_word(*coding, "identity")) return std::nullopt;
  return nonsense("is encoded as " + printable(*coding, 40) + ", which was not asked for");
}

token_failure unusable(fault why) {
  return {token_failure::kind::permanent, std::move(why), {}};
}

}  // namespace

token_result parse_token_response(const http_response& response, wall_time now, token_binding wanted) {
  auto fields = read_answer(response.body.reveal());
  const auto error = fields ? find_error(*fields) : std::nullopt;
  if (error || !is_success(response.status)) return refused_request(response, error, now);
  if (auto why = unexpected_coding(response)) return unusable(*std::move(why));
  if (!fields)
    return unusable({errc::provider_error, "the token endpoint answered " + std::to_string(response.status) + ", but " +
                                               fields.error().message});
  auto tokens = read_tokens(*std::move(fields), wanted);
  if (!tokens) return unusable(tokens.error());
  return *std::move(tokens);
}

}  // namespace latchkey
