// SPDX-License-Identifier: MIT
// 1. Who has no hook's secret learns nothing: no such address, whatever else is wrong.
// 2. The yes leaves when the message is durable: with the message's entry, or, of one that
//    came before, with all that was posted by then.
// 3. What is said again by its key costs the budget, too: asking is not free.
#include "server/hub/web/hook_hear.h"

#include "common/at_all.h"
#include "common/die.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/history/quota.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/pages/replay.h"
#include "server/hub/people/account.h"
#include "server/hub/push/wake.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/web/hook_body.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define BUSY_S 5 // until a disk or a journal may have room again

// One that is to be said, while the store is asked whether it was.
struct heard {
	struct list in_hub; // hub.hooks_heard
	hook_told_fn *told;
	conn_id conn;
	int64_t hook;
	char *key; // "" none
	struct buf text;
};

static void heard_free(struct heard *d)
{
	list_remove(&d->in_hub);
	free(d->key);
	buf_clear(&d->text);
	free(d);
}

void hooks_heard_free(struct hub *h)
{
	list_for_each_safe(item, after, &h->hooks_heard)
		heard_free(container_of(item, struct heard, in_hub));
}

static void tell(struct hub *h, const struct heard *d, unsigned status, unsigned retry_s,
		 const char *sentence)
{
	struct buf line = {0};

	buf_printf(&line, "%s\n", sentence);
	d->told(h, d->conn,
		&(struct web_answer){.status = status,
				     .retry_s = retry_s,
				     .after = status == 200 ? h->head : 0,
				     .body = buf_span(&line)});
	buf_clear(&line);
}

// Tags of a message of a hook: a bot's; it calls all of the room when it may, and else nobody.
static void add_tags(const struct hook *k, struct span text, struct buf *tags)
{
	enum at_all all = at_all_in(text);

	buf_add_str(tags, "bot");
	if (!k->may_alert)
		buf_add_str(tags, ";snug.chat/alert=none");
	else if (all != AT_ALL_NONE && !(k->room->flags & ROOM_ALERT_NONE))
		buf_printf(tags, ";snug.chat/alert=%s", at_all_tag(all));
}

static void say(struct hub *h, struct hook *k, struct entry_message *m)
{
	struct wire w = {.hub = h, .room = k->room, .lack = SESSION_REPLAYS};

	history_append(h, &k->room->stream, m);
	wake_said(h, &k->room->stream, m);
	replay_is_due(h);
	if (m->client_id.len)
		keepsake_add(h, m->account, m->client_id);
	wire_show(&w, m, span_of(k->room->name));
	hook_used(k);
}

static void say_heard(struct hub *h, struct hook *k, const struct heard *d)
{
	struct entry_message m = {.kind = MESSAGE_PRIVMSG, .account = k->id};
	struct buf tags = {0}, sender = {0};
	struct refusal r;

	buf_printf(&sender, "%s" HOOK_MARK, k->name);
	m.sender = buf_span(&sender);
	m.text = buf_span(&d->text);
	m.client_id = span_of(d->key);
	add_tags(k, m.text, &tags);
	m.tags = buf_span(&tags);
	r = quota_of_room(h, &k->room->stream, message_bytes(&m));
	if (r.why) {
		tell(h, d, 507, (unsigned)((r.until_ms - h->now.wall_ms) / 1000 + 1), r.why);
	} else {
		say(h, k, &m);
		tell(h, d, 200, 0, "ok");
	}
	buf_clear(&tags);
	buf_clear(&sender);
}

static void ask_whether_said(struct hub *h, struct heard *d);

static void on_rows(struct hub *h, struct session *nobody, struct rows *rows, void *arg)
{
	struct heard *d = arg;
	struct hook *k = hook_by_id(h, d->hook);

	(void)nobody;
	if (!k)
		tell(h, d, 404, 0, "There is no such hook.");
	else if (rows->n_messages)
		tell(h, d, 200, 0, "ok");
	else if (rows->result != ROWS_OK || !can_post(h))
		tell(h, d, 503, BUSY_S,
		     "The message could not be stored: send it again later.");
	else if (keepsake_is(h, k->id, span_of(d->key))) {
		ask_whether_said(h, d);
		return;
	} else
		say_heard(h, k, d);
	heard_free(d);
}

// As exactly.c: what the hub has seen lately may not be applied yet.
static void ask_whether_said(struct hub *h, struct heard *d)
{
	struct span key = span_of(d->key);
	struct query *query = ask_new(h, QUERY_CLIENT_ID);

	query->account = d->hook;
	query->client_id = arena_dup(&query->arena, key);
	query->limit = 1;
	if (keepsake_is(h, d->hook, key))
		ask(h, NULL, query, on_rows, d);
	else
		ask_at_once(h, NULL, query, on_rows, d);
}

static bool is_key(struct span key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.at[i] < ' ' || key.at[i] > '~')
			return false;
	}
	return key.len <= CLIENT_ID_MAX;
}

// The text, or it was told why there is none.
static bool take_text(struct hub *h, struct heard *d, const struct web_question *question)
{
	struct buf why = {0};
	unsigned status = hook_body(question->type, question->body, &d->text, &why);

	if (status)
		tell(h, d, status, 0, buf_str(&why));
	buf_clear(&why);
	return !status;
}

static bool may_be_heard(struct hub *h, struct heard *d, struct hook *k,
			 const struct web_question *question)
{
	unsigned wait_s = k ? hook_pay(k) : 0;

	if (!k)
		tell(h, d, 404, 0, "There is no such hook.");
	else if (wait_s)
		tell(h, d, 429, wait_s, "That is more than one message in two seconds.");
	else if (!is_key(question->key))
		tell(h, d, 400, 0, "An Idempotency-Key has at most 64 printable characters.");
	else if (!can_post(h))
		tell(h, d, 507, BUSY_S, "Nothing can be stored now: send it again later.");
	else
		return take_text(h, d, question);
	return false;
}

void hook_hear(struct hub *h, conn_id conn, const struct web_question *question,
	       hook_told_fn *told)
{
	struct hook *k = hook_find(h, question->rest);
	struct heard *d = xcalloc(1, sizeof(*d));

	*d = (struct heard){.told = told, .conn = conn, .hook = k ? k->id : 0};
	d->key = span_dup(question->key);
	list_add(&h->hooks_heard, &d->in_hub);
	if (!may_be_heard(h, d, k, question)) {
		heard_free(d);
	} else if (question->key.len) {
		ask_whether_said(h, d);
	} else {
		say_heard(h, k, d);
		heard_free(d);
	}
}
