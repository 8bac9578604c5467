# SPDX-License-Identifier: MIT
"""IRC in WebSocket (IRCv3 websocket, RFC 6455): browsers' clients beside the others."""
import base64
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import snug
import web
from patience import PATIENCE
from test_web import CONF, Base
from web import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame


class Socket(Base):
    def setUp(self):
        self.s = self.server()

    def socket(self, name=None, caps="", **more):
        c = web.Socket(self.port, **more)
        self.addCleanup(c.close)
        return c.login(name, caps) if name else c

    def irc(self, name):
        return self.s.client(name)


class Upgrade(Socket):
    def test_the_clients_order_decides(self):
        for asked, chosen in (("text.ircv3.net", "text.ircv3.net"), ("binary.ircv3.net", "binary.ircv3.net"),
                              ("binary.ircv3.net, text.ircv3.net", "binary.ircv3.net"),
                              ("text.ircv3.net,binary.ircv3.net", "text.ircv3.net"),
                              ("x, binary.ircv3.net", "binary.ircv3.net"), ("chat", None), (None, None)):
            got = self.socket(protocols=asked).answer
            self.assertEqual(got.status, 101, asked)
            self.assertEqual(got.fields["Sec-WebSocket-Accept"], web.ACCEPT)
            self.assertEqual(got.fields.get("Sec-WebSocket-Protocol"), chosen, asked)
            self.assertNotIn("Sec-WebSocket-Extensions", got.fields)

    def test_three_paths_and_no_compression(self):
        for path in ("/", "/socket", "/webirc/websocket/"):
            got = self.socket(path=path, Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits")
            self.assertEqual(got.answer.status, 101)
            self.assertNotIn("Sec-WebSocket-Extensions", got.answer.fields)
        for path in ("/webirc/websocket", "/ws", "/socket/"):
            self.assertEqual(web.ask(self.port, web.upgrade(path)).status, 404, path)


class Talk(Socket):
    def test_with_irc_clients_both_ways_as_text_and_as_binary(self):
        bob = self.irc("bob")
        bob.send("JOIN #den")
        bob.sync()
        for protocol, op in (("text.ircv3.net", TEXT), ("binary.ircv3.net", BINARY), (None, TEXT)):
            ann = self.socket("ann", "server-time message-tags echo-message", protocols=protocol)
            ann.send("JOIN #den")
            ann.sync()
            bob.send("PRIVMSG #den :grüße aus %s" % protocol)
            self.assertRegex(ann.wait("PRIVMSG"), r"^@\S+ :bob!\S+ PRIVMSG #den :grüße aus %s$" % protocol)
            ann.send("PRIVMSG #den :hi over %s" % protocol)
            bob.wait(":ann!", "PRIVMSG #den :hi over %s" % protocol)
            ann.wait("hi over")
            self.assertEqual({first for first, _ in ann.frames}, {0x80 | op})
            self.assertFalse([payload for _, payload in ann.frames if b"\r" in payload or b"\n" in payload])
            ann.send("QUIT :done")
            self.assertEqual(ann.wait_closed(), (1000, "Quit: done"))

    def test_either_kind_of_frame_is_a_line(self):
        ann = self.socket("ann", protocols="binary.ircv3.net")
        ann.sock.sendall(frame(TEXT, b"PING one") + frame(BINARY, b"PING two"))
        ann.wait("PONG", "one")
        ann.wait("PONG", "two")

    def test_one_message_is_one_line_or_an_error(self):
        ann, bob = self.socket("ann"), self.irc("bob")
        for c in (ann, bob):
            c.send("JOIN #den")
            c.sync()
        ann.sync()
        for text in (b"PRIVMSG #den :a\r\nPRIVMSG #den :b", b"PRIVMSG #den :a\r\n", b"PRIVMSG #den :a\n",
                     b"PRIVMSG #den :a\0b", b"PRIVMSG #den :a\rb"):
            ann.send_frame(TEXT, text)
            self.assertIn("INVALID_UTF8", ann.recv())
        self.assertEqual(bob.sync(), [])

    def test_history_comes_in_whole_lines(self):
        bob = self.irc("bob")
        bob.send("JOIN #den")
        for i in range(200):
            bob.send("PRIVMSG #den :%d %s" % (i, "x" * 300))
        bob.sync()
        ann = self.socket("ann", "batch draft/chathistory message-tags server-time")
        ann.send("JOIN #den", "CHATHISTORY LATEST #den * 200")
        ann.wait(":199 x")
        numbers = [line.split(" PRIVMSG #den :", 1)[1].split()[0] for line in ann.lines if " PRIVMSG #den :" in line]
        self.assertEqual(numbers, [str(i) for i in range(200)])

    def test_a_lost_one_is_seen_to_quit(self):
        ann, bob = self.socket("ann"), self.irc("bob")
        for c in (bob, ann):
            c.send("JOIN #den")
            c.sync()
        ann.close()
        bob.wait(":ann!", " QUIT ")


class Browser(Socket):
    """gamja's words, in its order: it asks for no subprotocol, and waits for no answer before AUTHENTICATE."""
    CAPS = ("account-notify away-notify batch chghost echo-message extended-join extended-monitor invite-notify "
            "labeled-response message-tags multi-prefix sasl server-time setname draft/account-registration "
            "draft/chathistory draft/read-marker draft/event-playback")
    PLAIN = base64.b64encode(b"\0ann\0" + snug.PASSWORD.encode()).decode()

    def gamja(self):
        ann = self.socket(path="/socket", protocols=None, Origin="https://localhost")
        ann.send("CAP LS 302", "NICK ann", "USER ann 0 * ann", "CAP REQ :" + self.CAPS, "AUTHENTICATE PLAIN",
                 "AUTHENTICATE " + self.PLAIN, "CAP END")
        ann.wait(" 900 ")
        ann.wait(" 422 ")
        return ann

    def time_of(self, line):
        return re.search("[@;]time=([^; ]+)", line).group(1)

    def test_it_logs_in_joins_and_sees_who_and_what_was(self):
        bob = self.irc("bob")
        bob.send("JOIN #den", "PRIVMSG #den :before she came")
        bob.sync()
        ann = self.gamja()
        ann.send("JOIN #den")
        now = self.time_of(ann.wait(" 366 "))
        ann.send("@label=1 CHATHISTORY BEFORE #den timestamp=%s 200" % now, "@label=2 WHO #den %tfhnrua,0")
        self.assertIn(":bob!", ann.wait("PRIVMSG #den :before she came"))
        who = [ann.wait(" 354 ").split(" 354 ")[1] for _ in range(2)]
        self.assertEqual(who, ["ann 0 bob localhost bob H@ bob :bob", "ann 0 ann localhost ann H ann :ann"])
        ann.send("MARKREAD #den timestamp=" + now)
        ann.wait("MARKREAD #den timestamp=" + now)

    def test_after_a_reload_it_gets_what_it_missed(self):
        bob, ann = self.irc("bob"), self.gamja()
        for c in (bob, ann):
            c.send("JOIN #den")
            c.sync()
        bob.send("PRIVMSG #den :seen")
        seen = self.time_of(ann.wait("PRIVMSG #den :seen"))
        ann.close()
        bob.wait(":ann!", " QUIT ")
        bob.send("PRIVMSG #den :missed")
        bob.sync()
        ann = self.gamja()
        ann.send("@label=1 CHATHISTORY TARGETS timestamp=2999-01-01T00:00:00.000Z timestamp=%s 1000" % seen)
        ann.wait("CHATHISTORY TARGETS #den ")
        ann.send("JOIN #den", "@label=2 CHATHISTORY AFTER #den timestamp=%s 500" % seen)
        ann.wait("PRIVMSG #den :missed")
        self.assertFalse([line for line in ann.lines if line.endswith("PRIVMSG #den :seen")])


# (name, bytes, expected): a close code of the server's, or what a PING behind it is answered.
ON = "PONG"
RFC_6455 = (
    ("unmasked", frame(TEXT, b"PING x", mask=None), 1002),
    ("RSV1", b"\xc1\x80\0\0\0\0", 1002),
    ("RSV3", b"\x91\x80\0\0\0\0", 1002),
    ("an unknown opcode", frame(3, b"x"), 1002),
    ("an unknown control opcode", frame(11, b"x"), 1002),
    ("a continuation of nothing", frame(CONTINUATION, b"x"), 1002),
    ("text within a message", frame(TEXT, b"PING", fin=False) + frame(TEXT, b" x"), 1002),
    ("a fragmented ping", frame(PING, b"x", fin=False), 1002),
    ("a long ping", frame(PING, b"x" * 126), 1002),
    ("a long close", frame(CLOSE, b"\x03\xe8" + b"x" * 124), 1002),
    ("16 bits for a short length", frame(TEXT, b"PING x", length=16), 1002),
    ("64 bits for a short length", frame(TEXT, b"PING x", length=64), 1002),
    ("2^63 bytes", b"\x81\xff\x80" + bytes(7) + bytes(4), 1002),
    ("a message too long", frame(TEXT, b"x" * 8702), 1009),
    ("a length too long", b"\x81\xff" + (1 << 40).to_bytes(8, "big") + bytes(4), 1009),
    ("fragments too long together", frame(TEXT, b"x" * 8000, fin=False) + frame(CONTINUATION, b"x" * 702), 1009),
    ("no UTF-8", frame(TEXT, b"PING \xff"), 1007),
    ("half a character at the end", frame(TEXT, b"PING \xe2\x82"), 1007),
    ("a surrogate", frame(TEXT, b"PING \xed\xa0\x80"), 1007),
    ("an overlong character", frame(TEXT, b"PING \xc0\x80"), 1007),
    ("a close of one byte", frame(CLOSE, b"\x03"), 1002),
    ("a close of a code of nobody", frame(CLOSE, b"\x03\xee"), 1002),
    ("a close of code 999", frame(CLOSE, b"\x03\xe7"), 1002),
    ("a close whose reason is no UTF-8", frame(CLOSE, b"\x03\xe8\xff"), 1007),
    ("a close", frame(CLOSE, b"\x03\xe8bye"), 1000),
    ("a close of an own code", frame(CLOSE, b"\x0f\xa0"), 4000),
    ("a close without a code", frame(CLOSE), None),
    ("what comes behind a close", frame(CLOSE, b"\x03\xe9") + b"\xff" * 40, 1001),
    ("a character in two fragments", frame(TEXT, b"PING \xe2", fin=False) + frame(CONTINUATION, b"\x82\xac"), ON),
    ("a ping between fragments", frame(TEXT, b"PING", fin=False) + frame(PING, b"!") + frame(CONTINUATION, b" x"), ON),
    ("empty fragments", frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) + frame(CONTINUATION, b"PING x"), ON),
    ("an empty message", frame(TEXT) + frame(TEXT, b"PING x"), ON),
    ("a pong nobody asked for", frame(PONG, b"x") + frame(TEXT, b"PING x"), ON),
    ("a mask of zeros", frame(TEXT, b"PING x", mask=bytes(4)), ON),
    ("16 bits of length", frame(TEXT, b"PING " + b"x" * 200), ON),
    ("a binary message that is no UTF-8", frame(BINARY, b"PING \xff"), "INVALID_UTF8"),
    ("a line too long within the bound", frame(TEXT, b"PING " + b"x" * 600), " 417 "),
)


