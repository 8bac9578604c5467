// SPDX-License-Identifier: MIT
// A transport for tests, as unlike TLS lines as can be: plain bytes, a greeting first, then
// boxes of a kind, a length and as many bytes; a line each, or words of the transport's own.
// Also what a peer needs to talk so.
#pragma once

#include "tests/unit/io/world.h"

#include <errno.h>
#include <sys/socket.h>

#define HELLO "HELLO\n"
#define WELCOME "WELCOME\n"
#define BOX_HEAD 3

enum box_kind { BOX_LINE = 'L', BOX_PING = 'P', BOX_PONG = 'O', BOX_END = 'E' };

struct boxes {
	int fd;
	bool is_welcome, has_ended;
	struct buf in, out; // parts of boxes; boxes that the socket did not take
};

static inline void box_add(struct buf *to, enum box_kind kind, struct span bytes)
{
	buf_add_char(to, (char)kind);
	buf_add_char(to, (char)(bytes.len >> 8));
	buf_add_char(to, (char)bytes.len);
	buf_add_span(to, bytes);
}

// While set, sockets take nothing: what happens then happens for sure.
static bool boxes_are_stuck;

// The first whole box; false when there is none.
static inline bool box_first(const struct buf *in, enum box_kind *kind, struct span *bytes)
{
	const unsigned char *at = (const unsigned char *)in->at;
	size_t len = in->len < BOX_HEAD ? 0 : (size_t)at[1] << 8 | at[2];

	if (in->len < BOX_HEAD || in->len < BOX_HEAD + len)
		return false;
	*kind = (enum box_kind)at[0];
	*bytes = span_from(in->at + BOX_HEAD, len);
	return true;
}

static inline bool boxes_may_begin(unsigned char byte)
{
	return byte == HELLO[0];
}

static inline bool boxes_is_astray(struct span command, struct buf *told)
{
	if (!span_eq(command, SPAN("TUBE")))
		return false;
	buf_add_str(told, "no tubes\r\n");
	return true;
}

static inline void boxes_open(struct carrier *c, const struct carrier_world *world UNUSED,
			      int fd)
{
	struct boxes *b = xcalloc(1, sizeof(*b));

	b->fd = fd;
	c->own = b;
}

static inline void boxes_close(struct carrier *c)
{
	struct boxes *b = c->own;

	if (!b)
		return;
	buf_clear(&b->in);
	buf_clear(&b->out);
	free(b);
	c->own = NULL;
}

static inline enum tls_result boxes_push(struct carrier *c)
{
	struct boxes *b = c->own;

	while (b->out.len) {
		ssize_t sent =
			boxes_are_stuck ? -1 : send(b->fd, b->out.at, b->out.len, MSG_NOSIGNAL);

		if (sent < 0) {
			c->has_words = true;
			return boxes_are_stuck || errno == EAGAIN ? TLS_WANT_WRITE : TLS_BROKEN;
		}
		buf_drop(&b->out, (size_t)sent);
	}
	c->has_words = false;
	return TLS_OK;
}

static inline enum tls_result boxes_pull(struct boxes *b)
{
	ssize_t got = recv(b->fd, buf_space(&b->in, 4096), 4096, 0);

	if (got < 0)
		return errno == EAGAIN ? TLS_WANT_READ : TLS_BROKEN;
	b->in.len += (size_t)got;
	return got ? TLS_OK : TLS_CLOSED;
}

static inline enum tls_result boxes_shake(struct carrier *c)
{
	struct boxes *b = c->own;
	size_t len = strlen(HELLO);

	while (!b->is_welcome && b->in.len < len) {
		enum tls_result result = boxes_pull(b);

		if (result != TLS_OK)
			return result;
	}
	if (!b->is_welcome) {
		if (memcmp(b->in.at, HELLO, len) != 0)
			return TLS_BROKEN;
		b->is_welcome = true;
		buf_drop(&b->in, len);
		buf_add_str(&b->out, WELCOME);
	}
	return boxes_push(c);
}

static inline bool boxes_peer(const struct carrier *c UNUSED, uint8_t pin[static TLS_PIN_LEN],
			      uint8_t cert[static 64])
{
	memset(pin, 0, TLS_PIN_LEN);
	memset(cert, 0, 64);
	return false;
}

