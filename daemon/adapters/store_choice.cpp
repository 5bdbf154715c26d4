#include "daemon/adapters/store_choice.h"

#include "daemon/adapters/file_store.h"
#include "daemon/adapters/record_file.h"
#include "daemon/adapters/secret_service_store.h"
#include "os/files.h"
#include "os/session_bus.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_line = "file\n";
constexpr std::string_view secret_service_line = "secret-service\n";

fs::path choice_file(const fs::path& state_folder) {
  return state_folder / "backend";
}

// Automatic: none was written.
result<store_backend> recorded(const fs::path& state_folder) {
  const fs::path path = choice_file(state_folder);
  const auto content = read_file(path, 256);
  if (!content) return content.error();
  if (!content.value()) return store_backend::automatic;
  if (*content.value() == secret(file_line)) return store_backend::file;
  if (*content.value() == secret(secret_service_line)) return store_backend::secret_service;
  return fault(errc::internal, printable(path.native()) +
                                   " holds neither \"file\" nor \"secret-service\": write there where the grants are, "
                                   "or set [store] backend in config.toml");
}

}  // namespace

result<store_backend> known_backend(const fs::path& state_folder, store_backend configured) {
  if (configured != store_backend::automatic) return configured;
  auto before = recorded(state_folder);
  if (!before || before.value() != store_backend::automatic) return before;
  if (has_stored_records(state_folder) || !has_session_bus()) return store_backend::file;
  return store_backend::automatic;
}

chosen_store::chosen_store(boost::asio::any_io_executor executor, fs::path state_folder, settings configured,
                           random_source& random)
    : executor_(std::move(executor)),
      state_folder_(std::move(state_folder)),
      configured_(std::move(configured)),
      random_(random) {}

chosen_store::~chosen_store() = default;

task<result<token_store*>> chosen_store::choose() {
  if (chosen_) co_return chosen_.get();
  const auto known = known_backend(state_folder_, configured_.backend);
  if (!known) co_return known.error();
  bool in_keyring = known.value() == store_backend::secret_service;
  auto keyring_store = std::make_unique<secret_service_store>(executor_);
  if (known.value() == store_backend::automatic) in_keyring = (co_await keyring_store->connect()).has_value();
  if (chosen_) co_return chosen_.get();  // Another caller asked at the same time.
  if (in_keyring)
    chosen_ = std::move(keyring_store);
  else
    chosen_ = std::make_unique<file_store>(state_folder_, configured_, random_);
  co_return chosen_.get();
}

// Before the first record is saved, so that no record is ever where the next start does not look. Once in a store's
// life, hence not on a thread.
result<> chosen_store::remember() {
  if (remembered_) return {};
  const std::string line = chosen_->backend() + '\n';
  const auto before = read_file(choice_file(state_folder_), 256);
  if (!before) return before.error();
  if (!before.value() || !(*before.value() == secret(line))) {
    if (auto made = make_private_folder(state_folder_); !made) return fault(errc::internal, made.error().message);
    if (auto written = write_durably(choice_file(state_folder_), line, 0600); !written) return written.error();
  }
  remembered_ = true;
  return {};
}

task<result<stored_record>> chosen_store::load(record_id id) {
  const auto store = co_await choose();
  if (!store) co_return store.error();
  co_return co_await store.value()->load(std::move(id));
}

task<result<record_version>> chosen_store::save(record_id id, secret value, record_version expected) {
  const auto store = co_await choose();
  if (!store) co_return store.error();
  if (auto remembered = remember(); !remembered) co_return remembered.error();
  co_return co_await store.value()->save(std::move(id), std::move(value), expected);
}

task<result<>> chosen_store::erase(record_id id) {
  const auto store = co_await choose();
  if (!store) co_return store.error();
  co_return co_await store.value()->erase(std::move(id));
}

std::string chosen_store::backend() const {
  if (chosen_) return chosen_->backend();
  const auto known = known_backend(state_folder_, configured_.backend);
  return known && known.value() == store_backend::file ? "file" : "secret-service";
}

std::string chosen_store::description() const {
  if (chosen_) return chosen_->description();
  const auto known = known_backend(state_folder_, configured_.backend);
  if (!known) return known.error().message;
  const std::string files = file_store(state_folder_, configured_, random_).description();
  const std::string keyring = secret_service_store(executor_).description();
  if (known.value() == store_backend::file) return files;
  return known.value() == store_backend::secret_service ? keyring : "where it answers, " + keyring + "; else " + files;
}

}  // namespace latchkey