class Frames(Socket):
    # Proves B41.
    def test_each_case_of_the_table_ends_as_it_says(self):
        for name, raw, expected in RFC_6455:
            with self.subTest(name):
                ann = self.socket()
                ann.sock.sendall(raw)
                if isinstance(expected, str):
                    ann.wait(expected)
                    continue
                code, reason = ann.wait_closed()
                self.assertEqual(code, expected)
                self.assertLessEqual(len(reason.encode()), 123)

    # Proves B41.
    def test_byte_by_byte_is_the_same(self):
        ann = self.socket()
        for byte in frame(TEXT, "PING €".encode(), fin=False) + frame(PING, b"?") + frame(CONTINUATION, b"!"):
            ann.sock.sendall(bytes([byte]))
        ann.wait("PONG", "€!")
        self.assertIn((0x80 | PONG, b"?"), ann.frames)

    # Proves B41.
    def test_who_pings_too_much_is_put_out(self):
        ann = self.socket("ann")
        ann.sock.sendall(frame(PING, b"x") * 1000)
        self.assertEqual(ann.wait_closed(), (1008, "Too many pings"))
        self.assertLess(len([op for op, _ in ann.frames if op == 0x80 | PONG]), 121)


class Ends(Socket):
    def test_a_stop_is_1001(self):
        ann = self.socket("ann")
        self.s.process.send_signal(signal.SIGTERM)
        self.assertEqual(ann.wait_closed(), (1001, "Server is going down"))

    def test_who_is_put_out_hears_1008_and_why(self):
        ann = self.socket("ann")
        session = self.s.json("session", "list")[0]["id"]
        done = self.s.run("session", "kill", str(session), "--reason", "words " * 30)
        if done.code:
            done = self.s.run("user", "disable", "ann")
        self.assertEqual(done.code, 0, done)
        code, reason = ann.wait_closed()
        self.assertEqual(code, 1008)
        self.assertTrue(0 < len(reason.encode()) <= 123, reason)
        self.assertTrue(any(line.startswith("ERROR :Closing link: ") for line in ann.lines))

    def test_who_is_over_a_limit_hears_1013(self):
        self.server(base=snug.CONF.replace("logins_per_source = 0", "logins_per_source = 1"))
        for code, reason in ((1008, "Wrong name or password"), (1013, "Too many attempts at the moment")):
            ann = self.socket()
            ann.send("PASS ann:wrong", "NICK ann", "USER ann 0 * :ann")
            found = ann.wait_closed()
            self.assertEqual(found[0], code, found)
            self.assertIn(reason, found[1])

    def test_a_wrong_password_is_1008(self):
        ann = self.socket()
        ann.send("PASS ann:wrong", "NICK ann", "USER ann 0 * :ann")
        self.assertEqual(ann.wait_closed(), (1008, "Wrong name or password, or the account wants a second "
                                                         "factor: then use an app token in the password's place"))


