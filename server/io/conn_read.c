// SPDX-License-Identifier: MIT
// The way in: first byte, handshake, lines.
#include "server/io/conn.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/utf8.h"
#include "server/io/web.h"
#include "server/io/transfer.h"
#include "server/letters/limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define COMMAND_MAX 32    // inside: longest command that is told apart
#define READS_PER_TURN 16 // inside: of up to 16 KiB, others are waiting
// Of a turn, for those who are not logged in yet: who is in waits no longer for them. For
// what the hub and the way out do of it, so much is put down for each.
#define STRANGERS_US 700
#define STRANGER_HUB_US 100

static void ready_again(struct conn *c)
{
	conn_join(&c->env->ready, &c->ready);
	loop_again(c->env->loop);
}

// Of a line that may hold any bytes.
static struct span tags_of(struct span *line)
{
	struct span tags;

	if (!span_starts(*line, SPAN("@")))
		return SPAN("");
	tags = span_after(span_cut(line, ' '), 1);
	return utf8_is_valid(tags) && !memchr(tags.at, '\0', tags.len) ? tags : SPAN("");
}

static struct span command_of(struct span line)
{
	size_t len = 0;

	if (span_starts(line, SPAN(":")))
		span_cut(&line, ' ');
	while (len < line.len && len < COMMAND_MAX &&
	       ((line.at[len] | 0x20) >= 'a' && (line.at[len] | 0x20) <= 'z'))
		len++;
	return span_from(line.at, len);
}

// What can be told of it goes with it: the answer names the command and has the label.
static void take_bad(struct conn *c, enum inbox_fault fault, struct span line)
{
	struct msg head = {.tags = arena_dup(conn_arena(c), tags_of(&line))};
	struct inbox_event *e;

	head.command = arena_dup(conn_arena(c), command_of(line));
	c->credit--;
	e = conn_event(c, INBOX_BAD);
	e->fault = fault;
	e->msg = head;
}

// Whoever takes us for another service is told so; of the line nothing goes further.
static bool is_astray(struct conn *c, struct span command)
{
	struct buf told = {0};
	struct line *line;

	if (c->has_spoken || !c->carrier.transport->is_astray(command, &told))
		return false;
	counter_add(&c->env->counts->refused[IO_REFUSED_ASTRAY]);
	line = line_new(buf_span(&told), 0);
	conn_queue(c, line, true);
	line_drop(line);
	buf_clear(&told);
	conn_close(c, 0, PARTING_REFUSED, SPAN("Not meant for us"));
	return true;
}

// Whether the line holds a message that the hub is to get; else what is wrong was told. Its
// spans point into the inbox letter, which outlives the frame.
static bool is_message(struct conn *c, struct span line, struct msg *msg)
{
	enum msg_result result = msg_parse(msg, arena_dup(conn_arena(c), line));

	if (result == MSG_EMPTY)
		return false;
	// What cannot be a command is one that the hub does not know: it answers as such.
	if (result != MSG_OK && result != MSG_BAD_COMMAND) {
		take_bad(c, result == MSG_TOO_MANY ? FAULT_PARAMS : FAULT_SYNTAX, line);
		return false;
	}
	return !is_astray(c, msg->command);
}

// In a silence PINGs are answered, and the rest is kept; what was kept comes first later. False
// when no more bytes are wanted.
static bool take_lines(struct conn *c)
{
	struct span line;
	struct msg msg;

	while (conn_can_read(c)) {
		bool is_kept = !conn_can_hand_on(c);
		struct frame *from = !is_kept && c->kept.len ? &c->kept : &c->frame;
		enum frame_result result = frame_next(from, &line);

		if (result == FRAME_MORE && from == &c->frame)
			return true;
		if (result == FRAME_FLOOD) {
			conn_part(c, PARTING_REFUSED, SPAN("Too many bytes without a line"));
			return false;
		}
		if (result == FRAME_MORE) {
			c->is_kept_full = false;
		} else if (is_kept) {
			silence_keep(c, line, result == FRAME_LINE);
		} else if (result != FRAME_LINE) {
			take_bad(c, result == FRAME_TOO_LONG ? FAULT_TOO_LONG : FAULT_BYTES,
				 line);
		} else if (is_message(c, line, &msg)) {
			c->has_spoken = true;
			if (silence_answers(c, &msg))
				continue;
			c->credit--;
			conn_event(c, INBOX_LINE)->msg = msg;
		}
	}
	return false;
}

