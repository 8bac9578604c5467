# SPDX-License-Identifier: MIT
"""The checker finds what is wrong with a history, and nothing in one that is right."""
import copy
import types
import unittest

import histories
from people import Mark, Message

A, B = "a", "b"
TERMS = [histories.Term(1, A, 100.0), histories.Term(2, B, 200.0), histories.Term(3, A, 300.0)]
CUTS = [(A, 190.0, 230.0)]


def message(seq, text=None):
    return Message(f"id{seq}", seq, text or f"ann {seq - 1}")


class Histories(unittest.TestCase):
    def setUp(self):
        self.rows = [message(seq) for seq in range(1, 21)]
        acked = {n: row for n, row in enumerate(self.rows)}
        seen = {row.seq: row for row in self.rows}
        self.ann = types.SimpleNamespace(account="ann", sent=20, acked=dict(acked), seen=dict(seen), changed=[], refused_ones=set(),
                                         marks=[Mark(150.0, A, "x"), Mark(250.0, B, "x"), Mark(350.0, A, "x")])
        self.eve = types.SimpleNamespace(account="eve", held=list(self.rows), seen=dict(seen), changed=[], marks=[])

    def found(self, cuts=()):
        found = histories.check([self.ann], [self.eve], self.rows, TERMS, cuts)
        return {kind for kind, count in found.items() if count}

    def store(self, rows):
        """As if that were stored, and read by all."""
        self.rows = rows
        self.eve.held = copy.copy(rows)

    def test_what_is_right_is_right(self):
        self.assertEqual(self.found(), set())

    def test_one_that_is_gone(self):
        del self.rows[7]
        self.assertEqual(self.found(), {"lost", "gaps", "unsaid", "different"})

    def test_the_last_one_is_gone(self):
        self.store(self.rows[:-1])
        self.assertEqual(self.found(), {"lost", "unsaid"})

    def test_one_that_was_never_acknowledged_is_gone(self):
        self.ann.sent = 21
        self.assertEqual(self.found(), {"lost"})

    def test_another_text_is_there(self):
        self.store([*self.rows[:3], message(4, "ann 99"), *self.rows[4:]])
        self.assertEqual(self.found(), {"lost", "unsaid", "out of order"})

    def test_it_is_there_twice(self):
        self.store([*self.rows, message(21, "ann 19")])
        self.assertEqual(self.found(), {"doubled"})

    def test_it_was_acknowledged_as_two(self):
        self.ann.changed.append((message(1), message(2)))
        self.assertEqual(self.found(), {"doubled"})

    def test_two_stand_the_other_way_round(self):
        rows = [*self.rows]
        rows[3], rows[4] = message(4, "ann 4"), message(5, "ann 3")
        self.store(rows)
        self.ann.acked.update({3: rows[4], 4: rows[3]})
        self.ann.seen = self.eve.seen = {row.seq: row for row in rows}
        self.assertEqual(self.found(), {"out of order"})
        self.ann.refused_ones = {3}
        self.assertEqual(self.found(), set())

    def test_a_number_is_not_there(self):
        rows = [*self.rows[:9], *(row._replace(seq=row.seq + 1) for row in self.rows[9:])]
        self.store(rows)
        self.ann.acked = dict(enumerate(rows))
        self.ann.seen = self.eve.seen = {row.seq: row for row in rows}
        self.assertEqual(self.found(), {"gaps"})

    def test_something_was_heard_that_is_not_there(self):
        self.eve.seen[21] = message(21, "bob 0")
        self.assertEqual(self.found(), {"unsaid"})

    def test_a_reader_has_missed_one(self):
        del self.eve.held[12]
        self.assertEqual(self.found(), {"different"})

    def test_a_reader_holds_too_much(self):
        self.eve.held.append(message(20))
        self.assertEqual(self.found(), {"different"})

    def test_a_machine_speaks_behind_its_term(self):
        self.eve.marks.append(Mark(200.1, A, "x"))
        self.assertEqual(self.found(), {"late"})
        self.assertEqual(self.found([(B, 190.0, 230.0)]), {"late"})

    def test_what_it_made_in_time_and_tells_later_is_told_apart(self):
        self.eve.marks.append(Mark(200.1, A, "@time=1970-01-01T00:03:19.999Z :s x"))
        self.assertEqual(self.found(), {"stale"})
        self.eve.marks.append(Mark(200.1, A, "@time=1970-01-01T00:03:20.001Z :s x"))
        self.assertEqual(self.found(), {"stale", "late"})

    def test_what_the_wire_held_back_is_not_its_machines_matter(self):
        self.eve.marks.append(Mark(230.1, A, "x"))
        self.assertEqual(self.found(CUTS), set())
        self.eve.marks.append(Mark(300.1, B, "x"))
        self.assertEqual(self.found(CUTS), {"late"})


if __name__ == "__main__":
    unittest.main()
