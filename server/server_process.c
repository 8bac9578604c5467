// SPDX-License-Identifier: MIT
// The process before there is a server in it: its signals, limits and priority.
#include "server/server_private.h"

#include "common/die.h"

#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITER_AHEAD 5 // steps of nice before the other threads

static void handle_signal(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigaction(number, &action, NULL);
}

// Before the loop runs nothing was promised to anybody, and what SQLite was doing is
// undone by the next start. The default action would do, but has none in process 1.
static void stopped_early(UNUSED int number)
{
	_exit(0);
}

static void prepare_signals(void)
{
	sigset_t reload;

	handle_signal(SIGPIPE, SIG_IGN);
	handle_signal(SIGXFSZ, SIG_IGN);
	handle_signal(SIGTERM, stopped_early);
	handle_signal(SIGINT, stopped_early);
	// It waits until there is something to load anew.
	sigemptyset(&reload);
	sigaddset(&reload, SIGHUP);
	sigprocmask(SIG_BLOCK, &reload, NULL);
}

// The writer's thread sleeps most of the time; when it wakes, everybody waits for it. Not a
// real-time class: it would push those off their processor who have the answers in hand.
// Threads inherit it, and the right to raise it is given up before the writer starts: so it is
// the starting thread's until then.
static void raise_priority(struct server *s)
{
	s->priority = getpriority(PRIO_PROCESS, 0);
	(void)!setpriority(PRIO_PROCESS, 0, s->priority - WRITER_AHEAD);
}

void server_prepare_process(struct server *s)
{
	umask(077);
	// A core would hold passwords and keys.
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	prepare_signals();
	raise_priority(s);
	if (sodium_init() < 0)
		die(1, "libsodium cannot start: no source of randomness");
}
