#include "ipc/routes.h"

#include <utility>

#include "ipc/interface_files.h"

namespace latchkey::varlink {
namespace {

using nlohmann::json;

constexpr std::string_view service_name = "org.varlink.service";

answer service_error(std::string_view name, const char* member, std::string_view value) {
  answer problem{std::string(service_name) + "." + std::string(name), json::object()};
  problem.parameters[member] = value;
  return problem;
}

// The interface file says that there is such a method.
bool declares(const interface& where, std::string_view method) {
  const std::string declaration = "method " + std::string(method);
  std::size_t at = where.description.find(declaration);
  for (; at != std::string::npos; at = where.description.find(declaration, at + 1)) {
    const bool line_begins = at == 0 || where.description[at - 1] == '\n';
    const std::size_t after = at + declaration.size();
    if (line_begins && after < where.description.size() &&
        std::string_view("( \t").find(where.description[after]) != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace

answer invalid_parameter(std::string_view parameter) {
  return service_error("InvalidParameter", "parameter", parameter);
}

routes::routes(service_info info, std::vector<interface> interfaces) {
  for (interface& each : interfaces) {
    std::string name = each.name;
    interfaces_.emplace(std::move(name), std::move(each));
  }
  add_service_interface(std::move(info));
}

routes::found routes::find(std::string_view name) const {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {nullptr, invalid_parameter("method")};
  const auto where = interfaces_.find(name.substr(0, dot));
  if (where == interfaces_.end())
    return {nullptr, service_error("InterfaceNotFound", "interface", name.substr(0, dot))};
  const auto target = where->second.methods.find(name.substr(dot + 1));
  if (target != where->second.methods.end()) return {&target->second, {}};
  const bool declared = declares(where->second, name.substr(dot + 1));
  return {nullptr, service_error(declared ? "MethodNotImplemented" : "MethodNotFound", "method", name)};
}

void routes::add_service_interface(service_info info) {
  json names = json::array({service_name});
  for (const auto& [name, each] : interfaces_) names.push_back(name);
  json about = {{"vendor", info.vendor},
                {"product", info.product},
                {"version", info.version},
                {"url", info.url},
                {"interfaces", std::move(names)}};
  interface service {
    std::string(service_name), std::string(service_interface_text()), {}
  };
  service.methods["GetInfo"].handle = [about = std::move(about)](call& request) -> boost::asio::awaitable<answer> {
    if (!request.parameters.empty()) co_return invalid_parameter(request.parameters.begin().key());
    answer reply;
    reply.parameters = about;
    co_return reply;
  };
  service.methods["GetInterfaceDescription"].handle = [this](call& request) { return describe(request); };
  interfaces_.emplace(service_name, std::move(service));
}

boost::asio::awaitable<answer> routes::describe(const call& request) const {
  for (const auto& [name, value] : request.parameters.items())
    if (name != "interface") co_return invalid_parameter(name);
  const auto wanted = request.parameters.find("interface");
  if (wanted == request.parameters.end() || !wanted->is_string()) co_return invalid_parameter("interface");
  const auto& name = wanted->get_ref<const std::string&>();
  const auto where = interfaces_.find(name);
  if (where == interfaces_.end()) co_return service_error("InterfaceNotFound", "interface", name);
  answer reply;
  reply.parameters["description"] = where->second.description;
  co_return reply;
}

}  // namespace latchkey::varlink
