// SPDX-License-Identifier: MIT
#include "server/issuer/seen.h"

#include <sodium.h>

_Static_assert(sizeof(((struct seen_id *)0)->hash) == crypto_generichash_BYTES, "as it makes");

static void forget_old(struct seen *s, int64_t now_s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->ids[i].until_s >= now_s)
			s->ids[n++] = s->ids[i];
	}
	s->n = n;
}

enum seen_before seen_add(struct seen *s, struct span id, int64_t now_s, int64_t until_s)
{
	struct seen_id fresh = {.until_s = until_s};

	forget_old(s, now_s);
	crypto_generichash(fresh.hash, sizeof(fresh.hash), (const unsigned char *)id.at, id.len,
			   NULL, 0);
	for (size_t i = 0; i < s->n; i++) {
		if (!memcmp(s->ids[i].hash, fresh.hash, sizeof(fresh.hash)))
			return SEEN_BEFORE;
	}
	if (s->n == SEEN_MAX)
		return SEEN_FULL;
	s->ids[s->n++] = fresh;
	return SEEN_NEW;
}
