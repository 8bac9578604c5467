// SPDX-License-Identifier: MIT
#include "server/io/outq.h"

#include "common/die.h"

#include <assert.h>
#include <stdlib.h>

#define RING_MIN 8 // an idle connection keeps none

struct line *line_new(struct span bytes, entry_no after)
{
	struct line *l = xmalloc(sizeof(*l) + bytes.len);

	l->refs = 1;
	l->len = (uint32_t)bytes.len;
	l->after = l->first_after = after;
	l->made_us = 0;
	memcpy(l->bytes, bytes.at, bytes.len);
	return l;
}

void line_drop(struct line *l)
{
	assert(l->refs > 0);
	if (--l->refs == 0)
		free(l);
}

static struct line *line_at(const struct outq *q, uint32_t i)
{
	return q->ring[(q->first + i) & (q->space - 1)];
}

void outq_clear(struct outq *q)
{
	for (uint32_t i = 0; i < q->count; i++)
		line_drop(line_at(q, i));
	free(q->ring);
	*q = (struct outq){0};
}

static void widen(struct outq *q)
{
	uint32_t space = q->space ? q->space * 2 : RING_MIN;
	struct line **ring = xreallocarray(NULL, space, sizeof(struct line *));

	for (uint32_t i = 0; i < q->count; i++)
		ring[i] = line_at(q, i);
	free(q->ring);
	q->ring = ring;
	q->space = space;
	q->first = 0;
}

void outq_push(struct outq *q, struct line *l)
{
	if (q->count == q->space)
		widen(q);
	l->refs++;
	q->ring[(q->first + q->count++) & (q->space - 1)] = l;
	q->bytes += l->len;
}

bool outq_may_leave(const struct outq *q, entry_no durable)
{
	return q->count && line_at(q, 0)->after <= durable;
}

int64_t outq_made_us(const struct outq *q)
{
	return q->count ? line_at(q, 0)->made_us : 0;
}

// So much of the bytes as has room: whole lines, unless nothing else would leave.
static size_t fitting(const char *bytes, size_t room, bool is_first)
{
	const char *end = memrchr(bytes, '\n', room);

	if (end)
		return (size_t)(end - bytes) + 1;
	return is_first ? room : 0;
}

size_t outq_gather(const struct outq *q, char *to, size_t room, entry_no durable)
{
	size_t len = 0, from = q->sent;

	for (uint32_t i = 0; i < q->count && len < room; i++) {
		const struct line *l = line_at(q, i);
		size_t part = l->len - from;
		bool is_whole = part <= room - len;

		if (l->after > durable)
			break;
		if (!is_whole)
			part = fitting(l->bytes + from, room - len, len == 0);
		memcpy(to + len, l->bytes + from, part);
		len += part;
		from = 0;
		if (!is_whole)
			break;
	}
	return len;
}

void outq_sent(struct outq *q, size_t len)
{
	assert(len <= q->bytes);
	q->bytes -= len;
	while (len) {
		struct line *l = line_at(q, 0);
		size_t rest = l->len - q->sent;

		if (len < rest) {
			q->sent += (uint32_t)len;
			return;
		}
		len -= rest;
		q->sent = 0;
		q->first = (q->first + 1) & (q->space - 1);
		q->count--;
		line_drop(l);
	}
	if (!q->count)
		outq_clear(q);
}

bool outq_next(const struct outq *q, struct outq_walk *walk, entry_no durable,
	       struct span *line)
{
	const struct line *l;
	size_t len;

	if (!walk->bytes)
		walk->at = q->sent;
	if (walk->line == q->count)
		return false;
	l = line_at(q, walk->line);
	if (l->after > durable)
		return false;
	*line = span_from(l->bytes + walk->at, l->len - walk->at);
	len = span_find(*line, '\n') + 1;
	assert(len > 1 && len <= line->len);
	line->len = len - 2;
	walk->bytes += len;
	walk->at += (uint32_t)len;
	if (walk->at == l->len) {
		walk->line++;
		walk->at = 0;
	}
	return true;
}
