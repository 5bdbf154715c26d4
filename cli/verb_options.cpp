#include "cli/verb_options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>

#include "cli/failure.h"
#include "cli/nearest_word.h"
#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t help_width = 80;

// CLI11 wraps nothing itself.
std::string paragraph(const std::string& text) {
  std::string lines;
  for (const std::string& line : wrap(text, help_width)) lines += line + "\n";
  return lines;
}

// CLI11's way, less the notes that say to people what the text says anyway (REQUIRED, Excludes, an ellipsis for what
// may be given again), and with long texts wrapped.
class help_format : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string value = option->get_type_name();
    return option->get_type_size() == 0 || value.empty() ? std::string() : " " + value;
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    std::string text;
    for (const std::string& line : wrap(option->get_description(), help_width - get_column_width()))
      text += (text.empty() ? "" : "\n") + line;
    return text;
  }
};

}  // namespace

verb_options::verb_options(invocation& call, const std::string& what, const std::string& example)
    : call_(call), app_(paragraph(what), "latchkey " + call.verb) {
  app_.formatter(std::make_shared<help_format>());
  app_.set_help_flag("-h,--help", "Print this and exit");
  app_.footer("Example:\n  " + example);
}

CLI::Option* verb_options::account() {
  return app_.add_option("ACCOUNT", call_.account, "Name of the account")->type_name("");
}

void verb_options::json(const std::string& what) {
  app_.add_flag("--json", call_.json, "Print " + what + " as JSON");
}

CLI::Option* verb_options::repeatable(const std::string& name, std::vector<std::string>& values,
                                      const std::string& what) {
  return app_.add_option(name, values, what)->allow_extra_args(false);
}

bool verb_options::parse() {
  std::vector<std::string> reversed(call_.arguments.rbegin(), call_.arguments.rend());
  try {
    app_.parse(std::move(reversed));
    return true;
  } catch (const CLI::CallForHelp&) {
    call_.out.print(help());
    return false;
  } catch (const CLI::ParseError& error) {
    refuse(error);
  }
}

std::string verb_options::help() const {
  std::string text = app_.help();
  const std::size_t end = text.find('\n', text.find("Usage: "));
  if (!usage_tail_.empty() && end != std::string::npos) text.insert(end, " " + usage_tail_);
  return text;
}

void verb_options::refuse(const CLI::ParseError& error) const {
  std::string message = error.what();
  for (const std::string& extra : app_.remaining()) {
    if (!extra.starts_with('-')) continue;
    std::vector<std::string> known;
    for (const CLI::Option* each : app_.get_options())
      if (each->nonpositional() && !each->get_group().empty()) known.push_back("--" + each->get_lnames().front());
    const std::string name = extra.substr(0, extra.find('='));
    message = "there is no option " + printable(name) + suggestion(name, known);
    break;
  }
  while (message.ends_with('\n') || message.ends_with('.')) message.pop_back();
  fail(errc::bad_request, message + " (latchkey help " + call_.verb + ")");
}

std::vector<std::string> split_scopes(const std::vector<std::string>& given) {
  std::vector<std::string> scopes;
  for (const std::string& text : given) {
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t end = std::min(text.find(' ', from), text.size());
      if (end > from) scopes.push_back(text.substr(from, end - from));
      from = end + 1;
    }
  }
  return scopes;
}

}  // namespace latchkey::cli
