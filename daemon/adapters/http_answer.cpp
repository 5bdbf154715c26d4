#include "daemon/adapters/http_answer.h"

namespace latchkey {

namespace beast = boost::beast;
namespace http = beast::http;

result<> check_codings(const answer_parser& parser, const std::string& host) {
  const auto& fields = parser.get();
  for (const auto name : {http::field::content_encoding, http::field::transfer_encoding})
    for (auto [at, end] = fields.equal_range(name); at != end; ++at) {
      const bool plain = beast::iequals(at->value(), "identity") ||
                         (name == http::field::transfer_encoding && beast::iequals(at->value(), "chunked"));
      if (!plain)
        return fault(errc::provider_error, "the answer from " + printable(host) + " is packed as " +
                                               printable({at->value().data(), at->value().size()}, 40) +
                                               ", which was not asked for");
    }
  return {};
}

http_response take_response(answer_parser& parser) {
  auto message = parser.release();
  http_response response;
  response.status = message.result_int();
  for (const auto& field : message)
    response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  response.body = secret::take(std::move(message.body()));
  return response;
}

}  // namespace latchkey
