// SPDX-License-Identifier: MIT
#include "tests/support/hub_peer.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct got {
	char *text;
	entry_no after;
};

struct peer {
	struct fixture *fixture;
	conn_id id;
	struct got *lines;
	size_t n_lines, lines_space, next;
	bool is_open, is_closed;
	entry_no close_after;
	bool stalled, is_held;
};

static struct inbox *inbox_of(struct fixture *f)
{
	return hub_mail_inbox(&f->inside->mail);
}

static struct peer *find_peer(struct fixture *f, conn_id id)
{
	for (size_t i = f->inside->n_peers; i-- > 0;) {
		if (f->inside->peers[i]->id == id)
			return f->inside->peers[i];
	}
	return NULL;
}

static void receive(struct peer *p, struct span text, entry_no after)
{
	if (text.len < 2 || text.at[text.len - 2] != '\r' || text.at[text.len - 1] != '\n')
		fail_msg("a line without CR LF: %.*s", SPAN_ARG(text));
	text.len -= 2;
	p->lines = grow(p->lines, p->n_lines, &p->lines_space, sizeof(*p->lines));
	p->lines[p->n_lines++] = (struct got){span_dup(text), after};
}

static void deliver_line(struct fixture *f, const struct outbox *out,
			 const struct outbox_item *item)
{
	struct span text = {out->bytes.at + item->at, item->len};

	for (uint32_t i = 0; i < item->n_conns; i++) {
		struct peer *p = find_peer(f, out->conns[item->first_conn + i]);

		if (p && p->is_open && !p->is_closed && (!p->stalled || item->catch_up))
			receive(p, text, item->after);
	}
}

void peers_deliver(struct fixture *f, const struct outbox *out)
{
	for (size_t i = 0; i < out->n_items; i++) {
		const struct outbox_item *item = &out->items[i];
		struct peer *p = find_peer(f, item->conn);

		if (item->kind == OUTBOX_LINE)
			deliver_line(f, out, item);
		else if (p && item->kind == OUTBOX_CLOSE && !p->is_closed) {
			p->is_closed = true;
			p->close_after = item->after;
		} else if (p && item->kind == OUTBOX_LIVE)
			p->stalled = false;
		else if (p && item->kind == OUTBOX_HOLD)
			p->is_held = item->count != 0;
	}
	if (out->durable > f->inside->gate)
		f->inside->gate = out->durable;
}

void peers_cut_off(struct fixture *f)
{
	for (size_t i = 0; i < f->inside->n_peers; i++)
		f->inside->peers[i]->is_open = false;
}

static void peer_free(struct peer *p)
{
	for (size_t i = 0; i < p->n_lines; i++)
		free(p->lines[i].text);
	free(p->lines);
	free(p);
}

void peers_free(struct fixture *f)
{
	for (size_t i = 0; i < f->inside->n_peers; i++)
		peer_free(f->inside->peers[i]);
	free(f->inside->peers);
}

struct peer *fixture_open_as(struct fixture *f, const struct inbox_opened *opened)
{
	struct fixture_inside *in = f->inside;
	struct peer *p = xcalloc(1, sizeof(*p));
	struct inbox *inbox = inbox_of(f);
	struct inbox_event *e;

	p->fixture = f;
	p->id = CONN_ID(0, ++in->next_slot, 1);
	p->is_open = true;
	in->peers = grow(in->peers, in->n_peers, &in->peers_space, sizeof(struct peer *));
	in->peers[in->n_peers++] = p;
	e = inbox_add(inbox, INBOX_OPENED, p->id);
	e->opened = *opened;
	e->opened.host = arena_dup(&inbox->arena, opened->host);
	fixture_settle(f);
	return p;
}

struct peer *fixture_open(struct fixture *f)
{
	uint64_t source = f->inside->next_slot + 1;

	return fixture_open_as(f, &(struct inbox_opened){
					  .host = SPAN("192.0.2.1"),
					  .source = source,
				  });
}

bool peer_is_held(const struct peer *p)
{
	return p->is_held;
}

static void need_registered(struct peer *p, const char *name)
{
	const struct session *s = peer_session(p);
	const char *line, *last = "nothing";

	if (s && s->registered)
		return;
	while ((line = peer_next(p)))
		last = line;
	fail_msg("%s did not get in: %s", name, last);
}

struct peer *fixture_login_loud(struct fixture *f, const char *name, const char *caps)
{
	struct span login = span_of(name), nick = span_cut(&login, '@');
	char *bare = span_dup(nick);
	struct peer *p;

	fixture_account(f, bare);
	p = fixture_open(f);
	if (caps[0]) {
		peer_send(p, "CAP LS 302");
		peer_send(p, "CAP REQ :%s", caps);
	}
	peer_send(p, "PASS :%s:%s", name, FIXTURE_PASSWORD);
	peer_send(p, "NICK %s", bare);
	peer_send(p, "USER %s 0 * :%s", bare, bare);
	if (caps[0])
		peer_send(p, "CAP END");
	free(bare);
	need_registered(p, name);
	return p;
}

struct peer *fixture_login(struct fixture *f, const char *name, const char *caps)
{
	struct peer *p = fixture_login_loud(f, name, caps);

	peer_skip(p);
	return p;
}

