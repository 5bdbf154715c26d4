#include "core/kraken_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/base64.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

const secret passphrase("open sesame");

// One pair for all tests: making one takes a second.
const rsa_key_pair& pair() {
  static const rsa_key_pair made = make_rsa_key_pair(passphrase).value();
  return made;
}

EVP_PKEY* public_half(const rsa_key_pair& keys) {
  BIO* source = BIO_new_mem_buf(keys.public_pem.data(), static_cast<int>(keys.public_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PUBKEY(source, nullptr, nullptr, nullptr);
  BIO_free(source);
  return key;
}

std::string encrypt(std::string_view clear, int padding) {
  EVP_PKEY* key = public_half(pair());
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
  EVP_PKEY_encrypt_init(context);
  EVP_PKEY_CTX_set_rsa_padding(context, padding);
  std::size_t size = 512;
  std::string out(size, '\0');
  const int worked = EVP_PKEY_encrypt(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                                      reinterpret_cast<const unsigned char*>(clear.data()), clear.size());
  EXPECT_EQ(worked, 1);
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(key);
  return base64_encode({reinterpret_cast<const unsigned char*>(out.data()), size});
}

std::string pkcs1(std::string_view clear) {
  return encrypt(clear, RSA_PKCS1_PADDING);
}

std::string pem_of(EVP_PKEY* key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  EVP_PKEY_free(key);
  return text;
}

TEST(KrakenSecret, ReadsWhatWasEncryptedForTheKey) {
  const std::string encrypted = pkcs1("s3cret-of-the-client");
  EXPECT_EQ(decrypt_client_secret(encrypted, pair().private_pem, passphrase, rsa_padding::pkcs1).value(),
            secret("s3cret-of-the-client"));
  std::string folded = "\n" + encrypted.substr(0, 64) + "\r\n" + encrypted.substr(64) + " \n";
  EXPECT_EQ(decrypt_client_secret(folded, pair().private_pem, passphrase, rsa_padding::pkcs1).value(),
            secret("s3cret-of-the-client"));
  EXPECT_EQ(decrypt_client_secret(pkcs1("line-end\n"), pair().private_pem, passphrase, rsa_padding::pkcs1).value(),
            secret("line-end"));
}

TEST(KrakenSecret, ReadsOaepWhereAskedTo) {
  const std::string encrypted = encrypt("s3cret", RSA_PKCS1_OAEP_PADDING);
  EXPECT_EQ(decrypt_client_secret(encrypted, pair().private_pem, passphrase, rsa_padding::oaep).value(),
            secret("s3cret"));
}

TEST(KrakenSecret, ThePairIsAsTheGuideMakesIt) {
  EXPECT_TRUE(is_encrypted_pem(pair().private_pem.reveal()));
  EXPECT_THAT(pair().public_pem, testing::StartsWith("-----BEGIN PUBLIC KEY-----\n"));
  EVP_PKEY* key = public_half(pair());
  EXPECT_EQ(EVP_PKEY_get_bits(key), 4096);
  EVP_PKEY_free(key);
  EXPECT_EQ(make_rsa_key_pair(secret("abc")).error().code, errc::bad_request);
}

TEST(KrakenSecret, EveryFailureOfTheDecryptionIsTheSame) {
  const std::string right = pkcs1("s3cret");
  std::string damaged = right;
  damaged[10] = damaged[10] == 'A' ? 'B' : 'A';
  const std::string others[] = {
      damaged,
      right.substr(0, 400),                       // too short for the key
      encrypt("s3cret", RSA_PKCS1_OAEP_PADDING),  // another padding
      pkcs1(std::string("\0\x01 binary", 9)),     // decrypts, to what no client secret is
      pkcs1("two words"),
      pkcs1(""),
  };
  const std::string said =
      decrypt_client_secret(damaged, pair().private_pem, passphrase, rsa_padding::pkcs1).error().message;
  EXPECT_THAT(said, HasSubstr("cannot be decrypted with this key"));
  for (const std::string& each : others) {
    const auto read = decrypt_client_secret(each, pair().private_pem, passphrase, rsa_padding::pkcs1);
    ASSERT_FALSE(read) << each;
    EXPECT_EQ(read.error().code, errc::bad_request);
    EXPECT_EQ(read.error().message, said);
  }
  EXPECT_EQ(decrypt_client_secret(right, pair().private_pem, passphrase, rsa_padding::oaep).error().message, said);
}

TEST(KrakenSecret, SaysWhatIsWrongWithTheKey) {
  const std::string encrypted = pkcs1("s3cret");
  const auto complaint = [&](const secret& pem, const secret& phrase) {
    return decrypt_client_secret(encrypted, pem, phrase, rsa_padding::pkcs1).error().message;
  };
  EXPECT_THAT(complaint(secret("hello"), passphrase), HasSubstr("is no PEM private key"));
  EXPECT_THAT(complaint(secret(pair().public_pem), passphrase), HasSubstr("is no PEM private key"));
  EXPECT_THAT(complaint(pair().private_pem, secret()), HasSubstr("no passphrase was given"));
  EXPECT_THAT(complaint(pair().private_pem, secret("wrong")), HasSubstr("the passphrase is wrong"));
  EXPECT_THAT(complaint(secret(pem_of(EVP_EC_gen("P-256"))), passphrase), HasSubstr("is no RSA key"));
  EXPECT_THAT(complaint(secret(pem_of(EVP_RSA_gen(1024))), passphrase), HasSubstr("has 1024 bits"));
  const std::string whole = pem_of(EVP_RSA_gen(2048));
  EXPECT_THAT(complaint(secret(whole.substr(0, 300)), passphrase), HasSubstr("the file is damaged"));
}

TEST(KrakenSecret, SaysWhatIsWrongWithTheText) {
  const auto complaint = [&](std::string_view text) {
    return decrypt_client_secret(text, pair().private_pem, passphrase, rsa_padding::pkcs1).error().message;
  };
  EXPECT_THAT(complaint(" \n"), HasSubstr("is empty"));
  EXPECT_THAT(complaint("not base64!"), HasSubstr("the encrypted client secret"));
}

}  // namespace
}  // namespace latchkey
