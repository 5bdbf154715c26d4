// libsecret and the GLib it brings, loaded when the keyring is first used and not before: a daemon on encrypted files
// starts in a few milliseconds and stays small. Used by keyring.cpp and secret_service_store.cpp alone.
#pragma once

#include <libsecret/secret.h>

#include "core/error.h"

namespace latchkey {

/// The functions by their own types; names without their prefix.
struct libsecret {
  decltype(&::secret_service_get_sync) service_get;
  decltype(&::secret_service_disconnect) service_disconnect;
  decltype(&::secret_service_search_sync) service_search;
  decltype(&::secret_service_unlock_sync) service_unlock;
  decltype(&::secret_service_store_sync) service_store;
  decltype(&::secret_item_get_locked) item_get_locked;
  decltype(&::secret_item_get_secret) item_get_secret;
  decltype(&::secret_item_load_secret_sync) item_load_secret;
  decltype(&::secret_item_delete_sync) item_delete;
  decltype(&::secret_attributes_build) attributes_build;
  decltype(&::secret_value_new) value_new;
  decltype(&::secret_value_get) value_get;
  decltype(&::secret_value_unref) value_unref;
  decltype(&::secret_error_get_quark) secret_error;
  decltype(&::g_io_error_quark) io_error;
  decltype(&::g_bus_get_sync) bus_get;
  decltype(&::g_dbus_connection_set_exit_on_close) bus_set_exit_on_close;
  decltype(&::g_dbus_error_strip_remote_error) strip_remote_error;
  decltype(&::g_cancellable_new) cancellable_new;
  decltype(&::g_cancellable_cancel) cancellable_cancel;
  decltype(&::g_object_unref) object_unref;
  decltype(&::g_error_free) error_free;
  decltype(&::g_list_free_full) list_free_full;
  decltype(&::g_hash_table_unref) hash_table_unref;
};

/// Loads the library once for the process; it stays. Errors: store_locked where it is missing, with the package's name.
[[nodiscard]] result<const libsecret*> load_libsecret();

}  // namespace latchkey
