// SPDX-License-Identifier: MIT
#include "server/hub/state/state.h"

#include "server/letters/file_list.h"

#include <assert.h>
#include <sodium.h>

void hub_random(struct hub *h, void *out, size_t len)
{
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

	_Static_assert(sizeof(nonce) == sizeof(h->random_count), "one count a call");
	h->random_count++;
	memcpy(nonce, &h->random_count, sizeof(nonce));
	crypto_stream_chacha20(out, len, nonce, h->random_key);
}

int64_t hub_new_id(struct hub *h)
{
	return ++h->last_id;
}

void hub_saw_id(struct hub *h, int64_t id)
{
	if (id > h->last_id)
		h->last_id = id;
}

void hub_load_failed(struct hub *h, const char *format, ...)
{
	struct buf text = {0};
	va_list args;

	if (h->load_error)
		return;
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	h->load_error = buf_take(&text);
}

void hub_asks(struct hub *h, struct session *s)
{
	assert(!s || !h->asker);
	h->asker = s;
}

struct outbox *hub_outbox(struct hub *h, unsigned shard)
{
	struct outbox **out = &h->out.outboxes[shard % SHARDS_MAX];

	if (!*out)
		*out = outbox_new();
	return *out;
}

void hub_put_file_list(struct hub *h, struct file_list *list)
{
	*h->files_end = &list->letter;
	h->files_end = &list->letter.next;
}
