"""The examples of the man pages, run as they stand with the real programs and the sandbox provider."""
import json
import re
import subprocess
import sys
import unittest
import urllib.request

from world import BIN, LONGEST_WAIT_S, ROOT, World

CLIENT = "demo-client"


def example(page, begin):
    """The literal block of a page that begins with `begin`, as a reader sees it."""
    text = (ROOT / "docs/man" / page).read_text()
    blocks = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", text, re.DOTALL | re.MULTILINE)
    found = [block.replace(r"\e", "\\") for block in blocks if block.startswith(begin)]
    assert len(found) == 1, f"{page} has {len(found)} examples that begin with {begin}"
    return found[0]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World())
        cls.world.start_daemon("new")
        cls.sandbox = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", BIN / "latchkey-sandbox", "--port", "0", "--client", CLIENT, "--auto-consent"],
            text=True, stdout=subprocess.PIPE)
        cls.addClassCleanup(cls.sandbox.communicate, timeout=LONGEST_WAIT_S)
        cls.addClassCleanup(cls.sandbox.terminate)
        cls.served = json.loads(cls.sandbox.stdout.readline())
        for account in ("work", "trading"):
            cls.log_in(account)

    @classmethod
    def log_in(cls, account):
        """Plays the browser's part."""
        words = ["login", account, "--no-browser", "--provider", "kraken", "--client-id", CLIENT, "--authorize-url",
                 cls.served["authorize_url"], "--token-url", cls.served["token_url"]]
        with subprocess.Popen([BIN / "latchkey", *words], env=cls.world.env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE) as login:
            urllib.request.urlopen(login.stdout.readline().strip(), timeout=LONGEST_WAIT_S).read()
        assert login.returncode == 0

    def run_with(self, *command):
        return subprocess.run(command, env=self.world.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=LONGEST_WAIT_S, check=False)

    def test_python_takes_a_token_under_a_lease(self):
        script = "def place_order(token): print(token)\n" + example("latchkey-ipc.7", "import json")
        self.world.latchkey("apps", "allow", sys.executable, "trading")
        ran = self.run_with(sys.executable, "-c", script)
        self.assertEqual((ran.stderr, ran.stdout), ("", self.world.latchkey("token", "trading")))

    def test_curl_gets_the_header_by_standard_input(self):
        script = example("latchkey.1", "printf 'header").replace("https://api.example.com/items", f"-sS {self.served['base_url']}/0/balance")
        ran = self.run_with("sh", "-c", script)
        self.assertEqual(ran.stderr, "")
        self.assertIn("result", json.loads(ran.stdout))

    def test_a_script_tells_a_login_from_other_trouble(self):
        script = example("latchkey.1", "token=$(latchkey token work)")
        ran = self.run_with("sh", "-c", script + 'echo "$token"')
        self.assertEqual(ran.stdout, self.world.latchkey("token", "work"))
        ran = self.run_with("sh", "-c", script.replace("work", "new"))
        self.assertEqual((ran.returncode, ran.stderr.splitlines()[-1]), (1, "log in: latchkey login new"))

    def test_a_bot_runs_with_a_token_in_its_environment(self):
        self.world.program("report", 'echo "$ACCESS_TOKEN"')
        ran = self.run_with("sh", "-c", f"cd {self.world.root}/bin; " + example("latchkey.1", "latchkey exec trading"))
        self.assertEqual((ran.stderr, ran.stdout), ("", self.world.latchkey("token", "trading")))


if __name__ == "__main__":
    unittest.main()
