#include "core/passphrase_work.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <optional>

#include "core/limits.h"
#include "core/openssl_owned.h"

namespace latchkey {
namespace {

using encrypted_key = std::unique_ptr<X509_SIG, freed_by<X509_SIG_free>>;
using scheme_parameters = std::unique_ptr<PBE2PARAM, freed_by<PBE2PARAM_free>>;
using round_parameters = std::unique_ptr<PBEPARAM, freed_by<PBEPARAM_free>>;
using pbkdf2_parameters = std::unique_ptr<PBKDF2PARAM, freed_by<PBKDF2PARAM_free>>;
using scrypt_parameters = std::unique_ptr<SCRYPT_PARAMS, freed_by<SCRYPT_PARAMS_free>>;

fault damaged() {
  return {errc::bad_request, "cannot be read: the file is damaged"};
}

fault too_much(std::string_view what) {
  return {errc::bad_request, std::string(what) +
                                 ", which would keep Latchkey busy for too long: write it anew with openssl pkcs8 "
                                 "-topk8, which asks for less"};
}

// Positive; nothing where it is not, and the largest number for one that is larger still.
std::optional<std::int64_t> count_of(const ASN1_INTEGER* number) {
  if (number == nullptr || (number->type & V_ASN1_NEG) != 0) return std::nullopt;
  std::int64_t count = 0;
  if (ASN1_INTEGER_get_int64(&count, number) != 1) count = INT64_MAX;
  return count > 0 ? std::optional(count) : std::nullopt;
}

result<> check_rounds(const ASN1_INTEGER* number) {
  const auto rounds = count_of(number);
  if (!rounds) return damaged();
  if (*rounds <= limits::passphrase_rounds) return {};
  return too_much("asks for " + (*rounds == INT64_MAX ? "endless" : std::to_string(*rounds)) +
                  " rounds of work on its passphrase, where " + std::to_string(limits::passphrase_rounds) +
                  " are the most");
}

// N, r and p of RFC 7914 §2; each may be too large to be multiplied.
result<> check_scrypt(const SCRYPT_PARAMS& given) {
  std::int64_t work = 1;
  for (const ASN1_INTEGER* number : {given.costParameter, given.blockSize, given.parallelizationParameter}) {
    const auto factor = count_of(number);
    if (!factor) return damaged();
    if (*factor > limits::scrypt_work / work) return too_much("asks for more work on its passphrase than scrypt needs");
    work *= *factor;
  }
  return {};
}

template <class Parameters>
Parameters* parameters_of(const X509_ALGOR* algorithm, const ASN1_ITEM* kind) {
  return static_cast<Parameters*>(ASN1_TYPE_unpack_sequence(kind, algorithm->parameter));
}

int number_of(const X509_ALGOR* algorithm) {
  return OBJ_obj2nid(algorithm->algorithm);
}

// PBES2: the derivation has a name and parameters of its own (RFC 8018 §6.2).
result<> check_derivation(const X509_ALGOR* derivation) {
  if (number_of(derivation) == NID_id_pbkdf2) {
    const pbkdf2_parameters found(parameters_of<PBKDF2PARAM>(derivation, ASN1_ITEM_rptr(PBKDF2PARAM)));
    return found ? check_rounds(found->iter) : damaged();
  }
  if (number_of(derivation) == NID_id_scrypt) {
    const scrypt_parameters found(parameters_of<SCRYPT_PARAMS>(derivation, ASN1_ITEM_rptr(SCRYPT_PARAMS)));
    return found ? check_scrypt(*found) : damaged();
  }
  return fault(errc::bad_request,
               "is encrypted in a way that Latchkey does not know: write it anew with openssl pkcs8");
}

result<> check_algorithm(const X509_ALGOR* algorithm) {
  if (number_of(algorithm) == NID_pbes2) {
    const scheme_parameters scheme(parameters_of<PBE2PARAM>(algorithm, ASN1_ITEM_rptr(PBE2PARAM)));
    return scheme ? check_derivation(scheme->keyfunc) : damaged();
  }
  // PBES1 and PKCS#12's own: salt and rounds, all of them.
  const round_parameters found(parameters_of<PBEPARAM>(algorithm, ASN1_ITEM_rptr(PBEPARAM)));
  return found ? check_rounds(found->iter) : damaged();
}

}  // namespace

result<> check_passphrase_work(std::string_view encrypted) {
  const auto* from = reinterpret_cast<const unsigned char*>(encrypted.data());
  const encrypted_key read(d2i_X509_SIG(nullptr, &from, static_cast<long>(encrypted.size())));
  result<> judged = damaged();
  if (read) {
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(read.get(), &algorithm, nullptr);
    judged = check_algorithm(algorithm);
  }
  ERR_clear_error();
  return judged;
}

}  // namespace latchkey
