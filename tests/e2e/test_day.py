# SPDX-License-Identifier: MIT
"""A day with the client takes no more keys than it may (day.py)."""
import json
import os
import tempfile
import unittest

import day


class Keys(unittest.TestCase):
    def test_no_deed_of_a_day_takes_more_keys_than_it_may(self):
        with tempfile.TemporaryDirectory() as folder:
            cast = os.path.join(folder, "day.cast")
            with day.Day(cast) as played:
                taken = played.play()
            self.assertEqual(set(taken), set(day.BOUNDS))
            for what, bound in day.BOUNDS.items():
                self.assertLessEqual(taken[what], bound, "\n" + day.table(taken))
            with open(cast, encoding="utf-8") as file:
                rows = [json.loads(line) for line in file]
            self.assertEqual((rows[0]["version"], rows[0]["width"]), (2, day.WIDTH))
            self.assertIn("sure, at three", "".join(row[2] for row in rows[1:]))


if __name__ == "__main__":
    unittest.main()
