// Boost.Asio's own code, compiled once for every user of latchkey_asio instead of into each of their files.
#include <boost/asio/impl/src.hpp>
