// Requests to one API with an access token, by libcurl.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stdexcept>
#include <string>

/// One clear sentence for people.
class api_error : public std::runtime_error {
 public:
  enum class kind {
    passing,  ///< The next try may work: no network, an overloaded server.
    lasting,
  };
  api_error(kind how, const std::string& what) : std::runtime_error(what), how_(how) {}
  [[nodiscard]] bool is_passing() const noexcept { return how_ == kind::passing; }

 private:
  kind how_;
};

struct http_answer {
  long status = 0;
  std::string body;
};

class http_client {
 public:
  /// `base_url`: "https://api.kraken.com". Throws api_error for an address that would carry the token in clear.
  explicit http_client(std::string base_url);
  /// POST of an empty form. Ten seconds at most. Throws api_error where no whole answer comes.
  http_answer post(const std::string& path, const std::string& access_token);
  [[nodiscard]] const std::string& base_url() const noexcept { return base_url_; }

 private:
  std::string base_url_;
  std::unique_ptr<CURL, void (*)(CURL*)> handle_;
};
