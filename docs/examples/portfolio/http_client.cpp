#include "http_client.h"

#include <algorithm>
#include <array>

namespace {

constexpr std::size_t longest_answer = 1024UL * 1024;
constexpr long longest_call_seconds = 10;  // Two calls end within a lease of 30 s.

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

// Everybody on the way can read what goes over http; on the way to this computer itself there is nobody.
bool keeps_a_token(const std::string& address) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK) return false;
  const std::string scheme = part(url.get(), CURLUPART_SCHEME);
  const std::array here{"127.0.0.1", "[::1]", "localhost"};
  const std::string host = part(url.get(), CURLUPART_HOST);
  return scheme == "https" || (scheme == "http" && std::ranges::count(here, host) == 1);
}

// libcurl's way to hand over what came.
std::size_t append(char* bytes, std::size_t one, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + one * count > longest_answer) return 0;  // Ends the transfer.
  body.append(bytes, one * count);
  return one * count;
}

}  // namespace

http_client::http_client(std::string base_url)
    : base_url_(std::move(base_url)), handle_(curl_easy_init(), curl_easy_cleanup) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
  if (!keeps_a_token(base_url_))
    throw api_error(api_error::kind::lasting, "the API's address must begin with https:// (http:// on this computer)");
  if (handle_ == nullptr) throw api_error(api_error::kind::lasting, "libcurl does not start");
}

http_answer http_client::post(const std::string& path, const std::string& access_token) {
  http_answer answer;
  std::array<char, CURL_ERROR_SIZE> reason{};
  CURL* const handle = handle_.get();
  curl_easy_reset(handle);  // Keeps the connection.
  curl_easy_setopt(handle, CURLOPT_URL, (base_url_ + path).c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
  curl_easy_setopt(handle, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
  curl_easy_setopt(handle, CURLOPT_XOAUTH2_BEARER, access_token.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "latchkey-portfolio-example");
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, longest_call_seconds);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
  // The handle outlives these two.
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, nullptr);
  if (code == CURLE_OK) return answer;
  const std::string why = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
  throw api_error(api_error::kind::passing, "no answer from " + base_url_ + ": " + why);
}
