// SPDX-License-Identifier: MIT
// Every call in a program that was made with SAN=trace, as it begins and as it ends, in the
// file that SNUG_TRACE names; without that, nothing. tests/support/way reads it.
//
// The file is mapped, so that a reader sees `count` grow while the program runs, and knows
// which calls lie between two moments. All threads share one order: each takes the next place.
// This file alone is compiled without the hooks that it defines.
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define EVENTS_MAX (8UL << 20)

struct event {
	uint64_t function; // where it was loaded
	uint32_t thread;
	uint32_t is_end;
};

struct trace {
	_Atomic uint64_t count; // of events; what is more than EVENTS_MAX is missing
	uint64_t origin;        // where trace_origin was loaded
	struct event events[EVENTS_MAX];
};

void trace_origin(void);
void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

static struct trace *trace;
static _Thread_local uint32_t thread;

__attribute__((constructor)) void trace_origin(void)
{
	const char *path = getenv("SNUG_TRACE");
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	void *at;

	if (fd < 0 || ftruncate(fd, sizeof(struct trace)) < 0)
		return;
	at = mmap(NULL, sizeof(struct trace), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return;
	trace = at;
	trace->origin = (uint64_t)(uintptr_t)trace_origin;
}

static void note(const void *function, uint32_t is_end)
{
	uint64_t place;

	if (!trace)
		return;
	if (!thread)
		thread = (uint32_t)gettid();
	place = atomic_fetch_add(&trace->count, 1);
	if (place >= EVENTS_MAX)
		return;
	trace->events[place] = (struct event){(uint64_t)(uintptr_t)function, thread, is_end};
}

void __cyg_profile_func_enter(void *function, void *site)
{
	(void)site;
	note(function, 0);
}

void __cyg_profile_func_exit(void *function, void *site)
{
	(void)site;
	note(function, 1);
}
