"""Completions in real shells, asked by key presses, with a daemon that holds two accounts and with none."""
import contextlib
import functools
import os
import socket
import subprocess
import time
import unittest

from shells import Bash, Fish, Zsh
from world import ROOT, World, commands, options_of, positionals_of, verbs

ACCOUNTS = ["bot", "me@work"]
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
SHELLS = {
    "bash": Bash,
    "bash with bash-completion": lambda world: Bash(world, BASH_COMPLETION),
    "zsh": Zsh,
    "fish": Fish,
}
COMPLAINT = "(?i)latchkey:|no such|cannot|error|not found|bad "


def in_each_shell(test):
    """A test of one more argument, a shell, as a test in each of them."""
    @functools.wraps(test)
    def run(self, *words):
        for name, start in SHELLS.items():
            with self.subTest(shell=name), start(self.world) as shell:
                test(self, shell, *words)
    return run


def unchanged(shell, word):
    """What a shell answers where nothing fits: a terminal shows what was typed."""
    return [] if isinstance(shell, Fish) else [word]


def names(matches):
    """Without options, which zsh offers where there is nothing else."""
    return [match for match in matches if not match.startswith("-")]


class WithADaemon(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World())
        cls.world.start_daemon(*ACCOUNTS)
        (cls.world.root / "client secret").touch()

    @in_each_shell
    def test_every_verb_is_offered(self, shell):
        self.assertEqual(shell.matches("latchkey "), sorted(verbs()))
        self.assertEqual(shell.matches("latchkey tok"), ["token"])
        self.assertEqual(shell.matches("latchkey help "), sorted(verbs()))

    @in_each_shell
    def test_every_option_of_a_verb_is_offered_and_no_other(self, shell):
        for command in commands():
            with self.subTest(command=command):
                offered = {match.rstrip("=") for match in shell.matches(f"latchkey {command} --")}
                self.assertEqual(offered - {"--"}, options_of(command))

    @in_each_shell
    def test_accounts_are_offered_where_a_verb_wants_one_that_is_there(self, shell):
        for command in commands():
            with self.subTest(command=command):
                first = (positionals_of(command) or ["none"])[0]
                if first in ("ACCOUNT", "none"):
                    offered = ACCOUNTS if first == "ACCOUNT" and command != "add" else []
                    self.assertEqual(names(shell.matches(f"latchkey {command} ")), offered)
        self.assertEqual(shell.matches("latchkey token --min-valid 60 m"), ["me@work"])
        self.assertEqual(shell.matches("latchkey token me@"), ["me@work"])

    @in_each_shell
    def test_the_tools_of_a_verb_are_offered(self, shell):
        with_tools = {}
        for command in commands():
            verb, _, tool = command.partition(" ")
            if tool:
                with_tools.setdefault(verb, []).append(tool)
        for verb, tools in with_tools.items():
            for start in (f"latchkey {verb} ", f"latchkey help {verb} "):
                self.assertEqual(shell.matches(start), sorted(tools), start)

    @in_each_shell
    def test_the_actions_of_a_tool_are_offered_then_the_accounts(self, shell):
        self.assertEqual(names(shell.matches("latchkey kraken keys ")), ["create", "delete", "list", "update"])
        self.assertEqual(names(shell.matches("latchkey kraken keys list ")), ACCOUNTS)
        self.assertEqual(shell.matches("latchkey kraken keys create --ip 192.0.2.1 m"), ["me@work"])
        self.assertEqual(names(shell.matches("latchkey kraken call bot ")), [])

    @in_each_shell
    def test_an_account_is_offered_once(self, shell):
        self.assertEqual(names(shell.matches("latchkey token bot ")), [])
        self.assertEqual(shell.matches("latchkey show bot m"), unchanged(shell, "m"))

    @in_each_shell
    def test_providers_are_offered(self, shell):
        for line in ("scopes kr", "providers kr", "add x --provider kr", "login bot --provider kr"):
            self.assertEqual(shell.matches(f"latchkey {line}"), ["kraken"], line)
        presets = sorted(path.stem for path in (ROOT / "providers").glob("*.toml"))
        self.assertEqual(sorted(names(shell.matches("latchkey scopes "))), presets)
        joined = shell.matches("latchkey add x --provider=kr")
        self.assertEqual(joined, ["--provider=kraken"])

    @in_each_shell
    def test_words_of_an_option_are_offered(self, shell):
        offered = shell.matches("latchkey add x --client-authentication ")
        self.assertEqual(offered, ["client_secret_basic", "client_secret_post", "none"])
        offered = shell.matches("latchkey kraken keys create bot x --permission funds_")
        self.assertEqual(offered, ["funds_add", "funds_earn", "funds_query", "funds_withdraw"])

    @in_each_shell
    def test_files_are_offered_for_an_option_that_takes_one_and_nowhere_else(self, shell):
        for line in ("add x --client-secret-file", "kraken keygen --out", "kraken keygen --passphrase-file"):
            self.assertEqual(shell.matches(f"latchkey {line} client"), ["client secret"], line)
        for line in ("token client", "add client", "list client", "add x --client-id client", "exec bot client"):
            self.assertEqual(shell.matches(f"latchkey {line}"), unchanged(shell, "client"), line)

    @in_each_shell
    def test_exec_completes_the_command_behind_the_dashes(self, shell):
        self.assertEqual(shell.matches("latchkey exec bot "), ["--"])
        self.assertEqual(shell.matches("latchkey exec bot -- printen"), ["printenv"])
        self.assertEqual(shell.matches("latchkey exec --env TOKEN me@work -- printen"), ["printenv"])
        self.assertEqual(shell.matches("latchkey exec me@work -- cat client"), ["client secret"])

    @in_each_shell
    def test_exec_completes_the_arguments_of_the_command_as_its_own_completion_does(self, shell):
        if isinstance(shell, Bash) and not shell.has_bash_completion:
            return  # bash alone has no way to ask for another command's.
        self.assertEqual(shell.matches("latchkey exec me@work --min-valid 9 -- latchkey show b"), ["bot"])


