#include "core/url.h"

#include <boost/url/encode.hpp>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <optional>

#include "core/utf8.h"

namespace latchkey {
namespace {

namespace urls = boost::urls;

fault bad_address(std::string_view what, std::string_view address, std::string_view rule) {
  return {errc::bad_request, std::string(what) + " " + std::string(rule) + ": " + printable(address, 200)};
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

/// Nothing where `digits` is no port number. Boost.URL's own port_number() is 0 for "99999" and for "0" alike.
std::optional<std::uint16_t> port_from(std::string_view digits) {
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, problem] = std::from_chars(digits.data(), end, port);
  if (problem != std::errc() || stopped != end) return std::nullopt;
  return port;
}

// RFC 3986 §3.3: after an authority, a path begins with '/'. Boost.URL 1.81 reads "127.0.0.1.example.com" as the host
// 127.0.0.1 and the path ".example.com".
constexpr std::string_view stray_host =
    "must have / after its host and port (and no host name that begins like an IP address)";
bool has_stray_host(const urls::url_view& url) {
  const std::string_view path = url.encoded_path();
  return !path.empty() && path.front() != '/';
}

std::string target_of(const urls::url_view& url) {
  std::string target(url.encoded_path());
  if (target.empty()) target = "/";
  if (url.has_query()) target.append("?").append(url.encoded_query());
  return target;
}

std::string percent_encode(std::string_view value) {
  return urls::encode(value, urls::unreserved_chars);
}

result<std::string> form_decode_value(std::string_view value) {
  const auto checked = urls::make_pct_string_view(value);
  if (!checked) return fault(errc::bad_request, "a field has a broken % escape");
  std::string decoded = checked->decode(urls::encoding_opts(true));
  if (decoded.find('\0') != std::string::npos) return fault(errc::bad_request, "a field holds a NUL");
  if (!is_utf8(decoded)) return fault(errc::bad_request, "a field is not UTF-8");
  return decoded;
}

}  // namespace

std::string origin_of(const endpoint& address) {
  return (address.tls ? "https://" : "http://") + address.host_header;
}

bool is_loopback_host(std::string_view host) noexcept {
  if (const auto v4 = urls::parse_ipv4_address(host)) return v4->is_loopback();
  if (const auto v6 = urls::parse_ipv6_address(host)) return v6->is_loopback();
  constexpr std::string_view name = "localhost";
  if (host.size() != name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((host[i] | 0x20) != name[i]) return false;
  return true;
}

result<endpoint> parse_endpoint(std::string_view what, std::string_view address) {
  const auto parsed = urls::parse_uri(address);
  if (!parsed) return bad_address(what, address, "is no address such as https://example.com/path");
  const urls::url_view& url = *parsed;
  endpoint found;
  found.tls = url.scheme_id() == urls::scheme::https;
  if (!found.tls && url.scheme_id() != urls::scheme::http)
    return bad_address(what, address, "must begin with https://");
  if (url.has_userinfo()) return bad_address(what, address, "must not hold a user name or password");
  if (url.has_fragment()) return bad_address(what, address, "must not have a fragment (#)");
  const std::string_view host = url.encoded_host_address();
  const bool named = url.host_type() == urls::host_type::name;
  const bool ipv6 = url.host_type() == urls::host_type::ipv6;
  if (host.empty() || url.host_type() == urls::host_type::ipvfuture || (named && host.find('%') != host.npos))
    return bad_address(what, address, "must name a host or an IP address");
  if (has_stray_host(url)) return bad_address(what, address, stray_host);
  found.host = lower_case(host);
  if (!found.tls && !is_loopback_host(found.host))
    return bad_address(what, address, "must be https (http is for this host alone)");
  found.port = found.tls ? 443 : 80;
  found.host_header = ipv6 ? "[" + found.host + "]" : found.host;
  if (const std::string_view digits = url.port(); !digits.empty()) {
    const auto port = port_from(digits);
    if (!port || *port == 0) return bad_address(what, address, "must have a port from 1 to 65535");
    if (*port != found.port) found.host_header += ":" + std::to_string(*port);
    found.port = *port;
  }
  found.target = target_of(url);
  return found;
}

result<loopback_redirect> parse_loopback_redirect(std::string_view uri) {
  constexpr std::string_view what = "redirect_uri";
  const auto parsed = urls::parse_uri(uri);
  if (!parsed) return bad_address(what, uri, "is no address such as http://127.0.0.1/callback");
  const urls::url_view& url = *parsed;
  if (url.scheme() != "http") return bad_address(what, uri, "must begin with http:// (it never leaves this host)");
  if (url.has_userinfo()) return bad_address(what, uri, "must not hold a user name or password");
  const std::string_view host = url.encoded_host();
  if (host != "127.0.0.1" && host != "localhost")
    return bad_address(what, uri, "must have the host 127.0.0.1 or localhost");
  if (has_stray_host(url)) return bad_address(what, uri, stray_host);
  if (url.has_query()) return bad_address(what, uri, "must not have a query (?)");
  if (url.has_fragment()) return bad_address(what, uri, "must not have a fragment (#)");
  loopback_redirect redirect;
  redirect.host = host;
  redirect.path = url.encoded_path();
  if (redirect.path == done_path) return bad_address(what, uri, "must not have the path of the page after the login");
  if (const std::string_view digits = url.port(); !digits.empty()) {
    const auto port = port_from(digits);
    if (!port) return bad_address(what, uri, "must have a port up to 65535");
    redirect.port = *port;
  }
  return redirect;
}

std::string loopback_redirect::uri(std::uint16_t bound_port) const {
  return "http://" + host + ":" + std::to_string(port == 0 ? bound_port : port) + path;
}

std::string form_encode(std::string_view value) {
  return urls::encode(value, urls::unreserved_chars, urls::encoding_opts(true));
}

result<form_fields> form_decode(std::string_view encoded) {
  form_fields fields;
  while (!encoded.empty()) {
    const std::string_view field = encoded.substr(0, encoded.find('&'));
    encoded.remove_prefix(std::min(field.size() + 1, encoded.size()));
    if (field.empty()) continue;
    const std::string_view name = field.substr(0, field.find('='));
    const std::string_view value = field.size() == name.size() ? std::string_view() : field.substr(name.size() + 1);
    auto decoded_name = form_decode_value(name);
    if (!decoded_name) return decoded_name.error();
    auto decoded_value = form_decode_value(value);
    if (!decoded_value) return decoded_value.error();
    fields.emplace_back(std::move(*decoded_name), std::move(*decoded_value));
  }
  return fields;
}

std::string with_query(std::string_view address, const form_fields& fields) {
  std::string whole(address);
  std::string_view separator = address.find('?') == address.npos ? "?" : "&";
  if (address.ends_with('?') || address.ends_with('&')) separator = "";
  for (const auto& [name, value] : fields) {
    whole.append(separator).append(percent_encode(name)).append("=").append(percent_encode(value));
    separator = "&";
  }
  return whole;
}

}  // namespace latchkey
