# SPDX-License-Identifier: MIT
"""A thousand accounts in one room: everyone gets every message of ten senders once, in order."""
import json
import os
import subprocess
import tempfile
import unittest

import snug
from patience import PATIENCE

CLIENTS = int(os.environ.get("SNUG_CLIENTS", "1000"))


class Thousand(unittest.TestCase):
    # Proves B5.
    def test_everyone_gets_every_message_once_and_in_order(self):
        server = snug.Server(port=snug.free_port())
        self.addCleanup(server.close)
        # In stacks of 256 KiB: nothing that many do at once goes deep.
        server.start(prefix=["prlimit", "--stack=262144:262144"])
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as people:
            people.write("".join('{"name": "load%d"}\n' % i for i in range(CLIENTS)))
            people.flush()
            made = server.run("user", "import", people.name, "--token")
        self.assertEqual(made.code, 0, made)
        with tempfile.NamedTemporaryFile("w") as accounts:
            accounts.write(made.out)
            accounts.flush()
            done = subprocess.run(
                [os.path.join(snug.BIN, "snugload"), "--address", f"127.0.0.1:{server.port}",
                 "--accounts", accounts.name, "--clients", str(CLIENTS), "--senders", "10",
                 "--messages", "20", "--window", "2", "--patience", str(PATIENCE)],
                stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout)
        print("\n%(ready)d clients, %(received)d of %(expected)d deliveries, lost %(lost)d, "
              "repeated %(repeated)d, disordered %(disordered)d" % result)
        self.assertEqual(done.returncode, 0, result)
        self.assertEqual(result["received"], 10 * 20 * (CLIENTS - 1))


if __name__ == "__main__":
    unittest.main()
