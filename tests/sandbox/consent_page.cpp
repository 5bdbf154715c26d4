#include "tests/sandbox/consent_page.h"

#include <algorithm>

namespace latchkey::sandbox {
namespace {

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --page: #eef0f6; --card: #ffffff; --text: #16182b; --muted: #646a82; --line: #e4e7f0;
  --accent: #4b3fd6; --accent-text: #ffffff; --warn: #8a4b00; --warn-page: #fff5e2; --warn-line: #f3d59c; --write: #2f5f9e;
  --write-page: #e9f1fc; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f111a; --card: #191c29; --text: #eceefa; --muted: #9aa0ba; --line: #2b3043; --accent: #8d84ff;
    --accent-text: #12122b; --warn: #ffc46b; --warn-page: #33270f; --warn-line: #5c4618; --write: #9cc4ff;
    --write-page: #1c2a40; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 40px 16px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 540px; margin: 0 auto; background: var(--card); border: 1px solid var(--line); border-radius: 18px;
  box-shadow: 0 12px 40px rgb(20 22 50 / 12%); overflow: clip; }
header { padding: 32px 32px 20px; text-align: center; }
.pair { display: flex; justify-content: center; align-items: center; gap: 12px; margin-bottom: 18px; }
.badge { width: 52px; height: 52px; border-radius: 14px; display: grid; place-items: center; font-size: 22px;
  font-weight: 700; background: var(--page); border: 1px solid var(--line); }
.badge.provider { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
.dots { width: 34px; border-top: 3px dotted var(--muted); }
h1 { margin: 0 0 6px; font-size: 21px; line-height: 1.3; overflow-wrap: anywhere; text-wrap: balance; }
header p { margin: 0 0 12px; color: var(--muted); }
.notice { margin: 0 32px 8px; padding: 12px 16px; border: 1px solid var(--warn-line); border-radius: 12px;
  background: var(--warn-page); color: var(--warn); }
section { padding: 10px 32px; }
h2 { margin: 8px 0 4px; font-size: 12px; letter-spacing: .07em; text-transform: uppercase; color: var(--muted); }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; justify-content: space-between; align-items: flex-start; gap: 14px; padding: 9px 0; }
li + li { border-top: 1px solid var(--line); }
li code { display: block; font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--muted);
  overflow-wrap: anywhere; }
.tag { flex: none; margin-top: 2px; padding: 1px 9px; border-radius: 99px; font-size: 12px; font-weight: 600;
  color: var(--muted); background: var(--page); }
.writes .tag { color: var(--write); background: var(--write-page); }
.moves .tag { color: var(--warn); background: var(--warn-page); box-shadow: inset 0 0 0 1px var(--warn-line); }
form { position: sticky; bottom: 0; margin-top: 12px; padding: 16px 32px 18px; background: var(--card);
  border-top: 1px solid var(--line); }
.buttons { display: flex; gap: 12px; }
button { flex: 1; padding: 12px; border-radius: 12px; border: 1px solid var(--line); font: inherit; font-weight: 600;
  color: var(--text); background: var(--card); cursor: pointer; }
button:hover { filter: brightness(.95); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input { flex: 2; min-width: 0; padding: 12px; border-radius: 12px; border: 1px solid var(--line); color: var(--text);
  background: var(--page); font: 18px ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: .1em;
  text-transform: uppercase; }
#allow, #next { color: var(--accent-text); background: var(--accent); border-color: var(--accent); }
form p { margin: 12px 0 0; font-size: 13px; color: var(--muted); text-align: center; overflow-wrap: anywhere; }
footer { max-width: 540px; margin: 18px auto 0; font-size: 13px; color: var(--muted); text-align: center; text-wrap: balance; }
@media (max-width: 560px) {
  body { padding: 0; }
  main { border: 0; border-radius: 0; box-shadow: none; }
  header, section, form { padding-left: 20px; padding-right: 20px; }
  .notice { margin-left: 20px; margin-right: 20px; }
  footer { padding: 0 20px 18px; }
}
)css";

struct risk_words {
  std::string_view css_class;
  std::string_view tag;
};

risk_words words_of(risk level) {
  switch (level) {
    case risk::reads:
      return {"reads", "view"};
    case risk::writes:
      return {"writes", "change"};
    case risk::moves_money:
      break;
  }
  return {"moves", "moves money"};
}

std::string document(std::string_view title, std::string_view main) {
  std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  html += html_escaped(title);
  html += "</title>\n<style>";
  html += style;
  html += "</style>\n</head>\n<body>\n<main>\n";
  html += main;
  html += "</main>\n<footer>Latchkey sandbox: it stands in for a provider. No real account, no real money.</footer>\n";
  html += "</body>\n</html>\n";
  return html;
}

// The first character of a name, whole: UTF-8 continuation bytes belong to it.
std::string_view initial(std::string_view name) {
  std::size_t size = std::min<std::size_t>(1, name.size());
  while (size < name.size() && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) ++size;
  return name.substr(0, size);
}

