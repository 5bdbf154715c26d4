#include "daemon/adapters/keyring.h"

#include <string>

#include "daemon/adapters/record_text.h"

namespace latchkey {
namespace {

// Apps retry; a person who has just closed the question must not see it again at once.
constexpr std::chrono::seconds quiet_after_dismissal{30};

const SecretSchema& schema() {
  static const SecretSchema made = [] {
    SecretSchema fresh{};
    fresh.name = "io.latchkey.Record";
    fresh.flags = SECRET_SCHEMA_NONE;
    fresh.attributes[0] = {"application", SECRET_SCHEMA_ATTRIBUTE_STRING};
    fresh.attributes[1] = {"account", SECRET_SCHEMA_ATTRIBUTE_STRING};
    fresh.attributes[2] = {"kind", SECRET_SCHEMA_ATTRIBUTE_STRING};
    return fresh;
  }();
  return made;
}

std::unique_ptr<GHashTable, decltype(&::g_hash_table_unref)> attributes_of(const libsecret& api, const record_id& id) {
  const std::string kind(kind_name(id.kind));
  return {api.attributes_build(&schema(), "application", "latchkey", "account", id.account.c_str(), "kind",
                               kind.c_str(), static_cast<const char*>(nullptr)),
          api.hash_table_unref};
}

std::string label_of(const record_id& id) {
  return "Latchkey: " + shown_name(id);
}

fault nonsense(const record_id& id, const fault& why) {
  return {errc::internal, why.message + ". To remove it: secret-tool clear application latchkey account " +
                              printable(id.account) + " kind " + std::string(kind_name(id.kind)) +
                              "; then log in again"};
}

}  // namespace

// Where a GLib call writes its error, freed with it.
class keyring::failure {
 public:
  explicit failure(const libsecret& api) noexcept : api_(api) {}
  failure(const failure&) = delete;
  failure& operator=(const failure&) = delete;
  ~failure() {
    if (error_ != nullptr) api_.error_free(error_);
  }
  [[nodiscard]] GError** slot() noexcept { return &error_; }
  [[nodiscard]] bool is(GQuark domain, int code) const noexcept {
    return error_ != nullptr && error_->domain == domain && error_->code == code;
  }
  [[nodiscard]] bool happened() const noexcept { return error_ != nullptr; }
  [[nodiscard]] std::string text() const {
    if (error_ == nullptr) return {};
    api_.strip_remote_error(error_);
    return printable(error_->message);
  }

