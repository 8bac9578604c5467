// SPDX-License-Identifier: MIT
// 1. `generation` changes with each open and close: after a callback the link goes on
//    only when it is still the one it was.
// 2. Bytes leave `out` only at a turn's end or when the socket becomes writable.
#include "client/outside/tls_link.h"

#include "client/outside/dial.h"
#include "common/die.h"
#include "common/frame.h"
#include "common/snug_link.h"
#include "common/tls_vouch.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_BODY_MAX 8192 // servers may allow longer lines than 512 (LINELEN)
#define RECORD_MAX 16384
#define TURN_BYTES (128 * 1024) // read in one turn: the keyboard gets its share

enum link_stage { STAGE_CLOSED, STAGE_DIAL, STAGE_HANDSHAKE, STAGE_UP };

struct tls_link {
	struct link link;
	struct loop *loop;
	struct dial *dial;
	struct loop_timer *deadline;
	struct loop_hook *to_read, *to_write;
	struct loop_fd *watch;
	struct tls_context *context;
	char *name;       // of the server
	int64_t hurry_ms; // for TLS, where there is somewhere else
	struct tls *tls;
	struct frame frame;
	struct buf out;
	enum link_stage stage;
	unsigned generation;
	int fd;
	int64_t heard_at;
	bool has_secret; // in `out`
	bool wants_write;
	bool has_more; // the turn's share was read, there may be more
};

static struct tls_link *of(struct link *link)
{
	return container_of(link, struct tls_link, link);
}

static const struct tls_link *at(const struct link *link)
{
	return (const struct tls_link *)link;
}

static void reset_out(struct tls_link *k)
{
	if (k->has_secret && k->out.at)
		sodium_memzero(k->out.at, k->out.cap);
	k->has_secret = false;
	buf_reset(&k->out);
}

static void drop_stream(struct tls_link *k)
{
	loop_timer_stop(k->deadline);
	loop_remove(k->watch);
	k->watch = NULL;
	tls_free(k->tls);
	k->tls = NULL;
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
}

static void close_it(struct tls_link *k)
{
	if (k->stage == STAGE_CLOSED)
		return;
	if (k->stage == STAGE_UP && k->out.len && k->out.len <= RECORD_MAX) {
		enum tls_result unused = tls_write(k->tls, k->out.at, k->out.len);
		(void)unused;
	}
	k->generation++;
	k->stage = STAGE_CLOSED;
	dial_stop(k->dial);
	drop_stream(k);
	frame_clear(&k->frame);
	reset_out(k);
	k->wants_write = k->has_more = false;
}

static void fail(struct tls_link *k, enum failure failure, struct span detail)
{
	char *words = span_dup(detail);

	close_it(k);
	k->link.events.on_down(k->link.events.arg, failure, span_of(words));
	free(words);
}

static void fail_broken(struct tls_link *k)
{
	fail(k, FAILURE_LOST, span_of(tls_error(k->tls)));
}

