#include "tests/sandbox/encoding.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/url.hpp>

namespace latchkey::sandbox {
namespace {

namespace urls = boost::urls;

const urls::encoding_opts form_encoding{true};  // "+" is a space

bool is_ascii_equal(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

// What follows `scheme` and one space in an Authorization header.
std::optional<std::string_view> credentials_of(std::string_view scheme, std::string_view authorization) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return std::nullopt;
  if (!is_ascii_equal(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  return authorization.substr(scheme.size() + 1);
}

std::optional<std::string> form_decoded(std::string_view text) {
  const auto encoded = urls::make_pct_string_view(text);
  if (!encoded) return std::nullopt;
  return encoded->decode(form_encoding);
}

}  // namespace

std::optional<std::string> base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // OpenSSL counts the padding's zero bytes as data.
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::optional<parameters> parameters::parse(std::string_view encoded) {
  parameters parsed;
  if (encoded.empty()) return parsed;
  const auto query = urls::parse_query(encoded);
  if (!query) return std::nullopt;
  const urls::params_view decoded(encoded, form_encoding);
  for (const auto& [key, value, has_value] : decoded) {
    if (!parsed.values_.emplace(key, value).second) return std::nullopt;
  }
  return parsed;
}

const std::string& parameters::operator[](std::string_view name) const {
  static const std::string missing;
  const auto found = values_.find(name);
  return found == values_.end() ? missing : found->second;
}

std::optional<credentials> basic_credentials(std::string_view authorization) {
  const auto encoded = credentials_of("Basic", authorization);
  const auto pair = encoded ? base64_decoded(*encoded) : std::nullopt;
  if (!pair) return std::nullopt;
  const std::size_t colon = pair->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto id = form_decoded(std::string_view(*pair).substr(0, colon));
  auto password = form_decoded(std::string_view(*pair).substr(colon + 1));
  if (!id || !password) return std::nullopt;
  return credentials{std::move(*id), std::move(*password)};
}

std::optional<std::string> bearer_token(std::string_view authorization) {
  const auto token = credentials_of("Bearer", authorization);
  if (!token || token->empty()) return std::nullopt;
  return std::string(*token);
}

std::string base64(std::span<const unsigned char> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string base64url(std::span<const unsigned char> bytes) {
  std::string text = base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

std::string s256_challenge(std::string_view code_verifier) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(code_verifier.data()), code_verifier.size(), digest.data());
  return base64url(digest);
}

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

std::vector<std::string> split_at_spaces(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space > 0) words.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

bool is_loopback_redirect(std::string_view uri) {
  const auto parsed = urls::parse_uri(uri);
  if (!parsed || parsed->scheme() != "http" || parsed->has_userinfo() || parsed->has_fragment()) return false;
  // Boost.URL 1.81 ends the host after a leading IPv4 address: "127.0.0.1.example.com" leaves ".example.com" as path.
  if (!parsed->encoded_path().empty() && !parsed->encoded_path().starts_with('/')) return false;
  const std::string host = parsed->host_address();
  return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

bool is_uri(std::string_view text) {
  return urls::parse_absolute_uri(text).has_value();
}

std::string with_parameters(const std::string& uri, const std::vector<std::pair<std::string, std::string>>& added) {
  urls::url result(uri);
  for (const auto& [key, value] : added) result.params().append(urls::param_view(key, value));
  return std::string(result.buffer());
}

}  // namespace latchkey::sandbox
