# SPDX-License-Identifier: MIT
"""The web address: pages, questions, refusals; settings that name it."""
import os
import re
import signal
import ssl
import subprocess
import tempfile
import unittest
import unittest.mock

import snug
import web
from patience import until
from person import Person

CONF = "\n[web]\nlisten = 127.0.0.1:0\nmetrics = 127.0.0.1:0\norigin = https://chat.example.org:8443\n"
IRC_LINES = b"NICK ann\r\nUSER ann 0 * :ann\r\nJOIN #den\r\n"


class Base(unittest.TestCase):
    def server(self, conf=CONF, users=("ann", "bob"), **more):
        server = snug.Server(conf=conf, **more)
        self.addCleanup(server.close)
        for name in users:
            server.user(name)
        server.start()
        self.port = web.web_port(server) if web.addresses(server, "web") else None
        return server


class Settings(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server()
        self.addCleanup(self.server.close)
        with open(os.path.join(self.server.state, "snugd.conf")) as file:
            self.plain = file.read()

    def check(self, text):
        with open(os.path.join(self.server.state, "snugd.conf"), "w") as file:
            file.write(self.plain + "\n[web]\n" + text + "\n")
        return self.server.run("config", "check")

    def test_good_ones_are_taken(self):
        for text in ("listen = 0.0.0.0:443\nlisten = [::]:443", "listen = https://127.0.0.1:8443",
                     "metrics = 127.0.0.1:9464", "metrics = [::1]:9464", "host = chat.example.org\nhost = [::1]",
                     "origin = https://chat.example.org\norigin = https://[::1]:8443"):
            done = self.check(text)
            self.assertEqual(done.code, 0, (text, done))

    def test_bad_ones_are_refused_with_what_would_be_right(self):
        for text, words in (
                ("listen = 0.0.0.0:6697", "browsers refuse port 6697"),
                ("listen = 0.0.0.0:10080", "take 443 or 8443"),
                ("listen = 0.0.0.0:1", "browsers refuse port 1 "),
                ("listen = ircs://0.0.0.0:443", "write ADDRESS:PORT, as in 0.0.0.0:443"),
                ("listen = chat.example.org:443", "is no address"),
                ("metrics = 0.0.0.0:9464", "write 127.0.0.1:PORT or [::1]:PORT"),
                ("metrics = 192.0.2.1:9464", "no address of this computer alone"),
                ("metrics = 127.0.0.1", "no address of this computer alone"),
                ("host = https://chat.example.org", "a name without scheme and port"),
                ("host = chat.example.org:443", "a name without scheme and port"),
                ("origin = chat.example.org", "https://HOST or https://HOST:PORT"),
                ("origin = http://chat.example.org", "https://HOST or https://HOST:PORT"),
                ("origin = https://chat.example.org/", "https://HOST or https://HOST:PORT"),
                ("origin = https://chat.example.org:0", "https://HOST or https://HOST:PORT"),
                ("origin = null", "https://HOST or https://HOST:PORT")):
            done = self.check(text)
            self.assertNotEqual(done.code, 0, (text, done))
            self.assertIn(words, done.out + done.err, text)

    def test_irc_is_not_listened_for_under_the_name_of_the_web(self):
        with open(os.path.join(self.server.state, "snugd.conf"), "w") as file:
            file.write(self.plain.replace("ircs://", "https://"))
        done = self.server.run("config", "check")
        self.assertNotEqual(done.code, 0, done)
        self.assertIn("write ircs://ADDRESS:PORT", done.out + done.err)


class Addresses(Base):
    def test_several_are_served_and_told(self):
        s = self.server(conf=CONF + "listen = 127.0.0.1:0\n")
        ports = [int(a.rsplit(":", 1)[1]) for a in web.addresses(s, "web")]
        self.assertEqual(len(set(ports)), 2)
        for port in ports:
            self.assertEqual(web.ask(port, web.request()).status, 200)
        self.assertEqual(s.json("status")["web"], ",".join(web.addresses(s, "web")))
        self.assertNotIn(str(ports[0]), s.json("status")["listen"])

    def test_without_the_setting_there_is_none(self):
        s = self.server(conf="")
        self.assertEqual(web.addresses(s, "web") + web.addresses(s, "metrics"), [])
        self.assertEqual(s.json("status")["web"], "")

    def test_a_reload_takes_names_and_says_that_an_address_waits(self):
        s = self.server()
        self.assertEqual(web.ask(self.port, web.request(host="new.example")).status, 421)
        s.configure("host = new.example\nlisten = 127.0.0.1:18443\n")
        told = s.run("reload")
        self.assertEqual(told.code, 0, told)
        self.assertRegex(told.out, r"\[web\] listen\b.*needs a restart")
        self.assertRegex(told.out, r"\[web\] host\b.*taken up")
        until("the new name to be served",
              lambda: web.ask(self.port, web.request(host="new.example")).status == 200)
        self.assertEqual(web.ask(self.port, web.request(host="localhost")).status, 421)
        self.assertEqual(len(web.addresses(s, "web")), 1)
        self.assertIn("[web] listen", s.json("status")["needs-restart"])

    def test_a_taken_port_is_named_with_its_setting(self):
        s = self.server()
        other = snug.Server(conf="\n[web]\nlisten = 127.0.0.1:%d\n" % self.port)
        self.addCleanup(other.close)
        done = other.run("check")
        self.assertIn("127.0.0.1:%d is taken by another program" % self.port, done.out)
        failed = other.run("run")
        self.assertNotEqual(failed.code, 0)
        self.assertIn("cannot listen on 127.0.0.1:%d" % self.port, failed.err)


class Meant(Base):
    """Each address refuses who wants the other."""

    # Proves B37.
    def test_by_the_name_of_the_protocol(self):
        s = self.server()
        for alpn in ((), ("http/1.1",), ("h2", "http/1.1")):
            self.assertEqual(web.ask(self.port, web.request(), alpn=alpn).status, 200)
        for port, alpn in ((self.port, ("irc",)), (self.port, ("h2",)), (self.port, ("http/1.0",)),
                           (s.port, ("http/1.1",)), (s.port, ("h2", "http/1.1"))):
            with self.assertRaises((ssl.SSLError, ConnectionError), msg=(port, alpn)):
                with web.connect(port, alpn=alpn) as sock:
                    sock.sendall(b"x")
                    sock.recv(1)
        with web.connect(self.port, alpn=("h2", "http/1.1")) as sock:
            self.assertEqual(sock.selected_alpn_protocol(), "http/1.1")

    # Proves B37.
    def test_by_the_first_line(self):
        s = self.server()
        ann = s.client("ann")
        ann.send("JOIN #den")
        ann.sync()
        sessions = s.json("status")["sessions"]
        for first in (b"", b"PASS x\r\n", b"CAP LS 302\r\n", b"cap LS\r\n", b"PING x\r\n"):
            got = web.ask(self.port, first + IRC_LINES)
            self.assertEqual(got.status, 400, first)
            self.assertRegex(got.body, rb"^ERROR :This address is for browsers [^\r\n]+\r\n$")
        for raw in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"POST /hook/x HTTP/1.1\r\n" + IRC_LINES,
                    b"HEAD / HTTP/1.1\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
            got = web.ask(s.port, raw, alpn=())
            self.assertEqual(got.status, 400, raw)
            self.assertEqual(got.fields["Content-Type"], "text/plain; charset=utf-8")
            self.assertEqual(got.fields["X-Content-Type-Options"], "nosniff")
            self.assertEqual(got.body.startswith(b"This address is for IRC clients."), raw[:4] != b"HEAD")
            self.assertNotIn(b"hook/x", got.raw)
        self.assertIn('snug_refused_total{why="astray"} 4\n', s.run("metrics").out)
        self.assertEqual(ann.sync(), [])
        self.assertEqual(s.json("status")["sessions"], sessions)

    # Proves B37.
    def test_lines_in_a_body_are_a_body(self):
        s = self.server()
        ann = s.client("ann")
        ann.send("JOIN #den")
        ann.sync()
        for raw in (web.request("/hook/none", "POST", body=IRC_LINES), web.request("/", "POST", body=IRC_LINES),
                    web.request() + IRC_LINES):
            self.assertIn(web.ask(self.port, raw).status, (200, 404, 405))
        self.assertEqual(ann.sync(), [])

    def test_nothing_but_tls_gets_an_answer(self):
        self.server()
        self.assertIsNone(web.ask(self.port, web.request(), plain=True))


class Page(Base):
    def test_it_says_what_is_here_and_what_a_page_may_do(self):
        self.server()
        got = web.ask(self.port, web.request())
        self.assertEqual(got.status, 200)
        self.assertEqual(got.fields["Content-Type"], "text/html; charset=utf-8")
        self.assertTrue(got.body.lower().startswith(b"<!doctype html>"), got.body)
        self.assertEqual(int(got.fields["Content-Length"]), len(got.body))
        policy = dict(part.strip().split(" ", 1) for part in got.fields["Content-Security-Policy"].split(";"))
        self.assertEqual(policy["default-src"], "'none'")
        self.assertEqual(policy["script-src"], "'self' 'wasm-unsafe-eval'")
        self.assertEqual(policy["frame-ancestors"], "'none'")
        self.assertEqual(policy["trusted-types"], "snug")
        for name, value in (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cache-Control", "no-store"),
                            ("Cross-Origin-Resource-Policy", "same-origin"), ("Connection", "close")):
            self.assertEqual(got.fields[name], value)
        self.assertNotIn("Set-Cookie", got.fields)
        self.assertNotIn("Strict-Transport-Security", got.fields)

    def test_only_its_head_when_that_is_asked(self):
        self.server()
        whole, head = (web.ask(self.port, web.request(method=method)) for method in ("GET", "HEAD"))
        self.assertEqual(head.body, b"")
        self.assertEqual(head.fields["Content-Length"], str(len(whole.body)))

    def test_its_files_are_there_for_ever_and_by_no_other_name(self):
        self.server()
        page = web.ask(self.port, web.request()).body
        for path in set(re.findall(rb'(?:src|href)="(/assets/[^"]+)"', page)):
            path = path.decode()
            got = web.ask(self.port, web.request(path, Accept_Encoding="br"))
            self.assertEqual(got.status, 200, path)
            self.assertIn("immutable", got.fields["Cache-Control"])
            self.assertEqual(got.fields["Content-Encoding"], "br")
            self.assertEqual(got.fields["Vary"], "Accept-Encoding")
            self.assertEqual(web.ask(self.port, web.request(path[:-1])).status, 404)

    def test_what_is_not_there_or_not_done(self):
        self.server()
        for path, method, status in (("/x", "GET", 404), ("/index.html", "GET", 404), ("/metrics", "GET", 404),
                                     ("/assets/none-0123456789abcdef.js", "GET", 404), ("/assets/", "GET", 404),
                                     ("/made", "GET", 404),
                                     ("/", "POST", 405), ("/", "OPTIONS", 405), ("/hook/x", "GET", 405),
                                     ("/hook/x", "POST", 404), ("/hook", "POST", 404), ("/hook/x/y", "POST", 404),
                                     ("/socket", "GET", 426), ("/webirc/websocket/", "GET", 426)):
            got = web.ask(self.port, web.request(path, method))
            self.assertEqual(got.status, status, (path, method, got.raw))
            self.assertEqual(got.fields["Content-Type"], "text/plain; charset=utf-8")
            if status == 405:
                self.assertTrue(got.fields["Allow"])


class Names(Base):
    # Proves B38.
    def test_a_request_for_another_name_is_sent_away(self):
        self.server()
        for host in ("localhost", "LOCALHOST", "localhost:1", "localhost:443"):
            self.assertEqual(web.ask(self.port, web.request(host=host)).status, 200, host)
        for host in ("127.0.0.1", "evil.example", "localhost.evil.example", "xlocalhost", "[::1]", "localhos"):
            self.assertEqual(web.ask(self.port, web.request(host=host)).status, 421, host)
            self.assertEqual(web.ask(self.port, web.upgrade(host=host)).status, 421, host)

    # Proves B38.
    def test_a_page_of_another_site_is_refused_before_the_upgrade(self):
        self.server()
        for origin, host in (("https://localhost", "localhost"), ("https://localhost:9", "localhost:9"),
                             ("https://localhost", "localhost:443"), ("https://LOCALHOST:443", "localhost"),
                             ("https://chat.example.org:8443", "localhost")):
            got = web.Socket(self.port, host=host, Origin=origin)
            self.addCleanup(got.close)
            self.assertEqual(got.answer.status, 101, origin)
        for origin, host in (("null", "localhost"), ("http://localhost", "localhost"), ("", "localhost"),
                             ("https://localhost:9", "localhost"), ("https://localhost", "localhost:9"),
                             ("https://evil.example", "localhost"), ("https://localhost.evil.example", "localhost"),
                             ("https://chat.example.org", "localhost"), ("https://localhost/", "localhost")):
            self.assertEqual(web.ask(self.port, web.upgrade(host=host, Origin=origin)).status, 403, origin)


class Links(Base):
    """Where a browser takes the certificate, there is a link for it beside the other one."""

    def start(self, name="localhost"):
        port = snug.free_port()
        s = snug.Server(conf="\n[web]\nlisten = 127.0.0.1:%d\n" % port)
        self.addCleanup(s.close)
        path = os.path.join(s.state, "snugd.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("name = localhost", "name = " + name))
        return s.start(), port

    def test_a_link_for_browsers_is_told_beside_the_other(self):
        s, port = self.start()
        made = s.json("invite", "create", "--room", "lounge")
        token = re.search("invite=([^,]+)", made["plain"]).group(1)
        self.assertEqual(made["page"], "https://localhost:%d/#lounge,invite=%s,irc=%d" % (port, token, s.port))
        done = s.run("invite", "create")
        self.assertEqual(len(done.out.splitlines()), 1, done)
        self.assertRegex(done.err, r"; for browsers  https://localhost:%d/#,invite=" % port)
        self.assertEqual(s.json("status")["page"], "https://localhost:%d/" % port)

    def test_without_it_is_said_what_it_takes(self):
        s = self.server(conf="")
        self.assertNotIn("page", s.json("invite", "create"))
        self.assertIn("for browsers it takes [web] listen", s.run("invite", "create").err)
        self.assertEqual(s.json("status")["page"], "")
        s, _ = self.start("other.example")
        self.assertNotIn("page", s.json("invite", "create"))
        self.assertIn("for browsers it takes a certificate that an authority vouches for",
                      s.run("invite", "create").err)
        self.assertEqual(s.json("status")["page"], "")

    def test_a_terminal_takes_it_too_and_an_authority_is_enough(self):
        s, _ = self.start()
        s.stop()
        folder = os.path.join(s.dir, "authority")
        subprocess.run([os.path.join(snug.CERTS, "authority"), folder, "localhost", os.path.join(s.state, "key.pem"),
                        os.path.join(s.state, "cert.pem")], check=True, capture_output=True)
        with unittest.mock.patch.dict(os.environ, SSL_CERT_FILE=os.path.join(folder, "ca.pem")):
            s.start()
            page = s.json("invite", "create", "--room", "lounge")["page"]
            self.assertNotIn("pin=", page)
            ann = Person("ann", s)
            self.addCleanup(ann.close)
            self.assertEqual(ann.join(page).code, 0)
            self.assertEqual(ann.run("send", "#lounge", "hello").code, 0)
            self.assertEqual(ann.tail("#lounge", 1), ["hello"])

    def test_init_tells_of_the_page_where_it_is(self):
        for words, page in ((["--web", "127.0.0.1:18443"], "https://localhost:18443/#lounge,invite="), ([], None)):
            with tempfile.TemporaryDirectory() as folder:
                made = snug.snugd("init", "--name", "localhost", *words, state=os.path.join(folder, "state"))
                self.assertEqual(made.code, 0, made)
                self.assertEqual(len(made.out.splitlines()), 1, made)
                self.assertEqual(page in made.err if page else "https:" in made.err, bool(page), made)
        failed = snug.snugd("init", "--name", "localhost", "--web", "127.0.0.1:6697", state=os.path.join(folder, "no"))
        self.assertNotEqual(failed.code, 0)
        self.assertIn("browsers refuse port 6697", failed.err)


class Metrics(Base):
    def test_they_are_for_this_computer_alone(self):
        s = self.server()
        port = web.web_port(s, "metrics")
        got = web.ask(port, web.request("/metrics", host="127.0.0.1:%d" % port), plain=True)
        self.assertEqual(got.status, 200)
        self.assertEqual(got.fields["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertRegex(got.body.decode(), r"(?m)^snug_up 1$")
        self.assertEqual(web.ask(port, web.request("/metrics", host="evil.example"), plain=True).status, 421)
        self.assertEqual(web.ask(port, web.request("/metrics", Origin="http://localhost"), plain=True).status, 403)
        self.assertEqual(web.ask(port, web.request("/"), plain=True).status, 404)
        self.assertEqual(web.ask(port, web.upgrade(), plain=True).status, 404)
        self.assertIsNone(web.ask(port, b"\x16\x03\x01", plain=True))


# What is not HTTP/1.1 beyond doubt, and what it is answered.
GET, HOST, POST = b"GET / HTTP/1.1\r\n", b"Host: localhost\r\n", b"POST /hook/x HTTP/1.1\r\nHost: localhost\r\n"
HOSTILE = (
    (GET + HOST + b"Content-Length : 0\r\n\r\n", 400),
    (GET + HOST + b"X: a\r\n b\r\n\r\n", 400),
    (GET.replace(b"\r", b"") + HOST + b"\r\n", 400),
    (GET + b"\r\n", 400),
    (GET + HOST + HOST + b"\r\n", 400),
    (b"GET / HTTP/1.0\r\n" + HOST + b"\r\n", 505),
    (b"GET / HTTP/1.2\r\n" + HOST + b"\r\n", 505),
    (b"GET /\r\n\r\n", 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501),
    (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    (b"GET https://localhost/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400, 411, 501)),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", (411, 501)),
    (POST + b"Transfer-Encoding: xchunked\r\n\r\n", (411, 501)),
    (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    (POST + b"Content-Length: 5, 5\r\n\r\nhello", 400),
    (POST + b"Content-Length: +5\r\n\r\nhello", 400),
    (POST + b"Content-Length: 0x5\r\n\r\nhello", 400),
    (POST + b"Content-Length: 99999999999999999999\r\n\r\n", (400, 413)),
    (POST + b"Content-Length: 16385\r\n\r\n", 413),
    (POST + b"\r\nhello", 411),
    (POST + b"Content-Length: 5\r\n\r\nhello" + GET + HOST + b"\r\n", 400),
    (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    (GET + HOST + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431),
    (GET + HOST + b"X: a\r\n" * 65 + b"\r\n", 431),
    (GET + HOST + b"X" * (1 << 20), 431),
    (GET + HOST + b"X: a\x00b\r\n\r\n", 400),
    (GET + b"Host: localhost\x00evil\r\n\r\n", 400),
    *((b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400) for path in (
        b"/../etc/passwd", b"/a/../..", b"/%2e%2e/x", b"/.%2e/x", b"/%00", b"/a%0d%0aX:b", b"//evil.example/",
        b"/a//b", b"/\\evil", b"/a/./b", b"/socket%2f", b"*", b"/\xff", b"/a b")),
    (web.upgrade() + b"\x81\x80\0\0\0\0", 400),
    (web.upgrade(Content_Length="5") + b"hello", 400),
    (web.upgrade(Sec_WebSocket_Key="short"), 400),
    (web.upgrade(Sec_WebSocket_Version="12"), 426),
    (web.upgrade(Upgrade="h2c"), (400, 426)),
    (web.upgrade().replace(b"GET", b"POST"), (400, 405, 411)),
)


class Hostile(Base):
    # Proves B39.
    def test_each_is_refused_by_its_reason_and_touches_nobody(self):
        s = self.server(base=snug.CONF.replace("io_threads", "log = debug\nio_threads"))
        bob = s.client("bob")
        bob.send("JOIN #den")
        bob.sync()
        for raw, status in HOSTILE:
            wanted = status if isinstance(status, tuple) else (status,)
            got = web.ask(self.port, raw)
            self.assertIsNotNone(got, raw[:80])
            self.assertIn(got.status, wanted, raw[:80])
            self.assertEqual(got.fields["Connection"], "close")
            self.assertTrue(got.body, raw[:80])
        self.assertEqual(bob.sync(), [])
        refused = re.findall(r'event=web_refused status=(\d+) why="?.', s.read_log())
        self.assertEqual(len(refused), len(HOSTILE))

    # Proves B39.
    def test_any_split_gives_the_same(self):
        self.server()
        raw = web.request(Origin="https://localhost")
        for at in range(1, len(raw)):
            with web.connect(self.port) as sock:
                sock.sendall(raw[:at])
                sock.sendall(raw[at:])
                self.assertEqual(web.Answer(web.read_all(sock)).status, 200, at)

    def test_of_several_requests_the_first_is_answered(self):
        self.server()
        with web.connect(self.port) as sock:
            sock.sendall(web.request() * 50)
            got = web.read_all(sock)
        self.assertEqual(got.count(b"HTTP/1.1 "), 1)

    # By the server's clock they end, 10 s after they came: that is what is waited for.
    # Proves B40.
    def test_half_heads_end_and_those_who_talk_do_not_notice(self):
        s = self.server(conf=CONF + "[limits]\nunknown_connections = 100\n")
        ann, bob = s.client("ann"), web.Socket(self.port).login("bob")
        for c in (ann, bob):
            c.send("JOIN #den")
            c.sync()
        halves, whole = [], web.request()
        for i in range(90):
            halves.append(web.connect(self.port))
            self.addCleanup(halves[-1].close)
            halves[-1].sendall(whole[:i % len(whole)])
        ann.send("PRIVMSG #den :still here")
        bob.wait("still here")
        for sock in halves:
            self.assertEqual(web.read_all(sock), b"")
        self.assertEqual(web.ask(self.port, whole).status, 200)
        bob.send("PRIVMSG #den :here, too")
        ann.wait("here, too")

    # Proves B40.
    def test_a_source_has_its_share_of_requests_and_sockets(self):
        # Each shard counts for itself, so of one it is known what it does.
        s = self.server(io_threads=0, base=snug.CONF.replace("connections_per_source = 0",
                                                             "connections_per_source = 3"))
        held = [web.connect(self.port) for _ in range(3)]
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            web.connect(self.port)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            web.connect(s.port, alpn=("irc",))
        for sock in held:
            sock.close()
        ann = until("a place to be free", lambda: self.try_login(s))
        self.assertEqual(ann.sync(), [])

    def try_login(self, s):
        try:
            ann = web.Socket(self.port)
            self.addCleanup(ann.close)
            return ann.login("ann")
        except (ssl.SSLError, ConnectionError):
            return None


class Stop(Base):
    def test_a_question_while_it_stops_holds_nothing_up(self):
        s = self.server()
        half = web.connect(self.port)
        half.sendall(web.request()[:20])
        self.assertEqual(s.stop(signal.SIGTERM), 0)
        self.assertEqual(web.read_all(half), b"")
        half.close()


if __name__ == "__main__":
    unittest.main()
