#include "ipc/fast_api_key_messages.h"

#include <limits>
#include <utility>

#include "core/limits.h"
#include "ipc/message_reader.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;

template <class T>
void put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

void read_account_name(object_reader& reader, std::string& into) {
  reader.required("account", into);
  if (into.empty() || into.size() > limits::account_name)
    reader.fail("account", "must have 1 to " + std::to_string(limits::account_name) + " bytes");
}

void read_wish(object_reader& reader, fast_api_key_wish_info& wish) {
  reader.required("name", wish.name);
  reader.optional("new_name", wish.new_name);
  reader.optional("permissions", wish.permissions);
  reader.optional("ip_allowlist", wish.ip_allowlist);
  reader.optional("nonce_window", wish.nonce_window, range{});
  reader.optional("query_from", wish.query_from, range{});
  reader.optional("query_to", wish.query_to, range{});
  reader.optional("valid_until", wish.valid_until, range{});
}

json wish_object(const fast_api_key_wish_info& wish) {
  json object = json::object();
  object["name"] = wish.name;
  put(object, "new_name", wish.new_name);
  put(object, "permissions", wish.permissions);
  put(object, "ip_allowlist", wish.ip_allowlist);
  put(object, "nonce_window", wish.nonce_window);
  put(object, "query_from", wish.query_from);
  put(object, "query_to", wish.query_to);
  put(object, "valid_until", wish.valid_until);
  return object;
}

void read_key(object_reader& reader, fast_api_key_info& key) {
  reader.required("name", key.name);
  reader.required("id", key.id);
  reader.required("api_key", key.api_key);
  reader.required("permissions", key.permissions);
  reader.required("ip_allowlist", key.ip_allowlist);
  reader.optional("valid_until", key.valid_until);
  reader.optional("created_at", key.created_at);
  reader.optional("last_used_at", key.last_used_at);
  reader.required("stored", key.stored);
}

json key_object(const fast_api_key_info& key) {
  json object = {{"name", key.name},
                 {"id", key.id},
                 {"api_key", key.api_key},
                 {"permissions", key.permissions},
                 {"ip_allowlist", key.ip_allowlist},
                 {"stored", key.stored}};
  put(object, "valid_until", key.valid_until);
  put(object, "created_at", key.created_at);
  put(object, "last_used_at", key.last_used_at);
  return object;
}

json wrapped(const char* name, json value) {
  json parameters = json::object();
  parameters[name] = std::move(value);
  return parameters;
}

}  // namespace

result<create_fast_api_key_call> decode_create_fast_api_key_call(const json& parameters) {
  return decode<create_fast_api_key_call>(
      parameters, strictness::call, [](object_reader& reader, create_fast_api_key_call& call) {
        read_account_name(reader, call.account);
        reader.required_object("key", [&](object_reader& inner) { read_wish(inner, call.key); });
        reader.required("reveal", call.reveal);
      });
}

result<update_fast_api_key_call> decode_update_fast_api_key_call(const json& parameters) {
  return decode<update_fast_api_key_call>(
      parameters, strictness::call, [](object_reader& reader, update_fast_api_key_call& call) {
        read_account_name(reader, call.account);
        reader.required_object("key", [&](object_reader& inner) { read_wish(inner, call.key); });
      });
}

result<delete_fast_api_key_call> decode_delete_fast_api_key_call(const json& parameters) {
  return decode<delete_fast_api_key_call>(parameters, strictness::call,
                                          [](object_reader& reader, delete_fast_api_key_call& call) {
                                            read_account_name(reader, call.account);
                                            reader.required("name", call.name);
                                          });
}

result<call_exchange_call> decode_call_exchange_call(const json& parameters) {
  return decode<call_exchange_call>(parameters, strictness::call, [](object_reader& reader, call_exchange_call& call) {
    read_account_name(reader, call.account);
    reader.required("key", call.key);
    reader.required("method", call.method);
    reader.optional("fields", call.fields);
  });
}

json encode(const create_fast_api_key_call& value) {
  json parameters = json::object();
  parameters["account"] = value.account;
  parameters["key"] = wish_object(value.key);
  parameters["reveal"] = value.reveal;
  return parameters;
}

json encode(const update_fast_api_key_call& value) {
  json parameters = json::object();
  parameters["account"] = value.account;
  parameters["key"] = wish_object(value.key);
  return parameters;
}

json encode(const delete_fast_api_key_call& value) {
  json parameters = json::object();
  parameters["account"] = value.account;
  parameters["name"] = value.name;
  return parameters;
}

json encode(const call_exchange_call& value) {
  json parameters = json::object();
  parameters["account"] = value.account;
  parameters["key"] = value.key;
  parameters["method"] = value.method;
  put(parameters, "fields", value.fields);
  return parameters;
}

json encode_user_info(const std::map<std::string, std::string>& fields) {
  json array = json::array();
  for (const auto& [name, value] : fields) {
    json field = json::object();
    field["name"] = name;
    field["value"] = value;
    array.push_back(std::move(field));
  }
  return wrapped("fields", std::move(array));
}

json encode_fast_api_keys(const std::vector<fast_api_key_info>& keys) {
  json array = json::array();
  for (const fast_api_key_info& each : keys) array.push_back(key_object(each));
  return wrapped("keys", std::move(array));
}

json encode(const create_fast_api_key_reply& value) {
  json parameters = wrapped("key", key_object(value.key));
  if (value.key_secret) parameters["secret"] = value.key_secret->reveal();
  return parameters;
}

json encode_exchange_result(const std::string& result) {
  return wrapped("result", result);
}

result<std::map<std::string, std::string>> decode_user_info(const json& parameters) {
  using named_values = std::map<std::string, std::string>;
  return decode<named_values>(parameters, strictness::reply, [](object_reader& reader, named_values& fields) {
    reader.required_objects("fields", [&](object_reader& item) {
      std::string name;
      item.required("name", name);
      item.required("value", fields[name]);
    });
  });
}

result<std::vector<fast_api_key_info>> decode_fast_api_keys(const json& parameters) {
  return decode<std::vector<fast_api_key_info>>(
      parameters, strictness::reply, [](object_reader& reader, std::vector<fast_api_key_info>& keys) {
        reader.required_objects("keys", [&](object_reader& item) { read_key(item, keys.emplace_back()); });
      });
}

result<create_fast_api_key_reply> decode_create_fast_api_key_reply(const json& parameters) {
  return decode<create_fast_api_key_reply>(
      parameters, strictness::reply, [](object_reader& reader, create_fast_api_key_reply& reply) {
        reader.required_object("key", [&](object_reader& inner) { read_key(inner, reply.key); });
        reader.optional("secret", reply.key_secret);
      });
}

result<std::string> decode_exchange_result(const json& parameters) {
  return decode<std::string>(parameters, strictness::reply,
                             [](object_reader& reader, std::string& text) { reader.required("result", text); });
}

}  // namespace latchkey::ipc
