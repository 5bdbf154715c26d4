// Keeps the memory of a crowd of connections from staying behind: Asio holds on to what it allocates for a descriptor,
// 200 bytes each, for as long as its context lives. Allocated as connections come, each of these would lie between what
// its connection frees again, and keep a page of memory for itself. Used by the server.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>

namespace latchkey::varlink {

class descriptor_reserve {
 public:
  explicit descriptor_reserve(boost::asio::io_context& context) : context_(context) {}

  /// Before connection number `connections` (of those open at once) is given to Asio: lets it allocate for `block` of
  /// them in a row, where so many were not there before. Without descriptors for that it goes on without.
  void grow_for(std::size_t connections);

  static constexpr std::size_t block = 64;  ///< Three pages of memory; so many descriptors are opened for a moment.

 private:
  boost::asio::io_context& context_;
  std::size_t prepared_ = 0;
};

}  // namespace latchkey::varlink
