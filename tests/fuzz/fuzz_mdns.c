// SPDX-License-Identifier: MIT
// Whatever a datagram of the local network says: what is taken of it is whole, and the servers
// that were there before stay as they were.
#include "client/net/mdns.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct mdns_server found[MAX + 1], before;
	uint16_t id = len >= 2 ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0;

	memset(found, 'x', sizeof(found));
	memset(&found[0], 0, sizeof(found[0]));
	memcpy(found[0].title, "den", 4);
	before = found[0];
	size_t count = mdns_answer(span_from(bytes, len), id, found, 1, MAX);
	assert(count >= 1 && count <= MAX);
	assert(memcmp(&before, &found[0], sizeof(before)) == 0);
	assert(((const char *)&found[MAX])[0] == 'x');
	for (size_t i = 1; i < count; i++) {
		struct link_host host;
		uint64_t port;
		const char *wrong = link_host_parse(span_of(found[i].host.name), &host);
		assert(found[i].title[0] && strlen(found[i].title) <= MDNS_LABEL_MAX);
		assert(!found[i].host.name[0] || !wrong);
		assert(span_to_u64(span_of(found[i].host.port), &port) && port && port < 65536);
		wrong = found[i].name[0] ? link_host_parse(span_of(found[i].name), &host)
					 : NULL;
		assert(!wrong);
	}
	return 0;
}
