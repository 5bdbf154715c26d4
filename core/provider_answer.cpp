#include "core/provider_answer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/bounded_json.h"
#include "core/limits.h"
#include "core/token_endpoint.h"
#include "core/url.h"

namespace latchkey {
namespace {

using nlohmann::json;

fault no_answer(std::string message) {
  return {errc::provider_error, std::move(message)};
}

std::string_view without_leading_space(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

// Nothing where it is no form that says something to an OAuth client: any line of text decodes as some form.
std::optional<result<json>> read_form(std::string_view body) {
  const auto decoded = form_decode(body);
  if (!decoded) return std::nullopt;
  json fields = json::object();
  for (const auto& [name, value] : *decoded) {
    if (fields.contains(name)) return no_answer("the answer has the field \"" + printable(name, 64) + "\" twice");
    fields[name] = value;
  }
  if (!fields.contains("access_token") && !fields.contains("error")) return std::nullopt;
  return fields;
}

std::string text_of(const json& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<provider_failure> error_in_list(const json& list) {
  provider_failure failure;
  for (const json& entry : list) {
    const std::string text = entry.is_string() ? entry.get<std::string>() : std::string("unreadable");
    if (text.starts_with('W')) continue;
    if (failure.code.empty())
      failure.code = text;
    else
      failure.description.append(failure.description.empty() ? "" : ", ").append(text);
  }
  if (failure.code.empty()) return std::nullopt;
  return failure;
}

provider_failure error_in_object(const json& error) {
  for (const std::string_view name : {"code", "status", "type"})
    if (std::string code = text_of(error, name); !code.empty()) return {std::move(code), text_of(error, "message")};
  return {"error", text_of(error, "message")};
}

}  // namespace

result<json> read_answer(std::string_view body) {
  const std::string_view text = without_leading_space(body);
  if (text.empty()) return no_answer("the answer is empty");
  if (text.starts_with('<')) return no_answer("the answer is a web page, not JSON");
  auto parsed = parse_bounded_json("the answer", text, limits::json_depth);
  if (parsed && parsed->is_object()) return parsed;
  // What begins like JSON is never read as a form: its author could hide a field behind an '&'.
  if (!parsed && !text.starts_with('{') && !text.starts_with('['))
    if (auto form = read_form(text)) return *std::move(form);
  return no_answer(parsed ? "the answer is JSON but no object" : parsed.error().message);
}

std::string provider_failure::shown() const {
  return printable(description.empty() ? code : code + ": " + description, limits::provider_text);
}

std::optional<provider_failure> find_error(const json& fields) {
  const auto error = fields.find("error");
  if (error == fields.end()) return std::nullopt;
  if (error->is_array()) return error_in_list(*error);
  if (error->is_object()) return error_in_object(*error);
  if (error->is_null() || *error == false) return std::nullopt;
  std::string code = error->is_string() ? error->get<std::string>() : error->dump();
  if (code.empty()) return std::nullopt;
  return provider_failure{std::move(code), text_of(fields, "error_description")};
}

bool is_success(unsigned status) noexcept {
  return status >= 200 && status < 300;
}

bool is_transient(unsigned status) noexcept {
  return status == 408 || status == 429 || status >= 500;
}

std::optional<seconds> retry_after_of(const http_response& response, wall_time now) {
  const auto value = find_header(response.headers, "Retry-After");
  if (!value) return std::nullopt;
  return parse_retry_after(*value, now);
}

}  // namespace latchkey
