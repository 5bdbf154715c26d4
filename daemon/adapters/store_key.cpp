#include "daemon/adapters/store_key.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "core/base64.h"
#include "core/sealed_box.h"
#include "daemon/adapters/record_file.h"
#include "os/files.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t hexadecimal_digits = 2 * box_key_bytes;
constexpr std::size_t base64_characters = 44;

// Where systemd put the credential; empty where it gave none.
fs::path credential() {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') return {};
  fs::path path = fs::path(folder) / "latchkey-store-key";
  std::error_code ignored;  // What cannot be looked at is not there for us.
  return fs::exists(path, ignored) ? path : fs::path();
}

int digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

secret from_hexadecimal(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high * 16 + low);
  }
  return secret::take(std::move(bytes));
}

result<secret> parse_key(const fs::path& path, const secret& content) {
  std::string_view text = content.reveal();
  if (text.size() == box_key_bytes) return content.clone();
  if (text.ends_with('\n')) text.remove_suffix(1);
  secret key;
  if (text.size() == hexadecimal_digits) key = from_hexadecimal(text);
  if (text.size() == base64_characters)
    if (auto bytes = base64_decode("the key", text)) key = secret::take(std::move(bytes.value()));
  if (key.size() == box_key_bytes) return key;
  return fault(errc::store_locked, "the store's key file " + printable(path.native()) +
                                       " holds neither 32 bytes, nor 64 hexadecimal digits, nor 44 characters of "
                                       "base64: put the right one back");
}

// A key that others can read or replace protects nothing.
result<> check_private(const fs::path& path) {
  const std::string name = printable(path.native());
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};  // Reading it says why.
  if (!S_ISREG(found.st_mode)) return fault(errc::store_locked, "the store's key file " + name + " is no file");
  if (found.st_uid != ::geteuid())
    return fault(errc::store_locked, "the store's key file " + name + " belongs to another user: run chown " +
                                         std::to_string(::geteuid()) + " " + name);
  if ((found.st_mode & 0077) != 0)
    return fault(errc::store_locked, "the store's key file " + name + " is open to others: run chmod 600 " + name);
  return {};
}

}  // namespace

store_key::store_key(fs::path state_folder, fs::path key_file)
    : state_folder_(std::move(state_folder)), key_file_(std::move(key_file)) {}

fs::path store_key::generated() const {
  return state_folder_ / "store.key";
}

fs::path store_key::path() const {
  if (fs::path given = credential(); !given.empty()) return given;
  return key_file_.empty() ? generated() : key_file_;
}

result<std::optional<secret>> store_key::read() const {
  const fs::path from = path();
  const std::string name = printable(from.native());
  // systemd guards a credential's folder itself, and root owns it where the daemon runs as a system service.
  if (from != credential())
    if (auto checked = check_private(from); !checked) return checked.error();
  auto content = read_file(from, 4096);
  if (!content) return fault(errc::store_locked, content.error().message);
  if (content.value()) {
    auto key = parse_key(from, *content.value());
    if (!key) return key.error();
    return std::optional<secret>(std::move(key.value()));
  }
  if (from == generated()) return std::optional<secret>();
  return fault(errc::store_locked, "the store's key file " + name +
                                       " ([store] key_file in config.toml) is missing: put it back, or make one for a "
                                       "new store with (umask 077; head -c 32 /dev/urandom > " +
                                       name + ")");
}

result<secret> store_key::obtain() const {
  auto key = read();
  if (!key) return key.error();
  if (key.value()) return std::move(*key.value());
  return fault(errc::store_locked, "the key " + printable(path().native()) + " of the encrypted files in " +
                                       printable((state_folder_ / "store").native()) + " and " +
                                       printable((state_folder_ / "journal").native()) +
                                       " is missing: put it back, or remove these folders and log in again");
}

result<secret> store_key::obtain_or_make(const secret& fresh) const {
  if (!has_sealed_files(state_folder_)) {
    const auto key = read();
    if (!key) return key.error();
    if (!key.value())
      if (auto made = create_durably(generated(), fresh.reveal(), 0600); !made) return made.error();
  }
  return obtain();
}

std::string store_key::description() const {
  const fs::path from = path();
  const std::string name = printable(from.native());
  if (from != generated()) return "their key comes from " + name;
  return "their key " + name +
         " lies beside them, so whoever copies the whole folder can read them: keep the key elsewhere with [store] "
         "key_file in config.toml, or as the systemd credential latchkey-store-key, or run a keyring";
}

}  // namespace latchkey
