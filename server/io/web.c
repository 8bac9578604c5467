// SPDX-License-Identifier: MIT
// The transport: what is underneath, the request, the answer.
//
// 1. Until the request is whole nothing is known to the hub, and the bytes that it may have are
//    bounded by HTTP_HEAD_MAX and the body_max of its route.
// 2. An answer ends the connection, and nothing behind it is read; but not when it shows a
//    file of the page and nothing has come behind the request yet.
// 3. A file is not copied into the queue: its head is the one line there, and the bytes follow
//    from where they lie, a record whenever there is room.
// 4. A file that somebody sends is not held: its head alone is asked of the hub, and the body
//    is read (web_take) as the disk takes it.
#include "server/io/web_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/wipe.h"
#include "server/letters/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#define TLS_RECORD_HANDSHAKE 22
#define PULL_BYTES 4096 // inside: of a request, at once

struct web_names *web_names_new(struct span hosts, struct span origins, bool is_vouched)
{
	struct web_names *names = xcalloc(1, sizeof(*names));

	names->hosts = span_dup(hosts);
	names->origins = span_dup(origins);
	names->is_vouched = is_vouched;
	return names;
}

void web_names_free(struct web_names *names)
{
	if (!names)
		return;
	free(names->hosts);
	free(names->origins);
	free(names);
}

static enum tls_result failed(ssize_t got, enum tls_result wanted)
{
	if (got == 0)
		return TLS_CLOSED;
	return errno == EAGAIN || errno == EINTR ? wanted : TLS_BROKEN;
}

enum tls_result web_pull(struct web *w, void *to, size_t room, size_t *done)
{
	ssize_t got;

	*done = 0;
	if (w->tls)
		return tls_read(w->tls, to, room, done);
	got = recv(w->fd, to, room, 0);
	if (got <= 0)
		return failed(got, TLS_WANT_READ);
	*done = (size_t)got;
	return TLS_OK;
}

enum tls_result web_push(struct web *w, const void *bytes, size_t len, size_t *done)
{
	ssize_t sent;

	*done = len;
	if (w->tls)
		return tls_write(w->tls, bytes, len);
	sent = send(w->fd, bytes, len, MSG_NOSIGNAL);
	if (sent < 0)
		return failed(sent, TLS_WANT_WRITE);
	*done = (size_t)sent;
	return TLS_OK;
}

static bool may_begin_tls(unsigned char byte)
{
	return byte == TLS_RECORD_HANDSHAKE;
}

// A method, or the empty line that may stand before it.
static bool may_begin_plain(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || byte == '\r';
}

// Whoever could be was found out by the request.
static bool is_astray(struct span command UNUSED, struct buf *told UNUSED)
{
	return false;
}

static void await_request(struct web *w)
{
	w->request = xcalloc(1, sizeof(*w->request));
	w->request->route = -1;
}

static struct web *open_web(struct carrier *c, const struct carrier_world *world, int fd)
{
	struct web *w = xcalloc(1, sizeof(*w));

	w->world = world;
	w->fd = fd;
	await_request(w);
	websocket_init(&w->socket);
	c->own = w;
	return w;
}

static void open_tls(struct carrier *c, const struct carrier_world *world, int fd)
{
	open_web(c, world, fd)->tls = tls_new_web(world->tls, fd, world->challenges);
}

static void open_plain(struct carrier *c, const struct carrier_world *world, int fd)
{
	open_web(c, world, fd)->phase = WEB_ASKING;
}

static void forget_request(struct web *w)
{
	if (!w->request)
		return;
	// There may be the word of a hook in it.
	wipe_bytes(w->request->bytes.at, w->request->bytes.len);
	buf_clear(&w->request->bytes);
	free(w->request);
	w->request = NULL;
}

static void close_web(struct carrier *c)
{
	struct web *w = c->own;

	if (!w)
		return;
	tls_free(w->tls);
	forget_request(w);
	buf_clear(&w->words);
	buf_clear(&w->pong);
	free(w);
	c->own = NULL;
}

static bool peer(const struct carrier *c UNUSED, uint8_t pin[static TLS_PIN_LEN],
		 uint8_t cert[static 64])
{
	memset(pin, 0, TLS_PIN_LEN);
	memset(cert, 0, 64);
	return false;
}

static enum tls_result push_words(struct web *w)
{
	while (w->words.len) {
		size_t done;
		enum tls_result result = web_push(w, w->words.at, w->words.len, &done);

		if (result != TLS_OK)
			return result;
		buf_drop(&w->words, done);
	}
	buf_clear(&w->words);
	return TLS_OK;
}

// Reads until there is a whole request or nothing more has come.
static enum tls_result take_request(struct web *w)
{
	struct buf *bytes = &w->request->bytes;
	enum tls_result result = TLS_OK;
	size_t got;

	while (!web_take_request(w)) {
		// What it waits for, before it sends more.
		result = push_words(w);
		if (result == TLS_OK)
			result = web_pull(w, buf_space(bytes, PULL_BYTES), PULL_BYTES, &got);
		if (result != TLS_OK)
			return result;
		bytes->len += got;
	}
	return TLS_OK;
}

static enum tls_result shake(struct carrier *c)
{
	struct web *w = c->own;
	enum tls_result result = TLS_OK;