NODE = """
const Socket = globalThis.WebSocket || require("ws").WebSocket;
const [url, user, password, native] = process.argv.slice(2);
const socket = new Socket(url, ["binary.ircv3.net", "text.ircv3.net"],
	globalThis.WebSocket ? undefined : { rejectUnauthorized: false, headers: { Host: "localhost" } });
const say = (line) => socket.send(line);
const decoder = new TextDecoder();
let state = "start";
socket.binaryType = "arraybuffer";
socket.onerror = (event) => { console.log("error", event.message); process.exit(1); };
socket.onclose = (event) => { console.log("close", event.code, event.reason); process.exit(0); };
socket.onopen = () => {
	console.log("open", socket.protocol, JSON.stringify(socket.extensions));
	say("CAP REQ :sasl"); say("AUTHENTICATE PLAIN");
};
socket.onmessage = (event) => {
	const line = typeof event.data === "string" ? event.data : decoder.decode(event.data);
	console.log(line);
	if (line === "AUTHENTICATE +") say("AUTHENTICATE " + btoa("\\0" + user + "\\0" + password));
	if (/ 903 /.test(line)) { say("NICK " + user); say("USER x 0 * :x"); say("CAP END"); }
	if (/ 001 /.test(line)) say("JOIN #den");
	if (/ 366 /.test(line)) say("PRIVMSG #den :hello from node, grüße");
	if (/PRIVMSG #den :bye/.test(line)) say("QUIT :gone");
	if (/^PING/.test(line)) say("PONG" + line.slice(4));
};
"""


