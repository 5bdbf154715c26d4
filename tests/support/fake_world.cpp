#include "tests/support/fake_world.h"

namespace latchkey::support {

task<result<http_response>> scripted_transport::send(http_request request) {
  requests.push_back(request.method + " " + request.url + " " + std::string(request.body.reveal()));
  authorizations.emplace_back(request.authorization.reveal());
  while (held_) co_await released_.wait();
  if (answers_.empty()) co_return fault(errc::internal, "the test scripted no answer to " + request.url);
  auto next = std::move(answers_.front());
  answers_.pop_front();
  co_return next();
}

void scripted_transport::answer(unsigned status, std::string body, std::vector<http_header> headers) {
  answers_.emplace_back([status, body = std::move(body), headers = std::move(headers)]() -> result<http_response> {
    http_response response;
    response.status = status;
    response.headers = headers;
    response.body = secret(body);
    return response;
  });
}

void scripted_transport::fail(fault why) {
  answers_.emplace_back([why = std::move(why)]() -> result<http_response> { return why; });
}

void scripted_transport::release() {
  held_ = false;
  released_.notify_all();
}

task<result<stored_record>> memory_store::load(record_id id) {
  if (load_fault) co_return *load_fault;
  stored_record found;
  if (const auto record = records.find(id); record != records.end()) {
    found.value = record->second.value.clone();
    found.version = record->second.version;
  }
  if (before_loaded) co_await before_loaded();
  co_return found;
}

task<result<record_version>> memory_store::save(record_id id, secret value, record_version expected) {
  ++saves;
  on_save();
  while (held_) co_await released_.wait();
  if (save_fault) co_return *save_fault;
  stored_record& record = records[id];
  if (record.version != expected) co_return fault(errc::temporarily_unavailable, "another process saved first");
  record.value = std::move(value);
  co_return ++record.version;
}

task<result<>> memory_store::erase(record_id id) {
  if (before_erased) co_await before_erased();
  if (save_fault) co_return *save_fault;
  records.erase(id);
  co_return result<>();
}

void memory_store::release() {
  held_ = false;
  released_.notify_all();
}

namespace {

class counted_listener : public redirect_listener {
 public:
  explicit counted_listener(int& open) : open_(open) { ++open_; }
  counted_listener(const counted_listener&) = delete;
  counted_listener& operator=(const counted_listener&) = delete;
  ~counted_listener() override { --open_; }
  [[nodiscard]] std::uint16_t port() const override { return hand_fed_listeners::port; }

 private:
  int& open_;
};

}  // namespace

result<std::unique_ptr<redirect_listener>> hand_fed_listeners::listen(const loopback_redirect& /*where*/,
                                                                      redirect_handler handler) {
  if (listen_fault) return *listen_fault;
  handler_ = std::move(handler);
  return std::unique_ptr<redirect_listener>(std::make_unique<counted_listener>(open));
}

task<redirect_answer> hand_fed_listeners::visit(std::string method, std::string target, std::string host) {
  redirect_request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers.push_back(http_header{"Host", std::move(host)});
  co_return co_await handler_(std::move(request));
}

}  // namespace latchkey::support