	if (w->phase == WEB_SHAKING)
		result = tls_handshake(w->tls);
	if (result != TLS_OK)
		return result;
	if (w->phase == WEB_SHAKING)
		w->phase = WEB_ASKING;
	result = take_request(w);
	if (result != TLS_OK)
		return result;
	if (w->phase == WEB_TALKING)
		forget_request(w);
	c->asks = w->phase == WEB_ASKED;
	c->has_words = w->words.len;
	return TLS_OK;
}

static bool question(const struct carrier *c, struct web_question *asked,
		     struct web_answer *answer)
{
	const struct web *w = c->own;
	const struct web_request *r = w->request;

	if (r->route < 0) {
		*answer = (struct web_answer){.status = r->status, .body = span_of(r->text)};
		return false;
	}
	asked->route = (enum route)r->route;
	asked->rest = r->rest;
	asked->type = http_field(&r->head, SPAN("Content-Type"));
	asked->key = http_field(&r->head, SPAN("Idempotency-Key"));
	asked->body = r->body;
	web_ask_file(w, asked);
	return true;
}

static void add_fields(struct web *w, const struct web_answer *answer, struct buf *out)
{
	struct web_request *r = w->request;

	if (answer->then == WEB_GIVES)
		web_add_file_fields(r, answer, out);
	else
		web_add_refusal_fields(answer, out);
	buf_add_str(out, r->more ? r->more : "");
	if (r->asset)
		web_add_page_fields(w, out);
	if (answer->retry_s)
		buf_printf(out, "Retry-After: %u\r\n", answer->retry_s);
}

// What of it comes behind the head: of a file of the page, of one that somebody sent.
static uint64_t follows(const struct web_request *r, const struct web_answer *answer)
{
	if (answer->then == WEB_GIVES)
		return r->part.len;
	return r->asset ? web_page_bytes(r).len : 0;
}

static void add_answer(struct carrier *c, const struct web_answer *answer, struct buf *out)
{
	struct web *w = c->own;
	struct web_request *r = w->request;
	bool is_head = r->has_head && r->head.method == HTTP_HEAD;
	struct buf more = {0};

	add_fields(w, answer, &more);
	w->goes_on = r->goes_on && !tls_has_pending(w->tls) && ++w->answers < ANSWERS_MAX;
	http_answer(out,
		    &(struct http_answer){
			    .status = answer->then == WEB_GIVES ? r->status : answer->status,
			    .type = r->type,
			    .more = buf_span(&more),
			    .body = answer->body,
			    .follows = follows(r, answer),
			    .is_head = is_head,
			    .is_last = !w->goes_on,
			    .at_ms = clock_wall_ms(),
		    });
	if (r->asset && !is_head)
		web_give(c, web_page_bytes(r));
	buf_clear(&more);
	forget_request(w);
}

// The one line of the queue, as it stands.
static enum tls_result write_head(struct web *w, struct outq *q, entry_no durable, char *record)
{
	size_t len = outq_gather(q, record, RECORD_MAX, durable), done;
	enum tls_result result = web_push(w, record, len, &done);

	if (result == TLS_OK)
		outq_sent(q, done);
	return result;
}

// Before its body comes.
static enum tls_result write_continue(struct carrier *c)
{
	enum tls_result result = push_words(c->own);

	c->has_words = result != TLS_OK;
	return result;
}

static enum tls_result write_file(struct carrier *c)
{
	struct web *w = c->own;
	size_t len = w->rest.len < RECORD_MAX ? w->rest.len : RECORD_MAX, done;
	enum tls_result result = web_push(w, w->rest.at, len, &done);

	if (result == TLS_OK)
		w->rest = span_after(w->rest, done);
	c->has_words = w->rest.len;
	return result;
}

static bool again(struct carrier *c)
{
	struct web *w = c->own;

	if (!w->goes_on)
		return false;
	w->phase = WEB_ASKING;
	await_request(w);
	return true;
}

static enum tls_result write_web(struct carrier *c, struct outq *q, entry_no durable,
				 char *record)
{
	struct web *w = c->own;

	if (w->phase == WEB_TALKING)
		return web_write_frames(c, q, durable, record);
	if (w->words.len)
		return write_continue(c);
	return q->count ? write_head(w, q, durable, record) : write_file(c);
}

static enum tls_result end(struct carrier *c, enum parting parting, struct span why)
{
	const struct web *w = c->own;

	return w->phase == WEB_TALKING ? web_end_frames(c, parting, why) : TLS_OK;
}

static const char *error(const struct carrier *c)
{
	const struct web *w = c->own;

	return w->tls ? tls_error(w->tls) : "the connection was cut";
}

const struct transport web_tls = {
	.scheme = "https",
	.may_begin = may_begin_tls,
	.is_astray = is_astray,
	.open = open_tls,
	.close = close_web,
	.shake = shake,
	.peer = peer,
	.read = web_read_frames,
	.write = write_web,
	.end = end,
	.nudge = web_nudge,
	.question = question,
	.answer = add_answer,
	.again = again,
	.expect = web_expect,
	.take = web_take,
	.choose = web_choose,
	.give = web_give,
	.error = error,
};

const struct transport web_plain = {
	.is_local = true,
	.scheme = "http",
	.may_begin = may_begin_plain,
	.is_astray = is_astray,
	.open = open_plain,
	.close = close_web,
	.shake = shake,
	.peer = peer,
	.read = web_read_frames,
	.write = write_web,
	.end = end,
	.question = question,
	.answer = add_answer,
	.again = again,
	.error = error,
};
