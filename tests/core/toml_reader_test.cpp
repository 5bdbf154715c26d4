#include "core/toml_reader.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "core/toml_quote.h"

namespace latchkey {
namespace {

using namespace std::string_literals;

toml_reader read(std::string_view text) {
  return toml_reader::parse(text, "a.toml").value();
}

// The message of the first problem, once `keys` have been asked for as strings.
std::string problem_of(std::string_view text, std::initializer_list<std::string_view> keys) {
  toml_reader reader = read(text);
  for (const std::string_view key : keys) (void)reader.string(key);
  const auto complete = reader.finish();
  if (complete) return "";
  EXPECT_EQ(complete.error().code, errc::bad_request);
  return complete.error().message;
}

TEST(TomlReader, ReadsEveryTypeAndDottedKeys) {
  toml_reader reader =
      read("name = \"a\"\n[store]\ncount = 7\non = true\nlist = [\"x\", \"y\"]\n[store.map]\nk = \"v\"\n");
  EXPECT_EQ(reader.string("name"), "a");
  EXPECT_EQ(reader.integer("store.count"), 7);
  EXPECT_EQ(reader.boolean("store.on"), true);
  EXPECT_EQ(reader.strings("store.list"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(reader.string_table("store.map"), (std::map<std::string, std::string>{{"k", "v"}}));
  EXPECT_TRUE(reader.finish());
}

TEST(TomlReader, AnAbsentKeyIsAbsentAndNoError) {
  toml_reader reader = read("");
  EXPECT_FALSE(reader.string("a"));
  EXPECT_FALSE(reader.integer("b.c"));
  EXPECT_FALSE(reader.boolean("d"));
  EXPECT_FALSE(reader.strings("e"));
  EXPECT_FALSE(reader.string_table("f"));
  EXPECT_TRUE(reader.tables("g").empty());
  EXPECT_TRUE(reader.finish());
}

struct bad_toml {
  std::string_view text;
  std::string_view where;
};

TEST(TomlReader, C1_BadTomlNamesFileLineAndColumn) {
  const bad_toml cases[] = {
      {"a = ", "a.toml:1:"}, {"a = 1\nb = \"x\n", "a.toml:2:"}, {"a = 1\na = 2\n", "a.toml:2:"},
      {"[a", "a.toml:1:"},   {"a = \"\xFF\"", "a.toml:1:"},     {"a = \"x\ty\"\nb", "a.toml:2:"},
  };
  for (const auto& each : cases) {
    const auto opened = toml_reader::parse(each.text, "a.toml");
    ASSERT_FALSE(opened) << each.text;
    EXPECT_EQ(opened.error().code, errc::bad_request);
    EXPECT_TRUE(opened.error().message.starts_with(each.where)) << opened.error().message;
  }
}

struct unknown_key_case {
  std::string_view text;
  std::string_view message;
};

// toml++ means never to come here, says so by an assertion, and reports it as an error all the same.
TEST(TomlReader, C1_ACarriageReturnInATableHeaderIsAnErrorAndNoEndOfTheProgram) {
  const auto read = toml_reader::parse("[\rog]\nlevel = 1\n", "f.toml");
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().message.starts_with("f.toml:")) << read.error().message;
}

TEST(TomlReader, C1_AnUnknownKeyIsAnErrorThatOffersTheNearest) {
  const unknown_key_case cases[] = {
      {"[log]\nlvel = \"info\"\n", "a.toml:2:1: log.lvel: unknown key \"lvel\"; did you mean \"level\"?"},
      {"\n  nmae = \"x\"\n", "a.toml:2:3: nmae: unknown key \"nmae\"; did you mean \"name\"?"},
      {"colour = \"x\"\n", "a.toml:1:1: colour: unknown key \"colour\""},
      {"[lgo]\nlevel = \"x\"\n", "a.toml:1:2: lgo: unknown key \"lgo\"; did you mean \"log\"?"},
      {"\"log.level\" = \"x\"\n", "a.toml:1:1: \"log.level\": unknown key \"log.level\""},
      {"\"a\\u001Bb\" = \"x\"\n", "a.toml:1:1: \"a\\u001Bb\": unknown key \"a\\u001Bb\""},
      {"log.level.more = 1\n", "a.toml:1:5: log.level: must be a string, not a table"},
      {"zz = 1\nname = \"x\"\naa = 1\n", "a.toml:1:1: zz: unknown key \"zz\""},
  };
  for (const auto& each : cases) EXPECT_EQ(problem_of(each.text, {"name", "log.level"}), each.message);
}

TEST(TomlReader, C1_AWrongTypeNamesTheKeyAndBothTypes) {
  const auto first_problem = [](std::string_view text, auto ask) {
    toml_reader reader = read(text);
    ask(reader);
    const auto complete = reader.finish();
    return complete ? std::string() : complete.error().message;
  };
  const auto string = [](toml_reader& reader) { EXPECT_FALSE(reader.string("k")); };
  const auto integer = [](toml_reader& reader) { EXPECT_FALSE(reader.integer("k")); };
  const auto boolean = [](toml_reader& reader) { EXPECT_FALSE(reader.boolean("k")); };
  const auto strings = [](toml_reader& reader) { EXPECT_FALSE(reader.strings("k")); };
  const auto map = [](toml_reader& reader) { EXPECT_FALSE(reader.string_table("k")); };
  const auto tables = [](toml_reader& reader) { EXPECT_TRUE(reader.tables("k").empty()); };
  const auto inside = [](toml_reader& reader) { EXPECT_FALSE(reader.string("k.inner")); };
  EXPECT_EQ(first_problem("k = 1", string), "a.toml:1:5: k: must be a string, not an integer");
  EXPECT_EQ(first_problem("k = 1.5", integer), "a.toml:1:5: k: must be an integer, not a number with a fraction");
  EXPECT_EQ(first_problem("k = \"yes\"", boolean), "a.toml:1:5: k: must be true or false, not a string");
  EXPECT_EQ(first_problem("k = true", strings), "a.toml:1:5: k: must be an array of strings, not true or false");
  EXPECT_EQ(first_problem("k = [\"a\", 2]", strings), "a.toml:1:11: k: must be a string, not an integer");
  EXPECT_EQ(first_problem("k = []", map), "a.toml:1:5: k: must be a table of strings, not an array");
  EXPECT_EQ(first_problem("[k]\nx = 1979-05-27", map), "a.toml:2:5: k.x: must be a string, not a date or time");
  EXPECT_EQ(first_problem("[k]\n", tables), "a.toml:1:1: k: must be an array of tables, not a table");
  EXPECT_EQ(first_problem("k = [1]", tables), "a.toml:1:6: k: must be an array of tables, not an integer");
  EXPECT_EQ(first_problem("k = 1", inside), "a.toml:1:5: k: must be a table, not an integer");
}

TEST(TomlReader, C3_NoStringMayHoldWhatCannotBeSeen) {
  const std::string problem = "holds a control character or one that cannot be seen; write it without";
  for (const std::string escape :
       {"\\u0000", "\\n", "\\r", "\\t", "\\u001B", "\\u007F", "\\u0085", "\\u202E", "\\u200B"})
    EXPECT_EQ(problem_of("k = \"a" + escape + "b\"", {"k"}), "a.toml:1:5: k: " + problem) << escape;
  EXPECT_EQ(problem_of("k = \"\"\"a\nb\"\"\"", {"k"}), "a.toml:1:5: k: " + problem);
  EXPECT_EQ(problem_of("k = \"Zürich €\"", {"k"}), "");
  toml_reader list = read("k = [\"a\\nb\"]");
  EXPECT_FALSE(list.strings("k"));
  EXPECT_EQ(list.finish().error().message, "a.toml:1:6: k: " + problem);
  toml_reader map = read("[k]\n\"a\\nb\" = \"x\"");
  (void)map.string_table("k");
  EXPECT_EQ(map.finish().error().message, "a.toml:2:10: k.\"a\\u000Ab\": " + problem);
}

TEST(TomlReader, ReadsEachTableOfAnArrayAndReportsThroughTheParent) {
  toml_reader reader = read("[[scope]]\nname = \"a\"\n[[scope]]\nname = \"b\"\nriks = \"x\"\n");
  std::vector<std::string> names;
  for (toml_reader& each : reader.tables("scope")) {
    names.push_back(each.string("name").value());
    (void)each.string("risk");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.finish().error().message, "a.toml:5:1: scope.riks: unknown key \"riks\"; did you mean \"risk\"?");
}

TEST(TomlReader, AnElementThatIsNoTableAmongTablesIsRefused) {
  toml_reader reader = read("scope = [{name = \"a\"}, 3]\n");
  for (toml_reader& each : reader.tables("scope")) (void)each.string("name");
  EXPECT_EQ(reader.finish().error().message, "a.toml:1:24: scope: must be an array of tables, not an integer");
}

TEST(TomlReader, ReportsTheFirstRejectionAndPointsAtTheTableWhereTheKeyIsMissing) {
  toml_reader reader = read("a = \"x\"\n[[scope]]\n");
  (void)reader.string("a");
  toml_reader scope = std::move(reader.tables("scope").front());
  scope.reject("name", "must be there");
  reader.reject("a", "is wrong too");
  EXPECT_EQ(reader.finish().error().message, "a.toml:2:1: scope.name: must be there");
  toml_reader other = read("\n\na = \"x\"");
  other.reject("a", "is wrong");
  EXPECT_EQ(other.finish().error().message, "a.toml:3:5: a: is wrong");
  toml_reader empty = read("");
  empty = read("");
  empty.reject("b", "must be there");
  EXPECT_EQ(empty.finish().error().message, "a.toml:1:1: b: must be there");
}

TEST(TomlReader, ChoosesAmongWordsAndOffersTheNearest) {
  constexpr std::array words{std::pair{std::string_view("auto"), 1}, std::pair{std::string_view("file"), 2}};
  toml_reader reader = read("a = \"file\"\nb = \"atuo\"\n");
  EXPECT_EQ(reader.choice("a", words), 2);
  EXPECT_FALSE(reader.choice("absent", words));
  EXPECT_FALSE(reader.choice("b", words));
  EXPECT_EQ(reader.finish().error().message, "a.toml:2:5: b: unknown value \"atuo\"; did you mean \"auto\"?");
  toml_reader far = read("a = \"keyring\"");
  EXPECT_FALSE(far.choice("a", words));
  EXPECT_EQ(far.finish().error().message, "a.toml:1:5: a: unknown value \"keyring\"; it is one of \"auto\", \"file\"");
}

TEST(TomlReader, BoundsWhatItReads) {
  EXPECT_EQ(toml_reader::parse(std::string(limits::config_file + 1, '#'), "big").error().message,
            "big:1:1: the file is larger than 1 MiB");
  std::string dotted = "x = 1\na";
  for (int i = 0; i < 200'000; ++i) dotted += ".a";
  EXPECT_EQ(toml_reader::parse(dotted + " = 1", "deep").error().message,
            "deep:2:1: the line has more than 200 dots; break it up");
  EXPECT_FALSE(toml_reader::parse("a = " + std::string(100'000, '['), "deep"));
  // The deepest text that is let through must not exhaust the stack either.
  std::string dots = "a";
  for (int i = 0; i < 190; ++i) dots += ".a";
  std::string deepest;
  for (int i = 0; i < 120; ++i) deepest += (i == 0 ? "" : "{") + dots + " = [\n";
  deepest += "1\n";
  for (int i = 0; i < 119; ++i) deepest += "]}\n";
  EXPECT_TRUE(toml_reader::parse(deepest + "]", "deep"));
}

TEST(TomlReader, C3_TheFileNameIsEscaped) {
  EXPECT_TRUE(toml_reader::parse("a", "b\x1B.toml").error().message.starts_with("b\\x1B.toml:1:"));
}

TEST(NearestWord, OffersASlipOfTheKeyboardAndNothingElse) {
  const std::vector<std::string> known{"level", "backend", "key_file", "on"};
  EXPECT_EQ(nearest_word("lvel", known), "level");
  EXPECT_EQ(nearest_word("levle", known), "level");
  EXPECT_EQ(nearest_word("keyfile", known), "key_file");
  EXPECT_EQ(nearest_word("bakend", known), "backend");
  EXPECT_EQ(nearest_word("backends", known), "backend");
  EXPECT_EQ(nearest_word("no", known), "on");
  EXPECT_EQ(nearest_word("xy", known), std::nullopt);
  EXPECT_EQ(nearest_word("colour", known), std::nullopt);
  EXPECT_EQ(nearest_word("", known), std::nullopt);
  EXPECT_EQ(nearest_word("x", {}), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(64, 'a'), {std::string(65, 'a')}), std::string(65, 'a'));
  EXPECT_EQ(nearest_word(std::string(65, 'a'), {std::string(65, 'a')}), std::nullopt);  // Longer than any name.
}

TEST(TomlQuote, ReadsBackAsItWas) {
  for (const std::string& text : {""s, "plain"s, "a\"b\\c"s, "Zürich €"s, "{[#='"s}) {
    toml_reader reader = read("k = " + toml_quote(text));
    EXPECT_EQ(reader.string("k"), text);
  }
  EXPECT_EQ(toml_quote("a\nb\0\x7F\0"s), "\"a\\u000Ab\\u0000\\u007F\\u0000\"");
}

}  // namespace
}  // namespace latchkey
