#include "core/client_request.h"

#include <utility>

#include "core/base64.h"
#include "core/url.h"

namespace latchkey {
namespace {

void append_encoded(std::string& text, std::string_view value) {
  std::string encoded = form_encode(value);
  text += encoded;
  wipe(encoded);
}

// Room for the whole body at once: a string that grows leaves copies of what it held behind.
std::size_t longest_body(std::span<const form_field> fields, const client_credentials& client) {
  constexpr std::size_t credential_names = 64;
  std::size_t length = credential_names + 3 * client.client_id.size();
  if (client.client_secret) length += 3 * client.client_secret->size();
  for (const auto& [name, value] : fields) length += 3 * (name.size() + value.size()) + 2;
  return length;
}

void append_field(std::string& body, const form_field& field) {
  if (!body.empty()) body += '&';
  append_encoded(body, field.name);
  body += '=';
  append_encoded(body, field.value);
}

std::string_view secret_of(const client_credentials& client) {
  return client.client_secret ? client.client_secret->reveal() : std::string_view();
}

secret basic_authorization(const client_credentials& client) {
  std::string pair;
  pair.reserve(3 * (client.client_id.size() + secret_of(client).size()) + 1);
  append_encoded(pair, client.client_id);
  pair += ':';
  append_encoded(pair, secret_of(client));
  std::string encoded = base64_encode({reinterpret_cast<const unsigned char*>(pair.data()), pair.size()});
  wipe(pair);
  secret header = secret::take("Basic " + encoded);
  wipe(encoded);
  return header;
}

}  // namespace

http_request client_request(const provider& server, const client_credentials& client, std::string url,
                            std::span<const form_field> fields) {
  const client_authentication method =
      client.client_secret ? server.confidential_client_auth : server.public_client_auth;
  http_request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  std::string body;
  body.reserve(longest_body(fields, client));
  for (const auto& field : fields) append_field(body, field);
  if (method == client_authentication::client_secret_basic)
    request.authorization = basic_authorization(client);
  else
    append_field(body, {"client_id", client.client_id});
  if (method == client_authentication::client_secret_post && client.client_secret)
    append_field(body, {"client_secret", secret_of(client)});
  request.body = secret::take(std::move(body));
  return request;
}

}  // namespace latchkey
