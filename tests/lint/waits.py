#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every wait in a test is for an event, by tests/e2e/patience.py or tests/support/wait.h; no
other number of seconds stands in one.  usage: waits.py ROOT

Where time itself is the subject, the line says why: `# time: REASON` or `// time: REASON`, and
behind pass_time() any words.
"""
import glob
import os
import re
import sys

HELPERS = ("tests/e2e/patience.py", "tests/support/patience.h", "tests/support/wait.h", "tests/support/record")
NUMBER = r"(?:\d*\.\d+|[1-9]\d*)"
ANYWHERE = [
    (r"\b(?:sleep|usleep|nanosleep)\s*\((?!STEP\b)", "a sleep"),
    (r"\bsleep\"?,? \"?\d", "a sleep"),
]
PYTHON = [
    (r"\b(?:timeout|seconds|within)\s*=\s*" + NUMBER, "a number of seconds"),
    (r"\.(?:wait|join|ended|settimeout|communicate)\(\s*" + NUMBER + r"\s*\)", "a number of seconds"),
    (r"\.recv\([^)]*\d\.\d", "a number of seconds"),
    (r"create_connection\(.*,\s*" + NUMBER + r"\)", "a number of seconds"),
    (r"select\.select\(.*,\s*" + NUMBER + r"\)", "a number of seconds"),
    (r"\btime\.(?:time|monotonic|perf_counter)\(\)\s*(?:\+(?!\s*(?:PATIENCE|within)\b)|(?:- [\w.]+\s*)?[<>])", "a deadline"),
    (r"[<>]=?\s*time\.(?:time|monotonic|perf_counter)\(\)", "a deadline"),
    (r"assert\w*\(\s*(?:time\.|took\b|\w*seconds\b)", "a timed assertion"),
    (r"\bpass_time\([^#]*$", "time that passes without a reason"),
]
C = [
    (r"\balarm\s*\(", "an alarm"),
    (r"\bpoll\([^()]*,\s*" + NUMBER + r"\s*\)", "a number of milliseconds"),
    (r"\b(?:mailbox_wait|loop_turn)\([^,]*,\s*" + NUMBER, "a number of milliseconds"),
    (r"\bclock_mono_[mu]s\(\)[^;]*(?:\+|<=?)\s*" + NUMBER, "a deadline"),
    (r"\bin_range\(.*\bclock_mono", "a timed assertion"),
    (r"\bCLOCKS_PER_SEC\b", "a timed assertion"),
]


def rules(path):
    if path.endswith(".py"):
        return ANYWHERE + PYTHON
    return ANYWHERE + (C if path.endswith((".c", ".h")) else [])


def complaints(root):
    paths = [path for folder in ("e2e", "pg", "unit/*", "talk", "sim", "support")
             for path in glob.glob(f"{root}/tests/{folder}/*") if os.path.isfile(path)]
    for path in sorted(paths):
        name = os.path.relpath(path, root)
        if name in HELPERS or name.endswith((".talk", ".txt", ".pyc")):
            continue
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if re.search(r"(?:#|//) time: \w+ \w+", line) or re.match(r"\s*//", line):
                    continue
                for pattern, what in rules(name):
                    if re.search(pattern, line.rstrip()):
                        yield f"{name}:{number}: {what}: a test waits for events, by " \
                              "patience.py or wait.h: " + line.strip()
                        break


found = list(complaints(sys.argv[1]))
print("\n".join(found), end="\n" if found else "")
sys.exit(bool(found))
