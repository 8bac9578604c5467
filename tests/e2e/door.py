# SPDX-License-Identifier: MIT
"""snug-door beside a server, with people, passwords and stacks of the test's own.

The people are those of libnss-wrapper, the passwords those of pam_matrix (libpam-wrapper), so that
nothing in /etc is looked at or touched, and no rights are needed.
"""
import glob
import os
import shutil
import subprocess
import tempfile

import snug
from patience import until

PEOPLE = {"ann": 4001, "bob": 4002, "Carl": 4003, "daemon2": 999}
CONF = "\n[pam]\nservice = snug\n"


def module():
    return glob.glob("/usr/lib/*/pam_wrapper/pam_matrix.so")[0]


class Door:
    def __init__(self, server):
        self.server = server
        self.socket = os.path.join(server.state, "door.sock")
        self.folder = tempfile.mkdtemp(prefix="snug-door-")
        self.services = os.path.join(self.folder, "pam.d")
        self.program = None
        os.mkdir(self.services)
        self.write("passwd", "".join(f"{name}:x:{uid}:{uid}:{name}:/nowhere:/bin/false\n"
                                     for name, uid in PEOPLE.items()))
        self.write("group", "people:x:4001:\n")
        self.passwords(ann="directory", bob="directory", daemon2="directory")
        self.stack("auth required {matrix} passdb={folder}/passwords",
                   "account required {matrix} passdb={folder}/passwords")

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def passwords(self, **known):
        self.write("passwords", "".join(f"{name}:{word}:snug\n" for name, word in known.items()))

    def stack(self, *lines, service="snug"):
        self.write(os.path.join("pam.d", service),
                   "\n".join(lines).format(matrix=module(), folder=self.folder) + "\n")

    def script(self, name, *lines):
        return self.write(name, "\n".join(("#!/bin/sh", *lines)) + "\n", 0o700)

    def env(self):
        return dict(os.environ, LD_PRELOAD="libnss_wrapper.so",
                    NSS_WRAPPER_PASSWD=os.path.join(self.folder, "passwd"),
                    NSS_WRAPPER_GROUP=os.path.join(self.folder, "group"),
                    ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")

    def start(self, prefix=()):
        self.program = subprocess.Popen(
            [*prefix, os.path.join(snug.BIN, "snug-door"), "--socket", self.socket,
             "--confdir", self.services], env=self.env(), stderr=subprocess.DEVNULL)
        until(lambda: "the door to be up:\n" + self.server.read_log(), self.is_up)
        return self

    def is_up(self):
        return self.server.json("status")["door"].startswith("up since")

    def end(self):
        if self.program and self.program.poll() is None:
            self.program.kill()
            self.program.wait(snug.PATIENCE)

    def close(self):
        self.end()
        shutil.rmtree(self.folder, True)
