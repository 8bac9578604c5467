// SPDX-License-Identifier: MIT
// Whatever a server of DNS answers: what is taken of it are hosts with ports, in order, and the
// order in which they are tried has each of them once.
#include "client/outside/srv.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static uint32_t same_number(void *arg)
{
	return *(const uint32_t *)arg;
}

static void check_order(struct srv_targets *t, uint32_t number)
{
	uint64_t sum = 0, after = 0;

	for (size_t i = 0; i < t->count; i++)
		sum += t->at[i].port;
	srv_order(t, same_number, &number);
	for (size_t i = 0; i < t->count; i++) {
		after += t->at[i].port;
		assert(!i || t->at[i - 1].priority <= t->at[i].priority);
	}
	assert(sum == after);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct srv_targets found;
	bool is_there = srv_parse(span_from((const char *)bytes, len), &found);

	assert(found.count <= SRV_TARGETS_MAX);
	assert(!is_there || found.is_denied == !found.count);
	for (size_t i = 0; is_there && i < found.count; i++) {
		const char *host = found.at[i].host;

		assert(found.at[i].port && host[0] && strlen(host) <= SRV_HOST_MAX);
		for (const char *at = host; *at; at++)
			assert(*at > ' ' && *at < 127 && !strchr("/:,?&#=[]\\\"'", *at));
		assert(!i || found.at[i - 1].priority <= found.at[i].priority);
	}
	if (is_there)
		check_order(&found, (uint32_t)len * 2654435761u);
	return 0;
}
