#include "ipc/dpop_messages.h"

#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "ipc/message_reader.h"

namespace latchkey::ipc {

using nlohmann::json;

result<sign_dpop_call> decode_sign_dpop_call(const json& parameters) {
  return decode<sign_dpop_call>(parameters, strictness::call, [](object_reader& reader, sign_dpop_call& call) {
    reader.required("account", call.account);
    if (call.account.empty() || call.account.size() > limits::account_name)
      reader.fail("account", "must have 1 to " + std::to_string(limits::account_name) + " bytes");
    reader.required("method", call.method);
    reader.required("url", call.url);
    reader.optional("nonce", call.nonce);
    reader.optional("generation", call.generation, range{1});
  });
}

result<sign_dpop_reply> decode_sign_dpop_reply(const json& parameters) {
  return decode<sign_dpop_reply>(parameters, strictness::reply, [](object_reader& reader, sign_dpop_reply& reply) {
    reader.required("proof", reply.proof);
    reader.required("generation", reply.generation);
  });
}

json encode(const sign_dpop_call& value) {
  json parameters = {{"account", value.account}, {"method", value.method}, {"url", value.url}};
  if (value.nonce) parameters["nonce"] = *value.nonce;
  if (value.generation) parameters["generation"] = *value.generation;
  return parameters;
}

json encode(const sign_dpop_reply& value) {
  return {{"proof", value.proof}, {"generation", value.generation}};
}

}  // namespace latchkey::ipc
