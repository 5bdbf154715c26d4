#include "tests/sandbox/rotation_log.h"

#include "tests/sandbox/encoding.h"

namespace latchkey::sandbox {
namespace {

constexpr std::size_t fingerprint_length = 12;  // Enough to tell them apart, too little to search for.

}  // namespace

answer_serial rotation_log::add(answer_kind kind, const std::string& refresh_token) {
  answers_.push_back({kind, s256_challenge(refresh_token).substr(0, fingerprint_length), std::nullopt});
  return answers_.size();
}

}  // namespace latchkey::sandbox
