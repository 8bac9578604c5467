#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the short tests notice a condition that is not asked?

usage: run.py BUILT COMPILE [SEED...] [--whole] [--area NAME] [--each N]
       run.py BUILT COMPILE --files PATH... [--whole]

BUILT is where the Makefile built the programs of tests, COMPILE the beginning of a command that
makes an object. A seed draws ten conditions from each of eight areas. One build has them all:
the environment's MUTANT says which of them is not asked. The files that hold one are compiled
again, all programs are linked with these; each test is played once to see that it passes and which
mutants would have answered otherwise in it, and then, for each mutant, those until one fails. A
mutant that has another answer in none was not noticed.

The tests of an area are the files of its programs of tests. With --whole the short tests of whole
processes come behind them, for every area: the classes of tests/e2e and the talks on the server
(whole.py), as far as one is short: WORK of processors and WAIT in all. What fails there has to fail
once more, as they wait for other processes; and when WHOLE_MAX went by for one mutant, no further
one begins.

What starts the server and walls it in (server/*.c, server/beside) is tested by tests/sandbox, too,
and is not drawn from.

For who writes a test: --files takes every condition of these files, --area draws from one area
only (its name, or how it begins), --each another number than ten.

Fails when fewer than 85 of 100 were noticed with a seed. equivalent.txt names those that no test
can notice, at most five, each with its reason.
"""
import argparse
import concurrent.futures
import glob
import itertools
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time

import conditions

HERE = pathlib.Path(__file__).parent
EACH = 10  # of an area
BOUND = 85  # of a hundred
EQUIVALENTS_MAX = 5
AT_ONCE = 2
LONGER = 6  # times than a test took, and seconds: a mutant that does not end was noticed, too
WORK, WAIT = 5, 40  # seconds
WHOLE_MAX = 60  # seconds
MUTANTS_MAX = 1 << 16  # in one build: as in mutant.c

FEW = 10  # mutants

HUB = ("unit-hub", "talk_hub")
# Area: where its conditions are, and the programs of tests that have to notice.
AREAS = {
    "common, letters": ("common/*.c server/letters/*.c", ("unit-common", "unit-letters", "unit-hash")),
    "store": ("server/store/*.c server/store/sqlite/*.c", ("unit-store",)),
    "connections, hashes": ("server/io/*.c server/hash/*.c", ("unit-io", "unit-hash")),
    "door, people": ("server/hub/door/*.c server/hub/people/*.c server/hub/state/*.c", HUB),
    "rooms, journal, wire": ("server/hub/*.c server/hub/rooms/*.c server/hub/journal/*.c server/hub/wire/*.c", HUB),
    "history, pages": ("server/hub/history/*.c server/hub/pages/*.c", HUB),
    "commands, admin": ("server/hub/commands/*.c server/hub/admin/*.c", HUB),
    "client": ("client/*.c client/*/*.c", ("unit-client", "headless")),
}
# What each program plays: files of tests of its own, or these words.
WORDS = {"talk_hub": sorted(glob.glob("tests/talk/*.talk")), "headless": []}
# What tests of whole processes start.
WHOLE = ("snugd", "snug", "snug-errand", "snug-door", "snug-picture", "snugload", "talk_server", "stand_in",
         "false_chafa", "errander", "web_verdict", "updates", "presser")
SCRIPTS = ("snug-acme",)
# What a program of tests starts itself, from beside it.
BESIDE = {"unit-client": ("snug-picture", "false_chafa")}


class Mutant:
    """A condition with another answer; `number` is its place in the build, from 1."""

    def __init__(self, area, path, found, source):
        self.area, self.path = area, path
        self.line, self.start, self.end, self.other = found
        self.text = " ".join(source[self.start:self.end].split())
        self.number = 0

    def key(self):
        return self.path, self.start, self.end, self.other

    def name(self):
        return f"{self.path}: {self.text} (always {self.other})"

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}  (always {self.other})"


class Test:
    """A file of tests, or what a program plays at once; or one of whole processes (no program)."""

    def __init__(self, program, words, name):
        self.program, self.words, self.name = program, words, name
        self.took, self.reaches = 0.0, set()

    def is_of(self, mutant):
        return mutant.number in self.reaches and self.program in (None, *AREAS[mutant.area][1])


def paths(area):
    return sorted(path for pattern in AREAS[area][0].split() for path in glob.glob(pattern))


def equivalents():
    """The lines "PATH: CONDITION (always OTHER) # REASON"."""
    lines = [line for line in (HERE / "equivalent.txt").read_text().splitlines() if not line.startswith("#")]
    known = [re.fullmatch(r"(.+\(always \w+\)) # .+", line).group(1) for line in lines]
    assert len(known) <= EQUIVALENTS_MAX, "more equivalents than may be"
    return known


def linked(out):
    """The objects of programs: what is for another system, or for a browser, is in none."""
    words = {word for by in pathlib.Path(out).glob("*.by") for word in by.read_text().split()}
    return {word for word in words if word.endswith(".o")}


def object_of(out, path):
    return str(pathlib.Path(out) / path)[:-1] + "o"


