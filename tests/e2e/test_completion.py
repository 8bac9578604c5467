# SPDX-License-Identifier: MIT
"""`snugd completion`: each shell, asked what may come next, knows each verb of the help with its options
and the words that they choose from."""
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

import snug
import test_verbs

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Completion(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-completion-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.verbs = test_verbs.verbs()

    def script(self, shell):
        done = snug.snugd("completion", shell, state="/dev/null/none")
        self.assertEqual((done.code, done.err), (0, ""))
        path = os.path.join(self.dir, shell)
        with open(path, "w") as file:
            file.write(done.out)
        return shlex.quote(path)

    def answers(self, args, parts):
        """What a shell prints for each of the command lines, asked in one go."""
        done = subprocess.run([*args, "\n".join(parts)], capture_output=True, text=True, cwd=self.dir)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [set(part.split()) for part in done.stdout.split("@@\n")[1:]]

    def bash(self, lines):
        parts = [". " + self.script("bash")]
        for words in lines:
            parts.append("COMP_WORDS=(snugd %s); COMP_CWORD=%d; COMPREPLY=(); echo @@; _snugd; "
                         "printf '%%s\\n' \"${COMPREPLY[@]}\"" % (shlex.join(words), len(words)))
        return self.answers(["bash", "-c"], parts)

    def zsh(self, lines):
        # Outside of a completion these two are variables as others are.
        parts = ["compadd() { shift; print -l -- \"$@\"; }; _files() { :; }"]
        for words in lines:
            parts.append("words=(snugd %s); CURRENT=%d; echo @@; () { . %s; }" % (
                shlex.join(words), len(words) + 1, self.script("zsh")))
        found = self.answers(["zsh", "-fc"], parts)  # compadd is who looks how they begin
        return [{word for word in one if word.startswith(words[-1])} for one, words in zip(found, lines)]

    def fish(self, lines):
        parts = ["source " + self.script("fish")]
        for words in lines:
            parts.append("echo @@; complete -C %s" % shlex.quote("snugd " + shlex.join(words[:-1]) + (
                " " if words[:-1] else "") + words[-1]))
        return self.answers(["fish", "-Nc"], parts)

    def knows_all(self, ask):
        ways = [(verb.name[:n], verb.name[n]) for verb in self.verbs for n in range(len(verb.name))]
        lines = [[*way, ""] for way, _ in ways] + [[*verb.name, "--"] for verb in self.verbs]
        found = ask(lines)
        for (way, word), words in zip(ways, found):
            self.assertIn(word, words, way)
        nouns = {verb.name[0] for verb in self.verbs}
        self.assertEqual(found[0], nouns)
        for verb, words in zip(self.verbs, found[len(ways):]):
            options = {option.name for option in verb.options}
            self.assertLessEqual(options | {"--state", "--config"}, words, str(verb))
            self.assertLessEqual(words, options | {"--state", "--config", "--json"}, str(verb))

    def knows_choices(self, ask):
        asked = {("user", "cert", ""): {"add", "del", "list"},
                 ("--state", "/x", "room", "set", "#den", "--history", ""):
                     {"all", "since-joined", "since-invited"},
                 ("usage", "--by", ""): {"account", "room", "day"},
                 ("user", "add", "ann", "--role", ""): {"user", "admin"},
                 ("completion", "f"): {"fish"}}
        for (words, wanted), found in zip(asked.items(), ask([list(words) for words in asked])):
            self.assertEqual({word for word in found if word[0] != "-" and word.startswith(words[-1])},
                             wanted, words)

    def test_bash(self):
        self.knows_all(self.bash)
        self.knows_choices(self.bash)

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh(self):
        self.knows_all(self.zsh)
        self.knows_choices(self.zsh)

    @unittest.skipUnless(shutil.which("fish"), "no fish")
    def test_fish(self):
        os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = self.dir
        self.knows_all(self.fish)
        self.knows_choices(self.fish)

    def test_no_shell(self):
        self.assertEqual(snug.snugd("completion", "tcsh").code, 2)
        self.assertEqual(snug.snugd("completion").code, 2)

    def test_they_are_installed(self):
        with open(os.path.join(ROOT, "Makefile")) as file:
            text = file.read()
        for path in ("bash-completion/completions/snugd", "zsh/site-functions/_snugd",
                     "fish/vendor_completions.d/snugd.fish"):
            self.assertRegex(text, r"install -D .*\$\(PREFIX\)/share/" + re.escape(path))


if __name__ == "__main__":
    unittest.main()