static void watch(struct tls_link *k, enum tls_result wants)
{
	k->wants_write = wants == TLS_WANT_WRITE;
	loop_change(k->watch, k->wants_write ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

// Reading.

// False when the link is not what it was any more.
static bool give_lines(struct tls_link *k)
{
	unsigned generation = k->generation;
	struct span line;
	struct msg m;

	for (;;) {
		switch (frame_next(&k->frame, &line)) {
		case FRAME_LINE:
			if (msg_parse(&m, line) == MSG_OK)
				k->link.events.on_line(k->link.events.arg, &m, line);
			if (generation != k->generation)
				return false;
			break;
		case FRAME_TOO_LONG:
		case FRAME_INVALID:
			break;
		case FRAME_MORE:
			return true;
		case FRAME_FLOOD:
			fail(k, FAILURE_LOST, SPAN("the server sends no lines of chat"));
			return false;
		}
	}
}

static void read_more(struct tls_link *k)
{
	size_t taken = 0;

	k->has_more = false;
	while (taken < TURN_BYTES) {
		size_t room, got = 0;
		char *to = frame_space(&k->frame, &room);
		enum tls_result result = tls_read(k->tls, to, room, &got);
		if (result == TLS_CLOSED) {
			fail(k, FAILURE_ENDED, SPAN(""));
			return;
		}
		if (result == TLS_BROKEN) {
			fail_broken(k);
			return;
		}
		if (result != TLS_OK) {
			if (result == TLS_WANT_WRITE)
				watch(k, result);
			return;
		}
		taken += got;
		frame_fed(&k->frame, got);
		k->heard_at = loop_now(k->loop);
		if (!give_lines(k))
			return;
	}
	k->has_more = true;
	loop_again(k->loop);
}

// Writing.

// At the turn's end, or when the socket takes more.
static void flush(void *arg)
{
	struct tls_link *k = arg;

	if (k->stage != STAGE_UP || k->wants_write)
		return;
	while (k->out.len) {
		size_t len = k->out.len < RECORD_MAX ? k->out.len : RECORD_MAX;
		enum tls_result result = tls_write(k->tls, k->out.at, len);
		if (result == TLS_OK) {
			if (len == k->out.len)
				reset_out(k);
			else
				buf_drop(&k->out, len);
			continue;
		}
		if (result == TLS_BROKEN || result == TLS_CLOSED)
			fail_broken(k);
		else
			watch(k, result);
		return;
	}
}

static void read_left_over(void *arg)
{
	struct tls_link *k = arg;

	if (k->stage == STAGE_UP && k->has_more)
		read_more(k);
}

// Growing may move the bytes: the place they leave has to be wiped too.
static void reserve_secret(struct tls_link *k, size_t len)
{
	if (k->out.cap - k->out.len >= len + 2)
		return;
	struct buf bigger = {0};
	char *unused = buf_space(&bigger, k->out.len + len + RECORD_MAX);
	(void)unused;
	buf_add_span(&bigger, buf_span(&k->out));
	if (k->out.at)
		sodium_memzero(k->out.at, k->out.cap);
	buf_clear(&k->out);
	k->out = bigger;
}

static bool is_line(struct span line)
{
	return line.len && !memchr(line.at, '\n', line.len) &&
	       !memchr(line.at, '\r', line.len) && !memchr(line.at, '\0', line.len);
}

static void on_send(struct link *link, struct span line, bool is_secret)
{
	struct tls_link *k = of(link);

	if (k->stage != STAGE_UP || !is_line(line) ||
	    (!is_secret && k->out.len >= LINK_QUEUE_MAX))
		return;
	if (is_secret) {
		k->has_secret = true;
		reserve_secret(k, line.len);
	}
	buf_add_span(&k->out, line);
	buf_add(&k->out, "\r\n", 2);
	loop_again(k->loop);
}

// Coming up.

void tls_link_peer(const struct tls *t, struct link_peer *peer)
{
	struct tls_vouches words;

	*peer = (struct link_peer){.is_verified = tls_is_verified(t)};
	peer->has_pin = tls_peer_pin(t, peer->pin);
	tls_peer_vouches(t, &words);
	peer->n_vouchers = words.n;
	static_assert(sizeof(words.pins) == sizeof(peer->vouchers), "as many are looked at");
	memcpy(peer->vouchers, words.pins, sizeof(words.pins));
	peer->has_next = words.has_next;
	memcpy(peer->next, words.next, TLS_PIN_LEN);
	(void)!tls_binding(t, &peer->binding);
}

static void come_up(struct tls_link *k)
{
	struct link_peer peer;

	tls_link_peer(k->tls, &peer);
	enum failure verdict = k->link.events.on_key(k->link.events.arg, &peer);

	if (verdict != FAILURE_NONE) {
		fail(k, verdict, SPAN(""));
		return;
	}
	loop_timer_stop(k->deadline);
	k->stage = STAGE_UP;
	k->heard_at = loop_now(k->loop);
	watch(k, TLS_OK);
	unsigned generation = k->generation;
	k->link.events.on_up(k->link.events.arg);
	// The server's first bytes may have come with the handshake's last.
	if (generation == k->generation)
		read_more(k);
}

// Whoever answers there speaks no TLS, or nothing at all: another address may.
static void give_up_address(struct tls_link *k, enum failure failure, struct span detail)
{
	if (!dial_go_on(k->dial)) {
		fail(k, failure, detail);
		return;
	}
	drop_stream(k);
	k->stage = STAGE_DIAL;
}

static void shake_hands(struct tls_link *k)
{
	enum tls_result result = tls_handshake(k->tls);

	if (result == TLS_OK)
		come_up(k);
	else if (result == TLS_CLOSED || result == TLS_BROKEN)
		give_up_address(k, FAILURE_TLS, span_of(tls_error(k->tls)));
	else
		watch(k, result);
}

static void on_ready(void *arg, unsigned events)
{
	struct tls_link *k = arg;

	if (k->stage == STAGE_HANDSHAKE) {
		shake_hands(k);
		return;
	}
	watch(k, TLS_OK);
	unsigned generation = k->generation;
	if (events & LOOP_READ)
		read_more(k);
	if (generation == k->generation && (events & LOOP_WRITE))
		flush(k);
}

static void on_dialed(void *arg, int fd, enum failure failure, struct span detail)
{
	struct tls_link *k = arg;

	if (fd < 0) {
		fail(k, failure, detail);
		return;
	}
	k->fd = fd;
	k->stage = STAGE_HANDSHAKE;
	k->tls = tls_new(k->context, fd, k->name);
	k->watch = loop_add(k->loop, fd, LOOP_READ | LOOP_WRITE, on_ready, k);
	bool is_hurried = dial_has_others(k->dial);
	loop_timer_set(k->deadline, is_hurried ? k->hurry_ms : TLS_HANDSHAKE_MS);
	shake_hands(k);
}

static void on_deadline(void *arg)
{
	give_up_address(arg, FAILURE_TIMED_OUT, SPAN(""));
}

static char *on_order(struct link *link, const struct link_order *order)
{
	struct tls_link *k = of(link);
	char *error = NULL;

	close_it(k);
	free(k->name);
	k->name = xstrdup(order->name);
	tls_context_free(k->context);
	k->context = order->has_pin
			     ? tls_context_pinned(order->cert_file, order->key_file, &error)
			     : tls_context_client(order->cert_file, order->key_file, &error);
	return error;
}

int64_t tls_link_hurry_ms(unsigned n_tried)
{
	int64_t ms = HURRY_MS;

	for (unsigned i = 0; i < n_tried && ms < HURRY_MAX_MS; i++)
		ms *= 2;
	return ms < HURRY_MAX_MS ? ms : HURRY_MAX_MS;
}

static void on_open(struct link *link, const struct link_place *place)
{
	struct tls_link *k = of(link);
	struct dial_order order = {.host = place->host,
				   .port = place->port,
				   .asks_srv = strcmp(place->port, LINK_PORT) == 0,
				   .has_others = place->has_others,
				   .hurry_ms = tls_link_hurry_ms(place->n_tried)};

	close_it(k);
	k->stage = STAGE_DIAL;
	frame_init(&k->frame, 2 * FRAME_TAGS_MAX, LINE_BODY_MAX);
	k->hurry_ms = order.hurry_ms;
	dial_start(k->dial, &order);
}

static void on_close(struct link *link)
{
	close_it(of(link));
}

static bool on_is_up(const struct link *link)
{
	return at(link)->stage == STAGE_UP;
}

static size_t on_queued(const struct link *link)
{
	return at(link)->out.len;
}

static int64_t on_heard_at(const struct link *link)
{
	return at(link)->heard_at;
}

static const char *on_version(const struct link *link)
{
	struct tls *tls = at(link)->tls;

	return tls ? tls_version(tls) : "";
}

static void on_free(struct link *link)
{
	struct tls_link *k = of(link);

	close_it(k);
	dial_free(k->dial);
	loop_timer_free(k->deadline);
	loop_hook_remove(k->to_read);
	loop_hook_remove(k->to_write);
	tls_context_free(k->context);
	buf_clear(&k->out);
	free(k->name);
	free(k);
}

struct link *tls_link_new(struct loop *l, const struct link_events *events)
{
	static const struct link_acts acts = {
		.order = on_order,
		.open = on_open,
		.close = on_close,
		.is_up = on_is_up,
		.send = on_send,
		.queued = on_queued,
		.heard_at = on_heard_at,
		.version = on_version,
		.free = on_free,
	};
	struct tls_link *k = xcalloc(1, sizeof(*k));

	*k = (struct tls_link){.link = {.acts = &acts, .events = *events}, .loop = l, .fd = -1};
	k->dial = dial_new(l, on_dialed, k);
	k->deadline = loop_timer_new(l, on_deadline, k);
	k->to_read = loop_at_turn_end(l, read_left_over, k);
	k->to_write = loop_at_turn_end(l, flush, k);
	return &k->link;
}
