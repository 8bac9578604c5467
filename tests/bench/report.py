# SPDX-License-Identifier: MIT
"""The tables of a benchmark: what was measured, and what was to be reached."""
import os
import platform

HEAD = ("| scenario | server | CPU us a delivery | of the floor | lines a record | bytes on the wire | "
        "p50 / p99 / p99.9 ms | deliveries/s | notes |\n|--|--|--:|--:|--:|--:|--|--:|--|\n")


def row(r):
    if r.get("failed") or "received" not in r or not r["received"]:
        return f"| {r['scenario']} | {r['server']} | failed | | | | | | |"
    notes = [] if r["ok"] else [f"lost {r['lost']}, repeated {r['repeated']}, out of order {r['disordered']}"]
    notes += ["generator-bound"] if r.get("generator_bound") else []
    floor = f"{r['of_floor']:.2f}x" if "of_floor" in r else ""
    return (f"| {r['scenario']} | {r['server']} | {r['server_cpu_us_per_delivery']:.2f} | {floor} | "
            f"{r['per_write']:.1f} | {r['wire_bytes_per_delivery']:.0f} | "
            f"{r['p50_ms']:.2f} / {r['p99_ms']:.2f} / {r['p999_ms']:.2f} | {r['deliveries_per_s']:.0f} | "
            f"{', '.join(notes)} |")


def alone(rows):
    """What a message costs that shares its commit and its wake-ups with no other."""
    rows = [r for r in rows if "switches_per_message" in r]
    text = ("\n| each message alone | server | CPU us a message | context switches | system calls |\n"
            "|--|--|--:|--:|--:|\n")
    for r in rows:
        calls = r["calls_per_message"]
        text += (f"| {r['scenario']} | {r['server']} | {r['cpu_per_message']:.0f} | {r['switches_per_message']:.1f} | "
                 f"{'' if calls is None else format(calls, '.1f')} |\n")
    return text if rows else ""


class Lines:
    """Claims as (what, is, ought, met); met is None when it was not measured."""

    def __init__(self, rows, facts):
        self.rows, self.facts, self.all = rows, facts, []

    def of(self, scenario, server="snugd"):
        found = [r for r in self.rows if r["scenario"] == scenario and r["server"] == server and r.get("received")]
        return found[0] if found else None

    def best_peer(self, scenario, key="server_cpu_us_per_delivery"):
        found = [r[key] for r in self.rows if r["scenario"] == scenario and r["ok"] and r.get("received")
                 and not r["server"].startswith("snugd")]
        return min(found, default=None)

    def at_most(self, what, value, limit, form="{:.2f}x"):
        if value is None or limit is None:
            self.all.append((what, "not measured", "" if limit is None else form.format(limit), None))
        else:
            self.all.append((what, form.format(value), "at most " + form.format(limit), value <= limit))

    def ratio(self, what, value, base, limit):
        self.at_most(what, value / base if value and base else None, limit)

    def fan_out(self):
        for size in ("10", "100", "1,000", "5,000"):
            r = self.of(f"room of {size}")
            self.at_most(f"room of {size}: CPU a delivery, of the floor", r and r.get("of_floor"), 1.25)
        for size in ("10", "100", "1,000"):
            r = self.of(f"room of {size}")
            self.ratio(f"room of {size}: CPU a delivery, of the best peer",
                       r and r["server_cpu_us_per_delivery"], self.best_peer(f"room of {size}"), 0.7)

    def low_rate(self):
        name = "room of 100, 20 msg/s"
        r = self.of(name)
        self.ratio(f"{name}: CPU a delivery, of the best peer", r and r["server_cpu_us_per_delivery"],
                   self.best_peer(name), 1)
        self.ratio(f"{name}: p99, of the best peer", r and r["p99_ms"], self.best_peer(name, "p99_ms"), 1)
        self.at_most(f"{name}: CPU a delivery, of the floor at that rate", r and r.get("of_floor"), 1.25)
        commit = self.facts.get("commit p99")
        self.at_most(f"{name}: p99 above that of a bare commit", r["p99_ms"] - commit if r and commit else None, 3,
                     "{:.1f} ms")
        self.at_most(f"{name}: p99.9, no steps of 40 ms", r and r["p999_ms"], 40, "{:.1f} ms")

    def rooms(self):
        r = self.of("200 rooms of 10")
        self.at_most("200 rooms of 10: CPU a delivery", r and r["server_cpu_us_per_delivery"], 4, "{:.2f} us")
        self.ratio("200 rooms of 10: CPU a delivery, of the best peer", r and r["server_cpu_us_per_delivery"],
                   self.best_peer("200 rooms of 10"), 0.7)

    def mixed(self):
        none, many = (self.of(f"50 active, 100 msg/s, {n} idle") for n in ("0", "9,000"))
        cpu = many and many["server_cpu_us_per_delivery"]
        self.ratio("50 active: CPU a delivery with 9,000 idle, of that with none", cpu,
                   none and none["server_cpu_us_per_delivery"], 1.15)
        self.at_most("50 active beside 9,000 idle: CPU a delivery", cpu, 14, "{:.1f} us")

    def web(self):
        lines, web = (self.of("room of 100, lines and WebSocket", server) for server in ("snugd", "snugd, WebSocket"))
        self.ratio("room of 100 over WebSocket: CPU a delivery, of that over lines",
                   web and web["server_cpu_us_per_delivery"], lines and lines["server_cpu_us_per_delivery"], 1.3)
        lines, web = (self.facts.get("beside memory " + server) for server in ("snugd", "snugd, WebSocket"))
        self.ratio("memory of an idle WebSocket, of 9,000, of that of lines", web, lines, 1.05)

    def connections(self):
        memory = self.facts.get("memory snugd")
        self.at_most("memory of an idle connection", memory and memory / 1024, 15, "{:.1f} KiB")
        memory = self.facts.get("memory snugd, WebSocket")
        self.at_most("memory of an idle WebSocket", memory and memory / 1024, 15, "{:.1f} KiB")
        for what in ("token", "certificate"):
            self.at_most(f"login by {what}: server CPU", self.facts.get("login " + what), 350, "{:.0f} us")
            self.ratio(f"login by {what}: server CPU, of bare handshakes", self.facts.get("login " + what),
                       self.facts.get("handshake " + what), 1.25)
        self.at_most("5,000 token logins at once", self.facts.get("storm s"), 5, "{:.2f} s")
        self.at_most("room of 100 during them: p99", self.facts.get("storm p99"), 50, "{:.1f} ms")

    def growth(self):
        for what in ("accounts", "rooms", "stored messages"):
            costs = [r["server_cpu_us_per_delivery"] for r in self.rows if r.get("growth") == what and r["ok"]]
            self.ratio(f"CPU a delivery with most {what}, of that with fewest", costs[-1] if costs else None,
                       costs[0] if costs else None, 1.15)

    def store(self):
        self.ratio("acknowledged at 1,000 msg/s: p99, of a bare commit's", self.facts.get("ack p99"),
                   self.facts.get("commit p99"), 1.5)
        for kind in ("LATEST", "BEFORE", "SEARCH"):
            self.at_most(f"{kind} of 50 at 1,000 msg/s: p99", self.facts.get("page p99 " + kind), 10, "{:.2f} ms")
        self.at_most("the loop's longest turn meanwhile", self.facts.get("longest turn"), 5, "{:.1f} ms")
        self.at_most("start with 100,000 accounts, 10,000 rooms, 1,000,000 messages", self.facts.get("start s"), 2,
                     "{:.2f} s")


