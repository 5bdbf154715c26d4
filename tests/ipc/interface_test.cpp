// The interface file is the contract: the codec has exactly its methods, types, members and errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "ipc/app_messages.h"
#include "ipc/dpop_messages.h"
#include "ipc/fast_api_key_messages.h"
#include "ipc/interface_files.h"
#include "ipc/messages.h"
#include "tests/ipc/varlink_idl.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;
using support::fill;
using ::testing::HasSubstr;

// Decodes and encodes again.
using again = std::function<result<json>(const json&)>;

template <class Decode, class Encode>
again through(Decode read, Encode write) {
  return [=](const json& parameters) -> result<json> {
    const auto value = read(parameters);
    if (!value) return value.error();
    return write(*value);
  };
}
template <class T>
again through(result<T> (*read)(const json&)) {
  return through(read, [](const T& value) { return encode(value); });
}

json named(const char* member, const std::optional<std::string>& value) {
  json parameters = json::object();
  if (value) parameters[member] = *value;
  return parameters;
}
again optional_name(const char* member) {
  return through([=](const json& parameters) { return decode_optional(member, parameters); },
                 [=](const auto& value) { return named(member, value); });
}
const again account_name = through(decode_account_name, [](const auto& name) { return named("account", name); });
const again lease_id = through(decode_release_lease_call, [](const auto& id) { return named("lease_id", id); });
const again nothing = [](const json& parameters) -> result<json> {
  const auto read = decode_nothing(parameters);
  if (!read) return read.error();
  return json::object();
};

struct codec {
  again call;
  std::optional<again> reply;  ///< None where the reply is empty: the client does not look at it.
};

const std::map<std::string, codec>& codecs() {
  static const std::map<std::string, codec> table{
      {"GetToken", {through(decode_get_token_call), through(decode_get_token_reply)}},
      {"ReleaseLease", {lease_id, std::nullopt}},
      {"Login", {through(decode_login_call), through(decode_login_step)}},
      {"SignDpop", {through(decode_sign_dpop_call), through(decode_sign_dpop_reply)}},
      {"FinishLogin", {through(decode_finish_login_call), std::nullopt}},
      {"Watch", {optional_name("account"), through(decode_event)}},
      {"Accounts", {nothing, through(decode_accounts, encode_accounts)}},
      {"AddAccount", {through(decode_new_account), std::nullopt}},
      {"RemoveAccount", {account_name, std::nullopt}},
      {"Logout", {through(decode_logout_call), through(decode_logout_reply)}},
      {"Providers", {optional_name("name"), through(decode_providers, encode_providers)}},
      {"UserInfo", {account_name, through(decode_user_info, encode_user_info)}},
      {"ListFastApiKeys", {account_name, through(decode_fast_api_keys, encode_fast_api_keys)}},
      {"CreateFastApiKey", {through(decode_create_fast_api_key_call), through(decode_create_fast_api_key_reply)}},
      {"UpdateFastApiKey", {through(decode_update_fast_api_key_call), std::nullopt}},
      {"DeleteFastApiKey", {through(decode_delete_fast_api_key_call), std::nullopt}},
      {"CallExchange", {through(decode_call_exchange_call), through(decode_exchange_result, encode_exchange_result)}},
      {"Apps", {nothing, through(decode_apps_reply)}},
      {"DecideApp", {through(decode_decide_app_call), std::nullopt}},
      {"ForgetApp", {through(decode_forget_app_call), through(decode_forgotten, encode_forgotten)}},
      {"AuditLog", {through(decode_audit_log_call), through(decode_audit_entries, encode_audit_entries)}},
      {"CheckProvider", {account_name, through(decode_provider_check_reply)}},
      {"Status", {nothing, through(decode_status_reply)}},
      {"Lock", {nothing, std::nullopt}},
      {"Unlock", {nothing, std::nullopt}},
  };
  return table;
}

struct Interface : testing::Test {
  const support::idl_interface declared = support::parse_idl(broker_interface_text());

  void expect_exact(const again& codec, const support::idl_type_ptr& type, const std::string& where) {
    for (const fill how : {fill::all, fill::required_only}) {
      const json sample = declared.sample(type, how);
      const auto encoded = codec(sample);
      ASSERT_TRUE(encoded) << where << ": " << encoded.error().message;
      EXPECT_EQ(*encoded, sample) << where;
      EXPECT_EQ(declared.mismatch(*encoded, type, how), "") << where;
    }
  }
};

TEST_F(Interface, HasACodecForEveryMethodAndNoOther) {
  EXPECT_EQ(declared.name, broker_interface);
  std::vector<std::string> methods;
  std::vector<std::string> coded;
  for (const auto& [name, method] : declared.methods) methods.push_back(name);
  for (const auto& [name, codec] : codecs()) coded.push_back(name);
  EXPECT_EQ(coded, methods);
}

TEST_F(Interface, EveryCallAndReplyHasExactlyTheDeclaredMembers) {
  for (const auto& [name, codec] : codecs()) {
    expect_exact(codec.call, declared.methods.at(name).call, name + " call");
    if (codec.reply)
      expect_exact(*codec.reply, declared.methods.at(name).reply, name + " reply");
    else
      EXPECT_TRUE(declared.methods.at(name).reply->members.empty()) << name;
  }
}

