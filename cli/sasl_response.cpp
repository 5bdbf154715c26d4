#include "cli/sasl_response.h"

#include <algorithm>

namespace latchkey::cli {
namespace {

constexpr char separator = '\x01';

result<> check(std::string_view what, std::string_view value) {
  const bool is_safe =
      std::ranges::none_of(value, [](char each) { return static_cast<unsigned char>(each) < ' ' || each == '\x7F'; });
  if (is_safe) return {};
  return fault(errc::bad_request, std::string(what) + " " + printable(value) + " holds a control character");
}

result<> check(const sasl_identity& who) {
  if (who.user.empty()) return fault(errc::bad_request, "--user is empty: it is the address that logs in");
  if (const auto user = check("--user", who.user); !user) return user;
  return check("--host", who.host);
}

// "," and "=" have a meaning in this header (RFC 5801 §4).
std::string saslname(const std::string& user) {
  std::string name;
  for (const char each : user) {
    if (each == ',')
      name += "=2C";
    else if (each == '=')
      name += "=3D";
    else
      name += each;
  }
  return name;
}

// Reserved beforehand, so that the token is never copied by a growing string.
std::string with_token(const std::string& head, const std::string& access_token) {
  std::string text;
  text.reserve(head.size() + access_token.size() + 16);
  text += head;
  text += "auth=Bearer ";
  text += access_token;
  text.append(2, separator);
  return text;
}

}  // namespace

result<std::string> xoauth2_response(const sasl_identity& who, const std::string& access_token) {
  if (const auto checked = check(who); !checked) return checked.error();
  return with_token("user=" + who.user + separator, access_token);
}

result<std::string> oauthbearer_response(const sasl_identity& who, const std::string& access_token) {
  if (const auto checked = check(who); !checked) return checked.error();
  std::string head = "n,a=" + saslname(who.user) + "," + separator;
  if (!who.host.empty()) head += "host=" + who.host + separator;
  if (who.port) head += "port=" + std::to_string(*who.port) + separator;
  return with_token(head, access_token);
}

}  // namespace latchkey::cli
