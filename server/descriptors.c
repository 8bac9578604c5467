// SPDX-License-Identifier: MIT
#include "server/descriptors.h"

#include <sys/resource.h>

#define RESERVED 64  // for the database, the admin socket, threads
#define PER_SHARD 4  // inside: its loop and mailbox
#define FOR_PEERS 16 // with fewer there is no sense in starting
#define MOST (1 << 24)

int64_t descriptors_of(uint64_t limit)
{
	return limit > MOST ? MOST : (int64_t)limit;
}

int64_t descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1024;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		(void)!getrlimit(RLIMIT_NOFILE, &limit);
	return descriptors_of(limit.rlim_cur);
}

int64_t descriptors_left(int64_t descriptors, unsigned n_shards)
{
	return descriptors - RESERVED - PER_SHARD * (int64_t)n_shards;
}

int64_t descriptors_least(unsigned n_shards)
{
	return RESERVED + PER_SHARD * (int64_t)n_shards + FOR_PEERS;
}
