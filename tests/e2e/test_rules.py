# SPDX-License-Identifier: MIT
"""The alert rules and the board beside the units: they name what a server says, and the rules
fire when they should."""
import json
import os
import re
import shutil
import subprocess
import unittest

import snug
from patience import PATIENCE
from test_metrics import helps
from test_verbs import ROOT

UNITS = os.path.join(ROOT, "server", "units")
PROMTOOL = shutil.which("promtool")


def read(name):
    with open(os.path.join(UNITS, name), encoding="utf-8") as file:
        return file.read()


class Rules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = snug.Server()
        cls.addClassCleanup(server.close)
        server.start()
        cls.said = helps(server.run("metrics").out)

    def promtool(self, *words):
        if not PROMTOOL:
            self.skipTest("no promtool: Debian's package prometheus has it")
        done = subprocess.run([PROMTOOL, *words], cwd=UNITS, text=True, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def assert_said(self, text):
        """Each metric that it names is one of those that a server says; a histogram by its parts."""
        named = set(re.findall(r"\bsnug_\w+", text))
        for name in named:
            whole = re.sub("_(bucket|sum|count)$", "", name)
            kind = self.said.get(name, self.said.get(whole, ("nothing",)))[0]
            self.assertNotEqual(kind, "nothing", name)
            self.assertEqual(kind == "histogram", name != whole, name)
        return {re.sub("_(bucket|sum|count)$", "", name) for name in named}

    def test_the_rules_are_right_and_fire(self):
        self.assertIn("6 rules found", self.promtool("check", "rules", "snug.rules.yml"))
        self.promtool("test", "rules", "snug.rules.test.yml")

    def test_each_rule_is_tested_to_fire_and_names_its_mend(self):
        rules, tests = read("snug.rules.yml"), read("snug.rules.test.yml")
        alerts = re.findall(r"alert: (\w+)", rules)
        self.assertEqual(len(alerts), rules.count("mend: "))
        for alert in alerts:
            fires = re.findall(r"alertname='%s'.*exp_samples" % alert, tests)
            self.assertTrue(fires, alert)
            self.assertIn("alertname: %s}" % alert, tests)

    def test_the_rules_name_what_a_server_says(self):
        self.assert_said(re.sub(r"\bsnug_?\w*\.\w+", "", read("snug.rules.yml")))

    def test_the_board_shows_all_that_a_server_says(self):
        board = json.loads(read("snug.grafana.json"))
        exprs = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        self.assertEqual(self.assert_said("\n".join(exprs)), set(self.said))
        numbers = [panel["id"] for panel in board["panels"]]
        self.assertEqual(len(numbers), len(set(numbers)))


if __name__ == "__main__":
    unittest.main()
