// HTTP over TLS to providers: one connection for each request, certificate and host name checked, through the proxy of
// the environment. Made by main; used by everything that talks to a provider. It never follows a redirect, never sends
// anything in plain text to a host other than this one, and never asks for or unpacks a compressed answer.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <string>

#include "core/limits.h"
#include "daemon/adapters/name_lookup.h"
#include "daemon/adapters/proxy.h"
#include "daemon/adapters/tls_client.h"
#include "daemon/ports.h"

namespace latchkey {

struct https_settings {
  std::string ca_file;  ///< [tls] ca_file: PEM, trusted beside the system's store; or empty.
  result<proxy_settings> proxies = proxy_settings();  ///< An error is what every https request is answered with.
  std::chrono::milliseconds connect_timeout = limits::connect_timeout;  ///< For each address.
  std::chrono::milliseconds total_timeout = limits::http_timeout;       ///< Name lookup to last byte.
  name_lookup look_up = look_up_name;
};

class https_transport final : public http_transport {
 public:
  /// With the proxies of the environment.
  https_transport(boost::asio::any_io_executor executor, std::string ca_file);
  https_transport(boost::asio::any_io_executor executor, https_settings settings);
  /// As the port says. Cancelling the coroutine closes the connection. The transport outlives the call.
  task<result<http_response>> send(http_request request) override;

 private:
  boost::asio::any_io_executor executor_;
  https_settings settings_;
  tls_client tls_;
};

}  // namespace latchkey
