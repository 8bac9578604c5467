# SPDX-License-Identifier: MIT
"""The page's core under Node, driven from here (core_agent.mjs)."""
import json
import os
import shutil
import subprocess
import tempfile

from patience import until
from test_websocket import node_env, node_has_a_socket

HERE = os.path.dirname(os.path.abspath(__file__))
WASM = os.path.abspath(os.path.join(HERE, "../../build/web/core.wasm"))
CAN = node_has_a_socket() and os.path.exists(WASM)
WHY = "no node with a WebSocket, or no build/web/core.wasm (make page)"


class Tab:
    """One tab: all calls of core.js by their names, with the arguments as JSON has them."""

    def __init__(self, port, store):
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "core_agent.mjs"), WASM, str(port), store],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=node_env(), text=True)

    def __getattr__(self, name):
        def call(*args):
            self.process.stdin.write(json.dumps({"call": name, "args": args}) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline() or '{"error": "the tab is gone"}')
            assert "error" not in answer, answer["error"]
            return answer["result"]
        return call

    def close(self):
        """As a browser does it: at once."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def online(self):
        until(lambda: "to be online: %s" % self.link(), lambda: self.link()["state"] == "online")
        return self

    def target(self, name):
        until(lambda: "%s among %s" % (name, self.targets()), lambda: self.targetNamed(name))
        return self.targetNamed(name)

    def texts(self, target):
        return [line["text"] for line in self.all(target) if line["kind"] == "message"]

    def line(self, target, text):
        """The message that says this, once it is there."""
        def find():
            return [line for line in self.all(target) if line["text"] == text and line["id"]]
        until(lambda: "%r among %s" % (text, self.texts(target)), find)
        return find()[0]

    def sent(self):
        until(lambda: "all to be stored: %s" % self.link(), lambda: self.unsentCount() == 0)


class Browser:
    """What stays when a tab is closed."""

    def __init__(self, port):
        self.port, self.dir, self.tabs = port, tempfile.mkdtemp(prefix="snug-page-"), []

    def open(self):
        self.tabs.append(Tab(self.port, os.path.join(self.dir, "store.json")))
        return self.tabs[-1]

    def close(self):
        for tab in self.tabs:
            if tab.process.poll() is None:
                tab.close()
        shutil.rmtree(self.dir)
