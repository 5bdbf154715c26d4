// Decides where grants rest, at first use, and stays with it: records are never lost sight of because a keyring came or
// went. The daemon's token store. Loads and touches nothing before the first use.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/settings.h"
#include "daemon/ports.h"

namespace latchkey {

/// What is known without asking a keyring, in this order: `configured` unless automatic; STATE/backend, written at the
/// first save ("file" or "secret-service", a line); file where STATE/store holds records; file where there is no
/// session bus. Else automatic. Errors: internal where STATE/backend cannot be understood.
[[nodiscard]] result<store_backend> known_backend(const std::filesystem::path& state_folder, store_backend configured);

class chosen_store final : public token_store {
 public:
  /// `random` and the context of `executor` outlive this.
  chosen_store(boost::asio::any_io_executor executor, std::filesystem::path state_folder, settings configured,
               random_source& random);
  ~chosen_store() override;

  task<result<stored_record>> load(record_id id) override;
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  task<result<>> erase(record_id id) override;
  /// Before the first use: what is known; "secret-service" where it will be asked first.
  [[nodiscard]] std::string backend() const override;
  [[nodiscard]] std::string description() const override;

 private:
  task<result<token_store*>> choose();
  result<> remember();

  boost::asio::any_io_executor executor_;
  std::filesystem::path state_folder_;
  settings configured_;
  random_source& random_;
  std::unique_ptr<token_store> chosen_;
  bool remembered_ = false;
};

}  // namespace latchkey
