# SPDX-License-Identifier: MIT
"""The real thing: Debian's slapd, asked by nslcd and pam_ldap, with snug-door before them.

Not among the tests of `make e2e`: `make sso-pam` plays it, and installs what it needs. As root, in
a mount namespace of its own, so that nothing in /etc or /run of the machine is touched."""
import os
import pwd
import shutil
import signal
import subprocess
import unittest

import door
import snug
import test_pam
from patience import until

SLAPD = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
pidfile {folder}/slapd.pid
moduleload back_mdb
database mdb
suffix dc=example,dc=org
rootdn cn=root,dc=example,dc=org
rootpw root
directory {folder}/ldap
"""
TREE = """dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example
"""
PERSON = """
dn: uid={name},dc=example,dc=org
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: shadowAccount
uid: {name}
cn: {name}
sn: {name}
uidNumber: {uid}
gidNumber: 4001
homeDirectory: /nowhere
userPassword: directory
"""
NSLCD = """uri ldap://127.0.0.1:{port}/
base dc=example,dc=org
bind_timelimit 3
timelimit 3
idle_timelimit 3
reconnect_retrytime 1
"""
INSIDE = """set -e
mkdir -p /run/nslcd
mount -t tmpfs -o mode=755 none /run/nslcd
mount --bind {folder}/nslcd.conf /etc/nslcd.conf
exec nslcd -n
"""


class Directory(door.Door):
    """A door whose stack asks a directory."""

    def __init__(self, server):
        super().__init__(server)
        self.port = snug.free_port()
        self.slapd = None
        os.mkdir(os.path.join(self.folder, "ldap"))
        conf = self.write("slapd.conf", SLAPD.format(folder=self.folder))
        tree = TREE + "".join(PERSON.format(name=name, uid=uid) for name, uid in door.PEOPLE.items())
        subprocess.run(["slapadd", "-f", conf, "-l", self.write("tree", tree)], check=True)
        self.write("nslcd.conf", NSLCD.format(port=self.port))
        self.stack("auth required pam_ldap.so minimum_uid=1000", "account required pam_ldap.so minimum_uid=1000")
        self.serve()
        self.nslcd = subprocess.Popen(["unshare", "--mount", "sh", "-c",
                                       self.inside_words()], stderr=subprocess.DEVNULL)
        self.inside = ["nsenter", "--mount", "--target", str(self.nslcd.pid)]
        until("nslcd to be up", lambda: subprocess.run(
            [*self.inside, "test", "-S", "/run/nslcd/socket"]).returncode == 0)

    def inside_words(self):
        return INSIDE.format(folder=self.folder)

    def serve(self):
        self.slapd = subprocess.Popen(["slapd", "-d", "0", "-f", os.path.join(self.folder, "slapd.conf"),
                                       "-h", f"ldap://127.0.0.1:{self.port}"], stderr=subprocess.DEVNULL)
        until("slapd to be up", lambda: subprocess.run(
            ["ldapwhoami", "-x", "-H", f"ldap://127.0.0.1:{self.port}"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode == 0)

    def start(self, prefix=()):
        return super().start((*prefix, *self.inside))

    def modify(self, text):
        subprocess.run(["ldapmodify", "-x", "-H", f"ldap://127.0.0.1:{self.port}", "-D",
                        "cn=root,dc=example,dc=org", "-w", "root"], input=text, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def die(self):
        self.slapd.kill()
        self.slapd.wait(snug.PATIENCE)

    def close(self):
        self.end()
        self.nslcd.kill()
        self.nslcd.wait(snug.PATIENCE)
        self.slapd.send_signal(signal.SIGCONT)
        self.die()
        super().close()


@unittest.skipIf(os.geteuid() != 0, "a mount namespace is root's to make")
class Ldap(test_pam.Base):
    conf = door.CONF + "[auth]\nrecheck = 6s\n"

    def setUp(self):
        super().setUp()
        self.door.close()
        self.door = Directory(self.server)
        self.addCleanup(self.door.close)
        self.door.start()

    def test_who_is_in_the_directory_comes_in_by_its_password(self):
        self.is_let_in("ann")
        self.is_refused("ann", "wrong", why="wrong")
        self.is_refused("nobody-here", "directory", why="unknown")
        self.is_refused("daemon2", "directory", why="unknown")

    def test_while_it_is_gone_it_is_later_and_nobody_else_notices(self):
        self.server.user("own")
        self.is_let_in("ann")
        self.door.die()
        self.is_later("ann")
        self.server.client("own").close()
        self.door.serve()
        until("the directory to be asked again", lambda: " 900 " in self.outcome("ann"))

    def outcome(self, name):
        return self.plain(name, "directory").wait(" 90")

    def test_while_it_stands_still_it_is_later(self):
        self.server.user("own")
        self.door.slapd.send_signal(signal.SIGSTOP)
        waiting = self.plain("ann", "directory")
        self.server.client("own").close()
        waiting.wait("FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE")
        self.door.slapd.send_signal(signal.SIGCONT)

    def test_whoever_is_removed_is_out_within_a_lease(self):
        ann = self.server.client()
        ann.send("PASS :ann:directory", "NICK ann", "USER u 0 * :u")
        ann.wait(" 001 ann ")
        self.door.modify("dn: uid=ann,dc=example,dc=org\nchangetype: delete\n")
        ann.wait("ERROR")
        self.logged("event=signed_out", "account=ann")
        self.is_let_in("bob")


PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../package")
UNIT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../server/units/snug-door.service")
FILES = ("passwd", "group", "shadow")
NOBODY = pwd.getpwnam("games")  # is the user that the unit names


class Shut(door.Door):
    """A door that is started as its unit says, with these lines of "systemctl edit", by a stack
    with pam_unix; ann is one of this computer's people."""

    def __init__(self, server):
        super().__init__(server)
        self.stack("auth required pam_unix.so", "account required pam_unix.so")
        hashed = subprocess.run(["openssl", "passwd", "-6", "directory"], check=True, text=True,
                                stdout=subprocess.PIPE).stdout.strip()
        lines = {"passwd": f"ann:x:4001:4001::/nowhere:/bin/false\nsnug:x:{NOBODY.pw_uid}:{NOBODY.pw_gid}::/nowhere:/bin/false\n",
                 "group": f"ann:x:4001:\nsnug:x:{NOBODY.pw_gid}:\n", "shadow": f"ann:{hashed}:20000:0:99999:7:::\n"}
        for name in FILES:
            with open("/etc/" + name, encoding="utf-8") as file:
                path = self.write("etc-" + name, file.read() + lines[name], 0o640 if name == "shadow" else 0o644)
            if name == "shadow":
                shutil.chown(path, "root", "shadow")

    def shut_in(self, *lines, is_let_in=True):
        # As it is where the server runs as a user of its own, and root is without its rights.
        os.chown(self.socket, NOBODY.pw_uid, NOBODY.pw_gid)
        with open(UNIT, encoding="utf-8") as file:
            unit = file.read().replace("\n[Install]", "".join("\n" + line for line in lines) + "\n\n[Install]")
        program = os.path.realpath(os.path.join(snug.BIN, "snug-door"))
        placed = [f"{self.folder}/etc-{name}=/etc/{name}" for name in FILES]
        # The names of its users are those of the files, which stand there before it is started.
        binds = "".join(f"mount --bind {self.folder}/etc-{name} /etc/{name} && " for name in FILES)
        self.program = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", binds + 'exec "$@"', "sh", "/usr/bin/python3", "-B",
             os.path.join(PACKAGE, "shut_in_door.py"), self.write("unit", unit), self.socket, program, *placed,
             f"{self.services}=/etc/pam.d"])
        if is_let_in:
            until(lambda: "the door to be up:\n" + self.server.read_log(), self.is_up)
        return self.program