def all_mutants(area, out):
    objects = linked(out)
    for path in paths(area):
        if object_of(out, path) not in objects:
            continue
        source = pathlib.Path(path).read_text()
        for found in conditions.conditions(source):
            yield Mutant(area, path, found, source)


def draw(seed, each, area, out):
    """So many of the area; the same ones for the same seed and tree."""
    known = equivalents()
    pool = [m for m in all_mutants(area, out) if m.name() not in known]
    return random.Random(f"{seed} {area}").sample(pool, min(each, len(pool)))


def all_of(files, out):
    """Every mutant of these files."""
    known = equivalents()
    drawn = [m for area in AREAS for m in all_mutants(area, out) if m.path in files and m.name() not in known]
    missing = sorted(set(files) - {m.path for m in drawn})
    if missing:
        sys.exit(f"no condition of a program in {', '.join(missing)}: name files that stand in "
                 f"{[a[0] for a in AREAS.values()]}")
    return drawn


def numbered(drawn):
    """The same condition drawn by two seeds is one mutant."""
    by_key = {}
    for mutant in drawn:
        mutant.number = by_key.setdefault(mutant.key(), len(by_key) + 1)
    return list({m.number: m for m in drawn}.values())


def planted(source, mutants):
    """The source in which each mutant sleeps; two of one condition, one around the other."""
    spans = itertools.groupby(sorted(mutants, key=lambda m: (-m.start, m.end)), lambda m: (m.start, m.end))
    for (start, end), here in spans:
        asked = source[start:end]
        for m in here:
            asked = f"mutant({m.number}, {m.other}, ({asked}))"
        source = source[:start] + asked + source[end:]
    return source


def must(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout}")


class Build:
    def __init__(self, out, compile_words):
        self.out, self.folder = pathlib.Path(out), pathlib.Path(out) / "mutants"
        self.compile_words = shlex.split(compile_words)
        shutil.rmtree(self.folder, ignore_errors=True)
        # Where tests run: what a mutant writes into its folder does not come into the tree.
        self.place = self.folder / "place"
        self.place.mkdir(parents=True)
        for name in os.listdir():
            if os.path.isdir(name):
                (self.place / name).symlink_to(os.path.abspath(name))

    def compile(self, source, made):
        # Quickly, and without the sanitizers, which notice little more and take three times as
        # long; the warnings were for the file as it is written.
        at = self.compile_words.index("-c")
        must([*self.compile_words[:at], "-O1", "-w", "-include", HERE / "mutant.h", *self.compile_words[at:],
              made, source])
        return str(made)

    def compile_all(self, mutants):
        """Object as it is named in the build: the object with mutants."""
        sources = {}
        for path in {m.path for m in mutants}:
            source = self.folder / path
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(planted(pathlib.Path(path).read_text(), [m for m in mutants if m.path == path]))
            sources[object_of(self.out, path)] = source
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            made = pool.map(lambda source: self.compile(source, source.with_suffix(".o")), sources.values())
            return dict(zip(sources, made))

    def archive(self, name, objects):
        """The library again, of the objects with mutants and those that have none."""
        words = shlex.split((self.out / f"{name}.by").read_text())
        made = self.folder / f"{name}.a"
        must(["ar", "rcsT", made, *(objects.get(word, word) for word in words if word.endswith(".o"))])
        return str(made)

    def link(self, program, objects, libraries):
        """As the Makefile links it (NAME.by). What was generated comes of the library as it was."""
        words = shlex.split((self.out / f"{program}.by").read_text())
        at = words.index("-o") + 1
        from_these = [part for word in words[at:]
                      for part in ([libraries[word], word] if word in libraries else [objects.get(word, word)])]
        must([*words[:at], self.folder / program, self.folder / "mutant.o", *from_these])

    def make(self, mutants, programs, scripts):
        objects = self.compile_all(mutants)
        self.compile(HERE / "mutant.c", self.folder / "mutant.o")
        libraries = {str(path): self.archive(path.stem, objects) for path in self.out.glob("lib*.a")}
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda program: self.link(program, objects, libraries), programs))
        for script in scripts:
            shutil.copy(self.out / script, self.folder)

    def command(self, test, number, seconds):
        if test.program is None:
            return [HERE.resolve() / "whole.py", str(seconds), str(WORK if number == 0 else WAIT), test.name]
        return ["timeout", "--foreground", "-s", "KILL", str(seconds), (self.folder / test.program).resolve(), *test.words]

    def play(self, test, number, seconds, reached=None):
        """Does the test pass with this mutant (0: with none), in so many seconds (0: at any time)?"""
        environment = dict(os.environ, MUTANT=str(number), CMOCKA_TEST_ABORT="1",
                           SNUG_BIN=str(self.folder.resolve()), SNUG_IO_THREADS="0")
        if reached:
            environment["MUTANTS_REACHED"] = str(reached.resolve())
        child = subprocess.Popen(self.command(test, number, seconds), cwd=self.place, env=environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        try:
            return child.wait() == 0
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)  # and what it began
            except ProcessLookupError:
                pass

    def log(self, line):
        with open(self.folder / "log", "a") as log:
            print(line, file=log)


