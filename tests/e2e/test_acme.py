# SPDX-License-Identifier: MIT
"""Certificates of an authority, without one: the proof of a name as an authority sees it, the ways
to prove it, what is refused. tests/e2e/acme.py has it all with a real one."""
import base64
import hashlib
import json
import os
import pty
import shutil
import socket
import ssl
import stat
import subprocess
import tempfile
import unittest

import snug
import web

NAME = "chat.example.org"
WEB = "\n[web]\nlisten = 127.0.0.1:0\n"
DIGEST = hashlib.sha256(b"token.thumbprint").digest()
AUTH = base64.urlsafe_b64encode(DIGEST).decode().rstrip("=")
# The extension of RFC 8737, 3 in DER: its number, critical, and the digest as OCTET STRING in one.
PROOF = bytes.fromhex("06082b0601050507011f0101ff04220420") + DIGEST
DIRECTORY = "https://127.0.0.1:9/dir"
ACME = "\n[acme]\nserver = %s\n" % DIRECTORY


def authority(port, name, alpn=("acme-tls/1",)):
    """What an authority gets to see: the certificate, and what comes behind the handshake."""
    context = web.context(*alpn)
    with socket.create_connection(("127.0.0.1", port), snug.PATIENCE) as raw:
        with context.wrap_socket(raw, server_hostname=name) as sock:
            assert sock.selected_alpn_protocol() == alpn[0], sock.selected_alpn_protocol()
            return sock.getpeercert(True), web.read_all(sock)


def sees_proof(port, name=NAME):
    try:
        der, rest = authority(port, name)
    except (ssl.SSLError, ConnectionError):
        return False
    assert PROOF in der and name.encode() in der and rest == b"", (der, rest)
    return True


