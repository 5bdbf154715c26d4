// Proofs for access tokens that are bound to a key (RFC 9449).
#include <nlohmann/json.hpp>

#include "daemon/broker.h"
#include "daemon/broker_answers.h"
#include "ipc/dpop_messages.h"

namespace latchkey {

task<varlink::answer> broker::on_sign_dpop(varlink::call& call) {
  auto decoded = ipc::decode_sign_dpop_call(call.parameters);
  if (!decoded) co_return refuse(decoded.error());
  if (const auto address = parse_endpoint("url", decoded->url); !address) co_return refuse(address.error());
  const auto who = unlocked(decoded->account);
  if (!who) co_return refuse(who.error());
  if (const auto may = co_await usable(*who, call, audit_pace::a_generation); !may) co_return refuse(may.error());
  account::dpop_request wanted;
  wanted.method = std::move(decoded->method);
  wanted.url = std::move(decoded->url);
  wanted.nonce = decoded->nonce.value_or("");
  if (decoded->generation) wanted.generation = static_cast<generation_number>(*decoded->generation);
  const auto proof = co_await (*who)->dpop_proof(std::move(wanted));
  if (!proof) co_return refuse(proof.error(), decoded->account);
  ipc::sign_dpop_reply reply;
  reply.proof = proof->text;
  reply.generation = static_cast<std::int64_t>(proof->generation);
  co_return answer{{}, ipc::encode(reply)};
}

}  // namespace latchkey