def lines(rows, facts):
    x = Lines(rows, facts)
    for part in (x.fan_out, x.low_rate, x.rooms, x.mixed, x.web, x.connections, x.growth, x.store):
        part()
    return x.all


def table(all_lines):
    words = {True: "met", False: "**not met**", None: "not measured"}
    return "| what it must reach | is | ought | |\n|--|--:|--:|--|\n" + "".join(
        f"| {what} | {is_} | {ought} | {words[met]} |\n" for what, is_, ought, met in all_lines)


def log_log(rows):
    """Ten times as much: by how much the cost grows."""
    growth = [r for r in rows if r.get("growth") and r.get("received")]
    if not growth:
        return ""
    text = "\n| of what | how much | CPU us a delivery | of the first |\n|--|--:|--:|--:|\n"
    for r in growth:
        first = next(x for x in growth if x["growth"] == r["growth"])
        text += (f"| {r['growth']} | {r['size']:,} | {r['server_cpu_us_per_delivery']:.2f} | "
                 f"{r['server_cpu_us_per_delivery'] / first['server_cpu_us_per_delivery']:.2f}x |\n")
    return text


def others(facts):
    text = "\n| logins by | server CPU us each | a second |\n|--|--:|--:|\n"
    for what in ("token", "certificate", "password"):
        if "login " + what in facts:
            text += f"| {what} | {facts['login ' + what]:.0f} | {facts['logins/s ' + what]:.0f} |\n"
    text += "\n| idle | KiB a connection | % of a CPU |\n|--|--:|--:|\n"
    for name, value in facts.items():
        if name.startswith("memory "):
            who = name.split(" ", 1)[1]
            text += f"| {who} | {value / 1024:.1f} | {100 * facts['idle cpu ' + who]:.2f} |\n"
    return text


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "a CPU")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores ({' '.join(model.split())}), {memory:.0f} GiB, Linux {platform.release().split('-')[0]}, "
            "generator on the same machine")


def markdown(rows, facts, all_lines):
    return (f"Measured on: {machine()}.\n\n{table(all_lines)}\n{HEAD}" + "".join(row(r) + "\n" for r in rows)
            + alone(rows) + log_log(rows) + others(facts))
