#include "core/settings.h"

#include <array>
#include <utility>

#include "core/toml_reader.h"

namespace latchkey {
namespace {

constexpr std::array backends{
    std::pair{std::string_view("auto"), store_backend::automatic},
    std::pair{std::string_view("secret-service"), store_backend::secret_service},
    std::pair{std::string_view("file"), store_backend::file},
};
constexpr std::array levels{
    std::pair{std::string_view("error"), log_level::error},
    std::pair{std::string_view("warning"), log_level::warning},
    std::pair{std::string_view("info"), log_level::info},
    std::pair{std::string_view("debug"), log_level::debug},
};
constexpr std::array answers_to_unknown{
    std::pair{std::string_view("ask"), unknown_apps::ask},
    std::pair{std::string_view("allow"), unknown_apps::allow},
    std::pair{std::string_view("deny"), unknown_apps::deny},
};
constexpr std::int64_t shortest_login = 10;
constexpr std::int64_t longest_login = 3600;
constexpr std::int64_t shortest_idle = limits::landing_linger.count();  // The page after a login stays so long.
constexpr std::int64_t longest_idle = 86400;

// The daemon's working folder is nobody's choice, and no shell expands a ~ here.
std::string absolute_path(toml_reader& reader, std::string_view key) {
  const std::string path = reader.string(key).value_or("");
  if (!path.empty() && path.front() != '/') reader.reject(key, "must be an absolute path, one that starts with /");
  return path;
}

std::chrono::seconds idle_exit(toml_reader& reader) {
  const auto idle = reader.integer("daemon.idle_exit_seconds");
  if (!idle || *idle == 0) return std::chrono::seconds(0);
  if (*idle >= shortest_idle && *idle <= longest_idle) return std::chrono::seconds(*idle);
  reader.reject("daemon.idle_exit_seconds",
                "must be 0, for never, or 5 to 86400 seconds, not " + std::to_string(*idle));
  return std::chrono::seconds(0);
}

}  // namespace

result<settings> parse_settings(std::string_view toml, std::string file_name) {
  result<toml_reader> opened = toml_reader::parse(toml, std::move(file_name));
  if (!opened) return opened.error();
  toml_reader& reader = *opened;
  settings read;
  read.backend = reader.choice("store.backend", backends).value_or(read.backend);
  read.key_file = absolute_path(reader, "store.key_file");
  read.level = reader.choice("log.level", levels).value_or(read.level);
  if (const auto timeout = reader.integer("login.timeout_seconds")) {
    if (*timeout < shortest_login || *timeout > longest_login)
      reader.reject("login.timeout_seconds", "must be 10 to 3600 seconds, not " + std::to_string(*timeout));
    else
      read.login_timeout = std::chrono::seconds(*timeout);
  }
  read.ca_file = absolute_path(reader, "tls.ca_file");
  read.lock_on_session_lock = reader.boolean("lock.on_session_lock").value_or(false);
  read.idle_exit = idle_exit(reader);
  read.unknown = reader.choice("policy.unknown_apps", answers_to_unknown).value_or(read.unknown);
  if (const auto complete = reader.finish(); !complete) return complete.error();
  return read;
}

std::vector<std::string_view> changes_that_need_a_restart(const settings& before, const settings& after) {
  std::vector<std::string_view> keys;
  if (before.backend != after.backend) keys.emplace_back("store.backend");
  if (before.key_file != after.key_file) keys.emplace_back("store.key_file");
  if (before.ca_file != after.ca_file) keys.emplace_back("tls.ca_file");
  if (before.lock_on_session_lock != after.lock_on_session_lock) keys.emplace_back("lock.on_session_lock");
  return keys;
}

}  // namespace latchkey
