#include "core/landing_page.h"

#include "core/authorize.h"

namespace latchkey {
namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<style>
:root { color-scheme: light dark; --ground: #f3f4f6; --card: #fff; --ink: #1c2430; --soft: #5b6675; --line: #dde1e7;
        --good: #1a7f4b; --bad: #b3261e; --odd: #8a5a00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --card: #1b212a; --ink: #e8ecf1; --soft: #9aa5b4; --line: #2d3643;
          --good: #58c48d; --bad: #f2877f; --odd: #e3b35a; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
       font: 1rem/1.55 system-ui, sans-serif; }
main { box-sizing: border-box; width: min(32rem, calc(100% - 2rem)); margin: 1rem; padding: 2rem 2.25rem;
       background: var(--card); border: 1px solid var(--line); border-radius: .75rem; border-top: .3rem solid var(--tone); }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.3; color: var(--tone); }
p { margin: .6rem 0; overflow-wrap: anywhere; }
blockquote { margin: .75rem 0; padding: .5rem .9rem; border-left: .2rem solid var(--tone); overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: .95em; }
footer { margin-top: 1.5rem; color: var(--soft); font-size: .875rem; }
.good { --tone: var(--good); } .bad { --tone: var(--bad); } .odd { --tone: var(--odd); }
</style>
)";

constexpr std::string_view good = "good";
constexpr std::string_view bad = "bad";
constexpr std::string_view odd = "odd";

/// `heading` and `content` are HTML.
std::string page(std::string_view tone, std::string_view heading, std::string_view content) {
  std::string text(head);
  text.append("<title>").append(heading).append(" - Latchkey</title>\n</head>\n<body>\n<main class=\"").append(tone);
  text.append("\">\n<h1>").append(heading).append("</h1>\n").append(content);
  text.append("<footer>Latchkey, on this computer</footer>\n</main>\n</body>\n</html>\n");
  return text;
}

std::string_view reference_to(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

std::string paragraph(std::string_view html) {
  return "<p>" + std::string(html) + "</p>\n";
}

std::string sentence(std::string_view message) {
  std::string text(message);
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  if (!text.ends_with('.')) text += '.';
  return html_escape(text);
}

}  // namespace

std::string html_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char& c : text) escaped += reference_to(c).empty() ? std::string_view(&c, 1) : reference_to(c);
  return escaped;
}

std::string success_page(std::string_view account) {
  const std::string name = "<strong>" + html_escape(account) + "</strong>";
  return page(good, "Login complete",
              paragraph("The account " + name + " is ready to use.") +
                  paragraph("You can close this tab and go back to the program that asked."));
}

std::string failure_page(std::string_view account, const fault& why) {
  std::string content = paragraph(sentence(why.message));
  if (!why.provider_text.empty())
    content += paragraph("The provider says:") + "<blockquote>" + html_escape(why.provider_text) + "</blockquote>\n";
  content += paragraph("You can close this tab. To try again, run <code>latchkey login " + html_escape(account) +
                       "</code> in a terminal.");
  return page(bad, why.code == errc::access_denied ? "Login refused" : "Login failed", content);
}

std::string refused_page(std::string_view reason) {
  return page(
      odd, "This is not the redirect we wait for",
      paragraph("A login is under way here, but this request does not belong to it: " + html_escape(reason) + ".") +
          paragraph("Nothing has changed, and the login goes on waiting. Close this tab and finish the login in "
                    "the tab that it opened."));
}

std::string over_page(std::string_view reason) {
  return page(odd, "This login is over",
              paragraph("This request comes too late to change anything: " + html_escape(reason) + ".") +
                  paragraph("You can close this tab. The program that asked for the login knows how it ended."));
}

}  // namespace latchkey