// A value of a type that no member of the interface has.
json of_another_type(const json& value) {
  if (value.is_array() || value.is_object()) return "text";
  return json::array({1});
}

// `check` gets each variant of `sample` with one member missing, null, or of another type, and the member's name.
void for_each_damage(const json& sample, const support::idl_type_ptr& type,
                     const std::function<void(const json&, const std::string&, bool required)>& check) {
  for (const auto& [member, member_type] : type->members) {
    const bool required = member_type->what != support::idl_type::kind::maybe;
    json damaged = sample;
    damaged.erase(member);
    check(damaged, member, required);
    damaged[member] = nullptr;
    check(damaged, member, required);
    damaged[member] = of_another_type(sample[member]);
    check(damaged, member, true);
  }
}

TEST_F(Interface, I4_EveryMemberOfACallIsCheckedAndNamed) {
  for (const auto& [name, codec] : codecs()) {
    const auto& type = declared.methods.at(name).call;
    const json sample = declared.sample(type, fill::all);
    for_each_damage(sample, type, [&](const json& damaged, const std::string& member, bool refused) {
      const auto read = codec.call(damaged);
      EXPECT_EQ(read.has_error(), refused) << name << " " << damaged;
      if (read) return;
      EXPECT_EQ(read.error().code, errc::bad_request);
      EXPECT_TRUE(read.error().message.starts_with(member + ": ")) << read.error().message;
    });
  }
}

TEST_F(Interface, I15_ADaemonRefusesWhatANewerClientAdds) {
  for (const auto& [name, codec] : codecs()) {
    json sample = declared.sample(declared.methods.at(name).call, fill::all);
    sample["from_the_future"] = 1;
    const auto read = codec.call(sample);
    ASSERT_TRUE(read.has_error()) << name;
    EXPECT_EQ(read.error().message, "from_the_future: is not known to this daemon");
  }
}

TEST_F(Interface, I15_AClientReadsPastWhatANewerDaemonAdds) {
  for (const auto& [name, codec] : codecs()) {
    if (!codec.reply) continue;
    const auto& type = declared.methods.at(name).reply;
    const json sample = declared.sample(type, fill::all);
    json newer = sample;
    newer["from_the_future"] = 1;
    for (json& member : newer) {
      if (member.is_object()) member["from_the_future"] = 1;
      if (member.is_array() && member[0].is_object()) member[0]["from_the_future"] = 1;
    }
    const auto read = (*codec.reply)(newer);
    ASSERT_TRUE(read) << name << ": " << read.error().message;
    EXPECT_EQ(*read, sample) << name;
    for_each_damage(sample, type, [&](const json& damaged, const std::string&, bool refused) {
      EXPECT_EQ((*codec.reply)(damaged).has_error(), refused) << name << " " << damaged;
    });
  }
}

fault full_fault(errc code) {
  fault why(code, "a sentence", "what the provider said");
  why.retry_after = std::chrono::seconds(30);
  why.missing_scopes = {"read", "write"};
  why.account = "work";
  why.app = "/usr/bin/git";
  why.question = "7";
  return why;
}

TEST_F(Interface, HasAnErrorForEveryFaultAndNoOther) {
  std::vector<std::string> wired;
  for (const error_info& row : error_table())
    if (row.code != errc::no_daemon) wired.emplace_back(row.wire_name);
  std::ranges::sort(wired);
  std::vector<std::string> errors;
  for (const auto& [name, type] : declared.errors) errors.push_back(name);
  EXPECT_EQ(wired, errors);
}

TEST_F(Interface, EveryErrorHasExactlyTheDeclaredMembersAndComesBack) {
  for (const auto& [name, type] : declared.errors) {
    const errc code = errc_from_wire_name(name).value();
    const json full = encode_fault(full_fault(code));
    EXPECT_EQ(full.size(), 2U);
    EXPECT_EQ(full["error"], std::string(broker_interface) + "." + name);
    EXPECT_EQ(declared.mismatch(full["parameters"], type, fill::all), "") << name;
    const json bare = encode_fault(fault(code, "a sentence"));
    EXPECT_EQ(declared.mismatch(bare["parameters"], type, fill::required_only), "") << name;
    const fault read = decode_fault(full["error"], full["parameters"]);
    EXPECT_EQ(read.code, code);
    EXPECT_EQ(encode_fault(read), full);
  }
}

TEST_F(Interface, ADaemonThatClaimsToBeAbsentHasABug) {
  EXPECT_EQ(encode_fault(fault(errc::no_daemon, "a sentence"))["error"], "io.latchkey.Broker.Internal");
}

TEST_F(Interface, DescribesItselfInBothFiles) {
  const auto service = support::parse_idl(service_interface_text());
  EXPECT_EQ(service.name, "org.varlink.service");
  EXPECT_EQ(service.methods.size(), 2U);
  EXPECT_EQ(service.errors.size(), 6U);
}

}  // namespace
}  // namespace latchkey::ipc
