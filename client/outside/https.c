// SPDX-License-Identifier: MIT
// 1. on_end is called from a timer, and is the last thing that is done with a request: it may
//    be freed inside.
// 2. Bytes that wait in `out` are sent before more of the body is read.
#include "client/outside/https.h"

#include "client/net/key_judge.h"
#include "client/outside/dial.h"
#include "client/outside/http_chunks.h"
#include "client/outside/tls_link.h"
#include "common/buf.h"
#include "common/die.h"
#include "common/wipe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORD_MAX 16384
#define UNREADABLE "the answer is none that can be read"
#define TURN_BYTES (256 * 1024) // in one turn: the keyboard gets its share

enum https_stage {
	HTTPS_DIAL,
	HTTPS_HANDSHAKE,
	HTTPS_ASK,  // the head is on its way, and what comes of it is waited for
	HTTPS_GIVE, // the body goes
	HTTPS_TAKE, // the answer's body comes
};

struct https {
	struct loop *loop;
	struct https_events events;
	struct https_keys keys;
	struct https_body body;
	struct dial *dial;
	struct loop_timer *alarm, *go_on, *rest;
	struct loop_fd *watch;
	struct tls_context *context;
	struct tls *tls;
	char *host;
	int fd;
	enum https_stage stage;
	bool is_over, by_authority;
	unsigned status; // of the end
	char *why;
	struct buf out;   // not sent yet
	uint64_t n_given; // bytes of the body that are in `out` or were sent
	struct buf in;    // the answer's head; of a refusal the body, too
	struct http_reply head;
	struct http_chunks chunks;
	uint64_t n_taken;
};

bool https_url_parse(struct span url, struct https_url *out)
{
	if (!span_starts(url, SPAN("https://")))
		return false;
	struct span rest = span_after(url, strlen("https://"));
	size_t slash = span_find(rest, '/');
	struct span place = span_from(rest.at, slash), host;
	out->path = span_after(rest, slash);
	bool is_six = place.len && place.at[0] == '[';
	size_t end = is_six ? span_find(place, ']') : span_find(place, ':');
	struct span port = span_after(place, is_six ? end + 1 : end);
	uint64_t number = 443;

	host = is_six ? span_from(place.at + 1, end - 1) : span_from(place.at, end);
	if (!host.len || host.len >= sizeof(out->host) || !out->path.len ||
	    (is_six && end == place.len) || span_find(place, '@') < place.len)
		return false;
	if (port.len && (port.at[0] != ':' || !span_to_u64(span_after(port, 1), &number) ||
			 number < 1 || number > 65535))
		return false;
	snprintf(out->host, sizeof(out->host), SPAN_FMT, SPAN_ARG(host));
	snprintf(out->port, sizeof(out->port), "%u", (unsigned)number);
	for (size_t i = 0; i < out->path.len; i++) {
		if (out->path.at[i] <= ' ' || out->path.at[i] == 0x7f)
			return false;
	}
	return true;
}

// The end.

static void end(struct https *h, unsigned status, const char *why)
{
	if (h->is_over)
		return;
	h->is_over = true;
	h->status = status;
	h->why = why ? xstrdup(why) : NULL;
	loop_timer_set(h->alarm, 0);
	loop_timer_stop(h->go_on);
	loop_timer_stop(h->rest);
	loop_remove(h->watch);
	h->watch = NULL;
}

static void tell_end(struct https *h)
{
	struct https_answer a = {.status = h->status,
				 .why = h->why,
				 .is_sent = h->stage >= HTTPS_ASK,
				 .head = &h->head};

	if (h->status >= 300)
		a.words = span_after(buf_span(&h->in), h->head.head_len);
	h->events.on_end(h->events.arg, &a);
}

static void end_broken(struct https *h)
{
	end(h, 0, h->stage >= HTTPS_ASK ? "the connection was cut" : tls_error(h->tls));
}

