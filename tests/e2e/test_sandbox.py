# SPDX-License-Identifier: MIT
"""The sandbox of the running server: who is in it, what it still reads, kernels without it."""
import os
import shutil
import signal
import subprocess
import unittest

import snug
from patience import until


class Sandbox(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def tasks(self):
        """Of each thread: its name, and what the kernel says of it."""
        folder = "/proc/%d/task" % self.s.process.pid
        for task in os.listdir(folder):
            with open("%s/%s/status" % (folder, task)) as file:
                yield dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)

    def status(self, what):
        return self.s.json("status")[what]

    def seen(self):
        """Of each thread its name, and whether it gains no rights, and by how many filters it is ruled."""
        # The runtimes of the sanitizers have a thread from before the server began.
        return [(seen["Name"], "%(NoNewPrivs)s %(Seccomp)s %(Seccomp_filters)s" % seen)
                for seen in self.tasks()
                if not (snug.SANITIZED and seen["Name"] == "snugd" and seen["Pid"] != seen["Tgid"])]

    def served(self):
        return self.s.client().sock.getpeercert(True)

    def every_thread_is_in_it(self, shards):
        self.s.start()
        roles = ["files", "hasher", "reader", "reader", "snugd", "writer"] + ["shard"] * shards

        def are_all_in_it():
            seen = self.seen()
            names = [name for name, _ in seen]
            # One filter for all, and one for what it does.
            return ({"1 2 2"} == {filters for _, filters in seen} and
                    all(names.count(role) >= roles.count(role) for role in roles))
        # Threads may still be starting, and are called snugd until they call themselves otherwise.
        until(lambda: "all of %r to be in it: %r" % (roles, self.seen()), are_all_in_it)
        self.assertTrue(self.status("sandbox"))
        self.assertGreater(self.status("memory"), 1 << 20)

    # Proves X2.
    def test_every_thread_is_in_it(self):
        self.every_thread_is_in_it(int(os.environ.get("SNUG_IO_THREADS", "0")))

    def test_shards_in_threads_are_in_it(self):
        self.s.close()
        self.s = snug.Server(io_threads=2)
        self.addCleanup(self.s.close)
        self.every_thread_is_in_it(2)

    def linked(self, renew, first):
        """A certificate by links, renewed as certbot or Kubernetes do: the new one is served."""
        self.s.configure("\n[tls]\ncertificate = %s/chain.pem\nkey = %s/key.pem\n" % (first, first))
        self.s.start()
        before = self.served()
        renew()
        self.s.process.send_signal(signal.SIGHUP)
        until(lambda: "the reload:\n" + self.s.read_log(),
              lambda: "event=reload" in self.s.read_log())
        self.assertNotIn("reload_failed", self.s.read_log())
        self.assertNotEqual(self.served(), before)

    def pair(self, folder, number="", of=None):
        """A certificate with its key: the one beside it of that number, or a new one."""
        key, cert = ("%s/%s%s.pem" % (folder, name, number) for name in ("key", "chain"))
        os.makedirs(folder, exist_ok=True)
        if of is None:
            snug.certificate(key, cert)
            return
        shutil.copy(of, key)
        subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", key, cert], check=True,
                       capture_output=True)

    def relink(self, to, link):
        os.symlink(to, link + ".new")
        os.rename(link + ".new", link)

    def test_a_certificate_renewed_by_certbot_is_read(self):
        base = os.path.join(self.s.dir, "letsencrypt")
        live = base + "/live/example"
        os.makedirs(live)

        def renewed(number):
            self.pair(base + "/archive/example", number, None if number == 1 else live + "/key.pem")
            for name in ("chain", "key"):
                self.relink("../../archive/example/%s%d.pem" % (name, number), "%s/%s.pem" % (live, name))
        renewed(1)
        self.linked(lambda: renewed(2), live)

    def test_a_certificate_renewed_by_kubernetes_is_read(self):
        base = os.path.join(self.s.dir, "secret")

        def renewed(number):
            self.pair("%s/..%d" % (base, number), "", None if number == 1 else base + "/key.pem")
            self.relink("..%d" % number, base + "/..data")
        renewed(1)
        for name in ("chain", "key"):
            os.symlink("..data/%s.pem" % name, "%s/%s.pem" % (base, name))
        self.linked(lambda: renewed(2), base)

    def test_a_certificate_of_another_folder_wants_a_start(self):
        self.s.start()
        before = self.served()
        other = os.path.join(self.s.dir, "other")
        self.pair(other)
        self.s.configure("\n[tls]\ncertificate = %s/chain.pem\nkey = %s/key.pem\n" % (other, other))
        done = self.s.run("reload")
        self.assertEqual(done.code, 1, done)
        self.assertIn("Permission denied", done.err)
        self.assertIn("start the server anew", done.err)
        self.assertEqual(self.served(), before)
        self.assertEqual(self.s.stop(), 0)
        self.s.start()
        self.assertNotEqual(self.served(), before)

    @unittest.skipUnless(shutil.which("strace"), "no strace")
    def test_a_kernel_that_knows_less_is_told_what_it_knows(self):
        if snug.SANITIZED:
            self.skipTest("leaks cannot be looked for under strace")
        for abi in range(1, 7):
            self.s.start(prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e",
                                 "inject=landlock_create_ruleset:retval=%d:when=1" % abi])
            self.assertNotIn("no_sandbox", self.s.read_log())
            self.assertTrue(self.status("sandbox"), abi)
            self.assertEqual(self.s.run("stop").code, 0)
            self.s.stop()

    @unittest.skipUnless(shutil.which("strace"), "no strace")
    def test_a_kernel_without_a_part_is_survived_and_told(self):
        if snug.SANITIZED:
            self.skipTest("leaks cannot be looked for under strace")
        for call, words in (("landlock_create_ruleset:error=ENOSYS", "this kernel has no Landlock"),
                            ("seccomp:error=EINVAL", "no filters of calls")):
            self.s.start(prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=" + call])
            self.assertIn("event=no_sandbox", self.s.read_log())
            self.assertIn(words, self.s.read_log())
            self.assertFalse(self.status("sandbox"), call)
            self.assertEqual(self.s.run("stop").code, 0)
            self.s.stop()

    @unittest.skipUnless(os.path.basename(snug.BIN) == "address", "of the build that looks for leaks")
    def test_leaks_are_found_though_the_process_is_shut(self):
        source, library = (os.path.join(self.s.dir, name) for name in ("leak.c", "leak.so"))
        with open(source, "w") as file:
            file.write("#include <stdlib.h>\nvoid *lost;\n__attribute__((constructor)) "
                       "static void leak(void) { lost = malloc(4321); lost = NULL; }\n")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O0", "-o", library, source], check=True)
        runtime = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout.strip()
        self.s.start(prefix=["env", "LD_PRELOAD=%s %s" % (runtime, library)])
        self.assertTrue(self.status("sandbox"))
        self.assertNotEqual(self.s.stop(), 0)
        self.assertIn("Direct leak of 4321 byte(s)", self.s.read_log())
        os.remove(self.s.log)


if __name__ == "__main__":
    unittest.main()
