// SPDX-License-Identifier: MIT
// Sessions come and go with their connections, and take their lines one after another.
//
// 1. A session is in its account's list exactly from session_attach to the end of its
//    presence: session_close, or the loss of the connection.
// 2. Lines run in the order they came. One that may not run yet is kept with all behind
//    it; each gives back its credit when it has run, so at most CONN_CREDIT are kept.
// 3. What is answered to one that does not read is at most OUTQ_PAUSE and the answer to
//    one line: the next runs when the shard has told that it is taken.
#include "server/hub/state/session.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/commands/command.h"
#include "server/hub/flood.h"
#include "server/hub/hub_inside.h"
#include "server/hub/wire/label.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/door/login.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/wire/reply.h"
#include "server/hub/people/throttle.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define SEEN_EVERY_MS (60LL * 60 * 1000)

struct kept {
	struct list in_session;
	bool is_bad; // refused: only fault and the command count
	enum inbox_fault fault;
	struct msg msg;
	char bytes[];
};

static struct session *session_new(struct hub *h, conn_id id, const struct inbox_opened *opened)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->id = id;
	s->hub = h;
	s->host = span_dup(opened->host);
	s->source = throttle_source(h, opened->host, opened->source);
	if (opened->has_pin) {
		s->cert = xmalloc(sizeof(*s->cert));
		memcpy(s->cert->pin, opened->pin, sizeof(s->cert->pin));
		memcpy(s->cert->hash, opened->cert, sizeof(s->cert->hash));
	}
	s->opened_ms = s->active_ms = h->now.wall_ms;
	list_init(&s->in_account);
	list_init(&s->backlog);
	list_init(&s->in_credit);
	idmap_put(&h->sessions, id, s);
	list_add(&h->session_list, &s->in_hub);
	login_new(s);
	return s;
}

void session_opened(struct hub *h, conn_id id, const struct inbox_opened *opened)
{
	struct session *s = session_new(h, id, opened);

	if (h->stopping)
		session_close(s, SPAN("The server is going down"));
	else if (server_ban_address(h, opened->host))
		session_close(s, SPAN("Your address is banned from this server"));
	else if (!throttle_may_open(h, s->source))
		session_close(
			s,
			SPAN("Too many connections from your address that are not logged in"));
}

struct session *session_find(struct hub *h, conn_id id)
{
	return idmap_find(&h->sessions, id);
}

struct span session_nick(const struct session *s)
{
	if (s->registered)
		return span_of(s->account->name);
	return login_nick(s);
}

static void detach(struct session *s, struct span reason)
{
	struct account *a = s->account;

	if (!s->registered)
		return;
	list_remove(&s->in_account);
	monitor_forget(s);
	rooms_detach(s, list_is_empty(&a->sessions), reason);
	a->seen_ms = s->hub->now.wall_ms;
}

static void drop_backlog(struct session *s)
{
	list_for_each_safe(item, after, &s->backlog)
	{
		list_remove(item);
		free(container_of(item, struct kept, in_session));
	}
	s->n_backlog = 0;
}

void session_free(struct session *s)
{
	struct hub *h = s->hub;

	if (h->acting == s)
		h->acting = NULL;
	drop_backlog(s);
	timer_stop(&s->on_budget);
	list_remove(&s->in_credit);
	list_remove(&s->in_hub);
	list_remove(&s->in_account);
	idmap_remove(&h->sessions, s->id);
	login_free(s);
	label_free(s->capture);
	history_session_gone(s);
	metadata_forget(s);
	monitor_forget(s);
	passwd_forget(s);
	free(s->host);
	free(s->cert);
	free(s->device);
	free(s->away);
	listener_forget(s);
	free(s);
}

void session_closed(struct session *s, struct span reason)
{
	if (!s->closing)
		detach(s, reason);
	session_free(s);
}

static void say_error(struct session *s, struct span reason)
{
	struct line l = {.hub = s->hub};

	buf_add_str(&l.body, "ERROR");
	line_textf(&l, "Closing link: %s (" SPAN_FMT ")", s->host, SPAN_ARG(reason));
	session_say(s, &l);
	line_clear(&l);
}

void session_close(struct session *s, struct span reason)
{
	struct outbox_item *item;

	if (s->closing)
		return;
	label_end(s);
	say_error(s, reason);
	item = outbox_add(hub_outbox(s->hub, CONN_SHARD(s->id)), OUTBOX_CLOSE);
	item->conn = s->id;
	item->after = s->hub->head;
	s->closing = true;
	drop_backlog(s);
	timer_stop(&s->on_budget);
	login_free(s);
	detach(s, reason);
}

