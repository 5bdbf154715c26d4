// Which handler answers which method. Made once by the server; holds org.varlink.service beside the interfaces given.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/varlink_server.h"

namespace latchkey::varlink {

class routes {
 public:
  routes(service_info info, std::vector<interface> interfaces);
  routes(const routes&) = delete;  // Its own handlers point into it.
  routes& operator=(const routes&) = delete;

  /// A handler, or the error that answers the call instead.
  struct found {
    const latchkey::varlink::method* target = nullptr;
    answer problem;
  };
  /// `name` is the full one: interface, '.', method.
  [[nodiscard]] found find(std::string_view name) const;

 private:
  void add_service_interface(service_info info);
  boost::asio::awaitable<answer> describe(const call& request) const;

  std::map<std::string, interface, std::less<>> interfaces_;
};

}  // namespace latchkey::varlink
