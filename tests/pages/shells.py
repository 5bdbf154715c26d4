"""Interactive shells in pseudo terminals, with our completions loaded. `latchkey` is a function in them that prints its
arguments; so what a key press has put into the line comes out as the words that the command would get."""
import os
import pty
import select
import subprocess
import time

from world import LONGEST_WAIT_S, ROOT

COMPLETIONS = ROOT / "completions"
BEGIN, BETWEEN, END = "\x01", "\x02", "\x03"
TAB = "\t"


class Terminal:
    """A shell in a pseudo terminal. `all_matches`: the keys that put all matches into the line."""

    def __init__(self, command, env, cwd):
        self.shell, self.master = pty.fork()
        if self.shell == 0:
            os.chdir(cwd)
            os.execvpe(command[0], command, env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.master)  # hangs up
        os.waitpid(self.shell, 0)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def read_to(self, mark):
        """What the terminal shows up to `mark`."""
        shown = b""
        last = time.monotonic() + LONGEST_WAIT_S
        while mark.encode() not in shown:
            if not select.select([self.master], [], [], max(0, last - time.monotonic()))[0]:
                raise AssertionError(f"the shell said no {mark!r}, but {shown!r}")
            shown += os.read(self.master, 65536)
        return shown.decode()

    def words(self, line, keys):
        """The arguments of the command line that `keys` make of `line`, and what was shown meanwhile."""
        self.type(line + keys + "\r")
        shown = self.read_to(END)
        before, _, after = shown.rpartition(BEGIN)
        return after.split(END)[0].split(BETWEEN)[1:], before

    def completed(self, line):
        """The last word, or words, once TAB was pressed."""
        return self.words(line, TAB)[0]

    def matches(self, line):
        """All that fits at the end of `line`."""
        given = len(line.split(" ")) - 2
        words = self.words(line, self.all_matches)[0]
        return sorted(words[given:]) if words[:given] == line.split(" ")[1:-1] else words


class Bash(Terminal):
    all_matches = "\x1b*"

    def __init__(self, world, bash_completion=None):
        self.has_bash_completion = bash_completion is not None
        super().__init__(["bash", "--norc", "--noprofile", "-i"], {**world.env, "PS1": ""}, world.root)
        if bash_completion:
            self.type(f"source {bash_completion}\r")
        self.type(f"bind 'set enable-bracketed-paste off'; source {COMPLETIONS}/latchkey.bash\r"
                  "latchkey() { printf '\\1'; printf '\\2%s' \"$@\"; printf '\\3'; }\r"
                  "latchkey ready\r")
        self.read_to(END)


class Zsh(Terminal):
    all_matches = "\x18a"

    def __init__(self, world):
        super().__init__(["zsh", "-f", "-i"], {**world.env, "PS1": "", "RPS1": ""}, world.root)
        self.type("unsetopt zle_bracketed_paste; unset zle_bracketed_paste; PS1=\r"
                  f"fpath=({COMPLETIONS} $fpath); autoload -Uz compinit; compinit -u -D\r"
                  "zle -C all-matches complete-word _generic; bindkey '^Xa' all-matches\r"
                  "zstyle ':completion:all-matches::::' completer _all_matches _complete\r"
                  "zstyle ':completion:all-matches:*' insert true\r"
                  "latchkey() { printf '\\1'; printf '\\2%s' \"$@\"; printf '\\3'; }\r"
                  "latchkey ready\r")
        self.read_to(END)


class Fish:
    """fish tells what fits without a terminal."""

    def __init__(self, world):
        self.world = world

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, line):
        script = f"source {COMPLETIONS}/latchkey.fish; complete -C $argv[1]"
        return subprocess.run(["fish", "--no-config", "-c", script, line], env=self.world.env, cwd=self.world.root, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True, timeout=LONGEST_WAIT_S)

    def matches(self, line):
        answer = self.ask(line)
        if answer.stderr:
            raise AssertionError(answer.stderr)
        return sorted({match.split("\t")[0] for match in answer.stdout.splitlines()})
