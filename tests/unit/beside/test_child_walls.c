// SPDX-License-Identifier: MIT
// The walls around the programs beside snugd: each act succeeds without them, and kills behind
// them. Each in a process of its own.
#include "server/beside/child_walls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
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

static const struct {
	const char *name;
	bool (*act)(void);
	bool is_allowed;
} rows[] = {
	{"opens a file", opens_a_file, false},
	{"makes a socket", makes_a_socket, false},
	{"makes a socket of this computer", makes_a_unix_socket, false},
	{"forks", forks, false},
	{"executes", executes, false},
	{"kills", kills, false},
	{"maps code", maps_code, false},
	{"writes to a descriptor", writes_to_a_descriptor, false},
	{"sends to an address", sends_to_an_address, false},
	{"answers", answers, true},
};

// How a process ends that does this, behind the walls of a role or (0) without.
static int end_of(bool (*act)(void), unsigned role)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		if (role && child_shut((enum child_role)role) !=
				    (BESIDE_WALL_FILES | BESIDE_WALL_CALLS))
			_exit(9);
		_exit(act() ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

// Proves X2.
static void what_is_not_needed_kills(void **state)
{
	static const enum child_role roles[] = {CHILD_ERRAND, CHILD_DOOR};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int status = end_of(rows[i].act, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("%s: not even without walls (%d)", rows[i].name, status);
		for (size_t r = 0; r < ARRAY_LEN(roles) && (CAN_END || !rows[i].is_allowed);
		     r++) {
			status = end_of(rows[i].act, roles[r]);
			bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
			if (is_killed == rows[i].is_allowed ||
			    (rows[i].is_allowed && status != 0))
				fail_msg("%s, role %d: ended with %d", rows[i].name,
					 (int)roles[r], status);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_needed_kills),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
