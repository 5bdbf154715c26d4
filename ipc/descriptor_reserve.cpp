#include "ipc/descriptor_reserve.h"

#include <sys/eventfd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <vector>

#include "os/unique_fd.h"

namespace latchkey::varlink {

void descriptor_reserve::grow_for(std::size_t connections) {
  if (connections <= prepared_) return;
  prepared_ = connections + block;
  std::vector<boost::asio::posix::stream_descriptor> together;
  together.reserve(block);
  while (together.size() < block) {
    unique_fd made(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!made) return;
    boost::system::error_code failed;
    together.emplace_back(context_).assign(made.get(), failed);
    if (failed) return;
    made.release();
  }
}

}  // namespace latchkey::varlink
