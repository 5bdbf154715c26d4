#include "daemon/adapters/libsecret.h"

#include <dlfcn.h>

#include <string>

namespace latchkey {
namespace {

constexpr const char* file_name = "libsecret-1.so.0";

// Takes functions from the library and what it depends on; remembers the first that is missing.
struct resolver {
  void* library;
  std::string missing;

  template <class Function>
  void operator()(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr && missing.empty()) missing = name;
  }
};

void resolve(libsecret& api, resolver& take) {
  take(api.service_get, "secret_service_get_sync");
  take(api.service_disconnect, "secret_service_disconnect");
  take(api.service_search, "secret_service_search_sync");
  take(api.service_unlock, "secret_service_unlock_sync");
  take(api.service_store, "secret_service_store_sync");
  take(api.item_get_locked, "secret_item_get_locked");
  take(api.item_get_secret, "secret_item_get_secret");
  take(api.item_load_secret, "secret_item_load_secret_sync");
  take(api.item_delete, "secret_item_delete_sync");
  take(api.attributes_build, "secret_attributes_build");
  take(api.value_new, "secret_value_new");
  take(api.value_get, "secret_value_get");
  take(api.value_unref, "secret_value_unref");
  take(api.secret_error, "secret_error_get_quark");
  take(api.io_error, "g_io_error_quark");
  take(api.bus_get, "g_bus_get_sync");
  take(api.bus_set_exit_on_close, "g_dbus_connection_set_exit_on_close");
  take(api.strip_remote_error, "g_dbus_error_strip_remote_error");
  take(api.cancellable_new, "g_cancellable_new");
  take(api.cancellable_cancel, "g_cancellable_cancel");
  take(api.object_unref, "g_object_unref");
  take(api.error_free, "g_error_free");
  take(api.list_free_full, "g_list_free_full");
  take(api.hash_table_unref, "g_hash_table_unref");
}

result<libsecret> load() {
  // Never unloaded: GLib keeps threads and types for the life of the process.
  void* const library = ::dlopen(file_name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* const why = ::dlerror();
    return fault(errc::store_locked, "the keyring needs " + std::string(file_name) +
                                         ", which cannot be loaded (install the package libsecret-1-0): " +
                                         printable(why == nullptr ? "" : why));
  }
  libsecret api{};
  resolver take{library, {}};
  resolve(api, take);
  if (!take.missing.empty())
    return fault(errc::store_locked,
                 "the keyring needs a newer " + std::string(file_name) + ": it has no " + take.missing);
  return api;
}

}  // namespace

result<const libsecret*> load_libsecret() {
  static const result<libsecret> loaded = load();
  if (!loaded) return loaded.error();
  return &loaded.value();
}

}  // namespace latchkey
