#include "core/landing_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/authorize.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(LandingPage, L30_EveryPageIsWholeAndLoadsAndRunsNothing) {
  const std::string pages[] = {success_page("work"), failure_page("work", fault(errc::login_failed, "no", "why")),
                               refused_page("it has no state"), over_page("this login is already over")};
  for (const auto& page : pages) {
    EXPECT_THAT(page, StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
    EXPECT_THAT(page, HasSubstr("<meta charset=\"utf-8\">"));
    EXPECT_THAT(page, HasSubstr(" - Latchkey</title>"));
    EXPECT_THAT(page, HasSubstr("<h1>"));
    EXPECT_THAT(page, HasSubstr("lose th"));  // what to do: close this tab
    EXPECT_TRUE(page.ends_with("</html>\n"));
    for (const std::string_view loads : {"<script", "<img", "<link", "<iframe", "<form", "src=", "href=", "url(",
                                         "@import", "javascript:", "style=\""})
      EXPECT_THAT(page, Not(HasSubstr(std::string(loads))));
  }
}

TEST(LandingPage, SuccessSaysSoAndNamesTheAccount) {
  const std::string page = success_page("work");
  EXPECT_THAT(page, HasSubstr("<h1>Login complete</h1>"));
  EXPECT_THAT(page, HasSubstr("<title>Login complete - Latchkey</title>"));
  EXPECT_THAT(page, HasSubstr("<strong>work</strong>"));
}

TEST(LandingPage, L21_FailureSaysWhyInEscapedWords) {
  const std::string page =
      failure_page("a<b", fault(errc::login_failed, "it is \"over\" & out", "<script>alert('x')</script>"));
  EXPECT_THAT(page, HasSubstr("<h1>Login failed</h1>"));
  EXPECT_THAT(page, HasSubstr("<p>It is &quot;over&quot; &amp; out.</p>"));
  EXPECT_THAT(page, HasSubstr("<blockquote>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</blockquote>"));
  EXPECT_THAT(page, HasSubstr("latchkey login a&lt;b"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(LandingPage, ADenialIsCalledRefused) {
  const std::string page = failure_page("work", fault(errc::access_denied, "refused."));
  EXPECT_THAT(page, HasSubstr("<h1>Login refused</h1>"));
  EXPECT_THAT(page, HasSubstr("<p>Refused.</p>"));
  EXPECT_THAT(page, Not(HasSubstr("<blockquote>")));
}

TEST(LandingPage, AStrangerLearnsThatTheLoginGoesOn) {
  EXPECT_THAT(refused_page("it has no state"), HasSubstr("<h1>This is not the redirect we wait for</h1>"));
  EXPECT_THAT(refused_page("it has no state"), HasSubstr("does not belong to it: it has no state."));
  EXPECT_THAT(refused_page("it has no state"), HasSubstr("the login goes on waiting"));
  EXPECT_THAT(over_page("x"), HasSubstr("<h1>This login is over</h1>"));
}

TEST(HtmlEscape, ReplacesTheFiveAndLeavesTheRest) {
  EXPECT_EQ(html_escape("<a href=\"x\" b='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(html_escape("Zürich €"), "Zürich €");
  EXPECT_EQ(html_escape(""), "");
}

}  // namespace
}  // namespace latchkey