class Named(unittest.TestCase):
    """A server that links call by another name than its own, too."""

    def serve(self, conf="", start=True):
        s = snug.Server(conf=conf)
        self.addCleanup(s.close)
        path = os.path.join(s.state, "snugd.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read().replace("name = localhost", "name = localhost\nlink_host = " + NAME)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return s.start() if start else s

    def challenge(self, s, method, name=NAME, kind="tls-alpn-01", token="token", auth=AUTH):
        return snug.snugd("tls", "challenge", "--state", s.state, "--", method, kind, name, token, auth)


class Proof(Named):
    def setUp(self):
        self.s = self.serve(WEB)
        self.port = web.web_port(self.s)

    # Proves T16.
    def test_an_authority_sees_it_and_others_go_on(self):
        self.s.user("ann")
        ann = self.s.client("ann")
        self.assertFalse(sees_proof(self.port))
        self.assertEqual(self.challenge(self.s, "begin").code, 0)
        for _ in range(3):
            self.assertTrue(sees_proof(self.port))
        self.assertEqual(web.ask(self.port, web.request()).status, 200)
        ann.send("PING here")
        ann.wait("PONG", "here")
        self.assertFalse(sees_proof(self.s.port))  # where IRC is spoken
        self.assertEqual(self.challenge(self.s, "done").code, 0)
        self.assertFalse(sees_proof(self.port))
        self.assertEqual(self.challenge(self.s, "done").code, 3)

    # Proves T17.
    def test_what_is_none_of_ours_is_refused(self):
        for code, more in ((4, {"name": "evil.example.org"}), (4, {"name": "example.org"}), (2, {"auth": AUTH[:-1]}),
                           (2, {"auth": AUTH + "="}), (2, {"auth": "%" * 43}), (4, {"kind": "http-01"}),
                           (4, {"kind": "dns-01"}), (4, {"kind": "sms-01"})):
            done = self.challenge(self.s, "begin", **more)
            self.assertEqual(done.code, code, (more, done))
            self.assertTrue(done.err)
        self.assertEqual(self.challenge(self.s, "start").code, 2)
        self.assertFalse(sees_proof(self.port))
        self.assertEqual(self.challenge(self.s, "begin").code, 0)
        self.assertFalse(sees_proof(self.port, "evil.example.org"))
        self.assertFalse(sees_proof(self.port, "localhost"))
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            authority(self.port, NAME, ("acme-tls/1", "h2")[::-1])
        self.assertTrue(sees_proof(self.port))

    def tell(self, *before):
        """The socket's words, of a program that is run in a certain way."""
        place = os.path.join(self.s.state, "admin.sock")
        return subprocess.run(
            [*before, "python3", "-c",
             "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
             "s.sendall(sys.argv[2].encode())\ns.shutdown(socket.SHUT_WR)\nsys.stdout.write(s.recv(4096).decode())",
             place, json.dumps({"words": ["tls", "challenge", "begin", "tls-alpn-01", NAME, "t", AUTH]}) + "\n"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=snug.PATIENCE, check=False).stdout

    @unittest.skipUnless(os.geteuid() == 0, "another user is root's to be")
    def test_another_user_of_this_computer_tells_of_no_challenge(self):
        for folder in (self.s.dir, self.s.state):
            os.chmod(folder, 0o755)
        os.chmod(os.path.join(self.s.state, "admin.sock"), 0o666)
        self.assertNotIn("gets it", self.tell("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"))
        self.assertFalse(sees_proof(self.port))
        self.assertIn("gets it", self.tell())
        self.assertTrue(sees_proof(self.port))

    def test_without_a_place_for_browsers_or_a_server_it_is_refused(self):
        s = self.serve(start=False)
        self.assertEqual(self.challenge(s, "begin").code, 7)
        s.start()
        done = self.challenge(s, "begin")
        self.assertEqual(done.code, 4)
        self.assertIn("[web] listen", done.err)


class Webroot(Named):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.s = self.serve(ACME + "webroot = %s\n" % self.root, start=False)
        self.folder = os.path.join(self.root, ".well-known", "acme-challenge")

    def test_the_other_web_server_finds_a_file_until_it_is_done(self):
        file = os.path.join(self.folder, "a-to_ken")
        done = self.challenge(self.s, "begin", kind="http-01", token="a-to_ken", auth="a-to_ken.thumb")
        self.assertEqual(done.code, 0, done)
        with open(file, encoding="utf-8") as proof:
            self.assertEqual(proof.read(), "a-to_ken.thumb")
        self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o644)
        self.assertEqual(stat.S_IMODE(os.stat(self.folder).st_mode), 0o755)
        for method in ("done", "failed"):
            self.assertEqual(self.challenge(self.s, method, kind="http-01", token="a-to_ken").code, 0)
            self.assertEqual(os.listdir(self.folder), [])
        # It is the only way then: nobody asks this server.
        self.assertEqual(self.challenge(self.s, "begin").code, 4)

    def test_a_token_names_no_file_elsewhere(self):
        for token in ("../../x", "/etc/x", "a/b", ".", "a.b", "é", "x" * 201):
            done = self.challenge(self.s, "begin", kind="http-01", token=token)
            self.assertEqual(done.code, 2, (token, done))
        self.assertEqual(self.challenge(self.s, "start", kind="http-01").code, 2)
        self.assertEqual(os.listdir(self.root), [])
        os.rmdir(self.root)
        self.assertEqual(self.challenge(self.s, "begin", kind="http-01").code, 1)


class Asked(Named):
    """A program by the name of uacme, of which the exit code is given."""

    def uacme(self, text):
        folder = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, folder, True)
        path = os.path.join(folder, "uacme")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)
        return folder

    def ask(self, s, path, *words):
        return snug.Result(subprocess.run(
            [snug.SNUGD, "tls", "acme", *words, "--state", s.state], env=dict(os.environ, PATH=path), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=snug.PATIENCE))

    def authority_row(self, s):
        rows = [row for row in s.run("check").out.splitlines() if row.startswith("authority\t")]
        return rows[0] if rows else None

    def test_what_is_missing_is_named(self):
        s = self.serve(start=False)
        done = s.run("tls", "acme")
        self.assertEqual(done.code, 3)
        self.assertIn("[acme]", done.err)
        self.assertIsNone(self.authority_row(s))
        s.configure(ACME)
        done = s.run("tls", "acme")
        self.assertEqual(done.code, 4)
        self.assertIn("[web] listen", done.err)
        s.configure(WEB)
        self.assertEqual(s.run("tls", "acme").code, 7)
        self.assertIn("\tno\twas not asked", self.authority_row(s))
        s.start()
        self.assertTrue(s.json("status")["authority"].startswith("not asked yet"))
        done = self.ask(s, "/nowhere")
        self.assertEqual(done.code, 1)
        self.assertIn("apt install uacme", done.err)

    def test_a_failure_is_told_by_status_and_check(self):
        s = self.serve(WEB + ACME)
        broken = self.uacme("echo first; echo the authority is away >&2\nexit 2\n")
        done = self.ask(s, broken)
        self.assertEqual(done.code, 1, done)
        self.assertIn("the authority is away", done.err)
        self.assertIn("the authority is away", s.json("status")["authority"])
        row = self.authority_row(s)
        self.assertIn("\tno\tgave none", row)
        self.assertIn("the authority is away", row)
        self.assertIn("  snugd tls acme", row)

    def test_what_uacme_is_told_and_what_comes_of_it(self):
        """It signs the request as an authority would, and has the name proven on the way."""
        s = self.serve(WEB + ACME)
        ca = os.path.join(s.dir, "ca")
        pin = s.json("tls", "show")["pin"]
        subprocess.run([os.path.join(snug.CERTS, "authority"), ca, "localhost", os.path.join(s.dir, "k"),
                        os.path.join(s.dir, "c")], check=True, capture_output=True)
        path = self.uacme("""PATH=/usr/bin:/bin
echo "$@" >>%(dir)s/said
for last; do :; done
case "$*" in *" new") mkdir -p "$2/private"; echo account >"$2/private/key.pem"; exit 0 ;; esac
[ ! -e "$2/request-cert-1.pem" ] || exit 2
while [ "$1" != -h ]; do shift; done
"$2" begin tls-alpn-01 localhost token %(auth)s && "$2" done tls-alpn-01 localhost token %(auth)s || exit 2
openssl x509 -req -in "$last" -copy_extensions copy -CA %(ca)s/ca.pem -CAkey %(ca)s/ca.key -days 90 \\
	-out "${last%%.pem}-cert.pem"
""" % {"dir": s.dir, "auth": AUTH, "ca": ca})
        done = self.ask(s, path, "--force")
        self.assertEqual((done.code, done.out.strip()), (0, pin), done)
        shown = s.json("tls", "show")
        self.assertEqual(shown["pin"], pin)
        self.assertEqual(ssl.DER_cert_to_PEM_cert(authority(web.web_port(s), "localhost", ("http/1.1",))[0]).strip(),
                         self.read(s, "cert.pem").strip())
        said = self.read(s, "../said")
        self.assertIn(" -y new\n", said)
        self.assertIn(" -f issue ", said)
        self.assertNotIn("key.pem", said)
        self.assertEqual(os.path.realpath(os.path.join(s.state, "acme/private/key.pem")),
                         os.path.realpath(os.path.join(s.state, "account.key")))
        self.assertIn("tls acme", s.run("audit", "list").out)
        self.assertIn("\tyes\twas asked", self.authority_row(s))
        # What uacme had before is out of its way: it fails where the name for it is taken.
        with open(os.path.join(s.state, "acme", "request-cert-1.pem"), "w", encoding="utf-8") as file:
            file.write("before")
        # The account is there by now; of an authority that was not asked there is another one.
        self.assertEqual(self.ask(s, path).code, 0)
        self.assertEqual(self.read(s, "../said").count(" new\n"), 1)
        self.configure_server(s, DIRECTORY + "2")
        self.assertEqual(self.ask(s, path).code, 0)
        self.assertEqual(self.read(s, "../said").count(" new\n"), 2)
        self.backed_up(s)

    def read(self, s, name):
        with open(os.path.join(s.state, name), encoding="utf-8") as file:
            return file.read()

    def configure_server(self, s, url):
        text = self.read(s, "snugd.conf").replace("server = " + DIRECTORY, "server = " + url)
        with open(os.path.join(s.state, "snugd.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def backed_up(self, s):
        """The account's key comes back with the others, and is uacme's again."""
        copy = os.path.join(s.dir, "copy")
        self.assertEqual(s.run("backup", "create", copy, "--with-keys").code, 0)
        self.assertTrue(os.path.exists(os.path.join(copy, "account.key")), os.listdir(copy))

    def test_only_one_at_a_time(self):
        s = self.serve(WEB + ACME)
        path = self.uacme("echo begun; read line <%s/go; exit 2\n" % s.dir)
        os.mkfifo(os.path.join(s.dir, "go"))
        with subprocess.Popen([snug.SNUGD, "tls", "acme", "--state", s.state], env=dict(os.environ, PATH=path),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as one:
            self.assertEqual(one.stderr.readline(), b"begun\n")
            self.assertEqual(self.ask(s, path).code, 4)
            with open(os.path.join(s.dir, "go"), "w", encoding="utf-8") as go:
                go.write("on\n")
            self.assertIn(b"no account", one.stderr.read())


class Settings(Named):
    def test_what_does_not_go_together_is_refused(self):
        for text in ("server = http://127.0.0.1/dir", "webroot = /srv/www", "hook = /bin/true",
                     "server = %s\nwebroot = srv" % DIRECTORY, "server = %s\nhook = hook" % DIRECTORY,
                     "server = %s\nwebroot = /srv\nhook = /bin/true" % DIRECTORY,
                     "server = %s\n[tls]\ncertificate = /x\nkey = /y" % DIRECTORY):
            s = self.serve("\n[acme]\n" + text + "\n", start=False)
            done = s.run("config", "check")
            self.assertNotEqual(done.code, 0, text)
            self.assertIn("[acme] ", done.err + done.out)


class Init(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.state = os.path.join(self.dir, "state")

    def init(self, *words, name=NAME):
        done = snug.snugd("init", "--name", name, *words, state=self.state)
        if done.code:
            self.assertFalse(os.path.exists(self.state), done)
        return done

    def read(self):
        with open(os.path.join(self.state, "snugd.conf"), encoding="utf-8") as file:
            return file.read()

    def test_words_that_do_not_fit_are_refused(self):
        place = "127.0.0.1:%d" % snug.free_port()
        for words in (["--yes"], ["--webroot", "/srv"], ["--acme-server", DIRECTORY], ["--acme", "--new-database"],
                      ["--acme", "--acme-server", "http://x/"], ["--acme", "--cert", "c", "--key", "k"],
                      ["--acme", "--webroot", "/x", "--hook", "/y"]):
            self.assertEqual(self.init(*words, "--web", place).code, 2, words)
        for name in ("localhost", "192.0.2.7", "2001:db8::1"):
            self.assertEqual(self.init("--acme", "--yes", name=name).code, 2, name)

    def test_the_terms_are_agreed_to_first(self):
        done = self.init("--acme", "--web", "127.0.0.1:%d" % snug.free_port())
        self.assertEqual(done.code, 9, done)
        self.assertIn("letsencrypt.org", done.err)
        self.assertIn("--yes", done.err)

    def test_on_a_terminal_the_terms_are_asked_for(self):
        for answer, code in ((b"n\n", 9), (b"\n", 9), (b"y\n", 0)):
            person, terminal = pty.openpty()
            os.write(person, answer)
            args = [snug.SNUGD, "init", "--name", NAME, "--acme", "--web", "127.0.0.1:%d" % snug.free_port(),
                    "--admin", "ann", "--generate", "--state", self.state]
            with subprocess.Popen(args, stdin=terminal, stderr=terminal, stdout=subprocess.DEVNULL) as made:
                os.close(terminal)
                said = self.read_all(person)
                self.assertEqual(made.wait(snug.PATIENCE), code, said)
            os.close(person)
            self.assertIn(b"terms of service of https://acme-v02", said)

    @staticmethod
    def read_all(terminal):
        said = b""
        try:
            while part := os.read(terminal, 4096):
                said += part
        except OSError:  # as Linux tells that nobody has the other end
            pass
        return said

    def test_a_port_that_is_taken_is_told_by_whom_and_what_else_would_do(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            place = "127.0.0.1:%d" % taken.getsockname()[1]
            done = self.init("--acme", "--yes", "--web", place)
            self.assertEqual(done.code, 4, done)
            self.assertIn("(process %d)" % os.getpid(), done.err)
            for way in ("--webroot", "--hook"):
                self.assertIn(way, done.err)
            done = self.init("--acme", "--yes", "--webroot", self.dir, "--web", "127.0.0.1:%d" % snug.free_port())
            self.assertEqual(done.code, 0, done)
        self.assertIn("[acme]\nserver = https://acme-v02.api.letsencrypt.org/directory\nwebroot = %s\n" % self.dir,
                      self.read())

    def test_what_is_free_is_told_and_what_is_next(self):
        place = "127.0.0.1:%d" % snug.free_port()
        done = self.init("--acme", "--yes", "--acme-server", DIRECTORY, "--web", place)
        self.assertEqual(done.code, 0, done)
        self.assertIn(place + " is free", done.err)
        self.assertIn(NAME + " leads ", done.err)
        self.assertIn("snugd tls acme --state " + self.state, done.err)
        self.assertIn("[acme]\nserver = %s\n" % DIRECTORY, self.read())


if __name__ == "__main__":
    unittest.main()
