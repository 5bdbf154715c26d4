#include "cli/app_name.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "cli/failure.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) {
  std::error_code unseen;
  return fs::is_regular_file(path, unseen) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<fs::path> in_path(const std::string& name) {
  const char* const folders = std::getenv("PATH");
  std::string_view left = folders == nullptr ? "" : folders;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(':'), left.size());
    const fs::path candidate = fs::path(left.substr(0, end)) / name;
    if (end > 0 && is_program(candidate)) return candidate;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return std::nullopt;
}

bool is_script(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

void refuse_script(const fs::path& path) {
  if (!is_script(path)) return;
  fail(errc::bad_request, printable(path.native()) +
                              " is a script, so it is its interpreter that asks: give that one to decide about every "
                              "script that it runs, or run this one as a service and give unit:NAME.service");
}

}  // namespace

std::string resolve_app(const std::string& given) {
  for (const std::string_view prefix : {"flatpak:", "unit:"})
    if (given.starts_with(prefix) && given.size() > prefix.size()) return given;
  const bool is_path = given.find('/') != std::string::npos;
  const std::optional<fs::path> named = is_path ? fs::path(given) : in_path(given);
  if (!named || given.empty())
    fail(errc::bad_request, "there is no program " + printable(given) +
                                " in PATH: give its path, flatpak:ID or unit:NAME.service, as latchkey apps pending "
                                "shows it");
  std::error_code missing;
  const fs::path real = fs::canonical(*named, missing);
  // One that is not there yet, or in a place of its own, such as another root.
  if (missing) return fs::absolute(*named).lexically_normal().native();
  if (fs::is_directory(real)) fail(errc::bad_request, printable(real.native()) + " is a folder, not a program");
  refuse_script(real);
  return real.native();
}

}  // namespace latchkey::cli
