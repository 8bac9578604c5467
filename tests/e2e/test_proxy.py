# SPDX-License-Identifier: MIT
"""A server behind a proxy that says for whom it connects (PROXY protocol, version 2): a small one
of our own, and haproxy where it is installed."""
import contextlib
import os
import select
import shutil
import socket
import struct
import subprocess
import threading
import unittest

import snug
import web
from patience import PATIENCE, until

HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
HAPROXY_CONF = """
global
    maxconn 50
defaults
    mode tcp
    timeout connect 60s
    timeout client 60s
    timeout server 60s
frontend chat
    bind 127.0.0.1:%d
    default_backend snug
backend snug
    server one 127.0.0.1:%d send-proxy-v2
"""


def header(source):
    """As a proxy sends it for this IPv4 address."""
    addresses = socket.inet_aton(source) + socket.inet_aton("127.0.0.1") + struct.pack(">HH", 50000, 6697)
    return SIGNATURE + b"\x21\x11" + struct.pack(">H", len(addresses)) + addresses


class Relay:
    """Carries each connection to the server, behind such a header."""

    def __init__(self, port, source):
        self.port_behind, self.source = port, source
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.port_behind))
                far.sendall(header(self.source))
                threading.Thread(target=self.carry, args=(near, far), daemon=True).start()

    @staticmethod
    def carry(near, far):
        with near, far, contextlib.suppress(OSError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    got = one.recv(65536)
                    if not got:
                        return
                    (far if one is near else near).sendall(got)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Proxy(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server("\n[server]\nproxy_from = 127.0.0.1\n",
                                  base=snug.CONF.replace("logins_per_source = 0", "logins_per_source = 1"))
        self.addCleanup(self.server.close)
        self.server.user("ann")
        self.server.start()

    def relay(self, source):
        relay = Relay(self.server.port, source)
        self.addCleanup(relay.close)
        return relay

    def client(self, port):
        client = snug.Client(port)
        self.server.clients.append(client)
        return client

    def test_who_comes_through_is_known_by_his_own_address(self):
        client = self.client(self.relay("192.0.2.7").port).login("ann")
        rows = self.server.json("session", "list")
        self.assertEqual([row["host"] for row in rows], ["192.0.2.7"])
        client.send("PING :x")
        client.wait("PONG")

    def test_a_ban_is_of_whom_it_means(self):
        self.assertEqual(self.server.run("ban", "add", "192.0.2.0/24").code, 0)
        self.client(self.relay("192.0.2.7").port).wait("ERROR", "banned")
        self.client(self.relay("198.51.100.7").port).login("ann")

    def test_wrong_passwords_count_where_they_come_from(self):
        there = self.relay("192.0.2.7").port
        for _ in range(2):
            self.client(there).refused("bob", "quite another one")
        late = self.client(there)
        late.refused("bob", "quite another one")
        self.assertTrue([line for line in late.lines if "TEMPORARILY_UNAVAILABLE" in line])
        self.client(self.relay("198.51.100.7").port).login("ann")

    def test_a_connection_without_a_header_is_ended(self):
        with self.assertRaises(OSError):
            self.client(self.server.port)
        until("the log", lambda: "event=proxy_refused" in self.server.read_log())
        self.assertIn('snug_refused_total{why="proxy"} 1\n', self.server.run("metrics").out)

    def test_browsers_come_through_and_monitoring_needs_none(self):
        self.server.stop()
        with open(os.path.join(self.server.state, "snugd.conf"), "a") as file:
            file.write("\n[web]\nlisten = 127.0.0.1:0\nmetrics = 127.0.0.1:0\n")
        self.server.start()
        page, metrics = web.web_port(self.server), web.web_port(self.server, "metrics")
        relay = Relay(page, "192.0.2.7")
        self.addCleanup(relay.close)
        self.assertEqual(web.ask(relay.port, web.request()).status, 200)
        got = web.ask(metrics, header("192.0.2.7") + web.request("/metrics", host="127.0.0.1"), plain=True)
        self.assertEqual(got.status, 400)
        self.assertEqual(web.ask(metrics, web.request("/metrics", host="127.0.0.1"), plain=True).status, 200)

    # Proves P8.
    def test_who_is_no_proxy_is_not_believed(self):
        other = snug.Server("\n[server]\nproxy_from = 192.0.2.1\n")
        self.addCleanup(other.close)
        other.user("ann")
        other.start()
        other.client("ann")
        with self.assertRaises(OSError):
            snug.Client(Relay(other.port, "192.0.2.7").port)
        self.assertIn('snug_refused_total{why="astray"} 1\n', other.run("metrics").out)

    def test_haproxy_is_understood(self):
        if not HAPROXY:
            self.skipTest("no haproxy: Debian's package of that name has it")
        port = snug.free_port()
        conf = os.path.join(self.server.dir, "haproxy.cfg")
        with open(conf, "w") as file:
            file.write(HAPROXY_CONF % (port, self.server.port))
        proxy = subprocess.Popen([HAPROXY, "-db", "-f", conf], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(proxy.wait, PATIENCE)
        self.addCleanup(proxy.terminate)

        def listens():
            with contextlib.suppress(ConnectionError):
                return self.client(port)
            return None
        until("haproxy", listens).login("ann")
        self.assertEqual([row["host"] for row in self.server.json("session", "list")
                          if row["account"]], ["127.0.0.1"])


if __name__ == "__main__":
    unittest.main()
