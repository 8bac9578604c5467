#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The OCI image: what it says of itself is so, made again it is the same, and its server serves.

usage: imaged.py BASE PACKAGE SNUG FOLDER        as root; SNUG is a client, FOLDER for what is made
"""
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from patience import PATIENCE, until  # noqa: E402 -- beside this folder

IMAGE = os.path.join(HERE, "../../server/package/oci/image")


def blob(folder, about):
    with open("%s/blobs/%s" % (folder, about["digest"].replace(":", "/")), "rb") as file:
        data = file.read()
    assert len(data) == about["size"] and about["digest"] == "sha256:" + hashlib.sha256(data).hexdigest(), about
    return data


def read(folder):
    """The configuration of the image; each blob is what its name says."""
    with open(folder + "/index.json", encoding="ascii") as file:
        index = json.load(file)
    manifest = json.loads(blob(folder, index["manifests"][0]))
    config = json.loads(blob(folder, manifest["config"]))
    layer = gzip.decompress(blob(folder, manifest["layers"][0]))
    assert config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(layer).hexdigest()]
    subprocess.run(["tar", "-t"], input=layer, check=True, stdout=subprocess.DEVNULL)
    return config["config"]


def does(*words, given=""):
    done = subprocess.run(words, input=given, text=True, timeout=PATIENCE, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    assert done.returncode == 0, "%s: exit %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr)
    return done.stdout


def serve(root, config, snug, home):
    """A server as the image starts it, a message in it, and an end in good order."""
    with open(root + "/etc/passwd", encoding="ascii") as file:
        user = next(line.split(":")[2:4] for line in file if line.startswith(config["User"] + ":"))
    start = ["chroot", "--userspec=" + ":".join(user), "--groups=", root, *config["Entrypoint"]]
    log = root + "/tmp/log"
    link = does(*start, "init", "--name", "localhost", "--admin", "ann", "--password-stdin", given="correct horse battery\n").strip()
    with open(log, "w", encoding="utf-8") as file:
        server = subprocess.Popen([*start, *config["Cmd"]], stdin=subprocess.DEVNULL, stderr=file)

    def said():
        with open(log, encoding="utf-8") as file:
            return file.read()
    try:
        until(lambda: "the server to be ready: " + said(), lambda: "event=ready" in said() or server.poll() is not None)
        assert server.poll() is None, said()
        does(snug, "--home", home, "join", "--name", "bob", "--password-fd", "0", "--no-ui", link, given="correct horse battery\n")
        does(snug, "--home", home, "send", "#lounge", "from outside")
        assert "from outside" in does(*start, "export", "--room", "lounge")
        server.send_signal(getattr(signal, config["StopSignal"]))
        assert server.wait(PATIENCE) == 0, said()
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def main():
    if "SNUG_PACKAGE_INSIDE" not in os.environ:
        os.environ["SNUG_PACKAGE_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--net", sys.executable, "-B", *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    base, package, snug, folder = sys.argv[1:]
    again = folder + "-again"
    for name in (folder, again):
        subprocess.run([IMAGE, base, package, name], check=True)
    config = read(folder)
    with open(folder + "/index.json", "rb") as one, open(again + "/index.json", "rb") as two:
        assert one.read() == two.read(), "made again, it is another"
    root = again + "/rootfs"
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(["mount", "-t", "proc", "proc", root + "/proc"], check=True)
        try:
            serve(root, config, os.path.realpath(snug), home)
        finally:
            subprocess.run(["umount", root + "/proc"], check=True)
    shutil.rmtree(again)
    print("imaged: the image is what it says, and serves")


main()