def tests_of(build, program):
    """As they were built in."""
    if program in WORDS:
        return [Test(program, WORDS[program], program)]
    listed = (build.out / "gen" / program.removeprefix("unit-") / "tests.def").read_text()
    return [Test(program, [name], name) for name in re.findall(r"TEST\((\w+)\)", listed)]


def whole_tests(build):
    done = subprocess.run([HERE / "whole.py"], env=dict(os.environ, SNUG_BIN=str(build.folder)),
                          stdout=subprocess.PIPE, text=True, check=True)
    return [Test(None, [], name) for name in done.stdout.split()]


def measure(build, test):
    """Plays it with no mutant, and learns what it takes and reaches; false when it does not pass."""
    reached = build.folder / f"{test.program}.{test.name.replace('/', '_')}.reached"
    reached.write_bytes(bytes(MUTANTS_MAX))
    began = time.monotonic()
    if not build.play(test, 0, WAIT if test.program is None else 0, reached):
        return False
    test.took = time.monotonic() - began
    test.reaches = {number for number, byte in enumerate(reached.read_bytes()) if byte}
    return True


def measured(build, tests, pool):
    """Those that can be played: each file of tests has to pass, a test of whole processes to be short."""
    passed = list(pool.map(lambda test: measure(build, test), tests))
    broken = [f"{t.program} {t.name}" for t, is_fine in zip(tests, passed) if not is_fine and t.program]
    if broken:
        sys.exit(f"fails without any mutant: {', '.join(broken)}")
    for test, is_fine in zip(tests, passed):
        if not is_fine:
            build.log(f"left out, as it is not short, or does not pass: {test.name}")
    return [test for test, is_fine in zip(tests, passed) if is_fine]


def in_order(mutant, tests):
    """The one of like name first, then the quickest, of those the ones that reach few."""
    like = f"test_{pathlib.Path(mutant.path).stem.removeprefix('cmd_')}"
    return sorted((t for t in tests if t.is_of(mutant)),
                  key=lambda t: (t.program is None, not like.startswith(t.name), t.took * (FEW + len(t.reaches))))


def notices(build, test, mutant):
    times = 2 if test.program is None else 1
    return all(not build.play(test, mutant.number, LONGER * (1 + test.took)) for _ in range(times))


def notices_by(build, mutant, tests):
    """The test that does, or None."""
    whole = 0.0
    for test in in_order(mutant, tests):
        if whole > WHOLE_MAX:
            return None
        began = time.monotonic()
        if notices(build, test, mutant):
            return test
        whole += time.monotonic() - began if test.program is None else 0
    return None


def is_noticed(build, mutant, tests):
    by = notices_by(build, mutant, tests)
    build.log(f"{by.name if by else 'NOT'}: {mutant}")
    return by is not None


def report(of, drawn, noticed, place):
    """What was noticed, by place (area or path), and each that was not."""
    for where in dict.fromkeys(place(m) for m in drawn):
        here = [m for m in drawn if place(m) == where]
        print(f"{where}: {sum(noticed[m.number] for m in here)} of {len(here)} noticed")
        for mutant in here:
            if not noticed[mutant.number]:
                print(f"  {mutant}")
    n = sum(noticed[m.number] for m in drawn)
    print(f"mutants: {n} of {len(drawn)} noticed {of}, at least {BOUND} of 100 have to be", flush=True)
    return 100 * n >= BOUND * len(drawn)


def asked_for():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("out")
    parser.add_argument("compile_words")
    parser.add_argument("seeds", nargs="*")
    parser.add_argument("--area", default="")
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--files", nargs="+")
    parser.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    if not any(area.startswith(asked.area) for area in AREAS):
        parser.error(f"no area {asked.area}, but: {'; '.join(AREAS)}")
    return asked


def drawn_for(asked):
    """What is drawn, by how the report calls it."""
    if asked.files:
        return {"in these files": all_of(asked.files, asked.out)}
    areas = [area for area in AREAS if area.startswith(asked.area)]
    return {f"with seed {seed}": [m for area in areas for m in draw(seed, asked.each, area, asked.out)]
            for seed in asked.seeds or ["1"]}


def main():
    asked = asked_for()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    drawn = drawn_for(asked)
    mutants = numbered([m for here in drawn.values() for m in here])
    build = Build(asked.out, asked.compile_words)
    programs = sorted({program for m in mutants for program in AREAS[m.area][1]})
    started = WHOLE if asked.whole else [beside for program in programs for beside in BESIDE.get(program, ())]
    build.make(mutants, [*programs, *started], SCRIPTS if asked.whole else ())
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        tests = [test for program in programs for test in tests_of(build, program)]
        tests = measured(build, tests + (whole_tests(build) if asked.whole else []), pool)
        noticed = dict(pool.map(lambda m: (m.number, is_noticed(build, m, tests)), mutants))
    fine = [report(of, here, noticed, lambda m: m.path if asked.files else m.area) for of, here in drawn.items()]
    sys.exit(not all(fine))


if __name__ == "__main__":
    main()
