// The token store in the desktop's keyring (Secret Service: GNOME Keyring, KWallet, KeePassXC). Its blocking calls run
// on a thread of their own and end after a bounded time, also where the keyring waits for a person to unlock it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/adapters/store_thread.h"
#include "daemon/ports.h"

struct _GCancellable;  // NOLINT(bugprone-reserved-identifier): GLib's; its headers stay in the sources.

namespace latchkey {

class keyring;

class secret_service_store final : public token_store {
 public:
  /// `executor`: the daemon's. `answer_limit`: how long one call may take, a person's unlocking included. Loads nothing
  /// yet.
  explicit secret_service_store(boost::asio::any_io_executor executor,
                                std::chrono::milliseconds answer_limit = std::chrono::seconds(60));
  /// Ends the call that runs.
  ~secret_service_store() override;
  secret_service_store(const secret_service_store&) = delete;
  secret_service_store& operator=(const secret_service_store&) = delete;

  /// Success where a Secret Service answers within ten seconds; asks no person for anything.
  /// Errors: store_locked with the reason.
  task<result<>> connect();

  task<result<stored_record>> load(record_id id) override;
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  task<result<>> erase(record_id id) override;
  [[nodiscard]] std::string backend() const override { return "secret-service"; }
  [[nodiscard]] std::string description() const override;

 private:
  using cancellable = std::shared_ptr<_GCancellable>;

  task<result<>> prepare();
  template <class Work>
  auto bounded(std::chrono::milliseconds limit, Work work)
      -> task<std::invoke_result_t<Work&, keyring&, _GCancellable*>>;

  boost::asio::any_io_executor executor_;
  std::chrono::milliseconds answer_limit_;
  std::vector<std::weak_ptr<_GCancellable>> running_;
  std::unique_ptr<keyring> keyring_;
  store_thread thread_;  // Last: gone before what its work uses.
};

}  // namespace latchkey
