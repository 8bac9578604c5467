// SPDX-License-Identifier: MIT
// A ring in the order of ids, bounded in messages and in bytes.
#include "server/hub/history/recent.h"

#include "common/die.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define RECENT_LINE_MAX 300 // inside: bytes of text that no prefix and target can make too long

struct kept {
	struct entry_message message; // spans in `bytes`
	entry_no entry;
	size_t size;
	char *bytes;
};

struct recent {
	struct kept ring[RECENT_MESSAGES_MAX];
	size_t first, count;
	size_t size;              // bytes of all
	message_id forgotten;     // the newest message that is not here any more ...
	entry_no forgotten_entry; // ... and its entry
};

static struct kept *kept_at(struct recent *r, size_t i)
{
	return &r->ring[(r->first + i) % RECENT_MESSAGES_MAX];
}

static void drop_first(struct recent *r)
{
	struct kept *k = kept_at(r, 0);

	r->forgotten = k->message.id;
	r->forgotten_entry = k->entry;
	r->size -= k->size;
	free(k->bytes);
	*k = (struct kept){0};
	r->first = (r->first + 1) % RECENT_MESSAGES_MAX;
	r->count--;
}

static void measure(void *arg, struct span *s)
{
	*(size_t *)arg += s->len;
}

static void move(void *arg, struct span *s)
{
	char **to = arg;

	if (s->len)
		memcpy(*to, s->at, s->len);
	s->at = *to;
	*to += s->len;
}

void recent_add(struct hub *h, const struct entry_message *m, entry_no entry)
{
	struct recent *r = h->recent;
	struct entry copy = {.kind = ENTRY_MESSAGE, .message = *m};
	struct kept *k;
	size_t size = 0;
	char *to;

	if (!r) {
		r = h->recent = xcalloc(1, sizeof(*r));
		r->forgotten = m->id - 1; // whatever was before this run is in the store
	}
	entry_each_span(&copy, measure, &size);
	while (r->count &&
	       (r->count == RECENT_MESSAGES_MAX || r->size + size > RECENT_BYTES_MAX))
		drop_first(r);
	k = kept_at(r, r->count++);
	*k = (struct kept){.entry = entry, .size = size, .bytes = xmalloc(size + 1)};
	to = k->bytes;
	entry_each_span(&copy, move, &to);
	k->message = copy.message;
	r->size += size;
}

// The place of the first message for which `key` (of id or entry) is above `than`.
static size_t first_above(struct recent *r, uint64_t than, bool by_entry)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct kept *k = kept_at(r, middle);

		if ((by_entry ? k->entry : k->message.id) > than)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

// Said in one line: who got a line of it got all.
static bool is_one_line(const struct entry_message *m)
{
	return m->text.len < RECENT_LINE_MAX && span_find(m->text, '\n') == m->text.len;
}

message_id recent_before(const struct hub *h, entry_no entry, bool begun)
{
	struct recent *r = h->recent;
	int64_t since = h->now.wall_ms - RECENT_UNKNOWN_MS;
	size_t i;

	if (!r)
		return h->last_message;
	entry = entry ? entry : 1; // said before the first entry of this run
	i = first_above(r, entry - 1, true);
	if (begun && i < r->count && kept_at(r, i)->entry == entry &&
	    is_one_line(&kept_at(r, i)->message))
		i++;
	if (i > 0)
		return kept_at(r, i - 1)->message.id;
	if (r->forgotten_entry < entry)
		return r->forgotten;
	return since > 0 ? message_id_from(since) : 0;
}

bool recent_covers(const struct hub *h, message_id id)
{
	if (!h->recent)
		return id >= h->last_message;
	return id >= h->recent->forgotten;
}

// NULL: there is none.
static struct kept *kept_after(struct recent *r, message_id id)
{
	size_t i;

	if (!r)
		return NULL;
	i = first_above(r, id, false);
	return i < r->count ? kept_at(r, i) : NULL;
}

const struct entry_message *recent_after(const struct hub *h, message_id id)
{
	const struct kept *k = kept_after(h->recent, id);

	return k ? &k->message : NULL;
}

static void wipe(struct kept *k)
{
	explicit_bzero(k->bytes, k->size);
	k->message.text = k->message.tags = k->message.sender = k->message.client_id =
		(struct span){0};
	k->message.redacted = true;
}

void recent_expire(struct hub *h, stream_id stream, message_id upto)
{
	for (size_t i = 0; h->recent && i < h->recent->count; i++) {
		struct kept *k = kept_at(h->recent, i);

		if (k->message.id > upto)
			return;
		if (k->message.stream != stream)
			continue;
		wipe(k);
		k->message.stream = 0;
	}
}

void recent_redact(struct hub *h, message_id id)
{
	struct kept *k = kept_after(h->recent, id - 1);

	if (k && k->message.id == id)
		wipe(k);
}

const struct entry_message *recent_edit(const struct hub *h, message_id id)
{
	for (size_t i = 0; h->recent && i < h->recent->count; i++) {
		const struct entry_message *m = &kept_at(h->recent, i)->message;

		if (entry_edits(m) == id)
			return m;
	}
	return NULL;
}

void recent_restamp(struct hub *h, const struct hub_step *step, int64_t least_ms)
{
	for (size_t i = 0; h->recent && i < h->recent->count; i++) {
		int64_t *at = &kept_at(h->recent, i)->message.time_ms;

		if (*at <= step->over_ms)
			continue;
		*at += step->shift_ms;
		if (*at <= least_ms)
			*at = least_ms + 1;
	}
}

void recent_free(struct hub *h)
{
	if (!h->recent)
		return;
	while (h->recent->count)
		drop_first(h->recent);
	free(h->recent);
	h->recent = NULL;
}
