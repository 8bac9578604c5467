// SPDX-License-Identifier: MIT
// What was freed goes back to the system: the allocator keeps what a burst of answers took
// between what stays, in the heap of each thread, and by itself gives back only the end of it.
#include "server/server_private.h"

#include <malloc.h>

#define LOOK_MS 10000
#define SPARE_MOST (8LL << 20) // bytes

static void look(void *arg)
{
	struct server *s = arg;
	int64_t resident = server_resident_bytes(s);

	loop_timer_set(s->memory_timer, LOOK_MS);
	// To ask how much is free costs a walk: only when there may be something.
	if (resident < s->least_resident + SPARE_MOST)
		return;
	if (mallinfo2().fordblks < (size_t)SPARE_MOST)
		return;
	malloc_trim(0);
	s->least_resident = server_resident_bytes(s);
}

void server_memory_start(struct server *s)
{
	s->memory_timer = loop_timer_new(s->loop, look, s);
	loop_timer_set(s->memory_timer, LOOK_MS);
}
