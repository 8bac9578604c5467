// SPDX-License-Identifier: MIT
// 1. An id that is not among the keepsakes (keepsake.h) and not in the store was never used.
// 2. Two sessions may ask for the same id at once (a client that reconnects resends what
//    its old connection still carries): who is answered second finds the keepsake.
#include "server/hub/commands/exactly.h"

#include "server/hub/history/keepsake.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

static void put_question(struct session *s, struct kept_utterance *q);

// What the first message of this id became, to this session alone.
static void say_again(struct session *s, const struct entry_message *m)
{
	const struct stream *stream = history_stream(s->hub, m->stream);
	struct span target = stream ? message_target(stream, m, s->account) : SPAN("*");
	struct entry_message shown = *m;

	// The text may be gone since; its numbers are what the sender needs.
	shown.redacted = false;
	message_show(s, &shown, target, (struct span){0});
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct kept_utterance *q = arg;

	if (!s || s->closing) {
		utterance_free(q); // its client will send it again
		return;
	}
	if (rows->n_messages) {
		say_again(s, &rows->messages[0]);
	} else if (rows->result != ROWS_OK) {
		fail(s, message_command(q->u.kind), "INTERNAL_ERROR", q->u.client_id,
		     "The store could not be read: send it again later");
	} else if (keepsake_is(h, s->account->id, q->u.client_id)) {
		put_question(s, q);
		return;
	} else {
		utterance_say(s, &q->u, q->target);
	}
	utterance_free(q);
}

static void put_question(struct session *s, struct kept_utterance *q)
{
	struct hub *h = s->hub;
	struct query *query = ask_new(h, QUERY_CLIENT_ID);

	query->account = s->account->id;
	query->client_id = arena_dup(&query->arena, q->u.client_id);
	query->limit = 1;
	if (keepsake_is(h, s->account->id, q->u.client_id))
		ask(h, s, query, on_rows, q);
	else
		ask_at_once(h, s, query, on_rows, q);
}

void exactly_say(struct session *s, const struct utterance *u, struct span target)
{
	if (u->client_id.len)
		put_question(s, utterance_keep(u, target));
	else
		utterance_say(s, u, target);
}
