// The network between one life of the daemon and the servers. A request that has left goes on, also where the daemon
// that sent it is dead.
#pragma once

#include <memory>

#include "daemon/ports.h"
#include "tests/sim/witness.h"

namespace latchkey::sim {

struct world;

class network : public http_transport {
 public:
  explicit network(world& around) : world_(around) {}
  task<result<http_response>> send(http_request request) override;

 private:
  enum class kind { refresh, login, revocation };
  enum class fate { arrives, refused, lost, status_500, html_502, too_many, truncated, grant_ended };
  struct exchange {
    http_request request;
    std::size_t account = 0;
    kind what = kind::refresh;
    fate goes = fate::arrives;
    http_response response;
  };

  fate choose();
  static void reach_server(world& around, exchange& sent, moment now);
  result<http_response> deliver(exchange& sent);
  void tell_witness(const exchange& sent, ending how);

  world& world_;
};

}  // namespace latchkey::sim
