// SPDX-License-Identifier: MIT
// Lines as WebSocket messages, on their way in and out.
//
// 1. In: what is read becomes lines where it lies, in the connection's frame.
// 2. Out: a write holds either words of our own or lines. Whichever was offered to TLS and not
//    taken is offered again, the same bytes first, before the other has its turn.
// 3. Of the peer's pings the last is answered: an answer takes 127 bytes at most, however many
//    there are. Who sends more than PINGS_PER_MINUTE control frames is put out.
#include "server/io/web_private.h"

#include "common/clock.h"
#include "server/letters/limits.h"

#include <assert.h>

#define MINUTE_MS 60000

// The connection ends with this close frame, once the lines before it are taken.
static void want_end(struct carrier *c, unsigned code, const char *why)
{
	struct web *w = c->own;

	w->code = (uint16_t)code;
	c->parting = why;
}

static void count_control(struct carrier *c)
{
	struct web *w = c->own;
	int64_t now = clock_mono_ms();

	if (now - w->minute_at > MINUTE_MS) {
		w->minute_at = now;
		w->pings = 0;
	}
	if (++w->pings > PINGS_PER_MINUTE)
		want_end(c, WEBSOCKET_POLICY, "Too many pings");
}

static void take_ping(struct carrier *c)
{
	struct web *w = c->own;

	buf_clear(&w->pong);
	buf_add_span(&w->pong, websocket_said(&w->socket));
	w->has_pong = true;
	c->has_words = true;
	count_control(c);
}

// The lines of `in` are put at `out`; gives their end.
static char *take_frames(struct carrier *c, struct span in, char *out)
{
	struct web *w = c->own;
	const char *first = out;

	c->was_idle = true;
	while (!c->parting) {
		switch (websocket_read(&w->socket, &in, &out)) {
		case WEBSOCKET_PINGED:
			take_ping(c);
			continue;
		case WEBSOCKET_PONGED:
			count_control(c);
			continue;
		case WEBSOCKET_CLOSED:
			want_end(c, w->socket.code, "Connection closed");
			w->is_told = true;
			break;
		case WEBSOCKET_BROKEN:
			want_end(c, w->socket.code, w->socket.why);
			break;
		case WEBSOCKET_MORE:
			break;
		}
		break;
	}
	c->was_idle = out == first && !c->parting;
	return out;
}

enum tls_result web_read_frames(struct carrier *c, struct frame *f)
{
	struct web *w = c->own;
	size_t room, got;
	char *to = frame_space(f, &room);
	enum tls_result result = web_pull(w, to + 1, room - 1, &got);

	if (result != TLS_OK)
		got = 0;
	else
		got = (size_t)(take_frames(c, span_from(to + 1, got), to) - to);
	frame_fed(f, got);
	c->has_more = result == TLS_OK && w->tls && tls_has_pending(w->tls);
	return result;
}

static size_t put_line(const struct web *w, char *to, struct span line)
{
	size_t head = websocket_head(to, (enum websocket_op)w->op, line.len);

	memcpy(to + head, line.at, line.len);
	return head + line.len;
}

// As many lines as a record holds, each behind its header.
static enum tls_result write_lines(struct web *w, struct outq *q, entry_no durable,
				   char *record)
{
	struct outq_walk walk = {0}, taken = {0};
	size_t len = 0, done;
	enum tls_result result;
	struct span line;

	while (outq_next(q, &walk, durable, &line)) {
		if (len + WEBSOCKET_HEAD_MAX + line.len > RECORD_MAX)
			break;
		len += put_line(w, record + len, line);
		taken = walk;
	}
	assert(len && "a line that is longer than a record");
	result = web_push(w, record, len, &done);
	w->has_lines_pending = result == TLS_WANT_WRITE || result == TLS_WANT_READ;
	if (result == TLS_OK)
		outq_sent(q, taken.bytes);
	return result;
}

static void add_pong(struct web *w)
{
	if (!w->has_pong || w->words.len)
		return;
	websocket_put(&w->words, WEBSOCKET_PONG, buf_span(&w->pong));
	w->has_pong = false;
	buf_clear(&w->pong);
}

static enum tls_result write_words(struct carrier *c)
{
	struct web *w = c->own;
	size_t done;
	enum tls_result result = web_push(w, w->words.at, w->words.len, &done);

	if (result == TLS_OK)
		buf_clear(&w->words);
	c->has_words = w->words.len || w->has_pong;
	return result;
}

enum tls_result web_write_frames(struct carrier *c, struct outq *q, entry_no durable,
				 char *record)
{
	struct web *w = c->own;

	if (w->has_lines_pending)
		return write_lines(w, q, durable, record);
	add_pong(w);
	return w->words.len ? write_words(c) : write_lines(w, q, durable, record);
}

static unsigned code_of(enum parting parting)
{
	switch (parting) {
	case PARTING_LEFT:
		return WEBSOCKET_NORMAL;
	case PARTING_STOP:
		return WEBSOCKET_GOING;
	case PARTING_LATER:
		return WEBSOCKET_LATER;
	case PARTING_REFUSED:
		break;
	}
	return WEBSOCKET_POLICY;
}

// A close of the peer's is echoed, without a reason; ours has one.
enum tls_result web_end_frames(struct carrier *c, enum parting parting, struct span why)
{
	struct web *w = c->own;

	if (!w->has_ended)
		websocket_put_close(&w->words, w->code ? w->code : code_of(parting),
				    w->is_told ? SPAN("") : why);
	w->has_ended = true;
	return w->words.len ? write_words(c) : TLS_OK;
}

void web_nudge(struct carrier *c)
{
	struct web *w = c->own;

	if (w->words.len)
		return;
	websocket_put(&w->words, WEBSOCKET_PING, SPAN(""));
	c->has_words = true;
}