 private:
  const libsecret& api_;
  GError* error_ = nullptr;
};

fault keyring::dismissed() {
  dismissed_at_ = std::chrono::steady_clock::now();
  return {errc::store_locked, "the keyring is locked and nobody unlocked it: unlock it, then try again"};
}

fault keyring::explain(const failure& why) {
  if (why.is(api_.io_error(), G_IO_ERROR_CANCELLED))
    return {errc::store_locked, "the keyring gave no answer in time; it may be waiting to be unlocked"};
  // libsecret reports a dismissed question as a failure without an error.
  if (!why.happened() || why.is(api_.secret_error(), SECRET_ERROR_IS_LOCKED)) return dismissed();
  connection_doubtful_ = true;
  return {errc::store_locked, "the keyring (Secret Service), which holds the grants, does not answer (" + why.text() +
                                  "): start it and try again"};
}

result<keyring::call> keyring::open(GCancellable* limit) {
  failure why(api_);
  const std::unique_ptr<GDBusConnection, decltype(&::g_object_unref)> bus(
      api_.bus_get(G_BUS_TYPE_SESSION, limit, why.slot()), api_.object_unref);
  if (!bus) return explain(why);
  // GLib would end the daemon together with the session bus.
  api_.bus_set_exit_on_close(bus.get(), FALSE);
  call opened{};
  opened.limit = limit;
  SecretService* const service = api_.service_get(SECRET_SERVICE_OPEN_SESSION, limit, why.slot());
  if (service == nullptr) return explain(why);
  opened.service = {service, api_.object_unref};
  return opened;
}

// A keyring that was restarted has forgotten our session, which shows only when it is used: hence a second try.
template <class Work>
auto keyring::in_session(GCancellable* limit, Work work) -> decltype(work(call())) {
  const auto once = [&]() -> decltype(work(call())) {
    auto opened = open(limit);
    if (!opened) return opened.error();
    return work(opened.value());
  };
  connection_doubtful_ = false;
  auto answer = once();
  if (answer || !connection_doubtful_) return answer;
  api_.service_disconnect();
  return once();
}

result<> keyring::connect(GCancellable* limit) {
  return in_session(limit, [](const call&) -> result<> { return {}; });
}

result<stored_record> keyring::load(const record_id& id, GCancellable* limit) {
  return in_session(limit, [&](const call& with) { return newest(with, id); });
}

result<record_version> keyring::save(const record_id& id, const secret& value, record_version expected,
                                     GCancellable* limit) {
  return in_session(limit, [&](const call& with) { return replace(with, id, value, expected); });
}

result<> keyring::erase(const record_id& id, GCancellable* limit) {
  return in_session(limit, [&](const call& with) -> result<> {
    const auto found = find(with, id);
    if (!found) return found.error();
    for (const GList* each = found.value().get(); each != nullptr; each = each->next) {
      failure why(api_);
      if (!api_.item_delete(static_cast<SecretItem*>(each->data), limit, why.slot())) return explain(why);
    }
    return {};
  });
}

result<keyring::items> keyring::find(const call& with, const record_id& id) {
  failure why(api_);
  const auto attributes = attributes_of(api_, id);
  items found(
      api_.service_search(with.service.get(), &schema(), attributes.get(), SECRET_SEARCH_ALL, with.limit, why.slot()),
      list_deleter{&api_});
  if (why.happened()) return explain(why);
  if (auto unlocked = unlock(with, found.get()); !unlocked) return unlocked.error();
  return found;
}

result<> keyring::unlock(const call& with, GList* all) {
  const auto locked = [&] {
    for (const GList* each = all; each != nullptr; each = each->next)
      if (api_.item_get_locked(static_cast<SecretItem*>(each->data))) return true;
    return false;
  };
  if (!locked()) return {};
  if (dismissed_at_ && std::chrono::steady_clock::now() - *dismissed_at_ < quiet_after_dismissal)
    return fault(errc::store_locked, "the keyring is locked: unlock it, then try again");
  failure why(api_);
  api_.service_unlock(with.service.get(), all, with.limit, nullptr, why.slot());
  if (why.happened()) return explain(why);
  if (locked()) return dismissed();
  return {};
}

result<stored_record> keyring::newest(const call& with, const record_id& id) {
  const auto found = find(with, id);
  if (!found) return found.error();
  stored_record best;
  for (const GList* each = found.value().get(); each != nullptr; each = each->next) {
    auto* const item = static_cast<SecretItem*>(each->data);
    failure why(api_);
    if (!api_.item_load_secret(item, with.limit, why.slot())) return explain(why);
    const std::unique_ptr<SecretValue, decltype(&::secret_value_unref)> value(api_.item_get_secret(item),
                                                                              api_.value_unref);
    if (!value) return dismissed();
    gsize length = 0;
    const char* const bytes = api_.value_get(value.get(), &length);
    auto record = parse_record("the keyring item \"" + label_of(id) + "\"", {bytes, length});
    if (!record) return nonsense(id, record.error());
    if (record.value().version > best.version) best = std::move(record.value());
  }
  return best;
}

result<record_version> keyring::replace(const call& with, const record_id& id, const secret& value,
                                        record_version expected) {
  const auto stored = newest(with, id);
  if (!stored) return stored.error();
  if (!may_save(stored.value(), value, expected)) return saved_by_another(id);
  if (auto done = put(with, id, format_record(value, expected + 1)); !done) return done.error();
  const auto kept = newest(with, id);
  if (!kept) return kept.error();
  if (kept.value().version == expected + 1 && kept.value().value == value) return expected + 1;
  return fault(errc::internal, "the keyring did not keep the " + shown_name(id) + " as it was given");
}

result<> keyring::put(const call& with, const record_id& id, const secret& text) {
  failure why(api_);
  const auto attributes = attributes_of(api_, id);
  const std::string_view bytes = text.reveal();
  const std::unique_ptr<SecretValue, decltype(&::secret_value_unref)> value(
      api_.value_new(bytes.data(), static_cast<gssize>(bytes.size()), "text/plain"), api_.value_unref);
  if (!api_.service_store(with.service.get(), &schema(), attributes.get(), nullptr, label_of(id).c_str(), value.get(),
                          with.limit, why.slot()))
    return explain(why);
  return {};
}

}  // namespace latchkey
