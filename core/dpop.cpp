#include "core/dpop.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base64.h"
#include "core/openssl_owned.h"
#include "core/private_key.h"
#include "core/provider_answer.h"

namespace latchkey {
namespace {

using nlohmann::json;

using big_number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using signature_parts = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;

constexpr std::size_t coordinate_bytes = 32;  // Of P-256.
using coordinate = std::array<unsigned char, coordinate_bytes>;
constexpr std::size_t longest_nonce = 1024;  // RFC 9449 §8.1 gives no bound; a header has to hold it.

void must(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL could not make a DPoP proof");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encoded(std::string_view text) {
  return base64url_encode({bytes_of(text), text.size()});
}

std::string encoded_sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  must(EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  return base64url_encode({digest.data(), length});
}

std::string encoded_coordinate(const EVP_PKEY* key, const char* which) {
  BIGNUM* read = nullptr;
  must(EVP_PKEY_get_bn_param(key, which, &read) == 1);
  const big_number number(read);
  coordinate bytes{};
  must(BN_bn2binpad(number.get(), bytes.data(), coordinate_bytes) == int{coordinate_bytes});
  return base64url_encode(bytes);
}

// In the order of RFC 7638 §3.2, which json's objects keep: by name.
json public_jwk(const EVP_PKEY* key) {
  return {{"crv", "P-256"},
          {"kty", "EC"},
          {"x", encoded_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X)},
          {"y", encoded_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y)}};
}

// OpenSSL signs in DER; JWS wants the two numbers one after the other (RFC 7518 §3.4).
std::string encoded_signature(const std::string& der) {
  const unsigned char* from = bytes_of(der);
  const signature_parts parts(d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size())));
  must(parts != nullptr);
  std::array<unsigned char, 2 * coordinate_bytes> both{};
  constexpr int each = coordinate_bytes;
  must(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), both.data(), each) == each);
  must(BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), both.data() + coordinate_bytes, each) == each);
  return base64url_encode(both);
}

std::string sign(EVP_PKEY* key, std::string_view text) {
  const digest_context context(EVP_MD_CTX_new());
  must(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1);
  std::size_t length = 0;
  must(EVP_DigestSign(context.get(), nullptr, &length, bytes_of(text), text.size()) == 1);
  std::string der(length, '\0');
  must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &length, bytes_of(text),
                      text.size()) == 1);
  der.resize(length);
  return encoded_signature(der);
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t length = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == "prime256v1";
}

// A reader of headers must not be able to begin another one.
bool is_a_nonce(std::string_view text) {
  if (text.empty() || text.size() > longest_nonce) return false;
  for (const char each : text)
    if (each <= ' ' || each >= '\x7F') return false;
  return true;
}

}  // namespace

struct dpop_key::parts {
  private_key key;
};

dpop_key::dpop_key(std::unique_ptr<parts> made) : parts_(std::move(made)) {}
dpop_key::dpop_key(dpop_key&&) noexcept = default;
dpop_key& dpop_key::operator=(dpop_key&&) noexcept = default;
dpop_key::~dpop_key() = default;

dpop_key dpop_key::generate() {
  auto made = std::make_unique<parts>();
  made->key.reset(EVP_EC_gen("P-256"));
  must(made->key != nullptr);
  return dpop_key(std::move(made));
}

result<dpop_key> dpop_key::read(const secret& text) {
  auto key = read_private_key(text, secret());
  if (!key || !is_p256(key->get()))
    return fault(errc::internal, "the stored DPoP key is damaged: log out and log in again");
  auto made = std::make_unique<parts>();
  made->key = std::move(*key);
  return dpop_key(std::move(made));
}

secret dpop_key::text() const {
  const memory_bio memory(BIO_new(BIO_s_secmem()));
  must(memory &&
       PEM_write_bio_PKCS8PrivateKey(memory.get(), parts_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &data);
  return secret(std::string_view(data, static_cast<std::size_t>(length)));
}

std::string dpop_key::thumbprint() const {
  return encoded_sha256(public_jwk(parts_->key.get()).dump());
}

std::string dpop_key::proof(const dpop_claims& claims) const {
  const json header = {{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", public_jwk(parts_->key.get())}};
  json payload = {{"jti", claims.jti},
                  {"htm", claims.method},
                  {"htu", without_query(claims.url)},
                  {"iat", claims.issued_at.time_since_epoch().count()}};
  if (claims.access_token != nullptr) payload["ath"] = encoded_sha256(claims.access_token->reveal());
  if (!claims.nonce.empty()) payload["nonce"] = claims.nonce;
  const std::string signed_part = encoded(header.dump()) + "." + encoded(payload.dump());
  return signed_part + "." + sign(parts_->key.get(), signed_part);
}

secret dpop_authorization(const secret& access_token) {
  constexpr std::string_view scheme = "DPoP ";
  std::string value;
  value.reserve(scheme.size() + access_token.size());
  value += scheme;
  value += access_token.reveal();
  return secret::take(std::move(value));
}

std::string dpop_nonce_of(const http_response& response) {
  const auto nonce = find_header(response.headers, "DPoP-Nonce");
  return nonce && is_a_nonce(*nonce) ? std::string(*nonce) : std::string();
}

bool wants_dpop_nonce(const http_response& response) {
  constexpr std::string_view code = "use_dpop_nonce";
  if (dpop_nonce_of(response).empty()) return false;
  if (response.status == 401)
    return find_header(response.headers, "WWW-Authenticate").value_or("").find(code) != std::string_view::npos;
  if (response.status != 400) return false;
  const auto fields = read_answer(response.body.reveal());
  const auto error = fields ? find_error(*fields) : std::nullopt;
  return error && error->code == code;
}

}  // namespace latchkey
