// Boost.Asio, compiled once for the whole project (separate compilation); TLS is apart, in daemon/adapters/beast.cpp.
#include <boost/asio/impl/src.hpp>
