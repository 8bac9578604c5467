#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures snugd, its peers and the floor side by side, and prints ratios.

usage: run.py BIN_DIR [--quick] [--only NAME,...] [--json FILE] [--markdown FILE]
              [--size BYTES] [--document FILE]

With --only and a --json file of an earlier run, that run's other parts are kept.

The floor (snugfloor) writes the same bytes through the same TLS with nothing around it, as many
lines a record as the server was seen to write. Peers run when they are installed, or where PEERS
says they are (PEERS="inspircd=/opt/bin/inspircd ngircd=..."). System calls are counted by strace, in
runs of their own. A run in which a delivery was lost, repeated or out of order is a failure. Of repeated runs the one with the least
CPU counts: what else the machine does only ever adds.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import pages
import report
import servers
import written


def messages_of(r, options):
    """How many were said."""
    return r["received"] if options.get("pings") else options["messages"] * options["senders"]


class Bench:
    def __init__(self, args):
        self.bin, self.size, self.quick = args.bin, args.size, args.quick
        self.rows, self.facts, self.part = [], {}, ""
        self.peers = [] if args.quick else servers.peers(os.environ.get("PEERS", ""))

    def keep(self, earlier, but):
        """What an earlier run found, all but the parts that are measured anew."""
        self.rows = [r for r in earlier["rows"] if r["part"] not in but]
        self.facts = earlier["facts"]

    # Runs of the generator.

    def command(self, server, clients, options):
        words = [str(self.bin / "snugload"), "--address", f"127.0.0.1:{server.port}",
                 "--accounts", str(server.accounts), "--pid", str(server.process.pid),
                 "--clients", str(clients)]
        options = {"login": server.login, "size": self.size, "at-once": 64, **options}
        if server.web:
            options["web"] = True
        for key, value in options.items():
            words += ["--" + key] + ([str(value)] if value is not True else [])
        return words

    def load(self, server, clients, **options):
        options = {k.replace("_", "-"): v for k, v in options.items()}
        try:
            done = subprocess.run(self.command(server, clients, options), timeout=180,
                                  stdout=subprocess.PIPE, text=True)
        except subprocess.TimeoutExpired:
            return {"failed": True, "ok": False}
        if not done.stdout.strip():
            return {"failed": True, "ok": False}
        result = json.loads(done.stdout)
        result["ok"] = done.returncode == 0
        result["generator_bound"] = result["own_cpu_share"] > 0.9
        return result

    def once(self, kind, clients, settings, options):
        """On a fresh server: on a used one the members would catch up first."""
        server = kind(self.bin, clients, **(settings or {}))
        try:
            return self.load(server, clients, **options)
        finally:
            server.stop()

    def beside(self, cases, clients, repeat, **options):
        """The best of several runs of each case, a server and its settings by name. They take turns, so that the
        hour is the same for all. What cannot do it is not asked again."""
        runs = {name: [] for name in cases}
        for _ in range(1 if self.quick else repeat):
            for name, (kind, settings) in cases.items():
                if not any(r.get("failed") for r in runs[name]):
                    runs[name].append(self.once(kind, clients, settings, options))
        return {name: min(of, key=lambda r: (not r["ok"], r.get("server_cpu_us_per_delivery", 1e9)))
                for name, of in runs.items()}

    def servers(self, peers=True):
        return {kind: (kind, None) for kind in [servers.Snugd] + (self.peers if peers else [])}

    def floor(self, connections, size, per_write, pause_ms=0):
        per_write = max(1, min(int(per_write + 0.5), 16000 // max(1, int(size))))
        messages = 120 if pause_ms else max(per_write * 20, 400000 // connections // per_write * per_write)
        out = [json.loads(subprocess.run(
            [str(self.bin / "snugfloor"), str(connections), str(int(size)), str(per_write),
             str(messages), str(pause_ms)], check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout)
            for _ in range(1 if self.quick else 2)]
        return min(o["cpu_us_per_delivery"] for o in out)

    def add(self, scenario, server, r, **more):
        r = dict(r, scenario=scenario, server=server, part=self.part, **more)
        self.rows.append(r)
        print(report.row(r), flush=True)
        return r

    def fact(self, name, value, words):
        self.facts[name] = value
        print(f"  {words}", flush=True)

    def alone(self, kind, r, clients, options):
        """What a message costs where each is alone: CPU, switches, system calls."""
        if not r.get("received"):
            return r
        messages = messages_of(r, options)
        return dict(r, cpu_per_message=r["server_cpu_us_per_delivery"] * r["received"] / messages,
                    switches_per_message=r["server_switches"] / messages,
                    calls_per_message=self.calls(kind, clients, messages, options))

    def calls(self, kind, clients, messages, options):
        """What twice as many messages make more: logins are the same."""
        if not shutil.which("strace"):
            return None
        once, twice = (self.traced(kind, clients, dict(options, messages=options["messages"] * n)) for n in (1, 2))
        return (twice - once) / messages if once and twice else None

    def traced(self, kind, clients, options):
        """All system calls of a server, from its first client to its end."""
        server = kind(self.bin, clients)
        file = server.folder / "calls"
        tracer = subprocess.Popen(["strace", "-f", "-c", "-o", file, "-p", str(server.process.pid)],
                                  stderr=subprocess.PIPE, text=True)
        try:
            if "attached" not in tracer.stderr.readline():
                return None
            ok = self.load(server, clients, **options)["ok"]
            server.end()
            tracer.communicate(timeout=60)
            total = [line.split() for line in file.read_text().splitlines() if line.endswith(" total")]
            return int(total[0][3]) if ok and total else None
        finally:
            tracer.kill()
            tracer.wait()
            server.stop()

    # Scenarios: each adds rows, or facts that are no deliveries.

    def talk(self, name, clients, peers=True, repeat=3, pause_ms=0, alone=False, **options):
        for kind, r in self.beside(self.servers(peers), clients, repeat, **options).items():
            if kind is servers.Snugd and r.get("received"):
                r["floor"] = self.floor(clients, r["bytes_per_delivery"], r["per_write"], pause_ms)
                r["of_floor"] = r["server_cpu_us_per_delivery"] / r["floor"]
            self.add(name, kind.name, self.alone(kind, r, clients, options) if alone else r)

    def fan_out(self):
        self.talk("room of 10", 10, senders=2, messages=8000, window=16)
        self.talk("room of 100", 100, senders=10, messages=600, window=16)
        self.talk("room of 1,000", 1000, senders=10, messages=60, window=16)
        if not self.quick:
            self.talk("room of 5,000", 5000, False, senders=10, messages=16, window=16)

    def low_rate(self):
        self.talk("room of 100, 20 msg/s", 100, pause_ms=50, alone=True, senders=10,
                  messages=6 if self.quick else 12, rate=20)
        self.talk("room of 2, 20 msg/s", 2, pause_ms=50, alone=True, senders=1,
                  messages=60 if self.quick else 120, rate=20)

    def rooms(self):
        self.talk("200 rooms of 10", 2000, senders=200, rooms=200, messages=60, window=8)
        if not self.quick:
            self.talk("500 rooms of 10", 5000, False, 1, senders=500, rooms=500, messages=24,
                      window=8)

    def mixed(self):
        for idle in [0, 1000] if self.quick else [0, 1000, 5000, 9000]:
            cases = self.servers(peers=idle in (0, 9000))
            for kind, r in self.beside(cases, 50 + idle, 3, idle=idle, senders=10, messages=40, rate=100,
                                       hold=1).items():
                self.add(f"50 active, 100 msg/s, {idle:,} idle", kind.name, r, idle=idle)

    def idle(self, server, name, accounts, hold):
        file = server.folder / name
        file.write_text("".join(accounts))
        return self.command(server, len(accounts), {"idle": len(accounts), "messages": 0, "hold": hold,
                                                    "accounts": file})

    def web(self):
        """What WebSocket costs beside IRC lines, in one run."""
        cases = {kind: (kind, None) for kind in (servers.Snugd, servers.SnugdWeb)}
        for kind, r in self.beside(cases, 100, 3, senders=10, messages=600, window=16).items():
            self.add("room of 100, lines and WebSocket", kind.name, r)
        self.slope([servers.Snugd, servers.SnugdWeb], 2000 if self.quick else 9000, "beside ")

    def memory(self):
        self.slope([servers.Snugd, servers.SnugdWeb] + self.peers, 2000 if self.quick else 5000)

    def slope(self, kinds, many, prefix=""):
        """Memory between a thousand idle connections and several thousand."""
        few = 1000
        for kind in kinds:
            server = kind(self.bin, many)
            accounts = server.accounts.read_text().splitlines(True)
            first = subprocess.Popen(self.idle(server, "few", accounts[:few], 120), stdout=subprocess.DEVNULL)
            try:
                base = server.settled_rss()
                done = subprocess.run(self.idle(server, "more", accounts[few:], 3), stdout=subprocess.PIPE,
                                      text=True, timeout=120)
                if done.returncode:
                    continue
                r = json.loads(done.stdout)
            finally:
                first.kill()
                first.wait()
                server.stop()
            per = (r["idle_rss"] - base) / (many - few)
            self.facts[prefix + "idle cpu " + kind.name] = r["held_server_share"]
            self.fact(prefix + "memory " + kind.name, per, f"{kind.name}: {per / 1024:.1f} KiB of RSS for an idle "
                      f"connection more, {100 * r['held_server_share']:.2f} % of a CPU at {many:,}")

    def logins(self):
        count = 500 if self.quick else 2000
        server = servers.Snugd(self.bin, 16, password=True)
        tokens = server.accounts.read_text()
        key = ["--cert", str(server.folder / "c.pem"), "--key", str(server.folder / "k.pem")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=x", "-keyout", key[3],
                        "-out", key[1]], check=True, stderr=subprocess.DEVNULL)
        shown = dict(cert=key[1], key=key[3])
        names = [line.split("\t")[0] for line in tokens.splitlines()]
        passwords = "".join(f"{name}\t{servers.PASSWORD}\n" for name in names)
        try:
            self.handshake("token")
            self.handshake("certificate", shown["cert"], shown["key"])
            self.login("token", server, 16, count)
            server.accounts.write_text(passwords)  # a token adds no device
            self.load(server, 1, enrol=True, idle=1, messages=0, **shown)
            server.accounts.write_text((tokens.splitlines()[0] + "\n") * 16)
            self.login("certificate", server, 16, count, **dict(shown, login="cert"))
            server.accounts.write_text(passwords)
            self.login("password", server, 4, 24)
        finally:
            server.stop()

    def handshake(self, what, *files):
        bare = json.loads(subprocess.run(
            [str(self.bin / "snugfloor"), "handshakes", "1000", *files], check=True, stdout=subprocess.PIPE,
            text=True, timeout=120).stdout)
        self.facts["handshake " + what] = bare["cpu_us_per_handshake"]

    def login(self, what, server, clients, count, **options):
        best = min((self.load(server, clients, logins=count, **options)
                    for _ in range(1 if self.quick or count < 100 else 3)),
                   key=lambda r: (not r["ok"], r.get("server_cpu_us_per_login", 1e9)))
        if not best["ok"]:
            raise SystemExit(f"logins by {what} failed")
        self.facts["login " + what] = best["server_cpu_us_per_login"]
        self.fact("logins/s " + what, best["logins_per_s"],
                  f"login by {what}: {best['server_cpu_us_per_login']:.0f} us of server CPU, "
                  f"{best['logins_per_s']:.0f}/s, p99 {best['p99_ms']:.1f} ms")

    def storm(self):
        """All clients at once after a restart, with a room that goes on talking: the best of three."""
        n = 1000 if self.quick else 5000
        runs = [self.storm_once(n) for _ in range(1 if self.quick else 3)]
        self.facts["storm ok"] = all(r["ok"] and not (t["lost"] or t["repeated"] or t["disordered"])
                                     for r, t in runs)
        r, t = min(runs, key=lambda of: of[1]["p99_ms"])
        self.facts["storm p99"] = t["p99_ms"]
        self.fact("storm s", r["setup_s"] * 5000 / n,
                  f"{n:,} token logins, 400 at a time, each back in a room of 10: {r['setup_s']:.2f} s (generator at "
                  f"{r['setup_own_share']:.0%} of a CPU, {r['tried_again']} turned away once); a room of 100 at 20 msg/s meanwhile: p50 "
                  f"{t['p50_ms']:.1f}, p99 {t['p99_ms']:.1f}, max {t['max_ms']:.1f} ms")

    def storm_once(self, n):
        server = servers.Snugd(self.bin, n + 100)
        all_accounts = server.accounts.read_text().splitlines(True)
        room, crowd = server.folder / "room", server.folder / "crowd"
        room.write_text("".join(all_accounts[:100]))
        crowd.write_text("".join(all_accounts[100:]))
        options = {"rooms": n // 10, "senders": 0, "messages": 0, "at-once": 400, "accounts": crowd,
                   "persist": True}
        try:
            # Members of their rooms from now on; the second time they come back as such.
            self.load(server, n, **options)
            server.end()
            server.start()
            talk = subprocess.Popen(self.command(server, 100, {
                "senders": 10, "messages": 16, "rate": 20, "accounts": room, "hold": 1}),
                stdout=subprocess.PIPE, text=True)
            time.sleep(2)
            r = self.load(server, n, **options)
            t = json.loads(talk.communicate(timeout=120)[0])
        finally:
            server.stop()
        return r, t

    def pings(self):
        options = dict(pings=True, messages=600, window=1)
        for kind, r in self.beside(self.servers(), 2, 3, **options).items():
            self.add("direct messages to and fro", kind.name, self.alone(kind, r, 2, options))

    def acks(self):
        """The time to an acknowledgement: ours under load, beside a bare loop of group commits; the best of each."""
        runs, floors = [], []
        for _ in range(1 if self.quick else 5):
            with tempfile.TemporaryDirectory() as folder:
                floors.append(json.loads(subprocess.run(
                    [str(self.bin / "snugstore"), "paced", folder], check=True, text=True,
                    stdout=subprocess.PIPE).stdout)["paced_1000"])
            runs.append(self.once(servers.Snugd, 10, None, {"senders": 10, "messages": 400, "rate": 1000,
                                                            "echo": True}))
        best = min(runs, key=lambda r: r["ack_p99_ms"])
        floor = min(floors, key=lambda f: f["floor_p99_ms"])
        store = min(floors, key=lambda f: f["p99_ms"])
        self.facts["ack p99"], self.facts["commit p99"] = best["ack_p99_ms"], floor["floor_p99_ms"]
        self.fact("ack p50", best["ack_p50_ms"],
                  f"acknowledged at 1,000 msg/s: p50 {best['ack_p50_ms']:.2f}, p99 {best['ack_p99_ms']:.2f} ms; "
                  f"a bare commit a message: p50 {floor['floor_p50_ms']:.2f}, p99 {floor['floor_p99_ms']:.2f} ms; "
                  f"our store alone: p50 {store['p50_ms']:.2f}, p99 {store['p99_ms']:.2f} ms")

    def switches(self):
        self.compare("room of 100", {f"io_threads {n}": {"io_threads": n} for n in (0, 1, 2)},
                     senders=10, messages=600, window=16)
        self.compare("room of 100, 20 msg/s", {f"durability {d}": {"durability": d} for d in ("full", "normal")},
                     senders=10, messages=10, rate=20)

    def compare(self, scenario, settings, **options):
        cases = {name: (servers.Snugd, of) for name, of in settings.items()}
        for name, r in self.beside(cases, 100, 3, **options).items():
            self.add(scenario, f"snugd, {name}", r)

    def growth(self):
        """The cost of a message against what it should not depend on."""
        steps = {
            "accounts": [(0, 1000, 10), (0, 10000, 10), (0, 100000, 10)],
            "rooms": [(0, 1000, 100), (0, 1000, 1000), (0, 1000, 10000)],
            "stored messages": [(10000, 1000, 200), (100000, 1000, 200), (1000000, 1000, 200)],
        }
        for what, fills in steps.items():
            at = {"accounts": 1, "rooms": 2, "stored messages": 0}[what]
            cases = {fill: (servers.Snugd, {"fill": fill}) for fill in (fills[:2] if self.quick else fills)}
            for fill, r in self.beside(cases, 100, 3, senders=10, messages=400, window=16).items():
                self.add(f"room of 100, {fill[at]:,} {what}", "snugd", r, growth=what, size=fill[at])

    def history(self):
        fill = (100000, 10000, 1000) if self.quick else (1000000, 100000, 10000)
        server = servers.Snugd(self.bin, 20, fill=fill)
        try:
            server.end()
            starts = []
            for _ in range(3):
                starts.append(server.start())
                server.end()
            server.start()
            self.fact("start s", min(starts), f"start with {fill[1]:,} accounts, {fill[2]:,} rooms and {fill[0]:,} "
                      f"messages: {min(starts):.2f} s")
            talk = subprocess.Popen(self.command(server, 10, {
                "senders": 10, "messages": 600, "rate": 1000, "hold": 1}), stdout=subprocess.PIPE, text=True)
            time.sleep(2)
            name, secret = server.accounts.read_text().split()[-2:]
            found = pages.turn_pages(server.port, name, secret, "#room1", 1700000000000 + fill[0],
                                     fill[0] * 9 // 10, 400)
            r = json.loads(talk.communicate(timeout=120)[0])
            turn = server.status()["longest-turn-us"] / 1000
        finally:
            server.stop()
        self.fact("longest turn", turn, f"the loop's longest turn meanwhile: {turn:.1f} ms")
        self.add("10 in a room, 1,000 msg/s, pages turned", "snugd", dict(r, ok=not r["lost"], generator_bound=False))
        for kind, f in found.items():
            self.fact("page p99 " + kind, f["p99_ms"], f"{kind} of 50 ({f['messages']:.0f} found): p50 "
                      f"{f['p50_ms']:.2f}, p99 {f['p99_ms']:.2f}, max {f['max_ms']:.2f} ms")


SCENARIOS = ["fan_out", "low_rate", "rooms", "mixed", "memory", "web", "logins", "storm", "pings", "acks",
             "switches", "growth", "history"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("bin", type=pathlib.Path)
    args.add_argument("--quick", action="store_true")
    args.add_argument("--only", default="", help=", ".join(SCENARIOS))
    args.add_argument("--size", type=int, default=100, help="bytes of text of a message")
    args.add_argument("--json")
    args.add_argument("--markdown")
    args.add_argument("--document", help="whose table is replaced")
    args = args.parse_args()
    bench, began = Bench(args), time.monotonic()
    parts = args.only.split(",") if args.only else SCENARIOS
    if args.only and args.json and pathlib.Path(args.json).exists():
        bench.keep(json.loads(pathlib.Path(args.json).read_text()), parts)
    for name in parts:
        bench.part = name
        print(f"-- {name} ({time.monotonic() - began:.0f} s)", flush=True)
        getattr(bench, name)()
        if args.json:
            pathlib.Path(args.json).write_text(json.dumps({"rows": bench.rows, "facts": bench.facts}, indent=1) + "\n")
    bench.rows.sort(key=lambda r: SCENARIOS.index(r["part"]))
    lines = report.lines(bench.rows, bench.facts)
    text = report.markdown(bench.rows, bench.facts, lines)
    print(report.table(lines))
    print(f"{time.monotonic() - began:.0f} s; {sum(met is True for *_, met in lines)} of {len(lines)} lines met")
    if args.markdown:
        pathlib.Path(args.markdown).write_text(text)
    if args.document:
        written.put(args.document, "make bench", lambda old: text)
    return 0 if all(r.get("ok", True) for r in bench.rows if r["server"].startswith("snugd")) else 1


if __name__ == "__main__":
    sys.exit(main())
