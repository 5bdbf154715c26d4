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
  std::error_code unseen;
  if (!fs::is_regular_file(path, unseen)) return false;  // To open a pipe would wait for who writes to it.
  std::ifstream file(path, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

void refuse_script(const fs::path& path) {
  if (!is_script(path)) return;
  fail(errc::bad_request, printable(path.native()) +
                              " is a script, so it is its interpreter that asks: give that one to decide about every "
                              "script that it runs, or run this one as a service and give unit:NAME.service");
}

bool is_name(const std::string& given) {
  for (const std::string_view prefix : {"flatpak:", "unit:"})
    if (given.starts_with(prefix) && given.size() > prefix.size()) return true;
  return false;
}

fs::path find_named(const std::string& given) {
  const bool is_path = given.find('/') != std::string::npos;
  const std::optional<fs::path> named = is_path ? fs::path(given) : in_path(given);
  if (!named || given.empty())
    fail(errc::bad_request, "there is no program " + printable(given) +
                                " in PATH: give its path, flatpak:ID or unit:NAME.service, as latchkey apps pending "
                                "shows it");
  return fs::absolute(*named);
}

// A process tells of itself without links, also in the folders of its path.
fs::path where_it_would_be(const fs::path& named) {
  std::error_code unseen;
  const fs::path real = fs::weakly_canonical(named, unseen);
  return unseen ? named : real;
}

bool is_absent(const std::error_code& why) {
  return why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory;
}

void check_absent(const fs::path& named, const std::error_code& why, absent_program absent) {
  const std::string shown = printable(named.native());
  std::error_code unseen;
  if (fs::is_symlink(fs::symlink_status(named, unseen)) && is_absent(why))
    fail(errc::bad_request, shown +
                                " is a link to a program that is not there, and it is that one that would ask: "
                                "give its own path");
  if (!is_absent(why)) fail(errc::bad_request, shown + " cannot be looked at: " + why.message());
  if (!named.lexically_normal().has_filename()) fail(errc::bad_request, shown + " is a folder, not a program");
  if (absent == absent_program::refused)
    fail(errc::bad_request,
         "there is no program " + shown + ": check the path, or add --not-installed to decide before it is there");
}

void check_runs(const fs::path& real) {
  std::error_code unseen;
  if (!fs::is_regular_file(real, unseen)) fail(errc::bad_request, printable(real.native()) + " is not a program");
  if (!is_program(real))
    fail(errc::bad_request,
         printable(real.native()) + " is not executable, so no process runs it: check the path, or run chmod +x on it");
}

}  // namespace

std::string resolve_app(const std::string& given) {
  if (is_name(given)) return given;
  const fs::path named = find_named(given);
  std::error_code missing;
  const fs::path real = fs::canonical(named, missing);
  if (missing) return where_it_would_be(named).native();
  if (fs::is_directory(real)) fail(errc::bad_request, printable(real.native()) + " is a folder, not a program");
  refuse_script(real);
  return real.native();
}

decided_app app_to_decide(const std::string& given, absent_program absent) {
  decided_app decided{resolve_app(given), {}};
  if (is_name(given)) return decided;
  const fs::path named = find_named(given);
  std::error_code missing;
  const fs::path real = fs::canonical(named, missing);
  if (missing)
    check_absent(named, missing, absent);
  else
    check_runs(real);
  if (named.lexically_normal() != decided.app) decided.link = named.native();
  return decided;
}

}  // namespace latchkey::cli
