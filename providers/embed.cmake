# Writes OUTPUT, a C++ source with the text of each preset in FILES (separated by |). Run by the build: cmake -P.
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WLE)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"preset(${text})preset\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made from providers/*.toml by providers/embed.cmake.
#include \"providers/builtin_providers.h\"

#include <array>

namespace latchkey {

std::span<const builtin_provider> builtin_providers() noexcept {
  static constexpr auto presets = std::to_array<builtin_provider>({
${rows}  });
  return presets;
}

}  // namespace latchkey
")
