# SPDX-License-Identifier: MIT
"""snugd and its peers, each set up to refuse nobody, on a port of its own."""
import os
import pathlib
import resource
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

PASSWORD = "correct-horse-battery"


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
    web = False  # it is talked to over WebSocket

    def __init__(self, bin_dir, clients, **settings):
        self.bin = pathlib.Path(bin_dir)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="snugbench"))
        self.port = free_port()
        self.accounts = self.folder / "accounts"
        self.settings = settings
        self.prepare(clients)
        self.start()

    def start(self):
        """Gives the seconds until it was ready."""
        began = time.monotonic()
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log,
                                        preexec_fn=self.raise_files)
        wait_for(self.port, self.process, 20)
        return time.monotonic() - began

    @staticmethod
    def raise_files():
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def names(self, clients):
        self.accounts.write_text("".join(f"load{i}\tx\n" for i in range(clients)))

    def certificate(self):
        made = pathlib.Path(__file__).parents[2] / "certs/self-signed"
        subprocess.run([made, "localhost", self.folder / "key.pem", self.folder / "cert.pem", "2"],
                       check=True, stderr=subprocess.DEVNULL)
        os.chmod(self.folder / "key.pem", 0o644)
        os.chmod(self.folder, 0o755)

    def stop(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def rss(self):
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def settled_rss(self):
        """When it has not grown for two seconds."""
        last, since = 0, time.monotonic()
        while time.monotonic() - since < 2:
            if self.rss() > last:
                last, since = self.rss(), time.monotonic()
            time.sleep(0.1)
        return last


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
            conf.write("\n[limits]\nconnections_per_source = 0\nlogins_per_source = 0\nlines_per_second = 0\nasks_per_second = 0\n"
                       "account_per_day = 0\nroom_per_day = 0\ndisk_share = 0\n"
                       "rooms_per_hour = 0\n")
            conf.write(f"\n[server]\nio_threads = {self.settings.get('io_threads', 0)}\n"
                       f"durability = {self.settings.get('durability', 'full')}\n")
        fill = self.settings.get("fill")
        if fill:
            subprocess.run([str(self.bin / "snugstore"), "fill", state + "/snug.db",
                            *map(str, fill)], check=True)
        names = self.folder / "names.jsonl"
        password = ', "password": "%s"' % PASSWORD if self.settings.get("password") else ""
        names.write_text("".join('{"name": "load%d"%s}\n' % (i, password) for i in range(clients)))
        out = subprocess.run([snugd, "user", "import", str(names), "--token", "--state", state],
                             check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True).stdout
        rows = [line.split("\t") for line in out.splitlines()]
        self.accounts.write_text("".join(f"{r[0]}\t{r[1]}\n" for r in rows if r[0].startswith("load")))

    def command(self):
        root = ["--user", "root"] if os.geteuid() == 0 else []
        return [str(self.bin / "snugd"), "run", "--state", self.state, *root]

    def status(self):
        """Its figures by name."""
        out = subprocess.run([str(self.bin / "snugd"), "status", "--state", self.state], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        rows = (line.split("\t", 1) for line in out.splitlines())
        return {name: int(value) for name, value in rows if value.isdigit()}


class SnugdWeb(Snugd):
    """The same server, at its web address."""
    name = "snugd, WebSocket"
    web = True

    def prepare(self, clients):
        super().prepare(clients)
        self.port = free_port()
        with open(self.state + "/snugd.conf", "a") as conf:
            conf.write(f"\n[web]\nlisten = 127.0.0.1:{self.port}\n")


class Ngircd(Server):
    name = "ngircd"
    program = "/usr/sbin/ngircd"

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
        return [self.program, "-n", "-f", str(self.folder / "conf")]


class Inspircd(Server):
    name = "inspircd"
    program = "/usr/sbin/inspircd"

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
        return [self.program, "--nofork", "--runasroot", f"--config={self.folder}/conf"]


def peers(named):
    """Those that are installed, or whose program is named: "inspircd=PATH ngircd=PATH"."""
    kinds = {kind.name: kind for kind in (Inspircd, Ngircd)}
    for word in named.split():
        name, _, path = word.partition("=")
        if name not in kinds:
            raise SystemExit(f"PEERS: {word}: NAME=PROGRAM is wanted, NAME one of {', '.join(kinds)}")
        if not os.access(path, os.X_OK):
            raise SystemExit(f"PEERS: {word}: {path or 'nothing'} is no program that can be run")
        kinds[name].program = path
    return [kind for kind in kinds.values() if os.access(kind.program, os.X_OK)]