void conn_read_stopped(struct conn *c, enum tls_result result)
{
	switch (result) {
	case TLS_WANT_WRITE:
		c->read_wants_write = true;
		return;
	case TLS_CLOSED:
		conn_end(c, SPAN("Connection closed"));
		return;
	case TLS_BROKEN:
		log_event(LOG_DEBUG, "connection_broken", "why",
			  c->carrier.transport->error(&c->carrier), NULL);
		conn_end(c, SPAN("Connection lost"));
		return;
	case TLS_OK:
	case TLS_WANT_READ:
		return;
	}
}

// The lines that came before are heard first, as far as there is credit for them.
static void part_as_told(struct conn *c)
{
	(void)take_lines(c);
	conn_close(c, 0, PARTING_LEFT, span_of(c->carrier.parting));
}

void conn_read(struct conn *c)
{
	for (int i = 0; i < READS_PER_TURN; i++) {
		enum tls_result result;

		if (!take_lines(c))
			goto out;
		result = c->carrier.transport->read(&c->carrier, &c->frame);
		if (result != TLS_OK) {
			conn_read_stopped(c, result);
			goto out;
		}
		if (!c->carrier.was_idle)
			conn_heard(c);
		if (c->carrier.parting) {
			part_as_told(c);
			goto out;
		}
		// Else the loop tells of what comes, for less than asking costs.
		if (!c->carrier.has_more)
			break;
	}
	if (take_lines(c) && c->carrier.has_more)
		ready_again(c);
out:
	if (c->carrier.has_words && c->state == CONN_OPEN)
		conn_flush_soon(c);
	conn_watch(c);
}

// The peer's address as text; false when it is gone already.
static bool find_host(struct conn *c, char out[static NET_TEXT_MAX])
{
	struct net_address peer = {0};
	socklen_t len = sizeof(peer.bytes);

	if (c->told.len) {
		snprintf(out, NET_TEXT_MAX, "%s", buf_str(&c->told));
		if (!c->carrier.asks) // who does may ask again
			buf_clear(&c->told);
		return true;
	}
	if (getpeername(c->fd, (struct sockaddr *)(void *)peer.bytes, &len) < 0)
		return false;
	peer.len = len;
	net_host_text(&peer, out);
	return true;
}

// No session: what is known at once is said at once, the rest is the hub's to say.
static void take_question(struct conn *c, struct span host)
{
	struct arena *arena = conn_arena(c);
	struct web_question asked = {.host = host, .source = c->source};
	struct web_answer answer;

	if (!c->carrier.transport->question(&c->carrier, &asked, &answer)) {
		conn_answer(c, &answer);
		return;
	}
	asked.host = arena_dup(arena, asked.host);
	asked.rest = arena_dup(arena, asked.rest);
	asked.type = arena_dup(arena, asked.type);
	asked.key = arena_dup(arena, asked.key);
	asked.body = arena_dup(arena, asked.body);
	asked.query = arena_dup(arena, asked.query);
	asked.authorization = arena_dup(arena, asked.authorization);
	asked.disposition = arena_dup(arena, asked.disposition);
	conn_event(c, INBOX_ASKED)->asked = asked;
	conn_watch(c);
}