// Of a silence; or the end is told, from the loop.
static void on_alarm(void *arg)
{
	struct https *h = arg;

	if (h->is_over)
		tell_end(h);
	else
		end(h, 0, "the server does not answer");
}

static void watch(struct https *h, enum tls_result wants)
{
	bool writes = wants == TLS_WANT_WRITE || (wants == TLS_OK && h->out.len);

	loop_change(h->watch, writes ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void heard(struct https *h)
{
	if (!h->is_over)
		loop_timer_set(h->alarm, HTTPS_SILENCE_MS);
}

// What comes.

static void take_piece(struct https *h, struct span bytes)
{
	bool is_good = h->head.status < 300;

	if (!is_good && h->in.len < h->head.head_len + HTTPS_WORDS_MAX)
		buf_add_span(&h->in, bytes);
	if (is_good && bytes.len && !h->events.on_body(h->events.arg, &h->head, bytes))
		end(h, 0, "it could not be kept");
}

static void take_chunks(struct https *h, struct span bytes)
{
	enum http_chunks_result result = HTTP_CHUNKS_DATA;
	struct span data;

	while (!h->is_over && result == HTTP_CHUNKS_DATA) {
		result = http_chunks_next(&h->chunks, &bytes, &data);
		if (result == HTTP_CHUNKS_DATA)
			take_piece(h, data);
	}
	if (result == HTTP_CHUNKS_BAD)
		end(h, 0, UNREADABLE);
	else if (result == HTTP_CHUNKS_END)
		end(h, h->head.status, NULL);
}

static void take_body(struct https *h, struct span bytes)
{
	uint64_t left = h->head.has_length ? h->head.length - h->n_taken : UINT64_MAX;

	if (h->head.is_chunked) {
		take_chunks(h, bytes);
		return;
	}
	if (bytes.len > left)
		bytes.len = (size_t)left;
	h->n_taken += bytes.len;
	take_piece(h, bytes);
	if (h->head.has_length && h->n_taken == h->head.length)
		end(h, h->head.status, NULL);
}

static bool is_at_once(const struct https_body *b)
{
	return !b->length || (b->length <= HTTPS_AT_ONCE_MAX && b->fd < 0);
}

static void begin_body(struct https *h)
{
	if (h->stage != HTTPS_ASK || !h->body.length)
		return;
	h->stage = HTTPS_GIVE;
	loop_timer_stop(h->go_on);
	loop_change(h->watch, LOOP_READ | LOOP_WRITE);
}

static void on_go_on(void *arg)
{
	begin_body(arg);
}

// False: more of it has to come.
static bool take_head(struct https *h)
{
	switch (http_reply_read(&h->head, buf_span(&h->in))) {
	case HTTP_REPLY_MORE:
		return false;
	case HTTP_REPLY_BAD:
		end(h, 0, UNREADABLE);
		return false;
	case HTTP_REPLY_OK:
		break;
	}
	if (h->head.status < 200) {
		buf_drop(&h->in, h->head.head_len);
		begin_body(h);
		return true;
	}
	h->stage = HTTPS_TAKE;
	buf_reset(&h->out);
	loop_timer_stop(h->go_on);
	return true;
}

static void take_bytes(struct https *h, struct span bytes)
{
	heard(h);
	if (h->stage == HTTPS_TAKE) {
		take_body(h, bytes);
		return;
	}
	buf_add_span(&h->in, bytes);
	while (!h->is_over && h->stage != HTTPS_TAKE && take_head(h))
		;
	if (h->is_over || h->stage != HTTPS_TAKE)
		return;
	struct buf rest = {0};
	buf_add_span(&rest, span_after(buf_span(&h->in), h->head.head_len));
	h->in.len = h->head.head_len;
	take_body(h, buf_span(&rest));
	wipe_away(&rest);
}

static void take_close(struct https *h)
{
	if (h->stage == HTTPS_TAKE && !h->head.has_length && !h->head.is_chunked)
		end(h, h->head.status, NULL);
	else
		end_broken(h);
}

static void read_records(struct https *h, char bytes[static RECORD_MAX])
{
	size_t taken = 0, got;

	while (!h->is_over && taken < TURN_BYTES) {
		enum tls_result result = tls_read(h->tls, bytes, RECORD_MAX, &got);
		if (result == TLS_CLOSED) {
			take_close(h);
			return;
		}
		if (result == TLS_BROKEN) {
			end_broken(h);
			return;
		}
		if (result != TLS_OK) {
			watch(h,
			      h->out.len || h->stage == HTTPS_GIVE ? TLS_WANT_WRITE : result);
			return;
		}
		taken += got;
		take_bytes(h, span_from(bytes, got));
	}
	// What TLS took from the socket already is told by no event.
	if (!h->is_over)
		loop_timer_set(h->rest, 0);
}

static void read_more(struct https *h)
{
	char bytes[RECORD_MAX];

	read_records(h, bytes);
	wipe_bytes(bytes, sizeof(bytes));
}

static void on_rest(void *arg)
{
	read_more(arg);
}

// What goes.

// False: it cannot be read any more.
static bool fill(struct https *h)
{
	uint64_t left = h->body.length - h->n_given;
	size_t want = left < RECORD_MAX ? (size_t)left : RECORD_MAX;

	if (h->body.fd < 0) {
		buf_add(&h->out, h->body.bytes.at + h->n_given, want);
	} else {
		ssize_t got =
			pread(h->body.fd, buf_space(&h->out, want), want, (off_t)h->n_given);
		if (got <= 0)
			return false;
		want = (size_t)got;
		h->out.len += want;
	}
	h->n_given += want;
	return true;
}

static bool has_more(const struct https *h)
{
	return h->stage == HTTPS_GIVE && h->n_given < h->body.length;
}

static void write_more(struct https *h)
{
	enum tls_result result = TLS_OK;
	size_t sent = 0;

	while (result == TLS_OK && sent < TURN_BYTES && (h->out.len || has_more(h))) {
		if (!h->out.len && !fill(h)) {
			end(h, 0, "the file became shorter while it was sent");
			return;
		}
		size_t len = h->out.len < RECORD_MAX ? h->out.len : RECORD_MAX;
		result = tls_write(h->tls, h->out.at, len);
		if (result == TLS_BROKEN || result == TLS_CLOSED) {
			end_broken(h);
			return;
		}
		if (result == TLS_OK) {
			buf_drop(&h->out, len);
			sent += len;
			heard(h);
		}
	}
	if (result == TLS_OK && (h->out.len || has_more(h)))
		result = TLS_WANT_WRITE;
	watch(h, result);
	if (h->stage == HTTPS_GIVE && sent)
		h->events.on_sent(h->events.arg, h->n_given - h->out.len);
}

// The way there.

static bool is_trusted(struct https *h)
{
	struct uplink_order order = {.pins = h->keys.pins, .has_next_pin = h->keys.has_next};
	struct link_peer peer;

	memcpy(order.next_pin, h->keys.next, TLS_PIN_LEN);
	tls_link_peer(h->tls, &peer);
	if (h->by_authority)
		return peer.is_verified;
	if (h->keys.or_vouched && peer.is_verified)
		return true;
	return h->keys.pins.count && key_judge(&order, &peer) == FAILURE_NONE;
}

static void shake_hands(struct https *h)
{
	enum tls_result result = tls_handshake(h->tls);

	if (result == TLS_CLOSED || result == TLS_BROKEN) {
		end_broken(h);
		return;
	}
	if (result != TLS_OK) {
		watch(h, result);
		return;
	}
	if (!is_trusted(h)) {
		end(h, 0,
		    h->by_authority ? "no authority of this computer vouches for who answers: "
				      "nothing was sent"
				    : "its address for files shows a key that is not known: "
				      "nothing was sent");
		return;
	}
	h->stage = HTTPS_ASK;
	heard(h);
	if (is_at_once(&h->body))
		begin_body(h);
	else if (h->body.length)
		loop_timer_set(h->go_on, HTTPS_CONTINUE_MS);
	write_more(h);
}

static void on_ready(void *arg, unsigned events)
{
	struct https *h = arg;

	if (h->stage == HTTPS_HANDSHAKE) {
		shake_hands(h);
		return;
	}
	bool writes = (events & LOOP_WRITE) && (h->out.len || has_more(h));
	// Who takes no more says why and hangs up: behind a write that failed that is lost.
	if ((events & LOOP_READ) || !writes)
		read_more(h);
	if (writes && !h->is_over)
		write_more(h);
}

static void on_dialed(void *arg, int fd, enum failure failure UNUSED, struct span detail)
{
	struct https *h = arg;

	if (fd < 0) {
		struct buf words = {0};
		buf_printf(&words, "cannot connect to %s: " SPAN_FMT, h->host,
			   SPAN_ARG(detail.len ? detail : SPAN("nobody answers there")));
		end(h, 0, buf_str(&words));
		buf_clear(&words);
		return;
	}
	h->fd = fd;
	h->stage = HTTPS_HANDSHAKE;
	h->tls = tls_new_https(h->context, fd, h->host);
	h->watch = loop_add(h->loop, fd, LOOP_READ | LOOP_WRITE, on_ready, h);
	shake_hands(h);
}

static void add_head(struct buf *out, const struct https_order *o)
{
	bool is_six = strchr(o->host, ':') != NULL;

	buf_printf(out, "%s %s HTTP/1.1\r\nHost: %s%s%s:%s\r\nConnection: close\r\n", o->method,
		   o->path, is_six ? "[" : "", o->host, is_six ? "]" : "", o->port);
	if (strcmp(o->method, "POST") == 0)
		buf_printf(out, "Content-Length: %llu\r\n%s",
			   (unsigned long long)o->body.length,
			   is_at_once(&o->body) ? "" : "Expect: 100-continue\r\n");
	buf_add_span(out, o->fields);
	buf_add_str(out, "\r\n");
}

struct https *https_start(struct loop *l, const struct https_order *o,
			  const struct https_events *events)
{
	struct https *h = xcalloc(1, sizeof(*h));
	char *error = NULL;

	*h = (struct https){.loop = l, .events = *events, .body = o->body, .fd = -1};
	h->by_authority = !o->keys;
	if (o->keys)
		h->keys = *o->keys;
	h->host = xstrdup(o->host);
	h->context = h->by_authority || h->keys.or_vouched
			     ? tls_context_client(NULL, NULL, &error)
			     : tls_context_pinned(NULL, NULL, &error);
	free(error);
	// Once for all: growing would leave copies behind.
	(void)buf_space(&h->in, HTTP_REPLY_HEAD_MAX + RECORD_MAX);
	add_head(&h->out, o);
	h->alarm = loop_timer_new(l, on_alarm, h);
	h->go_on = loop_timer_new(l, on_go_on, h);
	h->rest = loop_timer_new(l, on_rest, h);
	h->dial = dial_new(l, on_dialed, h);
	heard(h);
	dial_start(h->dial, &(struct dial_order){.host = o->host, .port = o->port});
	return h;
}

void https_free(struct https *h)
{
	if (!h)
		return;
	dial_free(h->dial);
	loop_timer_free(h->alarm);
	loop_timer_free(h->go_on);
	loop_timer_free(h->rest);
	loop_remove(h->watch);
	tls_free(h->tls);
	tls_context_free(h->context);
	if (h->fd >= 0)
		close(h->fd);
	wipe_away(&h->out);
	wipe_away(&h->in);
	free(h->host);
	free(h->why);
	free(h);
}
