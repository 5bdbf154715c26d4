#include "daemon/settings_file.h"

#include "core/limits.h"
#include "os/files.h"

namespace latchkey {

result<settings> read_settings(const std::filesystem::path& file) {
  auto text = read_file(file, limits::config_file);
  if (!text) return text.error();
  return parse_settings(*text ? (*text)->reveal() : std::string_view(), file.string());
}

}  // namespace latchkey
