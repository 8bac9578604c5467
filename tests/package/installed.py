#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The packages, installed and used in the smallest Debian: first installed, run, upgraded, removed, purged.

usage: installed.py BASE OLD_FOLDER NEW_FOLDER        as root; folders with the packages of two versions
"""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from patience import PATIENCE, until  # noqa: E402 -- beside this folder

RUN = ("setpriv", "--reuid=snug", "--regid=snug", "--init-groups", "snugd", "run")


class Machine:
    """A Debian in a folder, with a network of its own: nothing of it outlives this."""

    def __init__(self, archive):
        self.root = tempfile.mkdtemp(prefix="snug-package-")
        subprocess.run(["tar", "--zstd", "-x", "-f", archive, "-C", self.root], check=True)
        os.chmod(self.root, 0o755)
        subprocess.run(["mount", "-t", "proc", "proc", self.root + "/proc"], check=True)
        # No unit is started here: there is no systemd.
        with open(self.root + "/usr/sbin/policy-rc.d", "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o755)
            file.write("#!/bin/sh\nexit 101\n")
        with open(self.root + "/etc/hosts", "w", encoding="ascii") as file:
            file.write("127.0.0.1 localhost\n")
        self.server = None

    def close(self):
        if self.server and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        subprocess.run(["umount", self.root + "/proc"], check=True)
        shutil.rmtree(self.root)

    def words(self, *words):
        return ["chroot", self.root, *words]

    def does(self, *words, given="", code=0):
        """Its output; the exit code must be that one."""
        done = subprocess.run(self.words(*words), input=given, text=True, timeout=PATIENCE, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"})
        assert done.returncode == code, "%s: exit %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def install(self, folder):
        """Both packages; what dpkg says."""
        names = [path for path in glob.glob(folder + "/*.deb") if "-dbgsym" not in path]
        assert len(names) == 2, names
        for path in names:
            shutil.copy(path, self.root + "/tmp")
        return self.does("dpkg", "--force-confold", "-i", *("/tmp/" + os.path.basename(path) for path in names))

    def has(self, path):
        return os.path.lexists(self.root + path)

    def start(self):
        """The server, by hand, as the user of the package."""
        log = self.root + "/tmp/log"
        with open(log, "w", encoding="utf-8") as file:
            self.server = subprocess.Popen(self.words(*RUN), stdin=subprocess.DEVNULL, stderr=file)

        def is_ready():
            with open(log, encoding="utf-8") as file:
                said = file.read()
            assert self.server.poll() is None, said
            return "event=ready" in said
        until("the server to be ready", is_ready)

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(PATIENCE) == 0


def same(got, wanted, what):
    assert got == wanted, "%s: %r, and not %r" % (what, got, wanted)


def first_installation(m, packages):
    said = m.install(packages)
    assert "snugd init" in said, said
    same(m.does("getent", "passwd", "snug").split(":")[5:], ["/var/lib/snug", "/usr/sbin/nologin\n"], "the user")
    places = {"/var/lib/snug": "snug snug 700", "/etc/snug": "snug snug 750", "/usr/bin/snugd": "root root 755",
              "/usr/bin/snug": "root root 755", "/usr/bin/snug-picture": "root root 755",
              "/usr/bin/snug-errand": "root root 755", "/usr/bin/snug-door": "root root 755",
              "/usr/bin/snug-acme": "root root 755",
              "/lib/systemd/system/snugd.service": "root root 644", "/lib/systemd/system/snugd.socket": "root root 644",
              "/etc/apparmor.d/snugd": "root root 644", "/etc/apparmor.d/snug": "root root 644"}
    for path, wanted in places.items():
        same(m.does("stat", "-c", "%U %G %a", path).strip(), wanted, path)
    for path in ("bash-completion/completions/snugd", "zsh/vendor-completions/_snug", "fish/vendor_completions.d/snug.fish",
                 "doc/snugd/copyright", "doc/snug/copyright"):
        assert m.has("/usr/share/" + path), path
    with open(m.root + "/lib/systemd/system/snugd.service", encoding="utf-8") as unit:
        assert "ExecStart=/usr/bin/snugd run" in unit.read()
    assert m.has("/etc/systemd/system/multi-user.target.wants/snugd.service"), "the service is not enabled"
    for unit in ("sockets.target.wants/snugd.socket", "sockets.target.wants/snugd-web.socket",
                 "timers.target.wants/snugd-acme.timer", "timers.target.wants/snugd-backup.timer",
                 "snugd.service.wants/snug-door.service"):
        assert not m.has("/etc/systemd/system/" + unit), unit + " is enabled, though nobody asked"
        assert m.has("/lib/systemd/system/" + os.path.basename(unit)), unit


def first_use(m):
    link = m.does("snugd", "init", "--name", "localhost", "--admin", "ann", "--password-stdin",
                  given="correct horse battery\n").strip().splitlines()[-1]
    same(m.does("stat", "-c", "%U %a", "/etc/snug/snugd.conf").strip(), "snug 600", "the configuration")
    assert not m.has("/var/lib/snug/snugd.conf")
    for name in os.listdir(m.root + "/var/lib/snug"):
        same(m.does("stat", "-c", "%U", "/var/lib/snug/" + name).strip(), "snug", name)
    m.start()
    m.does("snug", "join", "--name", "bob", "--password-fd", "0", "--no-ui", link, given="correct horse battery\n")
    m.does("snug", "send", "#lounge", "said before the upgrade")
    assert "said before" in m.does("snugd", "export", "--room", "lounge")


def stops(m):
    """When it will stop, as was announced; or nothing."""
    return json.loads(m.does("snugd", "status", "--json"))["stops"]


def upgrade(m, packages, version):
    assert not stops(m)
    said = m.install(packages)
    assert "onfiguration file" not in said, said  # dpkg asked something
    assert version in m.does("dpkg-query", "-W", "-f", "${Version}", "snugd")
    # Who is connected was told; the restart itself is systemd's.
    assert stops(m), "nobody was told"
    m.stop()
    m.start()
    assert "said before the upgrade" in m.does("snug", "tail", "-n", "10", "#lounge")
    m.does("snug", "send", "#lounge", "said after it")
    assert "said after it" in m.does("snugd", "export", "--room", "lounge")
    m.stop()


def removal(m):
    m.does("dpkg", "-r", "snugd", "snug")
    assert not m.has("/usr/bin/snugd") and not m.has("/usr/bin/snug")
    assert m.has("/var/lib/snug/snug.db") and m.has("/etc/snug/snugd.conf"), "removed with what it made"


def purge(m):
    m.does("dpkg", "-P", "snugd", "snug")
    for path in ("/var/lib/snug", "/etc/snug", "/etc/apparmor.d/snugd", "/etc/apparmor.d/snug"):
        assert not m.has(path), path
    assert m.does("getent", "passwd", "snug"), "the user's number is free for another"
    left = m.does("find", "/etc", "/usr", "/var/lib", "/lib", "-name", "*snug*").split()
    left = [path for path in left if not path.startswith("/var/lib/dpkg/")]
    same(left, [], "left behind")


def main():
    if "SNUG_PACKAGE_INSIDE" not in os.environ:
        os.environ["SNUG_PACKAGE_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--net", sys.executable, *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    base, old, new = sys.argv[1:]
    steps = (("first installation", lambda m: first_installation(m, old)), ("first use", first_use),
             ("upgrade", lambda m: upgrade(m, new, "+")), ("removal", removal), ("purge", purge))
    m = Machine(base)
    try:
        for name, step in steps:
            step(m)
            print("installed: %s: as it should be" % name)
    finally:
        m.close()


main()
