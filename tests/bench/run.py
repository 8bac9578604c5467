#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures snugd, its peers and the floor side by side, and prints ratios.

usage: run.py BIN_DIR [--quick] [--only NAME,...] [--json FILE] [--markdown FILE]

The floor (snugfloor) writes the same bytes through the same TLS with nothing around it, as many
lines a record as the server was seen to write. Peers run when they are installed.
"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

SIZE = 100  # bytes of text of a message


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, process, seconds=10):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as raw:
                context.wrap_socket(raw).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit("a server did not start: " + " ".join(process.args))
            time.sleep(0.05)


class Server:
    """A running server: its process, port and a file of NAME<TAB>SECRET."""
    login = "none"

    def __init__(self, bin_dir, clients, **settings):
        self.bin = bin_dir
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="snugbench"))
        self.port = free_port()
        self.accounts = self.folder / "accounts"
        self.settings = settings
        self.prepare(clients)
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log,
                                        preexec_fn=lambda: self.raise_files())
        wait_for(self.port, self.process)

    @staticmethod
    def raise_files():
        import resource
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def names(self, clients):
        self.accounts.write_text("".join(f"load{i}\tx\n" for i in range(clients)))

    def certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")],
                       check=True, stderr=subprocess.DEVNULL)
        os.chmod(self.folder / "key.pem", 0o644)
        os.chmod(self.folder, 0o755)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def writes(self):
        """Write calls so far, to tell how many lines one of them carries."""
        for line in open(f"/proc/{self.process.pid}/io"):
            if line.startswith("syscw"):
                return int(line.split()[1])
        return 0


