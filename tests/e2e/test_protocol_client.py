# SPDX-License-Identifier: MIT
"""docs/PROTOCOL.md is true of a running server: its client talks, its values are offered."""
import hashlib
import os
import re
import ssl
import subprocess
import sys
import tempfile
import unittest

import snug

DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "PROTOCOL.md")
# All that is offered is.
CONF = """
[accounts]
registration = open
[tls]
sts = yes
[web]
listen = 127.0.0.1:0
[beside]
errand = yes
[push]
enabled = yes
"""


def rows(heading):
    """Name -> value, of the table below the heading."""
    with open(DOCUMENT, encoding="utf-8") as file:
        part = file.read().split(f"\n### {heading}\n")[1].split("\n#")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (?:`([^`]*)`)?", part, re.M))


class Document(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(conf=CONF)
        self.addCleanup(self.server.close)
        for name in ("ann", "bob"):
            self.server.user(name)
        self.server.start()

    def test_the_client_of_the_document_joins_and_talks(self):
        with open(DOCUMENT, encoding="utf-8") as file:
            code = re.search(r"^```python\n(.*?)^```$", file.read(), re.M | re.S).group(1)
        lines = [line for line in code.splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 26)
        with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
            script.write(code)
            script.flush()
            bob = self.server.client("bob")
            bob.send("JOIN #den")
            bob.sync()
            client = subprocess.Popen(
                [sys.executable, script.name, "127.0.0.1", str(self.server.port), "ann", snug.PASSWORD,
                 "#den", "hello from twenty lines"], stdout=subprocess.PIPE, text=True)
            try:
                bob.wait(":ann!", "PRIVMSG #den :hello from twenty lines")
                bob.send("PRIVMSG #den :hello back: you")
                self.assertEqual(client.stdout.readline(), "bob hello back: you\n")
            finally:
                client.kill()
                client.communicate()

    def test_the_capabilities_and_their_values_are_those_of_the_document(self):
        client = self.server.client()
        client.send("CAP LS 302", "CAP END")
        offered = {}
        while True:
            line = client.wait(" LS ")
            for word in line.split(" :", 1)[1].split():
                name, _, value = word.partition("=")
                offered[name] = value
            if " LS * :" not in line:
                break
        documented = {name: value.replace("PORT", str(self.server.port))
                      for name, value in rows("Capabilities").items()}
        self.assertEqual(offered, documented)

    def test_the_tokens_of_005_are_those_of_the_document(self):
        client = self.server.client()
        client.send("CAP REQ :draft/webpush", f"PASS :ann:{snug.PASSWORD}", "NICK ann", "USER ann 0 * :ann", "CAP END")
        client.wait(" 001 ")
        client.sync()
        said = {}
        for line in client.lines:
            if client.command(line) == "005":
                for word in line.split(" :")[0].split()[3:]:
                    name, _, value = word.partition("=")
                    said[name] = value
        documented = rows("ISUPPORT")
        for name, value in said.items():
            self.assertIn(name, documented)
            if documented[name] != "*":
                self.assertEqual(value, documented[name], name)
        self.assertEqual(set(documented) - set(said), {"draft/ICON"})

    def test_a_certificate_is_named_by_its_sha512_as_other_clients_do(self):
        with tempfile.TemporaryDirectory() as home:
            key, pem = os.path.join(home, "key"), os.path.join(home, "pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2",
                            "-subj", "/CN=ann", "-keyout", key, "-out", pem],
                           check=True, stderr=subprocess.DEVNULL)
            with open(pem, encoding="ascii") as file:
                name = hashlib.sha512(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
            ann = self.server.client("ann", "batch soju.im/client-cert", certificate=(pem, key))
            ann.send("CLIENTCERT CREATE :my laptop", "CLIENTCERT LIST")
            ann.wait("CLIENTCERT CREATE")
            ann.wait(f"CLIENTCERT LIST {name} name=my\\slaptop")
            again = self.server.client(certificate=(pem, key))
            again.send("CAP REQ :sasl", "AUTHENTICATE EXTERNAL")
            again.wait("AUTHENTICATE +")
            again.send("AUTHENTICATE +")
            again.wait(" 900 ", "ann")


if __name__ == "__main__":
    unittest.main()
