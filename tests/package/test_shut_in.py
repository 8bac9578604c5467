# SPDX-License-Identifier: MIT
"""What starts a server as its unit shuts it in does shut in: tried by a program in the server's place."""
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

import snug  # noqa: E402 -- beside this folder

UNIT = os.path.join(HERE, "../../server/units/snugd.service")
PROBE = r'''
import ctypes, json, mmap, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
state = sys.argv[sys.argv.index("--state") + 1]
def error(act):
    try:
        act()
        return 0
    except OSError as why:
        return why.errno
def call(number, *words):
    return error(lambda: libc.syscall(number, *words) >= 0 or fail())
def fail():
    raise OSError(ctypes.get_errno(), "")
def status(name):
    with open("/proc/self/status") as file:
        return next(line.split()[1] for line in file if line.startswith(name + ":"))
print(json.dumps({
    "write in the state": error(lambda: open(state + "/new", "w")),
    "write beside it": error(lambda: open(os.path.dirname(state) + "/new", "w")),
    "write in /etc": error(lambda: open("/etc/snug-probe", "w")),
    "write a setting of the kernel": error(lambda: open("/proc/sys/kernel/hostname", "w")),
    "homes": os.listdir("/home") + os.listdir("/root"),
    "devices": sorted(os.listdir("/dev")),
    "a socket of the internet": error(lambda: socket.socket(socket.AF_INET).close()),
    "a netlink socket": error(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()),
    "a packet socket": error(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()),
    "memory to write and run": error(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC).close()),
    "a namespace": call(272, 0x10000000),
    "a setuid file": error(lambda: os.chmod(state + "/new", 0o4755)),
    "a mount": call(165, 0, b"/tmp", b"tmpfs", 0, 0),
    "a priority": error(lambda: os.setpriority(os.PRIO_PROCESS, 0, 1)),
    "keys of the kernel": call(101, 0, 0, 0, 0),
    "capabilities": status("CapEff") + status("CapBnd"),
    "no new privileges": status("NoNewPrivs"),
}))
'''


class ShutIn(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def started(self, unit):
        path = os.path.join(self.folder, "unit")
        os.makedirs(os.path.join(self.folder, "state"), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(unit)
        return subprocess.run(
            ["/usr/bin/python3", "-B", os.path.join(HERE, "shut_in.py"), path, "/usr/bin/python3", "-c", PROBE,
             "--state", os.path.join(self.folder, "state")], text=True, check=False, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=snug.PATIENCE)

    def unit(self):
        with open(UNIT, encoding="utf-8") as file:
            return file.read()

    def test_what_a_unit_forbids_cannot_be_done(self):
        done = self.started(self.unit())
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        for what in ("write in the state", "a socket of the internet", "a netlink socket"):
            self.assertEqual(found.pop(what), 0, what)
        self.assertEqual(found.pop("homes"), [])
        self.assertEqual(found.pop("devices"), ["full", "null", "random", "tty", "urandom", "zero"])
        self.assertEqual(found.pop("capabilities"), "0" * 32)
        self.assertEqual(found.pop("no new privileges"), "1")
        self.assertEqual(found.pop("a packet socket"), errno.EAFNOSUPPORT)
        for what in ("write beside it", "write in /etc", "write a setting of the kernel"):
            self.assertEqual(found.pop(what), errno.EROFS, what)
        self.assertEqual(set(found.values()), {errno.EPERM}, found)

    def test_a_directive_that_is_not_known_is_refused(self):
        done = self.started(self.unit().replace("UMask=", "PrivateNetwork=yes\nUMask="))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn("PrivateNetwork", done.stderr)

    def test_the_server_has_its_own_walls_within_and_its_program_beside_it(self):
        server = snug.Server(conf="\n[beside]\nerrand = yes\n")
        self.addCleanup(server.close)
        server.start()
        snug.until("the program", lambda: "event=beside_up" in server.read_log())
        self.assertTrue(server.json("status")["sandbox"])
        self.assertNotIn("no_sandbox", server.read_log())


if __name__ == "__main__":
    unittest.main()