class WithoutADaemon(unittest.TestCase):
    """A socket is there, as systemd holds one; but whoever connects to it would start a daemon."""

    def setUp(self):
        self.world = self.enterContext(World())
        self.world.socket.parent.mkdir(mode=0o700)
        self.listening = self.enterContext(contextlib.closing(socket.socket(socket.AF_UNIX)))
        self.listening.bind(str(self.world.socket))
        self.listening.listen()
        self.listening.setblocking(False)
        self.lock = self.world.root / "state/latchkey/lock"
        self.lock.parent.mkdir(mode=0o700)

    @in_each_shell
    def assert_nothing_is_offered_or_started(self, shell):
        self.assertEqual(shell.matches("latchkey token "), [])
        self.assertEqual(shell.matches("latchkey scopes "), [])
        self.assertEqual(shell.matches("latchkey tok"), ["token"])
        if isinstance(shell, Fish):
            self.assertEqual(shell.ask("latchkey token ").stderr, "")
        else:
            self.assertNotRegex(shell.words("latchkey token ", "\t\t")[1], COMPLAINT)
        with self.assertRaises(BlockingIOError, msg="somebody connected"):
            self.listening.accept()

    def test_nothing_is_offered_and_nothing_started_where_none_ever_ran(self):
        self.assert_nothing_is_offered_or_started()

    def test_nothing_is_offered_and_nothing_started_where_one_ran(self):
        with subprocess.Popen(["true"]) as ended:
            pass
        # One that is gone; another program that has its number now; what is no number.
        for left in (f"{ended.pid}\n", f"{os.getpid()}\n", "", "../self\n", "$(touch ran)\n", "-1\n"):
            with self.subTest(lock=left):
                self.lock.write_text(left)
                self.assert_nothing_is_offered_or_started()
        self.assertFalse((self.world.root / "ran").exists())

    def test_nothing_is_offered_where_the_lock_cannot_be_read(self):
        self.lock.mkdir()
        self.assert_nothing_is_offered_or_started()


class WithAStrangeDaemon(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World())
        self.world.start_daemon()

    @in_each_shell
    def test_C3_a_name_that_could_do_harm_is_not_offered_and_nothing_is_run(self, shell):
        hostile = ["$(touch ran)", "`touch ran`", "a b", "-x", ".y", "a;touch ran", "a'b", 'a"b', "é", "\x1b[31m", "a*", "~", ""]
        answer = "".join(f"{name}\tkraken\tfresh\n" for name in [*hostile, "good", "good+too@x.y-z_1"])
        (self.world.root / "answer").write_text(answer)
        self.world.program("latchkey", f"cat '{self.world.root}/answer'")
        self.assertEqual(shell.matches("latchkey token "), ["good", "good+too@x.y-z_1"])
        self.assertFalse((self.world.root / "ran").exists())

    @in_each_shell
    def test_C5_one_that_hangs_is_not_waited_for(self, shell):
        self.world.program("latchkey", "exec tail -f /dev/null")
        begun = time.monotonic()
        self.assertEqual(shell.matches("latchkey token "), [])
        self.assertLess(time.monotonic() - begun, 20)

    @in_each_shell
    def test_one_that_fails_is_not_heard(self, shell):
        self.world.program("latchkey", "echo 'latchkey: error' >&2; exit 6")
        self.assertEqual(shell.matches("latchkey token "), [])
        if not isinstance(shell, Fish):
            self.assertNotRegex(shell.words("latchkey token ", "\t\t")[1], COMPLAINT)


if __name__ == "__main__":
    unittest.main()
