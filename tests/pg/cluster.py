# SPDX-License-Identifier: MIT
"""Three servers of PostgreSQL: a primary and two copies of it, of which one has each commit before
it is answered; and the fail-over, as somebody does it by hand who loses nothing.

A commit is on the primary and on at least one copy. So one copy alone may lack it: the fail-over
asks both, after it has taken them from the old primary, which from then on commits nothing.
"""
import shutil
import signal
import urllib.parse

from postgres import ROLE, USER, Failed, Postgres, call
from patience import PATIENCE, until  # postgres says where it is

COPIER = "copier"
SETTINGS = """
cluster_name = '{name}'
wal_log_hints = on
max_wal_senders = 10
max_replication_slots = 10
min_wal_size = 32MB
max_wal_size = 128MB
max_slot_wal_keep_size = 256MB
wal_sender_timeout = 3s
wal_receiver_timeout = 3s
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 500ms
synchronous_commit = on
synchronous_standby_names = '{copies}'
primary_slot_name = '{name}'
primary_conninfo = '{source}'
"""
ASKED = 3  # seconds for an answer from one that may be dead: the operator's own


class Here:
    """A host that is none: the loopback of this machine."""
    prefix, address = (), "127.0.0.1"


class Node(Postgres):
    """One of the three."""

    def __init__(self, name, names, host=None, more="", **where):
        host = host or Here()
        super().__init__(host=host.address, prefix=host.prefix, **where)
        self.name, self.machine, self.more = name, host, more
        self.others = [other for other in names if other != name]
        self.source = None

    def follow(self, source, waits_for_copies=True):
        """Of whom it is a copy from now on; None: of nobody. Takes effect when it is told to reload."""
        self.source = source
        words = "" if source is None else (
            f"host={source.host} port={source.port} user={COPIER} password={source.password} "
            f"application_name={self.name} connect_timeout={ASKED} tcp_user_timeout=3000")
        copies = f"FIRST 1 ({', '.join(self.others)})" if waits_for_copies else ""
        self.settings = SETTINGS.format(name=self.name, copies=copies, source=words) + self.more
        return self

    def reload(self):
        self.configure()
        self.process.send_signal(signal.SIGHUP)

    def ask(self, text):
        return self.sql(text, within=ASKED)

    def is_answering(self):
        try:
            return self.process.poll() is None and self.ask("SELECT 1") == "1"
        except Failed:
            return False

    def copy(self, source):
        """Makes its folder anew, from that one."""
        shutil.rmtree(self.data, ignore_errors=True)
        call("pg_basebackup", "-h", source.folder, "-p", str(source.port), "-U", USER, "-D", self.data,
             "--checkpoint=fast", "--no-sync", "-X", "stream")
        return self.become(source)

    def rewind(self, source):
        """Takes back what only it has; False where that is not to be had."""
        source.ask("CHECKPOINT")  # before, a new primary's file still says that it is none
        try:
            call("pg_rewind", "-D", self.data, "--no-sync", "--source-server",
                 f"host={source.folder} port={source.port} user={USER} dbname={USER}")
        except AssertionError:
            return False
        self.become(source)
        return True

    def become(self, source):
        """A copy of that one when it is started."""
        self.follow(source).configure()
        self.write("standby.signal", "")
        return self

    def received(self):
        """How much it has, in bytes since the beginning of time; it must be taken from its primary."""
        return int(self.ask("SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'"))

    def slots(self):
        """Keeps what the others have not had yet."""
        for other in self.others:
            self.ask(f"SELECT pg_create_physical_replication_slot('{other}', true) WHERE NOT EXISTS "
                     f"(SELECT FROM pg_replication_slots WHERE slot_name = '{other}')")


class Cluster:
    """a, b and c, of which a is the primary first."""
    NAMES = ("a", "b", "c")

    def __init__(self, hosts=(None, None, None), roots=(None, None, None), more=""):
        self.nodes = []
        try:
            for name, host, root in zip(self.NAMES, hosts, roots):
                password = self.nodes[0].password if self.nodes else None
                self.nodes.append(Node(name, self.NAMES, host, more, root=root, password=password))
            self.primary = self.nodes[0]
            self.begin()
        except BaseException:
            self.close()
            raise

    def begin(self):
        first = self.primary
        first.follow(None, waits_for_copies=False).make().start().admit()
        first.sql(f"CREATE ROLE {COPIER} LOGIN REPLICATION PASSWORD '{first.password}'")
        first.slots()
        for node in self.nodes[1:]:
            node.copy(first).start()
        first.follow(None).reload()
        self.settle()

    def url(self, database=None):
        """All three: who connects finds the one that can be written to."""
        one = urllib.parse.urlsplit(self.primary.url(database) if database else self.primary.database())
        where = ",".join(f"{node.host}:{node.port}" for node in self.nodes)
        query = one.query + "&target_session_attrs=read-write"
        return one._replace(netloc=f"{ROLE}@{where}", query=query).geturl()

    def standbys(self):
        return [node for node in self.nodes if node is not self.primary]

    def settle(self):
        """Waits until both copies have all that the primary has now, and one is waited for by each
        commit from now on."""
        now = self.primary.ask("SELECT pg_current_wal_flush_lsn()")
        wanted = (f"SELECT count(*) = 2 AND 'sync' = ANY (array_agg(sync_state)) FROM pg_stat_replication "
                  f"WHERE state = 'streaming' AND flush_lsn >= '{now}'")
        until(lambda: "both copies: " + self.shown(), lambda: self.primary.ask(wanted) == "t")

    def shown(self):
        try:
            return self.primary.ask("SELECT application_name, state, sync_state FROM pg_stat_replication")
        except Failed as why:
            return str(why)

    def awaited(self):
        """The copy that each commit waits for now; any, while there is none."""
        try:
            name = self.primary.ask("SELECT application_name FROM pg_stat_replication WHERE sync_state = 'sync'")
        except Failed:
            name = ""
        return next((node for node in self.standbys() if node.name == name), self.standbys()[0])

    def can_fail_over(self):
        return all(node.is_answering() for node in self.standbys())

    def failover(self):
        """Another becomes the primary: of the copies, which must both answer, the one that has most."""
        copies = self.standbys()
        until("both copies to answer", self.can_fail_over)
        for node in copies:
            node.follow(None).reload()
        until("both copies to let go of it", lambda: not any(
            node.ask("SELECT count(*) FROM pg_stat_wal_receiver") != "0" for node in copies))
        best = max(copies, key=Node.received)
        best.slots()
        assert best.ask(f"SELECT pg_promote(true, {PATIENCE})") == "t", best.read_log()[-2000:]
        self.primary = best
        for node in copies:
            if node is not best:
                node.follow(best).reload()
        return best

    def rejoin(self, node):
        """One that was killed or left behind is a copy again: rewound, or else made anew. Whether
        it could be rewound."""
        node.kill()
        is_rewound = node.rewind(self.primary)
        if not is_rewound:
            node.copy(self.primary)
        node.start()
        return is_rewound

    def restart(self, node):
        """One that ended, with what it has: the primary, or a copy of it."""
        node.kill()
        node.start()

    def close(self):
        for node in self.nodes:
            node.close()
