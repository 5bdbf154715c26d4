#include "daemon/adapters/secret_service_store.h"

#include <boost/asio/steady_timer.hpp>

#include "daemon/adapters/keyring.h"
#include "os/session_bus.h"

namespace latchkey {
namespace {

constexpr std::chrono::seconds connect_limit{10};  // The bus may have to start the keyring.

}  // namespace

secret_service_store::secret_service_store(boost::asio::any_io_executor executor,
                                           std::chrono::milliseconds answer_limit)
    : executor_(std::move(executor)), answer_limit_(answer_limit) {}

secret_service_store::~secret_service_store() {
  for (const auto& each : running_)
    if (const cancellable limit = each.lock()) load_libsecret().value()->cancellable_cancel(limit.get());
}

// Loading takes some milliseconds and is done on the thread, too.
task<result<>> secret_service_store::prepare() {
  if (keyring_) co_return result<>();
  if (!has_session_bus())
    co_return fault(errc::store_locked,
                    "the keyring (Secret Service), which holds the grants, cannot be reached: there is no session bus "
                    "($DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR/bus)");
  const auto api = co_await thread_.run(load_libsecret);
  if (!api) co_return api.error();
  if (!keyring_) keyring_ = std::make_unique<keyring>(*api.value());
  co_return result<>();
}

template <class Work>
auto secret_service_store::bounded(std::chrono::milliseconds limit, Work work)
    -> task<std::invoke_result_t<Work&, keyring&, _GCancellable*>> {
  if (auto prepared = co_await prepare(); !prepared) co_return prepared.error();
  const libsecret& api = *load_libsecret().value();
  const cancellable stop(api.cancellable_new(), api.object_unref);
  std::erase_if(running_, [](const auto& each) { return each.expired(); });
  running_.push_back(stop);
  boost::asio::steady_timer timer(executor_, limit);
  timer.async_wait([stop, cancel = api.cancellable_cancel](const boost::system::error_code& failed) {
    if (!failed) cancel(stop.get());
  });
  auto there = [this, stop, work = std::move(work)]() mutable { return work(*keyring_, stop.get()); };
  co_return co_await thread_.run(std::move(there));
}

task<result<>> secret_service_store::connect() {
  auto work = [](keyring& in, GCancellable* limit) { return in.connect(limit); };
  co_return co_await bounded(connect_limit, work);
}

task<result<stored_record>> secret_service_store::load(record_id id) {
  auto work = [id = std::move(id)](keyring& in, GCancellable* limit) { return in.load(id, limit); };
  co_return co_await bounded(answer_limit_, std::move(work));
}

task<result<record_version>> secret_service_store::save(record_id id, secret value, record_version expected) {
  auto work = [id = std::move(id), value = std::move(value), expected](keyring& in, GCancellable* limit) {
    return in.save(id, value, expected, limit);
  };
  co_return co_await bounded(answer_limit_, std::move(work));
}

task<result<>> secret_service_store::erase(record_id id) {
  auto work = [id = std::move(id)](keyring& in, GCancellable* limit) { return in.erase(id, limit); };
  co_return co_await bounded(answer_limit_, std::move(work));
}

std::string secret_service_store::description() const {
  return "the keyring of the desktop (Secret Service); `secret-tool search --all application latchkey` shows the items";
}

}  // namespace latchkey
