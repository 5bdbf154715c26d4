// Asio's TLS and Beast, compiled once for the whole project (separate compilation).
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
