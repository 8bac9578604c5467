# SPDX-License-Identifier: MIT
"""Ways around in the client, as whole screens: invites, people who are away, help, where to go."""
import re
import unittest

from patience import until
from person import Person, link
from test_golden import Base


def any_link(text):
    """A link and its code are another each time."""
    text = re.sub(r"[▀▄█ ]*[▀▄█]+[▀▄█ ]*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\d{4}-\d\d-\d\d", "YYYY-MM-DD", text)
    return re.sub(r"snug://(?:\S+ *\n ?)+", "snug://…\n", text)


class Ways(Base):
    def test_a_link_for_somebody_without_an_account(self):
        self.assertEqual(self.server.run("room", "grant", "lounge", "ann", "--role", "moderator").code, 0)
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "#lounge")
        screen.type("/invite-link 2 7d")
        screen.wait_for("2 people may come", "█▀▀▀▀▀█")
        self.expect("handout-80x24", lambda: any_link(screen.text()))
        screen.resize(40, 12)
        screen.wait_for("larger window")
        shown = screen.text()
        self.expect("handout-40x12", lambda: any_link(screen.text()))
        token = "".join(re.findall(r"snug://(?:\S+ *\n ?)+", shown)).replace("\n", "").replace(" ", "")
        screen.keys("Escape")
        screen.wait_gone("snug://")
        screen.resize(80, 24)
        screen.type("/invite-link list")
        screen.wait_match(r"invite \d+: 2 of 2 may still come and")
        self.person("zoe", token)
        screen.type("/invite-link list")
        screen.wait_match(r"invite \d+: 1 of 2 may still come and")
        self.assertIn("ann", self.server.run("invite", "list").out)

    def test_members_who_are_not_here_are_listed_completed_and_written_to(self):
        screen = self.ann.open()
        screen.wait_for("online", "#lounge", "○")
        # Of two who were never here at the same time as Ann, and one who was.
        self.bob.open().wait_for("online", "#lounge")
        screen.wait_match(r"│ bob\s*$")
        self.expect("absent-100x28", lambda: re.sub(r" +\d+ joined.*", "", screen.text()))
        screen.resize(40, 12)
        screen.wait_match(r"^ #lounge ─")  # else the key is for the list of the wide screen
        screen.keys("F8")
        self.expect("absent-40x12", lambda: re.sub(r"─+ \w{3} [\w ]*│", "─ DAY      │", screen.text()))
        screen.resize(80, 24)
        screen.type("/query do", enter=False)
        screen.keys("Tab")
        screen.wait_for("/query dora")
        screen.type("are you there?")
        screen.wait_for("┬ dora", "are you there?")
        until("dora to have it", lambda: self.dora.tail("ann") == ["are you there?"])
        self.bob.screens[0].type("/quit")
        screen.type("/query #lounge")
        screen.wait_for("┬ #lounge")  # else both are one paste
        screen.wait_match(r"bob quit|\d left")
        screen.type("/names")
        screen.wait_for("1 in #lounge: ann", "members who are not here: bob dora")

    def test_an_invitation_waits_in_the_inbox(self):
        bob = self.bob.open()
        bob.wait_for("online", "#lounge")
        for room in "ops", "tea":
            bob.type("/join #" + room)
            bob.wait_for("┬ #" + room)
            bob.type("/invite ann")
            bob.wait_for("invited ann")
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "invited: M-i", "@2")
        screen.keys("M-i")
        screen.wait_for("#ops: bob invites you", "#tea: bob invites you")
        self.expect("invited-80x24", lambda: re.sub(r" +\d+ joined.*", "", screen.text()))
        screen.type("d", enter=False)
        screen.wait_gone("#tea")
        screen.keys("Enter")
        screen.wait_for("┬ #ops")
        screen.keys("M-i")
        screen.wait_for("nothing found")
        screen.keys("Escape")
        screen.wait_gone("nothing found")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        again = self.ann.open(width=80, height=24)
        again.wait_for("online", "#ops")
        again.keys("M-i")
        again.wait_for("nothing found")

    def test_a_private_room_has_a_lock_and_modes_are_words(self):
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "#lounge")
        screen.type("/join #ops")
        screen.wait_for("┬ #ops")
        screen.type("/private on")
        screen.wait_for("◘ private")
        screen.type("/slow 30s")
        screen.wait_for("+W 30")
        screen.type("/mode")
        screen.wait_for("who is invited enters")
        self.expect("private-80x24", screen.text)
        screen.resize(40, 12)
        self.expect("private-40x12", screen.text)
        screen.resize(80, 24)
        screen.type("/private off")
        screen.wait_gone("◘")
        screen.type("/private on")
        screen.wait_for("◘ private")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        again = self.ann.open(width=80, height=24)
        again.wait_for("online", "#lounge", "◘")

    def test_a_newcomer_is_told_three_things_once(self):
        zoe = Person("zoe")
        self.addCleanup(zoe.close)
        zoe.join(link(self.server), newcomer=True)
        self.ann = zoe
        screen = zoe.open(width=80, height=24)
        screen.wait_for("online", "#lounge", "Type and press Enter")
        self.expect("welcome-80x24", lambda: re.sub(r" +\d+ joined.*", "", screen.text()))
        screen.resize(40, 12)
        self.expect("welcome-40x12", lambda: re.sub(r"(?m)^.*\d joined.*$", "", screen.text()))
        screen.type("hello")
        screen.wait_gone("Type and press Enter")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        again = zoe.open(width=80, height=24)
        again.wait_for("online", "#lounge")
        self.assertNotIn("Type and press Enter", again.text())

    def test_who_may_not_is_told_so(self):
        screen = self.bob.open(width=80, height=24)
        screen.wait_for("online", "#lounge")
        screen.type("/invite-link")
        screen.wait_for("only moderators of #lounge can do that")


if __name__ == "__main__":
    unittest.main()