def node_has_a_socket():
    """Node's own (22 and later), or Debian's node-ws."""
    if not shutil.which("node"):
        return False
    tried = subprocess.run(["node", "-e", "globalThis.WebSocket || require('ws')"], capture_output=True, env=node_env())
    return tried.returncode == 0


def node_env():
    paths = ["/usr/share/nodejs", "/usr/lib/nodejs", os.environ.get("NODE_PATH", "")]
    return {**os.environ, "NODE_PATH": ":".join(paths), "NODE_TLS_REJECT_UNAUTHORIZED": "0", "NODE_NO_WARNINGS": "1"}


class Node(Socket):
    @unittest.skipUnless(node_has_a_socket(), "no node with a WebSocket: Debian's nodejs and node-ws")
    def test_a_client_that_is_not_ours_logs_in_and_talks(self):
        bob = self.irc("bob")
        bob.send("JOIN #den")
        bob.sync()
        with tempfile.NamedTemporaryFile("w", suffix=".js") as script:
            script.write(NODE)
            script.flush()
            node = subprocess.Popen(["node", script.name, "wss://localhost:%d/socket" % self.port, "ann",
                                     snug.PASSWORD], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                    env=node_env())
            self.addCleanup(node.stdout.close)
            self.addCleanup(node.kill)
            bob.wait(":ann!", "PRIVMSG #den :hello from node, grüße")
            bob.send("PRIVMSG #den :bye")
            said = node.communicate(timeout=PATIENCE)[0]
        self.assertIn('open binary.ircv3.net ""', said)
        self.assertIn("close 1000 Quit: gone", said)


if __name__ == "__main__":
    unittest.main()
