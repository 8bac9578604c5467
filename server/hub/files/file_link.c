// SPDX-License-Identifier: MIT
#include "server/hub/files/file_link.h"

#include "common/encode.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"

#include <sodium.h>

#define HOUR_MS (3600 * INT64_C(1000))
#define MAC_LEN 16
#define LINK_LEN (8 + 4 + MAC_LEN)

_Static_assert((LINK_LEN * 8 + 5) / 6 == FILE_LINK_TEXT, "a link has one length");

static void put_number(unsigned char *out, uint64_t n, size_t len)
{
	for (size_t i = len; i > 0; n >>= 8)
		out[--i] = (unsigned char)n;
}

static uint64_t get_number(const unsigned char *in, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n = n << 8 | in[i];
	return n;
}

// The key of links is no other's: it is made of the one that all secrets are hashed by.
static void make_mac(const struct hub *h, const struct file_id *id,
		     const unsigned char who[static 12], unsigned char mac[static MAC_LEN])
{
	static const char purpose[] = "snug.chat file link";
	unsigned char key[32], bytes[FILE_ID_LEN + 12];

	crypto_generichash(key, sizeof(key), (const unsigned char *)purpose, sizeof(purpose),
			   h->token_key, sizeof(h->token_key));
	memcpy(bytes, id->bytes, FILE_ID_LEN);
	memcpy(bytes + FILE_ID_LEN, who, 12);
	crypto_generichash(mac, MAC_LEN, bytes, sizeof(bytes), key, sizeof(key));
	sodium_memzero(key, sizeof(key));
}

void file_link_sign(const struct hub *h, const struct file_id *id, const struct account *a,
		    char out[static FILE_LINK_TEXT + 1])
{
	unsigned char link[LINK_LEN];
	struct buf text = {0};

	put_number(link, (uint64_t)a->id, 8);
	put_number(link + 8, (uint64_t)(h->now.wall_ms / HOUR_MS), 4);
	make_mac(h, id, link, link + 12);
	encode_b64url(&text, link, sizeof(link));
	memcpy(out, buf_str(&text), FILE_LINK_TEXT + 1);
	buf_clear(&text);
}

static bool is_in_time(const struct hub *h, uint64_t hour)
{
	int64_t made_ms = (int64_t)hour * HOUR_MS;

	return made_ms <= h->now.wall_ms &&
	       h->now.wall_ms < made_ms + (FILE_LINK_HOURS + 1) * HOUR_MS;
}

struct account *file_link_account(struct hub *h, const struct file_id *id, struct span sig)
{
	struct buf link = {0};
	unsigned char mac[MAC_LEN], bytes[LINK_LEN];
	bool is_link =
		sig.len == FILE_LINK_TEXT && decode_b64url(&link, sig) && link.len == LINK_LEN;

	if (is_link)
		memcpy(bytes, link.at, LINK_LEN);
	buf_clear(&link);
	if (!is_link)
		return NULL;
	make_mac(h, id, bytes, mac);
	if (sodium_memcmp(mac, bytes + 12, MAC_LEN) != 0 ||
	    !is_in_time(h, get_number(bytes + 8, 4)))
		return NULL;
	return account_by_id(h, (account_id)get_number(bytes, 8));
}