class Snugd(Server):
    name = "snugd"
    login = "sasl"

    def prepare(self, clients):
        state = str(self.folder / "state")
        self.state = state
        snugd = str(self.bin / "snugd")
        subprocess.run([snugd, "init", "--state", state, "--name", "localhost", "--listen",
                        f"ircs://127.0.0.1:{self.port}"], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(state + "/snugd.conf", "a") as conf:
            conf.write("\n[limits]\nconnections_per_source = 0\nlogins_per_source = 0\nlines_per_second = 0\n")
            conf.write(f"\n[server]\nio_threads = {self.settings.get('io_threads', 0)}\n"
                       f"durability = {self.settings.get('durability', 'full')}\n")
        names = self.folder / "names.jsonl"
        names.write_text("".join('{"name": "load%d"}\n' % i for i in range(clients)))
        out = subprocess.run([snugd, "user", "import", str(names), "--token", "--state", state],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
        rows = [line.split("\t") for line in out.splitlines()]
        self.accounts.write_text("".join(f"{r[0]}\t{r[1]}\n" for r in rows if r[0].startswith("load")))

    def command(self):
        return [str(self.bin / "snugd"), "run", "--state", self.state]


class Ngircd(Server):
    name = "ngircd"

    def prepare(self, clients):
        self.certificate()
        self.names(clients)
        (self.folder / "conf").write_text(f"""[Global]
Name = bench.localhost
Info = bench
ServerUID = {os.getuid()}
ServerGID = {os.getgid()}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
MaxNickLength = 31
PingTimeout = 600
PongTimeout = 60
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
[SSL]
CertFile = {self.folder}/cert.pem
KeyFile = {self.folder}/key.pem
Ports = {self.port}
[Channel]
Name = #load0
""")

    def command(self):
        return [shutil.which("ngircd") or "/usr/sbin/ngircd", "-n", "-f", str(self.folder / "conf")]


class Inspircd(Server):
    name = "inspircd"

    def prepare(self, clients):
        self.certificate()
        self.names(clients)
        (self.folder / "conf").write_text(f"""<server name="bench.localhost" description="bench" network="bench" id="1BE">
<admin name="a" nick="a" email="a@localhost">
<module name="ssl_gnutls">
<sslprofile name="bench" provider="gnutls" certfile="{self.folder}/cert.pem" keyfile="{self.folder}/key.pem">
<bind address="127.0.0.1" port="{self.port}" type="clients" sslprofile="bench">
<connect name="main" allow="*" timeout="60" threshold="1000000" commandrate="100000000" fakelag="off"
 recvq="1048576" softsendq="10485760" hardsendq="104857600" localmax="20000" globalmax="20000" maxchans="100" resolvehostnames="no" useident="no">
<performance softlimit="20000" somaxconn="1024" netbuffersize="10240" clonesonconnect="no">
<options allowzerolimit="yes">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{self.folder}/inspircd.log">
<pid file="{self.folder}/pid">
""")

    def command(self):
        return ["/usr/sbin/inspircd", "--nofork", "--runasroot", f"--config={self.folder}/conf"]


def load(server, clients, **options):
    before = server.writes()
    words = [str(server.bin / "snugload"), "--address", f"127.0.0.1:{server.port}", "--accounts",
             str(server.accounts), "--clients", str(clients), "--pid", str(server.process.pid), "--login",
             server.login, "--size", str(SIZE)]
    for key, value in options.items():
        words += ["--" + key, str(value)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=300)
    if not done.stdout.strip():
        return {"failed": True}
    result = json.loads(done.stdout)
    result["ok"] = done.returncode == 0
    result["per_write"] = result["received"] / max(1, server.writes() - before)
    result["generator_bound"] = result["own_cpu_share"] > 0.9
    return result


def floor(bin_dir, connections, size, per_write):
    per_write = max(1, min(int(per_write + 0.5), 16000 // max(1, int(size))))
    messages = max(per_write * 20, 200000 // connections // per_write * per_write)
    out = subprocess.run([str(bin_dir / "snugfloor"), str(connections), str(int(size)), str(per_write),
                          str(messages)], check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
    return json.loads(out)["cpu_us_per_delivery"]


# name: clients, options of the generator
SCENARIOS = {
    "fan-out 10": (10, {"senders": 2, "messages": 2000, "window": 16}),
    "fan-out 100": (100, {"senders": 10, "messages": 400, "window": 16}),
    "fan-out 1000": (1000, {"senders": 10, "messages": 60, "window": 16}),
    "20 msg/s to 100": (100, {"senders": 10, "messages": 12, "rate": 20}),
    "200 rooms of 10": (2000, {"rooms": 200, "senders": 200, "messages": 30, "window": 1}),
}


def measure(kind, bin_dir, clients, options, **settings):
    server = kind(bin_dir, clients, **settings)
    try:
        return load(server, clients, **options)
    finally:
        server.stop()


def memory(kind, bin_dir, clients):
    """Bytes of RSS a logged-in, idle connection takes."""
    server = kind(bin_dir, clients)
    try:
        time.sleep(0.5)
        base = rss(server.process.pid)
        result = load(server, clients, senders=0, messages=0)
        return (result["server_rss"] - base) / clients
    finally:
        server.stop()


def rss(pid):
    return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("bin", type=pathlib.Path)
    args.add_argument("--quick", action="store_true")
    args.add_argument("--only", default="")
    args.add_argument("--json")
    args.add_argument("--markdown")
    args = args.parse_args()
    kinds = [Snugd] + [k for k, path in ((Inspircd, "/usr/sbin/inspircd"), (Ngircd, "/usr/sbin/ngircd"))
                       if os.path.exists(path) and not args.quick]
    rows = []
    for name, (clients, options) in SCENARIOS.items():
        if args.only and not any(o in name for o in args.only.split(",")):
            continue
        for kind in kinds:
            r = measure(kind, args.bin, clients, options)
            r.update(scenario=name, server=kind.name)
            if r.get("received"):
                r["floor"] = floor(args.bin, clients, r["bytes_per_delivery"], r["per_write"])
                r["of_floor"] = r["server_cpu_us_per_delivery"] / r["floor"]
            rows.append(r)
            print(row(r), flush=True)
    for kind in kinds if not args.only else []:
        r = {"scenario": "memory, 1000 idle", "server": kind.name, "bytes": memory(kind, args.bin, 1000)}
        rows.append(r)
        print(f"| {r['scenario']} | {r['server']} | {r['bytes'] / 1024:.1f} KiB a connection | | | | | |", flush=True)
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(rows, indent=1) + "\n")
    if args.markdown:
        pathlib.Path(args.markdown).write_text(HEAD + "".join(row(r) + "\n" for r in rows if "p50_ms" in r))
    return 0 if all(r.get("ok", True) for r in rows if r["server"] == "snugd") else 1


HEAD = ("| scenario | server | us of CPU a delivery | of the floor | lines a write | p50 / p99 / p99.9 ms | "
        "deliveries/s | notes |\n|--|--|--|--|--|--|--|--|\n")


def row(r):
    if r.get("failed"):
        return f"| {r['scenario']} | {r['server']} | failed | | | | | |"
    notes = "" if r["ok"] else f"lost {r['lost']}, repeated {r['repeated']}, disordered {r['disordered']}"
    notes += " generator-bound" if r["generator_bound"] else ""
    return (f"| {r['scenario']} | {r['server']} | {r['server_cpu_us_per_delivery']:.2f} | "
            f"{r.get('of_floor', 0):.2f}x | {r['per_write']:.1f} | "
            f"{r['p50_ms']:.2f} / {r['p99_ms']:.2f} / {r['p999_ms']:.2f} | {r['deliveries_per_s']:.0f} | {notes} |")


if __name__ == "__main__":
    sys.exit(main())
