# SPDX-License-Identifier: MIT
"""A host with a server, two people who are there all the time, and what was acknowledged to them.

ann sits at another client, bob at `snug`, which comes back by itself when the server does.
"""
import collections
import contextlib
import copy
import json
import os
import shutil
import tempfile

import snug
from patience import until
from person import Person, Program
from test_metrics import values

CAPS = ("echo-message message-tags server-time batch draft/message-redaction draft/chathistory "
        "standard-replies")
GONE = ""  # the text of what was removed


class Month:
    def __init__(self, root=None):
        self.s = snug.Server(port=snug.free_port(), root=root, init=["--admin", "ann", "--generate"])
        self.shelf = tempfile.mkdtemp(prefix="snug-month-")  # on another disk than the state
        self.said = collections.defaultdict(list)  # room -> (who, text), as they were acknowledged
        self.people = []
        self.ann = self.bob = self.watch = None
        self.n_said = 0

    def close(self):
        if self.watch:
            self.watch.close()
        for one in self.people:
            one.close()
        self.s.close()
        shutil.rmtree(self.shelf, ignore_errors=True)

    def at(self, *names):
        return os.path.join(self.shelf, *names)

    # What the host does.

    def does(self, *words, code=0, stdin=None):
        done = self.s.run(*words, stdin=stdin)
        assert done.code == code, (words, done)
        return done

    def asks(self, *words, code=0):
        return json.loads(self.does(*words, "--json", code=code).out)

    def rows(self, *words, code=0):
        """The rows of a verb that looks: what was found, of what is fine; of what is not."""
        rows = self.asks(*words, code=code)
        return tuple({row["what"]: row["found"] for row in rows if row["fine"] is fine}
                     for fine in (True, False))

    def start(self):
        self.s.start()
        self.ann = self.s.client("ann", CAPS)
        self.ann.send("JOIN #lounge")
        self.ann.sync()
        if self.watch:
            self.watch.line(lambda line: line == "Online")

    def stop(self):
        assert self.s.stop() == 0, self.s.read_log()
        self.ann.ended()
        if self.watch:
            self.watch.line(lambda line: line.startswith("Offline"))

    @contextlib.contextmanager
    def offline(self):
        """No server runs meanwhile, and both come back."""
        self.stop()
        yield
        self.start()

    def leaves(self):
        """Whoever connected to this one."""
        for client in self.s.clients:
            client.close()

    def elsewhere(self, state):
        """The server of another state folder, which has this one's address: never both at once."""
        other = copy.copy(self)
        other.s = copy.copy(self.s)
        other.s.state, other.s.clients, other.watch = state, [], None
        return other

    # Who is there.

    def joins(self, name, link, code=0):
        """Somebody comes by an invite."""
        one = Person(name)
        self.people.append(one)
        done = one.run("join", "--name", name, "--password-fd", "0", "--no-ui", link,
                       stdin=snug.PASSWORD + "\n")
        assert done.code == code, done
        one.has_been_here()
        return one

    def bob_sits_down(self, link):
        self.bob = self.joins("bob", link)
        self.watch = Program(self.bob.words("--plain", "#lounge"))
        self.watch.line(lambda line: line == "Online")

    def sees(self, *texts):
        """bob does, in a line that is to come."""
        line = self.watch.line(lambda line: all(text in line for text in texts))
        assert line, texts

    def says(self, room, text, client=None, name="ann"):
        """Until it is acknowledged, and bob has it."""
        (client or self.ann).send("PRIVMSG #%s :%s" % (room, text))
        (client or self.ann).wait(" PRIVMSG #%s :%s" % (room, text))
        self.said[room].append((name, text))
        self.sees("#" + room, text)

    def bob_says(self, text):
        """In the room where he is."""
        self.watch.say(text + "\n")
        self.ann.wait(":bob!", " PRIVMSG #lounge :" + text)
        self.said["lounge"].append(("bob", text))
        self.sees("#lounge", text)

    def talk(self):
        """All goes on: both hear one another."""
        self.n_said += 1
        self.says("lounge", "ann is here: %d" % self.n_said)
        self.bob_says("bob is here: %d" % self.n_said)

    # What is there.

    def is_well(self):
        """As the host sees it, beside the server."""
        fine, wrong = self.rows("check")
        assert not wrong, wrong
        assert fine["server"] == "running", fine
        found = values(self.does("metrics").out)
        assert found["snug_up"] == 1 and found["snug_disk_fine"] == 1, found
        return found

    def is_sound(self):
        """And without one: nothing else is wrong than that it does not run."""
        _, wrong = self.rows("check", code=7)
        assert list(wrong) == ["server"], wrong
        done = self.does("metrics")
        assert values(done.out)["snug_up"] == 0, done

    def history(self, room):
        """(who, text) of what was said there, oldest first."""
        lines = [json.loads(line) for line in self.does("export", "--room", room).out.splitlines()]
        said = [line for line in lines if line["kind"] == "PRIVMSG"]
        assert [line["seq"] for line in said] == list(range(1, len(said) + 1)), said
        return [(line["from"], line["text"]) for line in said]

    def nothing_is_lost(self):
        for room, said in self.said.items():
            found = self.history(room)
            assert found == said, (room, found, said)

    def disk_is(self, word):
        until("the disk to be " + word,
              lambda: self.s.json("status")["disk"].startswith(word))
