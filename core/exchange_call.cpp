#include "core/exchange_call.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/exchange_answer.h"
#include "core/url.h"

namespace latchkey {
namespace {

using digest_bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

result<secret> sign_exchange_call(const secret& key_secret, std::string_view path, std::string_view nonce,
                                  std::string_view data) {
  auto key = base64_decode("the key's secret", key_secret.reveal());
  if (!key) return key.error();
  const std::string hashed = std::string(nonce) + std::string(data);
  digest_bytes inner{};
  unsigned inner_size = 0;
  digest_bytes outer{};
  unsigned outer_size = 0;
  bool worked = EVP_Digest(hashed.data(), hashed.size(), inner.data(), &inner_size, EVP_sha256(), nullptr) == 1;
  const std::string message = std::string(path) + std::string(reinterpret_cast<const char*>(inner.data()), inner_size);
  worked = worked && HMAC(EVP_sha512(), key->data(), static_cast<int>(key->size()), bytes_of(message), message.size(),
                          outer.data(), &outer_size) != nullptr;
  wipe(*key);
  if (!worked) return fault(errc::internal, "OpenSSL could not sign the call");
  return secret::take(base64_encode({outer.data(), outer_size}));
}

result<http_request> exchange_call(std::string_view base, const fast_api_key& key, std::string_view name,
                                   std::uint64_t nonce,
                                   const std::vector<std::pair<std::string, std::string>>& fields) {
  if (!is_plain_name(name))
    return fault(
        errc::bad_request,
        "\"" + printable(name) + "\" is no call of the Exchange API: it has letters and digits, such as Balance");
  std::string data = "nonce=" + std::to_string(nonce);
  for (const auto& [field, value] : fields) {
    if (field == "nonce") return fault(errc::bad_request, "the nonce is set by Latchkey: leave it out");
    data.append("&").append(form_encode(field)).append("=").append(form_encode(value));
  }
  const std::string path = "/0/private/" + std::string(name);
  auto signature = sign_exchange_call(key.key_secret, path, std::to_string(nonce), data);
  if (!signature) return signature.error();
  http_request request;
  request.method = "POST";
  request.url = std::string(base) + path;
  request.headers = {{"Accept", "application/json"},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"API-Key", key.api_key},
                     {"API-Sign", std::string(signature->reveal())}};
  request.body = secret::take(std::move(data));
  return request;
}

result<std::string> parse_exchange_answer(const http_response& response) {
  const auto answer = read_exchange_answer("the answer", response);
  if (!answer) return answer.error();
  return answer->dump(-1, ' ', true);  // ASCII alone: nothing in it can steer a terminal.
}

}  // namespace latchkey
