// SPDX-License-Identifier: MIT
// A session is in its account's list exactly from session_attach to the end of its
// presence: session_close, or the loss of the connection.
#include "server/hub/door/session_life.h"

#include "common/die.h"
#include "server/hub/door/backlog.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/account.h"
#include "server/hub/people/factor.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/wire/label.h"
#include "server/hub/rooms/invitations.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/door/enrol.h"
#include "server/hub/door/login.h"
#include "server/hub/door/farewell.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/offer.h"
#include "server/hub/door/passwd.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/rights.h"
#include "server/hub/door/sasl.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/vouch.h"
#include "server/hub/files/file_token.h"
#include "server/hub/journal/hash_queue.h"
#include "server/hub/pages/hush_say.h"
#include "server/hub/pages/saved_say.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/pages/replay.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/telling.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/rooms/slip.h"
#include "server/letters/limits.h"

#include <assert.h>
#include <stdlib.h>

#define SEEN_EVERY_MS (60LL * 60 * 1000)

static struct session *session_new(struct hub *h, conn_id id, const struct inbox_opened *opened)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->id = id;
	s->hub = h;
	s->host = span_dup(opened->host);
	s->is_web = opened->is_web;
	s->from = throttle_origin(h, opened->host, opened->source);
	if (opened->has_pin) {
		s->cert = xmalloc(sizeof(*s->cert));
		memcpy(s->cert->pin, opened->pin, sizeof(s->cert->pin));
		memcpy(s->cert->hash, opened->cert, sizeof(s->cert->hash));
	}
	if (opened->binding.kind != TLS_BINDING_NONE)
		s->binding = xmemdup(&opened->binding, sizeof(opened->binding));
	s->opened_ms = s->active_ms = h->now.wall_ms;
	list_init(&s->in_account);
	list_init(&s->backlog);
	list_init(&s->in_credit);
	list_init(&s->tellings);
	list_init(&s->in_tellers);
	list_init(&s->in_purse);
	purses_init(s->purses);
	idmap_put(&h->sessions, id, s);
	list_add(&h->session_list, &s->in_hub);
	login_new(s);
	return s;
}

static void refuse(struct session *s, enum hub_refusal why, enum parting parting,
		   struct span words)
{
	s->hub->figures.refused[why]++;
	session_close_as(s, parting, words);
}

void session_opened(struct hub *h, conn_id id, const struct inbox_opened *opened)
{
	struct session *s = session_new(h, id, opened);

	if (h->stopping)
		session_close(s, SPAN("The server is going down"));
	else if (server_ban_address(h, opened->host))
		refuse(s, HUB_REFUSED_BANNED, PARTING_REFUSED,
		       SPAN("Your address is banned from this server"));
	else if (!throttle_may_open(h, &s->from))
		refuse(s, HUB_REFUSED_STRANGERS, PARTING_LATER,
		       SPAN("Too many connections from your address that are not logged in"));
}

static void detach(struct session *s, struct span reason)
{
	struct account *a = s->account;

	if (!s->registered)
		return;
	list_remove(&s->in_account);
	monitor_forget(s);
	rooms_detach(s, reason);
	a->seen_ms = s->hub->now.wall_ms;
}

void session_free(struct session *s)
{
	struct hub *h = s->hub;

	assert(h->asker != s);
	file_tokens_end(s);
	offer_drop(s);
	vouch_drop(s);
	backlog_drop(s);
	tellings_drop(s);
	list_remove(&s->in_purse);
	purses_clear(s->purses);
	list_remove(&s->in_credit);
	list_remove(&s->in_hub);
	list_remove(&s->in_account);
	hash_queue_leave(s);
	idmap_remove(&h->sessions, s->id);
	login_free(s);
	sasl_forget(s);
	label_free(s->capture);
	multiline_free(s);
	replay_free(s);
	metadata_forget(s);
	monitor_forget(s);
	passwd_forget(s);
	enrol_forget(s);
	free(s->host);
	free(s->cert);
	free(s->binding);
	free(s->device);
	free(s->away);
	listener_forget(s);
	free(s);
}

void session_closed(struct session *s, struct span reason)
{
	questions_forget(s);
	if (!s->closing) {
		second_step_end(s);
		offer_forget(s);
		vouch_forget(s);
		detach(s, reason);
	}
	session_free(s);
}

static void say_error(struct session *s, struct span reason)
{
	struct line l;

	line_init(&l, s->hub);
	buf_add_str(&l.body, "ERROR");
	line_textf(&l, "Closing link: %s (" SPAN_FMT ")", s->host, SPAN_ARG(reason));
	session_say(s, &l);
	line_clear(&l);
}

void session_close(struct session *s, struct span reason)
{
	session_close_as(s, s->hub->stopping ? PARTING_STOP : PARTING_REFUSED, reason);
}

void session_close_as(struct session *s, enum parting parting, struct span reason)
{
	if (s->closing)
		return;
	label_end(s);
	say_error(s, reason);
	outbox_close(hub_outbox(s->hub, CONN_SHARD(s->id)), s->id, s->hub->head, parting,
		     reason);
	s->closing = true;
	questions_forget(s);
	second_step_end(s);
	offer_forget(s);
	vouch_forget(s);
	backlog_drop(s);
	tellings_drop(s);
	sasl_forget(s);
	list_remove(&s->in_purse);
	hash_queue_leave(s);
	login_free(s);
	detach(s, reason);
}

void session_attach(struct session *s)
{
	struct hub *h = s->hub;
	struct account *a = s->account;

	s->registered = true;
	s->oper = factor_gives_rights(a);
	outbox_add(hub_outbox(h, CONN_SHARD(s->id)), OUTBOX_LOGGED_IN)->conn = s->id;
	list_add(&a->sessions, &s->in_account);
	if (h->now.wall_ms - a->seen_ms > SEEN_EVERY_MS) {
		a->seen_ms = h->now.wall_ms;
		account_post(a);
	}
	rooms_attach(s);
	replay_welcome(s);
	slips_welcome(s);
	rights_welcome(s);
	forgotten_welcome(s);
	farewell_welcome(s);
	hush_welcome(s);
	saved_welcome(s);
	invitations_welcome(s);
	renewal_begun(a);
}