void peer_close(struct peer *p)
{
	struct fixture *f = p->fixture;

	if (!p->is_open)
		return;
	inbox_add(inbox_of(f), INBOX_CLOSED, p->id)->reason = SPAN("Connection lost");
	fixture_settle(f);
	p->is_open = false;
}

static void put_line(struct peer *p, struct span line)
{
	hub_mail_line(&p->fixture->inside->mail, p->id, line);
}

void peer_put(struct peer *p, const char *format, ...)
{
	struct buf line = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	put_line(p, buf_span(&line));
	buf_clear(&line);
}

void peer_put_bad(struct peer *p, enum inbox_fault fault, const char *head)
{
	struct inbox *in = inbox_of(p->fixture);
	struct inbox_event *e = inbox_add(in, INBOX_BAD, p->id);

	e->fault = fault;
	assert_int_equal(msg_parse(&e->msg, arena_dup(&in->arena, span_of(head))), MSG_OK);
}

void peer_send(struct peer *p, const char *format, ...)
{
	struct buf line = {0}, expanded = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	pattern_expand(&p->fixture->inside->vars, buf_span(&line), &expanded);
	put_line(p, buf_span(&expanded));
	p->fixture->now.mono_ms++;
	p->fixture->now.wall_ms++;
	fixture_settle(p->fixture);
	buf_clear(&line);
	buf_clear(&expanded);
}

static void stall(struct peer *p, entry_no after, bool begun)
{
	struct inbox_event *e = inbox_add(inbox_of(p->fixture), INBOX_STALLED, p->id);

	p->stalled = true;
	e->after = after;
	e->begun = begun;
	fixture_settle(p->fixture);
}

void peer_send_words(struct peer *p, const struct span *words, size_t n)
{
	struct inbox *in = inbox_of(p->fixture);
	struct msg m = {.command = arena_dup(&in->arena, words[0]), .n_params = n - 1};

	for (size_t i = 1; i < n; i++)
		m.params[i - 1] = arena_dup(&in->arena, words[i]);
	inbox_add(in, INBOX_LINE, p->id)->msg = m;
	p->fixture->now.mono_ms++;
	p->fixture->now.wall_ms++;
	fixture_settle(p->fixture);
}

void peer_stall(struct peer *p)
{
	// Whatever was said so far still stands in its queue.
	stall(p, p->fixture->hub->head + 1, false);
}

void peer_stall_within(struct peer *p)
{
	stall(p, p->fixture->hub->head, true);
}

void peer_drain(struct peer *p)
{
	inbox_add(inbox_of(p->fixture), INBOX_DRAINED, p->id);
	fixture_settle(p->fixture);
}

void peer_reads(struct peer *p, bool reads)
{
	struct hub_mail *mail = &p->fixture->inside->mail;

	mail->unread = reads ? 0 : p->id;
	if (!reads)
		return;
	inbox_add(inbox_of(p->fixture), INBOX_TAKEN, p->id);
	fixture_settle(p->fixture);
}

size_t peer_bytes(const struct peer *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_lines; i++)
		n += strlen(p->lines[i].text) + 2;
	return n;
}

const char *peer_next(struct peer *p)
{
	if (p->next == p->n_lines || p->lines[p->next].after > p->fixture->inside->gate)
		return NULL;
	return p->lines[p->next++].text;
}

void peer_skip(struct peer *p)
{
	while (peer_next(p))
		;
}

void fixture_skip(struct fixture *f)
{
	for (size_t i = 0; i < f->inside->n_peers; i++)
		peer_skip(f->inside->peers[i]);
}

bool peer_is_closed(const struct peer *p)
{
	return p->is_closed && p->close_after <= p->fixture->inside->gate;
}

void peer_join(struct peer *p, const char *room)
{
	peer_send(p, "JOIN %s", room);
	fixture_skip(p->fixture);
}

struct fixture *peer_fixture(const struct peer *p)
{
	return p->fixture;
}

conn_id peer_id(const struct peer *p)
{
	return p->id;
}

struct session *peer_session(const struct peer *p)
{
	return p->is_open ? session_find(p->fixture->hub, p->id) : NULL;
}

size_t peer_held(const struct peer *p)
{
	size_t n = 0;

	for (size_t i = p->next; i < p->n_lines; i++)
		n += p->lines[i].after > p->fixture->inside->gate;
	return n;
}

void expect(struct peer *p, const char *pattern)
{
	const char *line = peer_next(p);

	if (!line)
		fail_msg("expected: %s\n     got: nothing", pattern);
	if (!pattern_matches(span_of(pattern), span_of(line), p->fixture->config.name,
			     &p->fixture->inside->vars))
		fail_msg("expected: %s\n     got: %s", pattern, line);
}

void expect_later(struct peer *p, const char *pattern)
{
	const char *line;

	while ((line = peer_next(p))) {
		if (pattern_matches(span_of(pattern), span_of(line), p->fixture->config.name,
				    &p->fixture->inside->vars))
			return;
	}
	fail_msg("expected, sooner or later: %s", pattern);
}

void expect_none(struct peer *p)
{
	const char *line = peer_next(p);

	if (line)
		fail_msg("expected: nothing\n     got: %s", line);
}
