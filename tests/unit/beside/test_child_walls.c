// SPDX-License-Identifier: MIT
// The walls around the programs beside snugd: each act succeeds without them, and kills or is
// refused behind them. Each in a process of its own.
#include "server/beside/child_walls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// A sanitizer makes calls of its own where a program ends, which kill.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_END false
#else
#define CAN_END true
#endif

static bool opens_a_file(void)
{
	return open("/proc/self/status", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool makes_a_raw_socket(void)
{
	// Only root gets one, but everybody may ask.
	return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP) >= 0 || errno == EPERM;
}

static bool asks_for_ways(void)
{
	return socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE) >= 0;
}

static bool lists_addresses(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) >= 0;
}

static bool connects(void)
{
	struct sockaddr at = {.sa_family = AF_UNSPEC};

	return connect(-1, &at, sizeof(at)) < 0;
}

static bool binds(void)
{
	struct sockaddr at = {.sa_family = AF_UNSPEC};

	return bind(-1, &at, sizeof(at)) < 0;
}

static bool listens(void)
{
	return listen(-1, 1) < 0;
}

static bool accepts(void)
{
	return accept(-1, NULL, NULL) < 0;
}

static void *idle(void *arg)
{
	return arg;
}

static bool begins_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, idle, NULL) == 0 &&
	       pthread_join(thread, NULL) == 0;
}

static bool makes_a_file(void)
{
	return open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) >= 0;
}

static bool makes_a_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool forks(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0;
}

static bool executes(void)
{
	char *const words[] = {(char[]){"true"}, NULL};

	execve("/bin/true", words, words + 1);
	return false;
}

static bool kills(void)
{
	return kill(getppid(), 0) == 0;
}

static bool maps_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static bool writes_to_a_descriptor(void)
{
	return write(STDOUT_FILENO, "", 0) == 0;
}

static bool sends_to_an_address(void)
{
	int ends[2];
	struct sockaddr about = {.sa_family = AF_UNSPEC};

	return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0 &&
	       sendto(ends[0], "", 0, 0, &about, sizeof(about)) <= 0;
}

static bool answers(void)
{
	char *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED && send(-1, "", 0, 0) < 0 && recv(-1, page, 1, 0) < 0;
}

enum end { KILLS, REFUSED, DONE };

static const struct {
	const char *name;
	bool (*act)(void);
	enum end errand;
} rows[] = {
	{"opens a file", opens_a_file, REFUSED},
	{"makes a file", makes_a_file, KILLS},
	{"makes a socket", makes_a_socket, DONE},
	{"makes a socket of this computer", makes_a_unix_socket, REFUSED},
	{"makes a raw socket", makes_a_raw_socket, KILLS},
	{"asks for ways", asks_for_ways, KILLS},
	{"lists addresses", lists_addresses, REFUSED},
	{"connects", connects, DONE},
	{"binds", binds, KILLS},
	{"listens", listens, KILLS},
	{"accepts", accepts, KILLS},
	{"begins a thread", begins_a_thread, DONE},
	{"forks", forks, KILLS},
	{"executes", executes, KILLS},
	{"kills", kills, KILLS},
	{"maps code", maps_code, KILLS},
	{"writes to a descriptor", writes_to_a_descriptor, KILLS},
	{"sends to an address", sends_to_an_address, KILLS},
	{"answers", answers, DONE},
};

// How a process ends that does this, behind the walls of a role or (0) without.
static int end_of(bool (*act)(void), unsigned role)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		if (role && child_shut_but((enum child_role)role, NULL, 0) !=
				    (BESIDE_WALL_FILES | BESIDE_WALL_CALLS))
			_exit(9);
		_exit(act() ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static enum end kind_of(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLS : DONE;
	return WEXITSTATUS(status) == 1 ? REFUSED : DONE;
}

static void check(size_t i, enum child_role role, enum end wanted)
{
	int status;

	if (wanted != KILLS && !CAN_END)
		return;
	status = end_of(rows[i].act, role);
	if (kind_of(status) != wanted || (wanted == DONE && status != 0))
		fail_msg("%s, role %d: ended with %d", rows[i].name, (int)role, status);
}

// Proves X2.
static void what_is_not_needed_kills(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int status = end_of(rows[i].act, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("%s: not even without walls (%d)", rows[i].name, status);
		check(i, CHILD_ERRAND, rows[i].errand);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_needed_kills),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
