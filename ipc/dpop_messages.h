// SignDpop's call and reply: proofs for access tokens that are bound to a key (RFC 9449). As messages.h is for the rest
// of io.latchkey.Broker.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/error.h"

namespace latchkey::ipc {

struct sign_dpop_call {
  std::string account;
  std::string method;
  std::string url;
  std::optional<std::string> nonce;
  std::optional<std::int64_t> generation;
};
struct sign_dpop_reply {
  std::string proof;
  std::int64_t generation = 0;
};

// Errors: bad_request, "MEMBER: what is wrong with it".
[[nodiscard]] result<sign_dpop_call> decode_sign_dpop_call(const nlohmann::json& parameters);
[[nodiscard]] result<sign_dpop_reply> decode_sign_dpop_reply(const nlohmann::json& parameters);
[[nodiscard]] nlohmann::json encode(const sign_dpop_call& value);
[[nodiscard]] nlohmann::json encode(const sign_dpop_reply& value);

}  // namespace latchkey::ipc
