// An ID token in three ways, by the first byte: as it comes, as a header, and as claims. The last two are signed, since
// nothing behind a signature is reached otherwise. Nothing is believed that the key did not sign or that is not as
// asked. Where that byte's highest bit is set, each tenant is an issuer.
#include "core/id_token.h"

#include <openssl/evp.h>

#include "core/base64.h"
#include "core/provider_variables.h"
#include "tests/fuzz/input.h"

namespace {

using namespace latchkey;

EVP_PKEY* private_half() {
  static EVP_PKEY* made = EVP_PKEY_new_raw_private_key_ex(
      nullptr, "ED25519", nullptr, reinterpret_cast<const unsigned char*>("thirty-two bytes that are no key"), 32);
  return made;
}

std::string encoded(std::string_view text) {
  return base64url_encode({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

jwk_set published() {
  std::string x(32, '\0');
  std::size_t length = x.size();
  EVP_PKEY_get_raw_public_key(private_half(), reinterpret_cast<unsigned char*>(x.data()), &length);
  return parse_jwk_set(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"e1","x":")" + encoded(x) + R"("}]})").value();
}

secret signed_token(std::string_view header, std::string_view claims) {
  const std::string text = encoded(header) + "." + encoded(claims);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, nullptr, nullptr, private_half());
  std::string signature(64, '\0');
  std::size_t length = signature.size();
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  return secret(text + "." + encoded(signature));
}

constexpr const char* one_issuer = "https://id.example";
constexpr const char* many_issuers = "https://id.example/{tenant}/v2.0";

bool is_expected(std::string_view issuer, std::string_view asked) {
  if (asked == one_issuer) return issuer == asked;
  constexpr std::string_view before = "https://id.example/";
  return issuer.size() == before.size() + 36 + 5 && issuer.starts_with(before) && issuer.ends_with("/v2.0") &&
         is_tenant_id(issuer.substr(before.size(), 36));
}

constexpr std::string_view good_header = R"({"alg":"EdDSA","kid":"e1"})";
constexpr std::string_view good_claims =
    R"({"iss":"https://id.example","aud":"app","sub":"7","exp":1800000600,"iat":1800000000,"nonce":"n"})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const jwk_set keys = published();
  static const secret access_token("token");
  id_token_expectations expected;
  expected.issuer = data[0] < 0x80 ? one_issuer : many_issuers;
  expected.client_id = "app";
  expected.nonce = "n";
  expected.access_token = &access_token;
  expected.now = wall_time(seconds(1'800'000'000));

  const auto text = fuzz::as_text(data + 1, size - 1);
  const int way = data[0] % 3;
  const secret token = way == 0   ? secret(text)
                       : way == 1 ? signed_token(text, good_claims)
                                  : signed_token(good_header, text);
  const auto header = id_token_header_of(token);
  const auto checked = check_id_token(token, keys, expected);
  if (!checked) {
    const auto& why = checked.error();
    fuzz::require(!why.message.empty() && printable(why.message, why.message.size()) == why.message);
    return 0;
  }
  fuzz::require(way != 0 || token == signed_token(good_header, good_claims));
  fuzz::require(header && header->alg == "EdDSA" && (header->kid.empty() || header->kid == "e1"));
  fuzz::require(is_expected(checked->issuer, expected.issuer));
  fuzz::require(!checked->subject.empty() && checked->subject.size() <= 255);
  fuzz::require(printable(checked->subject, 255) == checked->subject);
  fuzz::require(checked->expires_at > expected.now - seconds(300) && checked->issued_at <= expected.now + seconds(300));
  return 0;
}