static void opened(struct conn *c)
{
	char host[NET_TEXT_MAX];
	struct inbox_event *event;
	struct arena *arena = conn_arena(c);

	if (!find_host(c, host)) {
		conn_end(c, SPAN("Connection lost"));
		return;
	}
	c->state = CONN_OPEN;
	list_remove(&c->shaking);
	if (c->carrier.asks) {
		take_question(c, span_of(host));
		return;
	}
	c->credit = CREDIT_UNKNOWN;
	event = conn_event(c, INBOX_OPENED);
	event->opened.host = arena_dup(arena, span_of(host));
	event->opened.source = c->source;
	event->opened.is_web = c->carrier.transport == &web_tls;
	event->opened.has_pin =
		c->carrier.transport->peer(&c->carrier, event->opened.pin, event->opened.cert);
	if (c->env->binds && c->carrier.transport->binding)
		c->carrier.transport->binding(&c->carrier, &event->opened.binding);
	conn_read(c);
}

static void shake(struct conn *c)
{
	enum tls_result result = c->carrier.transport->shake(&c->carrier);

	if (result == TLS_OK) {
		opened(c);
		return;
	}
	if (result == TLS_BROKEN || result == TLS_CLOSED) {
		if (!c->has_asked)
			log_event(LOG_DEBUG, "handshake_failed", "why",
				  c->carrier.transport->error(&c->carrier), NULL);
		conn_give_up(c, SPAN("Handshake failed"));
		return;
	}
	c->read_wants_write = result == TLS_WANT_WRITE;
	conn_watch(c);
}

// Whoever does not begin as the transport wants costs nothing more and gets no answer.
static void first_byte(struct conn *c)
{
	unsigned char byte;
	ssize_t got = recv(c->fd, &byte, 1, MSG_PEEK);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 1) {
		conn_end(c, SPAN("Connection lost"));
		return;
	}
	if (!c->carrier.transport->may_begin(byte)) {
		conn_refuse(c, IO_REFUSED_ASTRAY, SPAN("Not meant for us"));
		return;
	}
	c->carrier.transport->open(&c->carrier, &c->env->world, c->fd);
	c->state = CONN_SHAKING;
	shake(c);
}

// Until the peer hangs up: a descriptor closed over unread bytes resets the connection,
// and our last lines would be lost with it.
static void discard(struct conn *c)
{
	char *scratch = c->env->scratch;
	ssize_t got, sum = 0;

	do {
		got = recv(c->fd, scratch, sizeof(c->env->scratch), 0);
		sum += got;
	} while (got > 0 && sum < DISCARD_MAX);
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		conn_end(c, SPAN("Closed"));
}

static void exchange(struct conn *c, unsigned events)
{
	bool reads = events & LOOP_READ;

	if (events & LOOP_WRITE) {
		reads = reads || c->read_wants_write;
		c->read_wants_write = false;
		if (c->write_blocked)
			conn_heard(c); // it takes what waited: slow, but alive
		c->write_blocked = false;
	}
	if (events & LOOP_READ)
		c->write_wants_read = false;
	if (c->outq.count || c->aside.count || c->carrier.has_words || c->state == CONN_CLOSING)
		conn_join(&c->env->dirty, &c->out);
	if (reads && transfer_reads(c))
		transfer_read(c);
	else if (reads && c->state == CONN_OPEN)
		conn_read(c);
	conn_watch(c);
}

void conn_on_ready(void *arg, unsigned events)
{
	struct conn *c = arg;
	struct conn_env *env = c->env;
	bool is_stranger = !c->is_known && c->state <= CONN_OPEN;
	int64_t began = 0;

	if (is_stranger) {
		// What is not done now is reported again in the next turn.
		if (env->strangers_us > STRANGERS_US) {
			c->was_put_off = true;
			return;
		}
		began = clock_mono_us();
	}
	switch ((enum conn_state)c->state) {
	case CONN_SILENT:
		if (!c->awaits_proxy || conn_proxy_has_told(c))
			first_byte(c);
		break;
	case CONN_SHAKING:
		shake(c);
		break;
	case CONN_OPEN:
	case CONN_CLOSING:
		exchange(c, events);
		break;
	case CONN_LINGERING:
		discard(c);
		break;
	case CONN_DEAD:
		break;
	}
	if (is_stranger)
		env->strangers_us += clock_mono_us() - began + STRANGER_HUB_US;
}
