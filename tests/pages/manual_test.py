"""The man pages: clean mdoc, and in step with the programs, the parsers and the interface."""
import json
import re
import subprocess
import unittest

from world import BIN, ROOT, World, commands, options_of, output_of

PAGES = sorted((ROOT / "docs/man").glob("*.[1-9]"))


def page(name):
    return (ROOT / "docs/man" / name).read_text()


def parts(text, macro):
    """{title: text} of the sections (macro Sh) or subsections (Ss) in the source of a page."""
    pieces = re.split(rf"^\.{macro} (.*)$", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2]))


def section(name, title):
    return parts(page(name), "Sh")[title]


def items(text, macro):
    """{first word: (rest of the heading, text)} of the list items whose heading begins with `macro`, such as "Fl "."""
    pieces = re.split(rf"^\.It {macro}(\S+)(.*)$", text, flags=re.MULTILINE)
    return {name: (rest, body) for name, rest, body in zip(pieces[1::3], pieces[2::3], pieces[3::3])}


def options_in(text):
    return {"-" + name for name in re.findall(r"\bFl (-[a-z][a-z-]*)", text)}


def contract(kind):
    """The lines of `latchkey-contract` that begin with `kind`, split into words, of which the last takes the rest."""
    wanted = {"key": 4, "word": 4, "error": 3}[kind]
    lines = output_of([BIN / "latchkey-contract"]).splitlines()
    return [line.split(" ", wanted - 1)[1:] for line in lines if line.startswith(kind + " ")]


class EveryPage(unittest.TestCase):
    def test_mandoc_has_nothing_to_complain_about(self):
        self.assertEqual(len(PAGES), 4)
        for path in PAGES:
            checked = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], text=True, stdout=subprocess.PIPE)
            self.assertEqual((checked.stdout, checked.returncode), ("", 0))

    def test_each_refers_to_the_others(self):
        names = {path.name for path in PAGES}
        for path in PAGES:
            referred = {f"{name}.{number}" for name, number in re.findall(r"^\.Xr (\S+) (\d)", path.read_text(), re.MULTILINE)}
            self.assertLessEqual(names - {path.name}, referred, path.name)


class CommandPage(unittest.TestCase):
    def setUp(self):
        self.verbs = parts(section("latchkey.1", "VERBS"), "Ss")

    def test_has_every_verb_and_no_other(self):
        self.assertEqual(sorted(self.verbs), sorted(commands()))

    def test_has_every_option_of_every_verb_and_no_other(self):
        for verb in commands():
            with self.subTest(verb=verb):
                told = self.verbs[verb]
                usage = told.split(".Ed")[0]
                wanted = options_of(verb) - {"--help"}  # which all have, as the description says
                self.assertEqual(options_in(usage), wanted)

    def test_explains_every_option_where_it_belongs(self):
        explained = {name: items(text, "Fl ") for name, text in self.verbs.items()}
        for verb in commands():
            for option in options_of(verb) - {"--help"}:
                with self.subTest(verb=verb, option=option):
                    # `login` has the options of `add`; what it shares with it is explained there.
                    places = [explained[verb]] + ([explained["add"]] if verb == "login" else [])
                    names = {"-" + word for place in places for name, (rest, _) in place.items()
                             for word in [name, *re.findall(r"Fl (\S+)", rest)]}
                    self.assertIn(option, names)

    def test_names_no_option_that_no_verb_has(self):
        known = {"--help", "--version"}.union(*(options_of(verb) for verb in commands()))
        self.assertEqual(options_in(page("latchkey.1")) - known, set())

    def test_has_the_exit_status_of_every_error(self):
        status = items(section("latchkey.1", "EXIT STATUS"), "")
        for name, code in contract("error"):
            with self.subTest(error=name):
                told = [number for number, (_, text) in status.items() if re.search(rf"^\.Er {name}\b", text, re.MULTILINE)]
                self.assertEqual(told, [code])

    def test_has_the_exit_status_that_the_overview_has(self):
        overview = re.search(r"Exit codes: (.*?)\.\n", output_of([BIN / "latchkey", "help"]), re.DOTALL).group(1)
        status = items(section("latchkey.1", "EXIT STATUS"), "")
        for code, meaning in re.findall(r"(\d) ([a-z ]+)", overview.replace("\n", " ")):
            self.assertTrue(status[code][1].strip().lower().startswith(meaning.strip()), f"{code} {meaning}")


class DaemonPage(unittest.TestCase):
    def test_has_every_option_and_no_other(self):
        told = set(re.findall(r"^  -\w, (--[a-z-]+)", output_of([BIN / "latchkeyd", "--help"]), re.MULTILINE))
        self.assertEqual(options_in(page("latchkeyd.8")), told)


class Environment(unittest.TestCase):
    def test_every_variable_that_is_read_is_told(self):
        sources = [path for folder in ("cli", "os", "ipc", "daemon", "core") for path in (ROOT / folder).rglob("*.cpp")]
        read = {name for path in sources
                for call in re.findall(r"\b(?:getenv|\w*variable|environment|number)\(([^)]*)\)", path.read_text())
                for name in re.findall(r'"([A-Z_]{4,}|[a-z]+_proxy)"', call)}
        self.assertIn("LATCHKEY_SOCKET", read)
        told = {name for name in read for which in ("latchkey.1", "latchkeyd.8")
                if re.search(rf"^\.(?:It )?Ev .*\b{name}\b", page(which), re.MULTILINE)}
        self.assertEqual(read - told, set())


