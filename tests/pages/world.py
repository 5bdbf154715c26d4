"""One person's computer for one test: folders of its own, a clean environment, a real daemon, and what `latchkey help` says."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["LATCHKEY_BIN_DIR"])
LONGEST_WAIT_S = 60

# How the sanitizers of a sanitized build report, where the person who runs the tests says so.
SANITIZERS = {name: value for name, value in os.environ.items() if re.fullmatch("[A-Z]{1,2}SAN_OPTIONS", name)}


def output_of(command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, timeout=LONGEST_WAIT_S, **options).stdout


def verbs():
    """The verbs that `latchkey help` lists."""
    return re.findall(r"^  ([a-z]+)  +\S", output_of([BIN / "latchkey", "help"]).split("\nExample:")[0], re.MULTILINE)


def help_of(command):
    """What `latchkey help VERB`, or `latchkey help VERB TOOL`, says without its examples."""
    return output_of([BIN / "latchkey", "help", *command.split(" ")]).split("\nExample:")[0]


def commands():
    """The verbs, those that have tools of their own as "VERB TOOL"."""
    found = []
    for verb in verbs():
        _, _, tools = help_of(verb).partition("\nTools:\n")
        found += [f"{verb} {tool}" for tool in re.findall(r"^  (\w+)  ", tools, re.MULTILINE)] or [verb]
    return found


def options_of(command):
    """The long options that the help of a command lists."""
    return set(re.findall(r"^  (?:-\w,)? *(--[a-z-]+)", help_of(command), re.MULTILINE))


def positionals_of(command):
    """The positional arguments that the help of a command lists."""
    _, _, listed = help_of(command).partition("\nPositionals:\n")
    return re.findall(r"^  ([A-Z]+) ", listed.split("\n\n")[0], re.MULTILINE)


class World:
    """Use it in a `with`: its end ends the daemon and removes the folders."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-pages-"))
        self.daemon = None
        for name in ("run", "config", "state", "home", "bin"):
            (self.root / name).mkdir(mode=0o700)
        self.socket = self.root / "run/latchkey/latchkey.sock"
        self.env = {
            **SANITIZERS,
            "PATH": f"{self.root}/bin:{BIN}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "HOME": str(self.root / "home"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
            "XDG_STATE_HOME": str(self.root / "state"),
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.communicate(timeout=LONGEST_WAIT_S)
        shutil.rmtree(self.root)

    def start_daemon(self, *accounts):
        """A daemon that serves, with these accounts."""
        # The kernel ends it with this test, even where the test itself is killed.
        command = ["setpriv", "--pdeathsig", "KILL", "--", BIN / "latchkeyd"]
        self.daemon = subprocess.Popen(command, env=self.env, text=True, stderr=subprocess.PIPE)
        said = ""
        while "ready on" not in said:
            line = self.daemon.stderr.readline()
            if not line:
                raise AssertionError(f"latchkeyd ended: {said}")
            said += line
        for name in accounts:
            self.latchkey("add", name, "--provider", "kraken", "--client-id", "id")

    def latchkey(self, *words):
        return output_of([BIN / "latchkey", *words], env=self.env)

    def program(self, name, script):
        """A program that comes before all others of its name."""
        at = self.root / "bin" / name
        at.write_text(f"#!/bin/sh\n{script}\n")
        at.chmod(0o755)
