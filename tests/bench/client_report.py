# SPDX-License-Identifier: MIT
"""What client.py found, as a table: each bar as asked, as reached, and where the others stand."""
import os
import platform

OTHERS = ("irssi", "weechat", "catgirl")

# Key, bar, asked, the largest value that holds, unit, how it is measured.
COMPARED = [
    ("frame", "exec to the first frame", "≤ 15 ms", 15, "ms", "64 drawn bytes after exec"),
    ("frame_cpu", "CPU of it", "–", None, "ms", "schedstat, all threads"),
    ("join", "exec to JOIN at the server", "–", None, "ms", "the server's clock"),
    ("rss", "memory, idle, one room", "≤ 10 MB", 10, "MB", "Rss of smaps_rollup"),
    ("dirty", "of it private and dirty", "≤ 3 MB", 3, "MB", "Private_Dirty"),
    ("rss_100k", "memory with 100,000 lines", "≤ 28 MB", 28, "MB", "Rss; the others may hold less"),
    ("drawn_10k", "10,000 lines to the last drawn", "≤ 100 ms", 100, "ms", "first byte sent to last line written"),
    ("cpu_10k", "CPU of it", "≤ 100 ms", 100, "ms", "schedstat, all threads"),
    ("drawn_100k", "100,000 lines to the last drawn", "≤ 1000 ms", 1000, "ms", "as above"),
    ("cpu_100k", "CPU of it", "–", None, "ms", "as above"),
    ("bytes_100k", "bytes to the terminal of it", "≤ 300 kB", 300, "kB", "counted"),
    ("echo", "key echo, idle, median", "–", None, "ms", "300 keys, write to echo"),
    ("echo_99", "key echo, idle, p99", "≤ 1 ms", 1, "ms", "as above"),
    ("busy_99", "key echo during a flood, p99", "≤ 16 ms", 16, "ms", "keys every 10 ms"),
    ("page", "page up in 100,000 lines", "≤ 2 ms", 2, "ms", "CPU, median of 20; the others hold 10,000"),
    ("resize", "a new width in 100,000 lines", "≤ 10 ms", 10, "ms", "CPU, best of 4; likewise"),
    ("bursts", "bursts seen to the last line", "100 %", 100, "%", "100 bursts of 1 to 60 lines"),
    ("pasted", "lines sent by a paste of three", "0", 0, "", "PRIVMSG at the server"),
]

# Bar, asked, what shows it, whether it holds.
ALONE = [
    ("keys of a first run from a link", "≤ 30", "first_keys", lambda f: f["first_keys"] <= 30),
    ("its prompts", "≤ 3", "first_prompts", lambda f: f["first_prompts"] <= 3),
    ("the machine's part of it, to the room with its history", "≤ 1.0 s", "first_seconds",
     lambda f: f["first_seconds"] <= 1),
    ("exec to joined with history, ms", "≤ 80", "with_history", lambda f: f["with_history"] <= 80),
    ("`snug send`, cold, ms", "≤ 80", "send_cold", lambda f: f["send_cold"] <= 80),
    ("`snug send` through the running program, ms", "≤ 10", "send_warm",
     lambda f: f["send_warm"] <= 10),
    ("missed lines seen after cuts of about 4 s", "9 of 9", "missed_seen",
     lambda f: f["missed_seen"] == f["missed_all"]),
    ("missed lines seen twice", "0", "missed_twice", lambda f: f["missed_twice"] == 0),
    ("network back to online, s", "≤ 1", "back", lambda f: f["back"] <= 1),
    ("lines queued offline before a kill -9", "–", "trials_queued", lambda f: True),
    ("of them lost", "0", "lost", lambda f: f["lost"] == 0),
    ("of all typed, sent twice", "0", "doubled", lambda f: f["doubled"] == 0),
    ("bytes sent to a server with a changed key", "0", "changed_bytes",
     lambda f: f["changed_bytes"] == 0),
    ("exit code of it", "76", "changed_exit", lambda f: f["changed_exit"] == 76),
    ("it names the key and the way out", "yes", "changed_names", lambda f: f["changed_names"]),
    ("files with clear passwords or tokens", "0", "clear_secrets",
     lambda f: f["clear_secrets"] == 0),
    ("files or folders wider than 0600 and 0700", "0", "wide_files", lambda f: f["wide_files"] == 0),
]


def number(value, unit=""):
    if value is None:
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        value = f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
    return f"{value} {unit}".strip()


def ratio(peer, own, unit):
    text = number(peer, unit)
    if peer and own and unit not in ("%", ""):
        text += f" ({peer / own:.1f}×)"
    return text


def holds(value, limit, unit):
    if limit is None:
        return ""
    good = value is not None and (value >= limit if unit == "%" else value <= limit)
    return "yes" if good else "**no**"


def compared(found):
    own = found["snug"]
    names = [name for name in OTHERS if name in found]
    yield f"| bar | asked | snug | holds | {' | '.join(names)} | by |"
    yield "|--|--|--|--|" + "--|" * (len(names) + 1)
    for key, bar, asked, limit, unit, how in COMPARED:
        if key not in own:
            continue
        cells = [ratio(found[name][key], own[key], unit) if key in found[name] else "–"
                 for name in names]
        yield (f"| {bar} | {asked} | {number(own[key], unit)} | {holds(own[key], limit, unit)} | "
               f"{' | '.join(cells)} | {how} |")


def alone(facts):
    yield "| bar | asked | snug | holds |"
    yield "|--|--|--|--|"
    for bar, asked, key, good in ALONE:
        if key in facts:
            yield (f"| {bar} | {asked} | {number(facts[key])} | "
                   f"{'yes' if good(facts) else '**no**'} |")


def sizes(facts):
    yield "| program, stripped | kB | libraries it names | libraries loaded |"
    yield "|--|--|--|--|"
    for name, (kb, direct, loaded) in facts.get("sizes", {}).items():
        yield f"| {name} | {kb:.0f} | {direct} | {loaded} |"


def failures(found, facts):
    for name, rows in [*found.items(), ("on a real server", facts)]:
        for why in rows.get("failed", []):
            yield f"- {name}: {why.splitlines()[0]}"


def table(found, facts):
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    parts = [
        f"Linux {platform.release().split('.')[0]}, {platform.machine()}, {os.cpu_count()} cores, "
        f"{load:.1f} programs running for each core meanwhile. Numbers in brackets: how many times "
        "snug's. \"never\": not within 30 s.",
        "\n".join(compared(found)), "\n".join(alone(facts)), "\n".join(sizes(facts)),
    ]
    broken = list(failures(found, facts))
    if broken:
        parts.append("Not measured:\n\n" + "\n".join(broken))
    return "\n\n".join(parts) + "\n"


HEAD = """# The client's bars

Written by `make bench-client` (tests/bench/client.py). All clients stand on pseudo-terminals of
100x28 and talk over TLS to the same server, which sends the same bytes to each; what only snug
has is measured on a real `snugd`. Of three runs the best counts: what else the machine does only
ever adds. CPU is the processor time of the client alone, which load changes least. Where a wall
clock misses a bar on a busy machine, the CPU and the ratio to the others are what to look at.

"""


def write(path, text):
    with open(path, "w") as file:
        file.write(HEAD + text)
