#include "tests/ipc/certification/certification.h"

#include <memory>
#include <numbers>
#include <set>
#include <utility>

#include "ipc/varlink_connection.h"

namespace latchkey::support {
namespace {

using boost::asio::awaitable;
using nlohmann::json;
using varlink::answer;
using varlink::call;

std::string full_name(std::string_view name) {
  return std::string(certification_interface) + "." + std::string(name);
}

std::string test_name(std::size_t number) {
  return (number < 10 ? "Test0" : "Test") + std::to_string(number);
}

// Absent and null mean the same.
json without_nulls(const json& value) {
  if (!value.is_object()) return value;
  json kept = json::object();
  for (const auto& [name, member] : value.items())
    if (!member.is_null()) kept[name] = without_nulls(member);
  return kept;
}

json my_type() {
  json object = {{"method", "org.varlink.certification.Test09"}};
  object["parameters"]["map"] = {{"foo", "Foo"}, {"bar", "Bar"}};
  json type = json::object();
  type["object"] = std::move(object);
  type["enum"] = "two";
  type["struct"] = {{"first", 1}, {"second", "2"}};
  type["array"] = json::array({"one", "two", "three"});
  type["dictionary"] = {{"foo", "Foo"}, {"bar", "Bar"}};
  for (const char* name : {"one", "two", "three"}) type["stringset"][name] = json::object();
  json foo = json::array({nullptr, json::object(), nullptr, json::object()});
  foo[1] = {{"Foo", "foo"}, {"Bar", "bar"}};
  foo[3] = {{"one", "foo"}, {"two", "bar"}};
  type["interface"]["foo"] = std::move(foo);
  type["interface"]["anon"] = {{"foo", true}, {"bar", false}};
  return type;
}

struct clients {
  std::set<std::string> known;
  int count = 0;
};

answer unlike(const json& wants, const json& got) {
  answer given;
  given.error = full_name("CertificationError");
  given.parameters["wants"] = wants;
  given.parameters["got"] = got;
  return given;
}

// The error that answers a call with other parameters than the reply before, or one without an error.
answer check(const call& request, const clients& all, const json& wants) {
  json got = request.parameters;
  const std::string id = got.value("client_id", "");
  got.erase("client_id");
  if (!all.known.contains(id)) return {full_name("ClientIdError"), json::object()};
  got = without_nulls(got);
  return got == wants ? answer() : unlike(wants, got);
}

awaitable<answer> start(call&, std::shared_ptr<clients> all) {
  const std::string id = "client-" + std::to_string(++all->count);
  all->known.insert(id);
  answer given;
  given.parameters["client_id"] = id;
  co_return given;
}

awaitable<answer> step(call& request, std::shared_ptr<clients> all, std::size_t number) {
  answer given = check(request, *all, certification_replies()[number - 1]);
  if (given.error.empty()) given.parameters = certification_replies()[number];
  co_return given;
}

awaitable<answer> stream(call& request, std::shared_ptr<clients> all) {
  answer given = check(request, *all, certification_replies()[9]);
  if (!given.error.empty()) co_return given;
  const auto replies = certification_stream();
  for (const std::string& each : replies) {
    given.parameters["string"] = each;
    if (&each != &replies.back()) co_await request.continue_with(given.parameters);
  }
  co_return given;
}

// Called oneway, so what is wrong with it comes out at End.
awaitable<answer> silent(call& request, std::shared_ptr<clients> all) {
  json wants = json::object();
  wants["last_more_replies"] = certification_stream();
  answer given = check(request, *all, wants);
  if (!given.error.empty() || !request.oneway) all->known.clear();
  co_return given;
}

awaitable<answer> end(call& request, std::shared_ptr<clients> all) {
  answer given = check(request, *all, json::object());
  if (given.error.empty()) given.parameters["all_ok"] = true;
  all->known.erase(request.parameters.value("client_id", ""));
  co_return given;
}

// One reply, or throws what went wrong.
varlink::reply next(varlink::connection& server) {
  auto reply = server.receive(std::chrono::seconds(20));
  if (!reply) throw std::runtime_error(reply.error().message);
  if (!reply->error.empty()) throw std::runtime_error(reply->error + " " + reply->parameters->dump());
  return std::move(*reply);
}

void send(varlink::connection& server, std::string_view name, const json& parameters, varlink::call_mode mode) {
  if (auto sent = server.send(full_name(name), parameters, mode); !sent) throw std::runtime_error(sent.error().message);
}

void run_steps(varlink::connection& server) {
  send(server, "Start", json::object(), varlink::call_mode::once);
  json parameters = *next(server).parameters;
  const json id = parameters.at("client_id");
  for (std::size_t number = 1; number <= 9; ++number) {
    send(server, test_name(number), parameters, varlink::call_mode::once);
    parameters = *next(server).parameters;
    if (without_nulls(parameters) != certification_replies()[number])
      throw std::runtime_error(test_name(number) + " answered " + parameters.dump());
    parameters["client_id"] = id;
  }
  send(server, "Test10", parameters, varlink::call_mode::more);
  json last = {{"client_id", id}};
  last["last_more_replies"] = json::array();
  for (bool more = true; more;) {
    const varlink::reply reply = next(server);
    last["last_more_replies"].push_back(reply.parameters->at("string"));
    more = reply.continues;
  }
  if (last["last_more_replies"] != json(certification_stream())) throw std::runtime_error("Test10: " + last.dump());
  send(server, "Test11", last, varlink::call_mode::oneway);
  const json only_id = {{"client_id", id}};
  send(server, "End", only_id, varlink::call_mode::once);
  if (!next(server).parameters->at("all_ok").get<bool>()) throw std::runtime_error("not all is well");
}

}  // namespace

const std::vector<json>& certification_replies() {
  static const std::vector<json> replies = [] {
    const json values = {{"bool", false}, {"int", 2}, {"float", std::numbers::pi}, {"string", "a lot of string"}};
    std::vector<json> made(10, json::object());
    made[1]["bool"] = true;
    made[2]["int"] = 1;
    made[3]["float"] = 1.0;
    made[4]["string"] = "ping";
    made[5] = values;
    made[6]["struct"] = values;
    made[7]["map"] = {{"bar", "Bar"}, {"foo", "Foo"}};
    for (const char* name : {"one", "two", "three"}) made[8]["set"][name] = json::object();
    made[9]["mytype"] = my_type();
    return made;
  }();
  return replies;
}

std::vector<std::string> certification_stream() {
  std::vector<std::string> replies;
  for (int number = 1; number <= 10; ++number) replies.push_back("Reply number " + std::to_string(number));
  return replies;
}

varlink::interface certification_server(std::string description) {
  const auto all = std::make_shared<clients>();
  varlink::interface offered {
    std::string(certification_interface), std::move(description), {}
  };
  offered.methods["Start"].handle = [all](call& request) { return start(request, all); };
  for (std::size_t number = 1; number <= 9; ++number)
    offered.methods[test_name(number)].handle = [all, number](call& request) { return step(request, all, number); };
  offered.methods["Test10"].handle = [all](call& request) { return stream(request, all); };
  offered.methods["Test10"].streams = true;
  offered.methods["Test11"].handle = [all](call& request) { return silent(request, all); };
  offered.methods["End"].handle = [all](call& request) { return end(request, all); };
  return offered;
}

std::string run_certification_client(const std::string& path) {
  auto opened = varlink::connection::open(path);
  if (!opened) return opened.error().message;
  try {
    run_steps(*opened);
  } catch (const std::exception& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace latchkey::support
