// Which connection holds which lease: a lease ends with its connection, and nobody releases another's. Used by the
// broker.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/account.h"
#include "ipc/varlink_server.h"

namespace latchkey {

class lease_register {
 public:
  struct lease {
    std::weak_ptr<account> of;
    lease_number number = 0;
    generation_number generation = 0;
    boot_time until;  // It is over by then at the latest.
  };

  /// The id of the lease for its holder.
  std::string add(varlink::connection_number holder, lease taken, boot_time now);
  /// Nothing happens where `holder` has no such lease, or no longer.
  void release(varlink::connection_number holder, const std::string& id);
  /// `holder` says that the token of `generation` is refused: it uses that one and older ones no more.
  void release_stale(varlink::connection_number holder, const account& of, generation_number generation);
  /// The connection is over.
  void release_all(varlink::connection_number holder);

 private:
  using held = std::map<std::string, lease>;
  static void end(const lease& which);

  std::map<varlink::connection_number, held> holders_;
  std::uint64_t last_ = 0;
};

}  // namespace latchkey
