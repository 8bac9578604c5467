// SPDX-License-Identifier: MIT
// Whatever a proxy sends: byte by byte and at once it is the same header, never more of it is
// wanted than there may be, and for whom it is can be said.
#include "common/proxy_header.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

// Proves P8.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct proxy_header h = {0};
	enum proxy_result result = PROXY_MORE;
	char text[NET_TEXT_MAX];
	size_t have = 0;

	while (result == PROXY_MORE && have <= len) {
		result = proxy_read(bytes, have, &h);
		if (result != PROXY_MORE)
			break;
		assert(h.wants && have + h.wants <= PROXY_HEADER_MAX);
		have += h.wants;
	}
	// One byte at a time says nothing else, but may say sooner what is wrong.
	for (size_t i = 0; i < len && i < have; i++) {
		struct proxy_header part;
		enum proxy_result early = proxy_read(bytes, i, &part);

		assert(early == PROXY_MORE ||
		       (early == PROXY_BAD && result != PROXY_TOLD && result != PROXY_LOCAL));
		if (early == PROXY_BAD)
			break;
		assert(i + part.wants <= have || have > len);
	}
	if (result == PROXY_TOLD)
		net_text(&h.source, text);
	return 0;
}
