// SPDX-License-Identifier: MIT
#include "client/app/secret_guard.h"

#include "common/snug_link.h"
#include "common/wipe.h"

#include <sodium.h>

static void hash_of(const struct secret_guard *g, struct span text, uint8_t out[static 32])
{
	crypto_generichash(out, sizeof(g->hash), (const uint8_t *)text.at, text.len, g->salt,
			   sizeof(g->salt));
}

void secret_guard_set(struct secret_guard *g, struct span secret)
{
	g->is_set = secret.len > 0;
	randombytes_buf(g->salt, sizeof(g->salt));
	hash_of(g, secret, g->hash);
}

bool secret_guard_knows(const struct secret_guard *g, struct span text)
{
	uint8_t hash[sizeof(g->hash)];
	if (!g->is_set)
		return false;
	hash_of(g, span_trim(text), hash);
	return sodium_memcmp(hash, g->hash, sizeof(hash)) == 0;
}

static bool has(struct span text, const char *part)
{
	return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

// Also one that was cut, or stands in brackets.
static bool is_link(struct span word)
{
	struct snug_link link;
	bool is_one = snug_link_parse(word, &link) == NULL && link.device[0];

	wipe_bytes(&link, sizeof(link));
	return is_one || (has(word, "snug://") && has(word, "device="));
}

bool secret_guard_is_link(struct span text)
{
	while (text.len) {
		struct span line = span_cut(&text, '\n');

		while (line.len) {
			if (is_link(span_cut(&line, ' ')))
				return true;
		}
	}
	return false;
}
