# SPDX-License-Identifier: MIT
"""What people were told, compared with what is stored: all must be zero, whatever died.

lost         acknowledged, and not in the history, or not where it was said to be
doubled      sent once by a person, and there twice, or acknowledged as two messages
out of order one sender's messages stand in another order than they were sent; one that may have been
             refused is sent again, and stands behind what was said meanwhile
gaps         the numbers of the history are not 1, 2, 3, ...
unsaid       heard by somebody, and not in the history as it was heard
different    what a reader holds in the end is not the history
late         a machine made a line that carries state when its term had ended

A process that is stopped may have decided to write; it does so when it goes on. So a line that came
behind the end of a term is told apart by its own time: `stale` counts those that were made before it,
which are true (if not, they are `unsaid`), and no fault.
"""
import collections
import datetime

from witness import tags

KINDS = ("lost", "doubled", "out of order", "gaps", "unsaid", "different", "late")
SHOWN = 5  # examples of each kind

STALE = "stale"

Term = collections.namedtuple("Term", "number machine since")


def ends(terms):
    """Of each machine the (since, until) of its terms, in their order; the last one has no end."""
    terms = sorted(terms)
    found = collections.defaultdict(list)
    for term, after in zip(terms, [*terms[1:], None]):
        found[term.machine].append((term.since, after.since if after else float("inf")))
    return found


def ended_before(mark, spans):
    """When that machine's newest term before `since` had ended by then; None: it had not."""
    before = [until for since, until in spans if since <= mark.since]
    return before[-1] if before and before[-1] < mark.since else None


def is_late(mark, spans, cuts):
    """Whether that machine's newest term before `since` had ended by then. What a wire held back,
    the kernel sends when it is mended, whoever the machine is by then."""
    end = ended_before(mark, spans)
    return end is not None and not any(machine == mark.machine and since <= mark.since
                                       for machine, since, until in cuts if until >= end)


def made_at(line):
    """When a line was made, by its own word; None where it has none."""
    when = tags(line).get("time")
    return datetime.datetime.fromisoformat(when.replace("Z", "+00:00")).timestamp() if when else None


class Found(collections.Counter):
    """How often, and some of them in words."""

    def __init__(self):
        super().__init__({kind: 0 for kind in (*KINDS, STALE)})
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
        if after < one and after not in sender.refused_ones:
            found.wrong("out of order", sender.account, after, "stands behind", one)


def check_person(found, person, by_id, ended, cuts):
    for message in person.seen.values():
        if by_id.get(message.msgid) != message:
            found.wrong("unsaid", person.account, "heard", message, "which is", by_id.get(message.msgid))
    for one, other in person.changed:
        found.wrong("doubled", person.account, "was told", one, "and", other)
    for mark in person.marks:
        if is_late(mark, ended[mark.machine], cuts):
            made = made_at(mark.line)
            is_stale = made is not None and made < ended_before(mark, ended[mark.machine])
            found.wrong(STALE if is_stale else "late", person.account, "heard", mark)


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