class ConfigurationPage(unittest.TestCase):
    SECTIONS = {"config": "CONFIG.TOML", "account": "ACCOUNTS/NAME.TOML", "provider": "PROVIDERS/NAME.TOML"}

    def keys(self, file):
        """{dotted key: (type and default, text)} as the page has them."""
        text = section("latchkey.toml.5", self.SECTIONS[file])
        told = items(text.split("\n.Ss ")[0], "Cm ")
        for title, below in parts(text, "Ss").items():
            told |= {f"{title.strip('[]')}.{key}": item for key, item in items(below, "Cm ").items()}
        return told

    def test_has_every_key_that_a_parser_asks_for_and_no_other(self):
        for file in self.SECTIONS:
            with self.subTest(file=file):
                self.assertEqual(sorted(self.keys(file)), sorted({key for of, key, _ in contract("key") if of == file}))

    def test_has_the_type_of_every_key(self):
        for file, key, kind in contract("key"):
            with self.subTest(file=file, key=key):
                self.assertRegex(self.keys(file)[key][0].strip(), rf"^Pq {kind}\b")

    def test_has_every_word_of_a_key_that_takes_one_of_a_few(self):
        self.assertGreater(len(contract("word")), 10)
        for file, key, word in contract("word"):
            with self.subTest(file=file, key=key, word=word):
                self.assertRegex("".join(self.keys(file)[key]), rf"Qq {re.escape(word)}( |\n|$)")

    def test_its_examples_are_read_by_the_daemon_without_complaint(self):
        examples = [example.replace(r"\e", "\\") for example in
                    re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", page("latchkey.toml.5"), re.DOTALL | re.MULTILINE)]
        settings = [each for each in examples if re.match(r"\[\w+\]\n", each)]
        accounts = [each for each in examples if "client_id" in each]
        providers = [each for each in examples if "display_name" in each]
        self.assertGreaterEqual(min(len(settings) - 2, len(accounts) - 2, len(providers)), 1)
        with World() as world:
            folder = world.root / "config/latchkey"
            for name in ("accounts", "providers"):
                (folder / name).mkdir(parents=True)
            (folder / "config.toml").write_text("".join(settings))
            for number, text in enumerate(accounts):
                (folder / f"accounts/account{number}.toml").write_text(text)
            for number, text in enumerate(providers):
                (folder / f"providers/provider{number}.toml").write_text(text)
            world.start_daemon()  # A wrong setting would end it.
            status = json.loads(world.latchkey("status", "--json"))
            self.assertEqual((status["warnings"], len(status["accounts"])), ([], len(accounts)))
            shown = json.loads(world.latchkey("providers", "--json"))["providers"]
            self.assertEqual(len([each for each in shown if each["source"] != "built-in"]), len(providers))


class ProtocolPage(unittest.TestCase):
    INTERFACE = re.sub(r"#.*", "", (ROOT / "ipc/io.latchkey.Broker.varlink").read_text())

    @staticmethod
    def members(text):
        return set(re.findall(r"(\w+)\s*:", text))

    @staticmethod
    def listed(told):
        """The members that the items of a list begin with: ".It Va a , b Pq string", ".It Ns -> Va c"."""
        return {name for names in re.findall(r"^\.It (?:Ns -> )?Va (\w+(?: , \w+)*)", told, re.MULTILINE)
                for name in names.split(" , ")}

    def assert_tells_words(self, told, title, declared):
        words = re.findall(r"\(([a-z_]+(?:,\s*[a-z_]+)+)\)", declared)
        for word in {each for group in words for each in re.split(r",\s*", group)}:
            self.assertRegex(told, rf"\b{word}\b", title)

    def test_has_every_method_with_all_members_and_no_other(self):
        told = parts(section("latchkey-ipc.7", "METHODS"), "Ss")
        told.pop("org.varlink.service")
        declared = dict(re.findall(r"^method (\w+)(.*?)(?=^method|^error|^type|\Z)", self.INTERFACE, re.DOTALL | re.MULTILINE))
        self.assertGreater(len(declared), 5)
        self.assertEqual(sorted(told), sorted(declared))
        for name, text in declared.items():
            with self.subTest(method=name):
                self.assertEqual(self.listed(told[name]), self.members(text))
                self.assert_tells_words(told[name], name, text)
                self.assertIn(f"io.latchkey.Broker.{name}", told[name], "an example call")

    def test_has_every_type_with_all_members_and_no_other(self):
        told = parts(section("latchkey-ipc.7", "TYPES"), "Ss")
        declared = dict(re.findall(r"^type (\w+)(.*?)(?=^method|^error|^type|\Z)", self.INTERFACE, re.DOTALL | re.MULTILINE))
        self.assertEqual(sorted(told), sorted(declared))
        for name, text in declared.items():
            with self.subTest(type=name):
                self.assertEqual(self.listed(told[name]), self.members(text))
                self.assert_tells_words(told[name], name, text)

    def test_has_every_error_with_its_exit_status_and_no_other(self):
        told = items(section("latchkey-ipc.7", "ERROR REPLIES"), "Er ")
        declared = dict(re.findall(r"^error (\w+) \((.*?)\)", self.INTERFACE, re.DOTALL | re.MULTILINE))
        self.assertGreater(len(declared), 5)
        self.assertEqual(sorted(told), sorted(declared))
        codes = dict(contract("error"))
        for name, text in declared.items():
            with self.subTest(error=name):
                self.assertEqual(told[name][0].strip(), f"Pq {codes[name]}")
                self.assertLessEqual(self.members(text) - {"message"}, set(re.findall(r"^\.Va (\w+)", told[name][1], re.MULTILINE)))


if __name__ == "__main__":
    unittest.main()
