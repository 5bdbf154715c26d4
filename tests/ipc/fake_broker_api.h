// The fake broker's half that speaks of the provider's own API. Used by fake_broker alone.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>

#include "tests/ipc/fake_broker.h"

namespace latchkey::support {

using fake_broker_handler = boost::asio::awaitable<varlink::answer> (*)(varlink::call&, fake_broker_log&);

/// By method.
[[nodiscard]] const std::map<std::string, fake_broker_handler>& fake_broker_api();

}  // namespace latchkey::support