static char *keep_span(struct span *s, char *at)
{
	if (!s->len)
		return at;
	memcpy(at, s->at, s->len);
	s->at = at;
	return at + s->len;
}

static struct kept *keep(struct session *s, const struct msg *m)
{
	size_t size = m->tags.len + m->source.len + m->command.len;
	struct kept *k;
	char *at;

	for (size_t i = 0; i < m->n_params; i++)
		size += m->params[i].len;
	k = xmalloc(sizeof(*k) + size);
	k->msg = *m;
	at = keep_span(&k->msg.tags, k->bytes);
	at = keep_span(&k->msg.source, at);
	at = keep_span(&k->msg.command, at);
	for (size_t i = 0; i < m->n_params; i++)
		at = keep_span(&k->msg.params[i], at);
	k->is_bad = false;
	list_add(&s->backlog, &k->in_session);
	s->n_backlog++;
	return k;
}

static void answer_bad(struct session *s, enum inbox_fault fault, struct span command)
{
	char name[16 + 1] = "*";

	if (command.len && command.len < sizeof(name))
		memcpy(name, command.at, command.len);
	s->hub->acting = s;
	if (fault == FAULT_TOO_LONG)
		reply(s, ERR_INPUTTOOLONG);
	else if (fault == FAULT_BYTES)
		fail(s, name, "INVALID_UTF8", (struct span){0},
		     "The line was not UTF-8 text, or held a NUL or a stray CR: nothing was "
		     "done");
	else if (fault == FAULT_PARAMS)
		fail(s, name, "INVALID_PARAMS", (struct span){0},
		     "The line had more than 15 parameters: nothing was done");
	s->hub->acting = NULL;
	session_credit(s);
}

void session_feed_bad(struct session *s, enum inbox_fault fault, struct span command)
{
	const struct msg m = {.command = command};
	struct kept *k;

	if (s->closing)
		return;
	if (!s->waiting && !s->n_backlog) {
		answer_bad(s, fault, command);
		return;
	}
	k = keep(s, &m);
	k->is_bad = true;
	k->fault = fault;
}

static void run(struct session *s, const struct msg *m)
{
	command_run(s, m);
	session_credit(s);
}

// Answers are made as they are taken: behind many, the next line waits for the shard.
static bool is_behind(struct session *s)
{
	if (s->said < OUTQ_PAUSE)
		return false;
	if (!s->is_telling)
		outbox_add(hub_outbox(s->hub, CONN_SHARD(s->id)), OUTBOX_TELL)->conn = s->id;
	s->is_telling = true;
	return true;
}

void session_taken(struct session *s)
{
	s->said = 0;
	s->is_telling = false;
	session_resume(s);
}

void session_feed(struct session *s, const struct msg *m)
{
	if (s->closing)
		return;
	if (s->n_backlog >= BACKLOG_MAX)
		session_close(s, SPAN("Excess flood"));
	else if (s->waiting || s->n_backlog || is_behind(s) || !flood_take(s, m))
		(void)keep(s, m);
	else
		run(s, m);
}

void session_resume(struct session *s)
{
	while (!s->waiting && !s->closing && s->n_backlog && !is_behind(s)) {
		struct kept *k = container_of(s->backlog.next, struct kept, in_session);

		if (!flood_take(s, &k->msg))
			return;
		list_remove(&k->in_session);
		s->n_backlog--;
		if (k->is_bad)
			answer_bad(s, k->fault, k->msg.command);
		else
			run(s, &k->msg);
		free(k);
	}
}

void session_credit(struct session *s)
{
	if (s->closing)
		return;
	if (!s->credit++)
		list_add(&s->hub->crediting, &s->in_credit);
}

void sessions_give_credit(struct hub *h)
{
	list_for_each_safe(item, after, &h->crediting)
	{
		struct session *s = container_of(item, struct session, in_credit);
		struct outbox_item *credit =
			outbox_add(hub_outbox(h, CONN_SHARD(s->id)), OUTBOX_CREDIT);

		credit->conn = s->id;
		credit->count = s->credit;
		s->credit = 0;
		list_remove(item);
	}
}

void session_attach(struct session *s)
{
	struct hub *h = s->hub;
	struct account *a = s->account;

	s->registered = true;
	s->oper = a->role == ROLE_ADMIN;
	outbox_add(hub_outbox(h, CONN_SHARD(s->id)), OUTBOX_LOGGED_IN)->conn = s->id;
	list_add(&a->sessions, &s->in_account);
	if (h->now.wall_ms - a->seen_ms > SEEN_EVERY_MS) {
		a->seen_ms = h->now.wall_ms;
		account_post(a);
	}
	rooms_attach(s);
	history_welcome(s);
}