std::string heading(const std::string& client_name) {
  std::string html = "<header>\n<div class=\"pair\" aria-hidden=\"true\"><span class=\"badge\">";
  html += html_escaped(initial(client_name));
  html += "</span><span class=\"dots\"></span><span class=\"badge provider\">S</span></div>\n<h1>";
  html += html_escaped(client_name) + " asks for access to your account</h1>\n";
  html += "<p>Signed in as demo@example.com</p>\n</header>\n";
  return html;
}

std::string money_notice(const scope_list& asked) {
  const auto moving = std::ranges::count_if(
      scope_table(), [&](const scope_row& row) { return row.level == risk::moves_money && holds(asked, row.name); });
  if (moving == 0) return {};
  return "<p class=\"notice\" role=\"note\"><strong>This app could move your money.</strong> " +
         std::to_string(moving) + (moving == 1 ? " permission below can" : " permissions below can") +
         " take funds off your account.</p>\n";
}

std::string scope_sections(const scope_list& asked) {
  std::string html;
  std::string_view open_category;
  for (const scope_row& row : scope_table()) {
    if (!holds(asked, row.name)) continue;
    if (row.category != open_category) {
      if (!open_category.empty()) html += "</ul>\n</section>\n";
      html += "<section>\n<h2>" + html_escaped(row.category) + "</h2>\n<ul>\n";
      open_category = row.category;
    }
    const risk_words words = words_of(row.level);
    html += "<li class=\"" + std::string(words.css_class) + "\"><span>" + html_escaped(row.description) + "<code>" +
            html_escaped(row.name) + "</code></span><span class=\"tag\">" + std::string(words.tag) + "</span></li>\n";
  }
  if (!open_category.empty()) html += "</ul>\n</section>\n";
  return html;
}

struct form_words {
  std::string_view action;
  std::string_view question_id;
  std::string below;  ///< What follows the answer, as text.
};

std::string answer_form(const form_words& words) {
  std::string html = "<form method=\"post\" action=\"" + std::string(words.action) + "\">\n";
  html += "<input type=\"hidden\" name=\"consent_id\" value=\"" + html_escaped(words.question_id) + "\">\n";
  html += "<div class=\"buttons\">\n";
  html += "<button id=\"deny\" name=\"decision\" value=\"deny\">Deny</button>\n";
  html += "<button id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\n";
  html += "</div>\n<p>" + html_escaped(words.below) + "</p>\n</form>\n";
  return html;
}

std::string redirect_form(const consent_question& question) {
  // The address without its path and query: who will get the answer.
  const std::size_t host = question.redirect_uri.find("//");
  const std::size_t end = host == std::string::npos ? std::string::npos : question.redirect_uri.find('/', host + 2);
  return answer_form({"/oauth/consent", question.id, "You will go back to " + question.redirect_uri.substr(0, end)});
}

std::string user_code_notice(const std::string& user_code) {
  return "<p class=\"notice\" role=\"note\">Your device must show the code <strong id=\"user-code\">" +
         html_escaped(user_code) + "</strong>. If it shows another one, or you have no device that asks: deny.</p>\n";
}

}  // namespace

std::string consent_page(const consent_question& question) {
  return document("Allow " + question.client_name + "?", heading(question.client_name) + money_notice(question.scopes) +
                                                             scope_sections(question.scopes) + redirect_form(question));
}

std::optional<decision> decision_named(std::string_view value) {
  if (value == "allow") return decision::allow;
  if (value == "deny") return decision::deny;
  return std::nullopt;
}

std::string user_code_page(std::string_view problem) {
  std::string html = "<header>\n<h1>Connect a device</h1>\n<p>Type the code that it shows.</p>\n</header>\n";
  if (!problem.empty()) html += "<p class=\"notice\" role=\"alert\">" + html_escaped(problem) + "</p>\n";
  html += "<form method=\"get\" action=\"/oauth/device\">\n<div class=\"buttons\">\n";
  html += "<input id=\"code\" name=\"user_code\" aria-label=\"Code\" autocomplete=\"off\" autofocus required>\n";
  html += "<button id=\"next\">Next</button>\n</div>\n</form>\n";
  return document("Connect a device", html);
}

std::string device_consent_page(const device_question& question, const std::string& client_name) {
  return document("Allow " + client_name + "?",
                  heading(client_name) + user_code_notice(question.user_code) + money_notice(question.scopes) +
                      scope_sections(question.scopes) +
                      answer_form({"/oauth/device/consent", question.id, "Then go back to your device"}));
}

std::string device_answered_page(decision answer) {
  const std::string title = answer == decision::allow ? "Your device is connected" : "Nothing was shared";
  return document(title, "<header>\n<h1>" + title + "</h1>\n<p>You can close this page.</p>\n</header>\n");
}

std::string refusal_page(std::string_view why) {
  return document("This request cannot be answered",
                  "<header>\n<h1>This request cannot be answered</h1>\n<p>" + html_escaped(why) +
                      "</p>\n<p>Nothing was shared. You can close this page.</p>\n</header>\n");
}

}  // namespace latchkey::sandbox
