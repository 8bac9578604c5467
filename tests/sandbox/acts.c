// SPDX-License-Identifier: MIT
// The acts of acts.def: each is done by a process without the sandbox, where it must go well,
// and by one in each role, where it must be refused; once more where a refused call kills. The
// starter of the programs beside snugd is a role, too, without snug-errand and with it (out), and
// so is that: what is refused there kills, or is EACCES or ENOSYS.
#include "tests/sandbox/acts.h"

#include "server/beside/child_walls.h"
#include "server/beside/starter.h"
#include "server/sandbox.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#define ABI_OF_PORTS 4   // of Landlock
#define BARE (-1)        // no sandbox
#define KILLED (-SIGSYS) // a result; not under 0: an error number, 0 for none
#define MAIN (1U << THREAD_MAIN)
#define SHARD (1U << THREAD_SHARD)
#define WRITER (1U << THREAD_WRITER)
#define READER (1U << THREAD_READER)
#define HASHER (1U << THREAD_HASHER)
#define FILES (1U << THREAD_FILES)
#define GSS (1U << THREAD_GSS)
#define THREADS (MAIN | SHARD | WRITER | READER | HASHER | FILES | GSS)
#define STARTER (1U << STARTER_ROLE)
#define OUT (1U << OUT_ROLE)
#define ERRAND (1U << ERRAND_ROLE)
#define INSIDE (THREADS | STARTER) // who makes no connection anywhere
#define EVERY (INSIDE | OUT | ERRAND)

// The last two are writer and reader of a store elsewhere.
static const char *const role_names[] = {"main",   "shard",  "writer",        "reader",
					 "hasher", "files",  "gss",           "starter",
					 "out",    "errand", "remote writer", "remote reader"};
enum { STARTER_ROLE = 7, OUT_ROLE, ERRAND_ROLE, REMOTE_WRITER_ROLE, REMOTE_READER_ROLE };

static bool is_beside(int role)
{
	return role >= STARTER_ROLE && role <= ERRAND_ROLE;
}

// What they do as the writer and the reader of any store.
static int thread_of(int role)
{
	return role == REMOTE_WRITER_ROLE   ? THREAD_WRITER
	       : role == REMOTE_READER_ROLE ? THREAD_READER
					    : role;
}

// A process that was begun ends at once.
static long begin(long pid)
{
	if (pid == 0)
		_exit(0);
	return pid;
}

static void *idle(void *arg)
{
	return arg;
}

static long map(int what, int fd)
{
	int how = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_PRIVATE;

	return mmap(NULL, 4096, what, how, fd, 0) == MAP_FAILED ? -1 : 0;
}

static const char *of_other(struct world *w, const char *name)
{
	snprintf(w->of_other, sizeof(w->of_other), "/proc/%d/%s", (int)w->other, name);
	return w->of_other;
}

#define ACT(name, roles, ...)                                                                  \
	static long do_##name(struct world *w UNUSED)                                          \
	{                                                                                      \
		return (long)(__VA_ARGS__);                                                    \
	}
#define ACT_IF(name, roles, why, ...) ACT(name, roles, __VA_ARGS__)
#define ACT_TO_STORE(name, roles, why, ...) ACT(name, roles, __VA_ARGS__)
#include "tests/sandbox/acts.def"
#undef ACT
#undef ACT_IF
#undef ACT_TO_STORE

static const struct act {
	const char *name;
	unsigned roles;
	const char *why; // it may not go well without the sandbox either; NULL: it must
	bool connects;   // it is a step on the way to a store elsewhere
	long (*deed)(struct world *w);
} acts[] = {
#define ACT(name, roles, ...) {#name, roles, NULL, false, do_##name},
#define ACT_IF(name, roles, why, ...) {#name, roles, why, false, do_##name},
#define ACT_TO_STORE(name, roles, why, ...) {#name, roles, why, true, do_##name},
#include "tests/sandbox/acts.def"
};

static void enter_beside(const struct world *w, int role)
{
	const char *const programs[PROGRAMS] = {w->name_inside};
	const struct child_file file = {"/etc/hosts", false};
	uint32_t all = BESIDE_WALL_FILES | BESIDE_WALL_CALLS;

	if (starter_shut(programs, role == STARTER_ROLE ? NULL : file.path) != all ||
	    (role == ERRAND_ROLE && child_shut_but(CHILD_ERRAND, &file, 1) != all))
		_exit(255);
}

static void enter(const struct world *w, int role, enum sandbox_refusal how)
{
	char state[sizeof(w->state)], files[sizeof(w->files)], config[96];
	struct paths p = {.state = state,
			  .config = config,
			  .certificate = config,
			  .key = config,
			  .files = files};
	struct sandbox_order order = {how, -1, role > ERRAND_ROLE};
	char store[64];
	struct config c = {.keytab = role == THREAD_GSS ? config : NULL,
			   .store = order.has_remote ? store : NULL,
			   .name = config};
	struct sandbox done;

	if (is_beside(role)) {
		enter_beside(w, role);
		return;
	}
	memcpy(state, w->state, sizeof(state));
	memcpy(files, w->files, sizeof(files));
	snprintf(config, sizeof(config), "%s/snugd.conf", state);
	snprintf(store, sizeof(store), "postgresql://u@127.0.0.1:%u/d",
		 ntohs(w->listening_address.sin_port));
	done = sandbox_enter(&p, &c, order);
	if (!done.files || !done.calls)
		_exit(255);
	if (role == THREAD_FILES)
		sandbox_shut_in(done.shut_in);
	if (role == THREAD_GSS)
		sandbox_shut_in(done.kerberos);
	sandbox_take_role((enum thread_role)thread_of(role), order);
}

