# SPDX-License-Identifier: MIT
"""What people were told, compared with what is stored: all must be zero, whatever died.

lost         acknowledged, and not in the history, or not where it was said to be
doubled      sent once by a person, and there twice, or acknowledged as two messages
out of order one sender's messages stand in another order than they were sent
gaps         the numbers of the history are not 1, 2, 3, ...
unsaid       heard by somebody, and not in the history as it was heard
different    what a reader holds in the end is not the history
late         a line that carries state came from a machine whose term had ended before
"""
import collections

KINDS = ("lost", "doubled", "out of order", "gaps", "unsaid", "different", "late")
SHOWN = 5  # examples of each kind

Term = collections.namedtuple("Term", "number machine since")


def ends(terms):
    """Of each machine the (since, until) of its terms, in their order; the last one has no end."""
    terms = sorted(terms)
    found = collections.defaultdict(list)
    for term, after in zip(terms, [*terms[1:], None]):
        found[term.machine].append((term.since, after.since if after else float("inf")))
    return found


def is_late(mark, spans, cuts):
    """Whether that machine's newest term before `since` had ended by then. What a wire held back,
    the kernel sends when it is mended, whoever the machine is by then."""
    before = [until for since, until in spans if since <= mark.since]
    if not before or mark.since <= before[-1]:
        return False
    return not any(machine == mark.machine and since <= mark.since for machine, since, until in cuts
                   if until >= before[-1])


class Found(collections.Counter):
    """How often, and some of them in words."""

    def __init__(self):
        super().__init__({kind: 0 for kind in KINDS})
        self.words = collections.defaultdict(list)

    def wrong(self, kind, *words):
        self[kind] += 1
        if len(self.words[kind]) < SHOWN:
            self.words[kind].append(" ".join(map(str, words)))

    def said(self):
        return "\n".join(f"{kind}: {line}" for kind, lines in self.words.items() for line in lines)


def check_rows(found, rows):
    for text, count in collections.Counter(row.text for row in rows).items():
        for _ in range(count - 1):
            found.wrong("doubled", text, "is there", count, "times")
    for wanted, row in enumerate(rows, 1):
        if row.seq != wanted:
            found.wrong("gaps", "number", row.seq, "stands in the place of", wanted)
            break


def check_sender(found, sender, rows, by_id, texts):
    for number, message in sender.acked.items():
        if by_id.get(message.msgid) != message or message.text != f"{sender.account} {number}":
            found.wrong("lost", sender.account, number, message, "is", by_id.get(message.msgid))
    for number in range(sender.sent):
        if f"{sender.account} {number}" not in texts:
            found.wrong("lost", sender.account, number, "is nowhere")
    own = [int(row.text.split()[1]) for row in rows if row.text.startswith(sender.account + " ")]
    for one, after in zip(own, own[1:]):
        if after < one:
            found.wrong("out of order", sender.account, after, "stands behind", one)


def check_person(found, person, by_id, ended, cuts):
    for message in person.seen.values():
        if by_id.get(message.msgid) != message:
            found.wrong("unsaid", person.account, "heard", message, "which is", by_id.get(message.msgid))
    for one, other in person.changed:
        found.wrong("doubled", person.account, "was told", one, "and", other)
    for mark in person.marks:
        if is_late(mark, ended[mark.machine], cuts):
            found.wrong("late", person.account, "heard", mark)


def check(senders, readers, rows, terms, cuts=()):
    """`rows`: all that is stored, as Messages; `terms`: who had the lease since when; `cuts`: whose
    wire was cut since when, until when."""
    found = Found()
    by_id, texts, ended = {row.msgid: row for row in rows}, {row.text for row in rows}, ends(terms)
    check_rows(found, rows)
    for sender in senders:
        check_sender(found, sender, rows, by_id, texts)
    for person in [*senders, *readers]:
        check_person(found, person, by_id, ended, cuts)
    for reader in readers:
        for held, row in zip([*reader.held, *[None] * len(rows)], rows):
            if held != row:
                found.wrong("different", reader.account, "holds", held, "where", row, "is")
                break
        if len(reader.held) > len(rows):
            found.wrong("different", reader.account, "holds more than there is")
    return found