@unittest.skipIf(os.geteuid() != 0, "what shuts in is root's to make")
class Unix(test_pam.Base):
    """pam_unix by the unit that is shipped: what OPERATING.md says that it wants."""

    conf = door.CONF + "door_user = games\n"

    def setUp(self):
        super().setUp()
        self.door.close()
        self.door = Shut(self.server)
        self.addCleanup(self.door.close)

    def test_as_root_it_judges(self):
        self.door.shut_in("User=root")
        self.is_let_in("ann")
        self.is_refused("ann", "wrong", why="wrong")
        self.is_refused("games", "directory", why="unknown")

    def test_as_the_servers_user_it_cannot_say(self):
        # The helper of pam_unix judges nobody but who asks, whatever groups that one is in.
        for lines in ((), ("SupplementaryGroups=shadow",)):
            self.door.shut_in(*lines)
            self.is_later("ann")
            self.door.end()
            until("it to be gone", lambda: not self.door.is_up())

    def test_root_without_the_servers_group_does_not_get_in(self):
        program = self.door.shut_in("User=root", "Group=root", is_let_in=False)
        self.assertEqual(program.wait(snug.PATIENCE), 1)
        self.assertNotIn("door_up", self.server.read_log())


if __name__ == "__main__":
    unittest.main()
