// What a server answers to a request: one answer of a bounded size, framed as its head says, or a sentence. Once the
// server has said its last, it ends.
#include "daemon/adapters/http_answer.h"

#include <boost/asio/co_spawn.hpp>
#include <charconv>
#include <optional>

#include "tests/fuzz/input.h"
#include "tests/fuzz/socket_pair.h"

namespace {

using namespace latchkey;

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  fuzz::require(std::from_chars(text.data(), text.data() + text.size(), number).ptr == text.data() + text.size());
  return number;
}

void require_bounded(const http_response& answer, std::size_t sent) {
  fuzz::require(answer.body.size() <= std::min(sent, limits::http_body));
  std::size_t head = 0;
  for (const auto& [name, value] : answer.headers) {
    head += name.size() + value.size();
    fuzz::require(fuzz::is_visible_ascii(name));
    fuzz::require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  fuzz::require(head <= limits::http_headers);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::as_text(data, size);
  fuzz::socket_pair pair(bytes);
  std::optional<result<http_response>> read;
  boost::asio::co_spawn(pair.io(), read_answer(pair.stream(), "id.example"),
                        [&](std::exception_ptr failure, result<http_response> answer) {
                          fuzz::require(failure == nullptr);
                          read.emplace(std::move(answer));
                        });
  pair.io().run();
  fuzz::require(read.has_value());
  if (!*read) {
    fuzz::require_said(read->error());
    fuzz::require(read->error().code == errc::temporarily_unavailable || read->error().code == errc::provider_error);
    return 0;
  }
  const http_response& answer = **read;
  require_bounded(answer, size);
  fuzz::require(bytes.starts_with("HTTP/1.") && answer.status / 100 != 1 && answer.status < 1000);
  // Two ways to say where the body ends could be read in two ways (RFC 9112 §6.3).
  const auto length = find_header(answer.headers, "Content-Length");
  fuzz::require(!length || !find_header(answer.headers, "Transfer-Encoding"));
  const bool bodiless = answer.status == 204 || answer.status == 304;
  if (length && !bodiless) fuzz::require(number_in(*length) == answer.body.size());
  return 0;
}