// What would end a line inside a box makes the line invalid instead: never two lines of one.
static inline void boxes_feed(struct frame *f, struct span bytes)
{
	size_t room;
	char *to = frame_space(f, &room);

	assert_true(bytes.len < room);
	for (size_t i = 0; i < bytes.len; i++)
		to[i] = bytes.at[i] == '\n' ? '\0' : bytes.at[i];
	to[bytes.len] = '\n';
	frame_fed(f, bytes.len + 1);
}

static inline enum tls_result boxes_read(struct carrier *c, struct frame *f)
{
	struct boxes *b = c->own;
	enum tls_result result = TLS_OK;
	enum box_kind kind;
	struct span bytes;

	if (!box_first(&b->in, &kind, &bytes))
		result = boxes_pull(b);
	c->has_more = false;
	if (result != TLS_OK || !box_first(&b->in, &kind, &bytes))
		return result;
	if (kind == BOX_LINE)
		boxes_feed(f, bytes);
	else if (kind == BOX_PING)
		box_add(&b->out, BOX_PONG, bytes);
	buf_drop(&b->in, BOX_HEAD + bytes.len);
	c->has_words = b->out.len;
	c->has_more = box_first(&b->in, &(enum box_kind){0}, &bytes);
	return kind == BOX_END ? TLS_CLOSED : TLS_OK;
}

static inline enum tls_result boxes_write(struct carrier *c, struct outq *q, entry_no durable,
					  char *record UNUSED)
{
	struct boxes *b = c->own;
	struct outq_walk walk = {0};
	struct span line;

	// Lines that were taken stand behind what the socket did not want: as few as can be.
	if (!b->out.len || !outq_may_leave(q, durable)) {
		while (b->out.len < RECORD_MAX && outq_next(q, &walk, durable, &line))
			box_add(&b->out, BOX_LINE, line);
		outq_sent(q, walk.bytes);
	}
	return boxes_push(c);
}

static inline enum tls_result boxes_end(struct carrier *c, enum parting parting UNUSED,
					struct span why)
{
	struct boxes *b = c->own;
	enum tls_result result;

	if (!b->has_ended)
		box_add(&b->out, BOX_END, why);
	b->has_ended = true;
	result = boxes_push(c);
	c->has_words = false; // it is this that is called again
	return result;
}

static inline const char *boxes_error(const struct carrier *c UNUSED)
{
	return "no boxes";
}

static const struct transport boxes = {
	.scheme = "boxes",
	.may_begin = boxes_may_begin,
	.is_astray = boxes_is_astray,
	.open = boxes_open,
	.close = boxes_close,
	.shake = boxes_shake,
	.peer = boxes_peer,
	.read = boxes_read,
	.write = boxes_write,
	.end = boxes_end,
	.error = boxes_error,
};

// The other side.

struct box_peer {
	int fd;
	struct buf raw, got; // bytes of a part; "L one\nO x\n": the boxes that came
	bool closed;
};

static inline void box_say(struct world *w, struct box_peer *p, enum box_kind kind,
			   struct span bytes)
{
	struct buf out = {0};

	box_add(&out, kind, bytes);
	assert_int_equal(send(p->fd, out.at, out.len, MSG_NOSIGNAL), out.len);
	buf_clear(&out);
	turns(w, 5);
}

static inline const char *box_hears(struct box_peer *p)
{
	enum box_kind kind;
	struct span bytes;
	ssize_t got;

	while ((got = recv(p->fd, buf_space(&p->raw, 65536), 65536, 0)) > 0)
		p->raw.len += (size_t)got;
	p->closed = got == 0;
	while (box_first(&p->raw, &kind, &bytes)) {
		buf_printf(&p->got, "%c ", kind);
		buf_add_span(&p->got, bytes);
		buf_add_char(&p->got, '\n');
		buf_drop(&p->raw, BOX_HEAD + bytes.len);
	}
	return buf_str(&p->got);
}

static inline struct box_peer box_connect(struct world *w)
{
	struct box_peer p = {.fd = raw_connect(w)};
	char welcome[32] = "";
	size_t before = count(w, INBOX_OPENED);

	assert_int_equal(send(p.fd, HELLO, strlen(HELLO), 0), strlen(HELLO));
	WAIT_UNTIL(count(w, INBOX_OPENED) > before, turn(w));
	assert_int_equal(recv(p.fd, welcome, strlen(WELCOME), 0), strlen(WELCOME));
	assert_string_equal(welcome, WELCOME);
	return p;
}

static inline void box_free(struct box_peer *p)
{
	close(p->fd);
	buf_clear(&p->raw);
	buf_clear(&p->got);
}
