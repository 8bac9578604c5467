# SPDX-License-Identifier: MIT
"""What snug-errand carries out, and where it does not go: the program behind its walls and its
starter's, given requests by tests/support/errander.c as snugd gives them."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

import snug
from names import Names
from patience import until
from push_service import Authority, PushService
from test_beside import below


class Errander:
    """Posts, and keeps what was told: {number: "answered 201 0 0"}."""

    def __init__(self, ca_file, *allow, prefix=()):
        self.process = subprocess.Popen(
            [*prefix, os.path.join(snug.BIN, "errander"), os.path.abspath(snug.BIN), ca_file, *allow],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.told, self.ups, self.log, self.n = {}, 0, [], 0
        for read in (self.read, self.read_log):
            threading.Thread(target=read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            number, _, rest = line.strip().partition(" ")
            if number == "up":
                self.ups += 1
            else:
                assert number not in self.told, line
                self.told[number] = rest

    def read_log(self):
        for line in self.process.stderr:
            self.log.append(line)

    def is_up(self, times=1):
        until(lambda: f"snug-errand to be up: {self.log}", lambda: self.ups >= times)
        return self

    def post(self, *urls, length=0, way=""):
        """Their numbers. way: " get" or " post" of an issuer."""
        numbers = [str(self.n + i) for i in range(len(urls))]
        self.n += len(urls)
        self.process.stdin.write("".join(f"{n} {url} {length}{way}\n" for n, url in zip(numbers, urls)))
        self.process.stdin.flush()
        return numbers

    def await_told(self, number):
        return until(lambda: f"what came of {number}: {self.told} {self.log}", lambda: self.told.get(number))

    def ask(self, url, length=0, way=""):
        return self.await_told(self.post(url, length=length, way=way)[0])

    def program(self):
        return next((pid for pid, name in below(self.process.pid).items() if name == "snug-errand"), None)

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(snug.PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Errands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        cls.authority = Authority(cls.dir, "authority")
        cls.pair = cls.authority.vouch("DNS:localhost")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    def service(self, pair=None, **more):
        service = PushService(pair or self.pair, **more)
        self.addCleanup(service.close)
        return service

    def errander(self, *allow, ca_file=None, prefix=()):
        errander = Errander(ca_file or self.authority.pem, *allow, prefix=prefix)
        self.addCleanup(errander.close)
        return errander.is_up()

    def usual(self):
        service = self.service()
        errander = self.errander(f"localhost:{service.port} 127.0.0.0/8 ::1")
        return service, errander, f"https://localhost:{service.port}/"

    def test_what_a_service_answers_is_told(self):
        service, errander, url = self.usual()
        for name, told in (("created", "answered 201 0 0"), ("gone", "answered 410 0 4"),
                           ("missing", "answered 404 0 0"), ("busy", "answered 429 30 0"),
                           ("never", "answered 503 4294967295 0"), ("broken", "answered 500 0 0"),
                           ("huge", "answered 200 0 4096"),
                           ("half", "answered 201 0 4"), ("endless-head", "answered 200 0 0"),
                           ("drop", "no-connection 0 0 0"), ("no-http", "no-http 0 0 0"),
                           ("no-status", "no-http 0 0 0")):
            with self.subTest(name=name):
                self.assertEqual(errander.ask(url + name), told)
        # Asked once each: nothing is tried again here.
        self.assertEqual(len(service.asked), 12)
        # A date is so many seconds from now: an hour, but for what the tests took since.
        kind, status, after, _ = errander.ask(url + "dated").split()
        self.assertEqual((kind, status), ("answered", "503"))
        self.assertTrue(0 < int(after) <= 3600, after)

    def test_a_redirect_is_an_answer_and_not_followed(self):
        service, errander, url = self.usual()
        self.assertEqual(errander.ask(url + "elsewhere"), "answered 307 0 0")
        self.assertEqual(errander.ask(url + "created"), "answered 201 0 0")
        self.assertEqual([head[0] for head, _ in service.asked],
                         ["POST /elsewhere HTTP/1.1", "POST /created HTTP/1.1"])

    def test_what_is_sent_is_what_was_given_and_no_more(self):
        service, errander, url = self.usual()
        self.assertEqual(errander.ask(url + "created?a=b&c=/../d", length=4096), "answered 201 0 0")
        head, body = service.asked[0]
        self.assertEqual(head[0], "POST /created?a=b&c=/../d HTTP/1.1")
        self.assertEqual(sorted(head[1:]),
                         ["Accept: */*", "Content-Length: 4096", f"Host: localhost:{service.port}",
                          "TTL: 60", "Topic: den"])
        self.assertEqual(body, b"\0" * 4096)
        self.assertEqual(errander.ask(url + "created", length=4097), "never")

    def test_a_proxy_of_the_environment_is_none(self):
        service = self.service()
        errander = self.errander(f"localhost:{service.port} 127.0.0.1", prefix=(
            "env", "https_proxy=http://127.0.0.1:1", "ALL_PROXY=http://127.0.0.1:1"))
        self.assertEqual(errander.ask(f"https://localhost:{service.port}/created"), "answered 201 0 0")

    # Proves X8.
    def test_a_slow_one_delays_no_other_and_is_given_up(self):
        _, errander, url = self.usual()
        slow = errander.post(*(f"{url}slow?{i}" for i in range(40)))
        half = errander.post(url + "stuck")[0]
        again = errander.post(url + "slow?0")[0]
        self.assertEqual(errander.await_told(again), "later")
        for i in range(20):
            self.assertEqual(errander.ask(f"{url}created?{i}"), "answered 201 0 0")
        self.assertEqual([n for n in slow if n in errander.told], [])
        # After its ten seconds.
        for number in slow:
            self.assertEqual(errander.await_told(number), "timeout 0 0 0")
        # It said how it was before it stuck.
        self.assertEqual(errander.await_told(half), "answered 201 0 4")
        self.assertEqual(errander.ask(url + "created"), "answered 201 0 0")

    def test_a_hundred_at_once(self):
        service, errander, url = self.usual()
        numbers = errander.post(*(f"{url}slow?{i}" for i in range(110)))
        until("a hundred to wait", lambda: len(service.asked) == 100)
        service.let_go.set()
        told = [errander.await_told(n) for n in numbers]
        self.assertEqual((told.count("answered 201 0 0"), told.count("later")), (100, 10))
        for i in range(100):
            self.assertEqual(errander.ask(f"{url}created?{i}"), "answered 201 0 0")
        # Connections are kept for the next.
        self.assertLess(service.opened, 120)

    def test_only_whom_an_authority_vouches_for(self):
        other = Authority(self.dir, "nobody")
        snug.certificate(os.path.join(self.dir, "own.key"), os.path.join(self.dir, "own.pem"))
        for name, pair in (("of another authority", other.vouch("DNS:localhost")),
                           ("of another name", self.authority.vouch("DNS:push.example")),
                           ("out of date", self.authority.vouch("DNS:localhost", days=-1)),
                           ("its own", (os.path.join(self.dir, "own.pem"), os.path.join(self.dir, "own.key")))):
            with self.subTest(name=name):
                service = self.service(pair)
                errander = self.errander(f"localhost:{service.port} 127.0.0.1")
                self.assertEqual(errander.ask(f"https://localhost:{service.port}/created"), "no-trust 0 0 0")
                self.assertEqual(service.asked, [])

    # Proves X8.
    def test_where_it_does_not_go(self):
        service = self.service()
        port = service.port
        errander = self.errander(f"localhost:{port} 10.0.0.0/8 ::2", f"127.0.0.1:{port}")
        for url, told in (("http://localhost/", "never"), ("https://", "never"), ("ftp://a/", "never"),
                          ("https:///x", "never"),
                          ("https://push.example:8443/", "refused-url"),
                          (f"https://[::1]:{port}/", "refused-url"),
                          ("https://a:b@push.example/", "refused-url"),
                          ("https://push.example:443443/", "refused-url"),
                          # Excepted, but it is elsewhere; and without a range it must be public.
                          (f"https://localhost:{port}/", "refused-address"),
                          (f"https://127.0.0.1:{port}/", "refused-address"),
                          ("https://localhost/", "refused-address"),
                          ("https://127.0.0.1/", "refused-address"), ("https://127.1/", "refused-address"),
                          ("https://2130706433/", "refused-address"), ("https://0x7f.1/", "refused-address"),
                          ("https://0/", "refused-address"), ("https://[::1]/", "refused-address"),
                          ("https://[::ffff:127.0.0.1]/", "refused-address"),
                          ("https://10.0.0.1/", "refused-address"),
                          ("https://169.254.169.254/latest", "refused-address"),
                          ("https://[fe80::1]/", "refused-address"),
                          ("https://[64:ff9b::7f00:1]/", "refused-address")):
            with self.subTest(url=url):
                self.assertEqual(errander.ask(url).split()[0], told)
        self.assertEqual(service.opened, 0)

    def issuer(self, **more):
        service = self.service(**more)
        return service, self.errander(f"issuer=localhost:{service.port}"), f"https://localhost:{service.port}/"

    def test_an_issuer_that_was_named_is_asked_wherever_it_is(self):
        service, errander, url = self.issuer()
        self.assertEqual(errander.ask(url + "keys", way=" get"), "answered 200 0 65536")
        self.assertEqual(errander.ask(url + "huge", way=" get"), "answered 200 0 65536")
        self.assertEqual(errander.ask(url + "created", length=12288, way=" post"), "answered 201 0 0")
        self.assertEqual(errander.ask(url + "created", length=12289, way=" post"), "never")
        self.assertEqual(errander.ask(url + "created", length=1, way=" get"), "never")
        self.assertEqual(errander.ask(url + "elsewhere", way=" get"), "answered 307 0 0")
        fields = ["Accept: application/json", "Authorization: Bearer abc", f"Host: localhost:{service.port}"]
        self.assertEqual([(head[0], sorted(head[1:]), len(body)) for head, body in service.asked],
                         [("GET /keys HTTP/1.1", fields, 0), ("GET /huge HTTP/1.1", fields, 0),
                          ("POST /created HTTP/1.1", sorted([*fields, "Content-Length: 12288"]), 12288),
                          ("GET /elsewhere HTTP/1.1", fields, 0)])

    # Proves X8.
    def test_an_issuer_is_no_other_host_and_nobody_else_goes_there(self):
        service, errander, url = self.issuer()
        other = self.service()
        port, at = service.port, other.port
        for place, told in ((f"https://127.0.0.1:{port}/", "refused-url"), (f"https://localhost:{at}/", "refused-url"),
                            ("https://localhost/", "refused-url"), ("https://push.example/", "refused-url"),
                            (f"https://localhost.:{port}/", "refused-url"),
                            (f"https://a@localhost:{port}/", "refused-url"),
                            (f"https://localhost:{port}@push.example/", "refused-url"),
                            (f"http://localhost:{port}/", "never")):
            for way in (" get", " post"):
                with self.subTest(place=place, way=way):
                    self.assertEqual(errander.ask(place + "created", way=way).split()[0], told)
        # What users name does not get in by that door.
        self.assertEqual(errander.ask(url + "created"), "refused-url 0 0 0")
        self.assertEqual((service.opened, other.opened), (0, 0))
        # And an issuer is where pushes may go no more than elsewhere.
        only_pushes = self.errander(f"localhost:{at} 127.0.0.1")
        self.assertEqual(only_pushes.ask(f"https://localhost:{at}/keys", way=" get"), "refused-url 0 0 0")
        self.assertEqual(other.opened, 0)

    def test_a_slow_issuer_delays_no_push_and_is_given_up(self):
        issuer, service = self.service(), self.service()
        errander = self.errander(f"localhost:{service.port} 127.0.0.1", f"issuer=localhost:{issuer.port}")
        slow = errander.post(*[f"https://localhost:{issuer.port}/slow"] * 17, way=" get")
        self.assertEqual(errander.await_told(slow[16]), "later")
        until("sixteen to wait", lambda: len(issuer.asked) == 16)
        for i in range(20):
            self.assertEqual(errander.ask(f"https://localhost:{service.port}/created?{i}"), "answered 201 0 0")
        self.assertEqual([n for n in slow[:16] if n in errander.told], [])
        for number in slow[:16]:
            self.assertEqual(errander.await_told(number), "timeout 0 0 0")
        self.assertEqual(errander.ask(f"https://localhost:{issuer.port}/keys", way=" get"), "answered 200 0 65536")

    def test_an_issuer_that_is_gone_or_is_not_vouched_for(self):
        port = snug.free_port()
        errander = self.errander(f"issuer=localhost:{port}")
        self.assertEqual(errander.ask(f"https://localhost:{port}/", way=" get"), "no-connection 0 0 0")
        service = self.service(Authority(self.dir, "stranger").vouch("DNS:localhost"))
        errander = self.errander(f"issuer=localhost:{service.port}")
        self.assertEqual(errander.ask(f"https://localhost:{service.port}/keys", way=" get"), "no-trust 0 0 0")
        self.assertEqual(service.asked, [])

    def test_nobody_there(self):
        port = snug.free_port()
        errander = self.errander(f"localhost:{port} 127.0.0.1")
        self.assertEqual(errander.ask(f"https://localhost:{port}/"), "no-connection 0 0 0")

    def test_one_that_is_killed_under_way_is_told_and_comes_back(self):
        service, errander, url = self.usual()
        numbers = errander.post(url + "slow?1", url + "slow?2")
        until("both to wait", lambda: len(service.asked) == 2)
        os.kill(errander.program(), signal.SIGKILL)
        for number in numbers:
            self.assertEqual(errander.await_told(number), "lost 0 0 0")
        errander.is_up(2)
        self.assertEqual(errander.ask(url + "created"), "answered 201 0 0")

    def test_one_that_stands_still_is_ended(self):
        _, errander, url = self.usual()
        os.kill(errander.program(), signal.SIGSTOP)
        # After twice the time that an errand has.
        self.assertEqual(errander.ask(url + "created"), "lost 0 0 0")
        errander.is_up(2)
        self.assertEqual(errander.ask(url + "created"), "answered 201 0 0")

    def test_other_authorities_are_trusted_once_they_are_there(self):
        old, new = Authority(self.dir, "old"), Authority(self.dir, "new")
        trusted = os.path.join(self.dir, "trusted.pem")
        shutil.copy(old.pem, trusted)
        service = self.service(new.vouch("DNS:localhost"))
        errander = self.errander(f"localhost:{service.port} 127.0.0.1", ca_file=trusted)
        url = f"https://localhost:{service.port}/created"
        self.assertEqual(errander.ask(url), "no-trust 0 0 0")
        os.replace(new.pem, trusted)
        self.assertEqual(errander.ask(url), "busy 0 0 0")
        errander.is_up(2)
        self.assertEqual(errander.ask(url), "answered 201 0 0")

    def test_its_walls_are_closed(self):
        _, errander, url = self.usual()
        self.assertEqual(errander.ask(url + "created"), "answered 201 0 0")
        with open(f"/proc/{errander.program()}/status") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        # Its own filter on top of its starter's.
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"], status["Seccomp_filters"]), ("1", "2", "2"))
        self.assertNotIn("no_sandbox", "".join(errander.log))
        self.assertEqual(os.listdir(f"/proc/{errander.program()}/task"), [str(errander.program())])


class Host:
    """A network namespace with an address, and with files of its own."""

    def __init__(self, test, address):
        self.address = address
        self.process = subprocess.Popen(["unshare", "-n", "-m", "sleep", "infinity"])
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.kill)
        mine = os.readlink("/proc/self/ns/mnt")
        until("a host", lambda: os.readlink(f"/proc/{self.process.pid}/ns/mnt") != mine)
        self.inside = ["nsenter", "-t", str(self.process.pid), "-n", "-m", "-r", "-w"]

    def run(self, *words):
        subprocess.run([*self.inside, *words], check=True, stdout=subprocess.DEVNULL)

    def make(self, place, **more):
        """A listening socket there."""
        made = []
        thread = threading.Thread(target=lambda: made.append(self.make_here(place, **more)))
        thread.start()
        thread.join()
        return made[0]

    def make_here(self, place, kind=socket.SOCK_STREAM, backlog=10):
        with open(f"/proc/{self.process.pid}/ns/net") as network:
            assert ctypes.CDLL(None).setns(network.fileno(), 0) == 0
        made = socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place)
        if kind == socket.SOCK_STREAM:
            made.listen(backlog)
        return made


# As Debian has it with all that there is: modules that would be loaded, and are left out.
SOURCES = "hosts: files mymachines mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] myhostname dns\n"


def can_unshare():
    return subprocess.run(["unshare", "-n", "-m", "ip", "link", "set", "lo", "up"], check=False,
                          capture_output=True).returncode == 0


@unittest.skipUnless(can_unshare(), "no network namespaces here")
class Abroad(unittest.TestCase):
    """Public addresses, and names that a hostile DNS answers for: two hosts and a cable."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.near, self.far = Host(self, "1.2.3.4"), Host(self, "1.2.3.1")
        self.near.run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns",
                      str(self.far.process.pid))
        for host, six in (self.near, "2600::4"), (self.far, "2600::1"):
            host.run("ip", "link", "set", "lo", "up")
            host.run("ip", "address", "add", host.address + "/24", "dev", "cable")
            host.run("ip", "address", "add", six + "/64", "dev", "cable", "nodad")
            host.run("ip", "link", "set", "cable", "up")
        # One that came second is its own, too.
        self.near.run("ip", "address", "add", "1.2.3.5/24", "dev", "cable")
        for name, text in (("resolv.conf", "nameserver 1.2.3.1\n"), ("nsswitch.conf", SOURCES)):
            path = os.path.join(self.dir, name)
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, 0o644)
            self.near.run("mount", "--bind", path, "/etc/" + name)
        authority = Authority(self.dir, "authority")
        pair = authority.vouch(*(f"DNS:{name}.example" for name in ("push", "six", "long", "turns", "both")))
        self.services = [PushService(pair, place, 443, self.far.make) for place in ("1.2.3.1", "2600::1")]
        self.names = Names(self.far.make(("1.2.3.1", 53), kind=socket.SOCK_DGRAM), self.far.make(("1.2.3.1", 53)))
        for each in (*self.services, self.names):
            self.addCleanup(each.close)
        self.errander = Errander(authority.pem, prefix=self.near.inside)
        self.addCleanup(self.errander.close)
        self.errander.is_up()

    def ask(self, name, path="created"):
        return self.errander.ask(f"https://{name}/{path}")

    def test_a_public_service_is_reached_by_its_name(self):
        self.names.say("push.example", ["1.2.3.1"])
        self.names.say("six.example", ["2600::1"])
        # More than fits one datagram: asked again by TCP.
        self.names.say("long.example", ["1.2.3.1"] * 200)
        for name in ("push.example", "six.example", "long.example"):
            with self.subTest(name=name):
                self.assertEqual(self.ask(name), "answered 201 0 0")
        self.assertEqual(self.names.by_tcp, {"long.example"})
        self.assertEqual(self.ask("nobody.example"), "no-such-name 0 0 0")

    def test_a_name_that_leads_inside_leads_nowhere(self):
        for address in ("127.0.0.1", "10.0.0.1", "::1", "fd00::1", "::ffff:127.0.0.1", "169.254.169.254",
                        "64:ff9b::7f00:1", "2002:7f00:1::", "1.2.3.4", "1.2.3.5", "2600::4", "1.2.3.255"):
            with self.subTest(address=address):
                self.names.say("inside.example", [address])
                self.assertEqual(self.ask("inside.example"), "refused-address 0 0 0")

    # Proves X8.
    def test_a_name_that_changes_its_answer_gains_nothing(self):
        self.names.say("turns.example", ["1.2.3.1"], ["127.0.0.1"])
        self.assertEqual(self.ask("turns.example", "half"), "answered 201 0 4")
        self.assertEqual(self.ask("turns.example"), "refused-address 0 0 0")

    def test_of_a_names_addresses_only_those_outside_are_tried(self):
        self.names.say("both.example", ["127.0.0.1", "1.2.3.1", "::1"])
        self.assertEqual(self.ask("both.example"), "answered 201 0 0")
        self.assertEqual([len(service.asked) for service in self.services], [1, 0])

    def test_a_name_that_nobody_answers_for_delays_no_other(self):
        self.names.say("push.example", ["1.2.3.1"])
        self.names.say("silent.example", None)
        silent = self.errander.post(*(f"https://silent.example/{i}" for i in range(50)))
        until("the silent one to be asked for", lambda: "silent.example" in self.names.asked)
        for i in range(10):
            self.assertEqual(self.ask("push.example", f"created?{i}"), "answered 201 0 0")
        self.assertEqual([n for n in silent if n in self.errander.told], [])
        # After two questions of three seconds each.
        for number in silent:
            self.assertEqual(self.errander.await_told(number), "no-such-name 0 0 0")
        self.assertEqual(self.ask("push.example"), "answered 201 0 0")


if __name__ == "__main__":
    unittest.main()