// In a process of its own.
static int result(struct world *w, const struct act *act, int role, enum sandbox_refusal how)
{
	int status;
	pid_t pid;

	world_mend(w);
	pid = fork();
	if (pid == 0) {
		// What the log says is looked at elsewhere.
		(void)!freopen("/dev/null", "w", stderr);
		if (role != BARE)
			enter(w, role, how);
		errno = 0;
		_exit(act->deed(w) >= 0 ? 0 : errno ? errno : 254);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 253;
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// The store's port is reached, and where the kernel rules ports no other.
static int check_store(struct world *w)
{
	static const uint8_t elsewhere = 9; // discard
	struct sockaddr_in other = w->listening_address;
	long abi =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int status = 1;
	pid_t pid = fork();

	if (pid == 0) {
		int fd;

		(void)!freopen("/dev/null", "w", stderr);
		enter(w, REMOTE_READER_ROLE, SANDBOX_LOG);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, w->listening_at, sizeof(struct sockaddr_in)) < 0)
			_exit(2);
		other.sin_port = htons(elsewhere);
		(void)!connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&other,
			       sizeof(other));
		_exit(errno == (abi < ABI_OF_PORTS ? ECONNREFUSED : EACCES) ? 0 : 3);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		return 0;
	printf("did not hold: a store elsewhere cannot be reached (%d)\n", status);
	return 1;
}

static void tell(const struct act *act, const char *where, int got)
{
	printf("did not hold: %s, %s: %s\n", act->name, where,
	       got == 0  ? "it went well"
	       : got < 0 ? strsignal(-got)
			 : strerrordesc_np(got));
}

static bool is_refused(int got, int role, enum sandbox_refusal how)
{
	return got == EPERM || got == EACCES || (got == ENOSYS && role >= OUT_ROLE) ||
	       (got == KILLED && how == SANDBOX_KILL);
}

// Whoever connects to the store may do what that takes.
static bool is_tried(const struct act *act, int role)
{
	if (role > ERRAND_ROLE && act->connects)
		return false;
	return act->roles & 1U << thread_of(role);
}

// How many of its roles did not hold; -1: it cannot be done here at all.
static int play(struct world *w, const struct act *act)
{
	int got = result(w, act, BARE, SANDBOX_LOG), n_broken = 0;

	if (got && act->why) {
		printf("skip %s: %s (%s)\n", act->name, act->why, strerrordesc_np(got));
		return -1;
	}
	if (got) {
		tell(act, "without the sandbox", got);
		return 1;
	}
	for (int role = 0; role < (int)ARRAY_LEN(role_names); role++) {
		for (int how = SANDBOX_LOG; how <= SANDBOX_KILL; how++) {
			if (!is_tried(act, role) || (is_beside(role) && how != SANDBOX_KILL))
				continue;
			got = result(w, act, role, (enum sandbox_refusal)how);
			if (!is_refused(got, role, (enum sandbox_refusal)how)) {
				tell(act, role_names[role], got);
				n_broken++;
			}
		}
	}
	return n_broken;
}

// A refused call is in the log, those after it in the same second as a number.
static int check_log(struct world *w)
{
	char text[4096] = "", *line;
	size_t len = 0;
	int in[2];
	pid_t pid;

	if (pipe(in) < 0 || (pid = fork()) < 0)
		return 1;
	if (pid == 0) {
		(void)!dup2(in[1], STDERR_FILENO);
		enter(w, THREAD_READER, SANDBOX_LOG);
		for (;;)
			(void)!socket(AF_INET, SOCK_STREAM, 0);
	}
	close(in[1]);
	// Until the second line is whole.
	while (!(line = strchr(text, '\n')) || !strchr(line + 1, '\n')) {
		ssize_t got = read(in[0], text + len, sizeof(text) - 1 - len);

		if (got <= 0)
			break;
		len += (size_t)got;
		text[len] = '\0';
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(in[0]);
	line = strchr(text, '\n');
	if (line && strstr(text, " level=warn event=refused_call call=socket number=") &&
	    strstr(text, " thread=acts unsaid=0\n") && strstr(line, " call=socket ") &&
	    !strstr(line, "unsaid=0\n"))
		return 0;
	printf("did not hold: the log says: %s\n", text);
	return 1;
}

// A kernel that has neither is survived, and told.
static int check_absence(struct world *w)
{
	struct paths p = {.state = w->state, .config = w->outside};
	struct config c = {0};
	int status = 1;
	pid_t pid = fork();

	p.certificate = p.key = p.config;
	if (pid == 0) {
		scmp_filter_ctx old = seccomp_init(SCMP_ACT_ALLOW);
		struct sandbox done;

		seccomp_rule_add(old, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset),
				 0);
		seccomp_rule_add(old, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0);
		seccomp_rule_add(old, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
				 SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
		if (seccomp_load(old) < 0)
			_exit(2);
		(void)!freopen("/dev/null", "w", stderr);
		done = sandbox_enter(&p, &c, (struct sandbox_order){SANDBOX_LOG, -1, false});
		_exit(done.files || done.calls || socket(AF_INET, SOCK_STREAM, 0) < 0);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		return 0;
	printf("did not hold: a kernel without both (%d)\n", status);
	return 1;
}

int main(void)
{
	static struct world w;
	int n_broken = 0, n_skipped = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	world_make(&w);
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		int broken = play(&w, &acts[i]);

		n_skipped += broken < 0;
		n_broken += broken > 0 ? broken : 0;
	}
	n_broken += check_log(&w) + check_absence(&w) + check_store(&w);
	world_end(&w);
	printf("sandbox: %zu acts in %zu roles, %d skipped, %d did not hold\n", ARRAY_LEN(acts),
	       ARRAY_LEN(role_names), n_skipped, n_broken);
	return n_broken != 0;
}
