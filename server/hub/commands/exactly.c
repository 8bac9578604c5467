// SPDX-License-Identifier: MIT
// 1. An id that is not among the keepsakes (keepsake.h) and not in the store was never used. Of
//    one that carries its time, and is new, the keepsakes alone know that.
// 2. Two sessions may ask for the same id at once (a client that reconnects resends what
//    its old connection still carries): who is answered second finds the keepsake.
#include "server/hub/commands/exactly.h"

#include "common/die.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/message.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include <stdlib.h>

static void put_question(struct session *s, struct deed *d);

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

static void deed_free(struct deed *d)
{
	d->drop(d->arg);
	free(d);
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct deed *d = arg;

	if (!s || s->closing) {
		deed_free(d); // its client will send it again
		return;
	}
	if (rows->n_messages) {
		say_again(s, &rows->messages[0]);
	} else if (rows->result == ROWS_AWAY) {
		fail_waits(s, d->command, d->id);
	} else if (rows->result != ROWS_OK) {
		fail(s, d->command, "INTERNAL_ERROR", d->id,
		     "The store could not be read: send it again later");
	} else if (keepsake_is(h, s->account->id, d->id)) {
		put_question(s, d);
		return;
	} else {
		d->run(s, d->arg);
	}
	deed_free(d);
}

static void put_question(struct session *s, struct deed *d)
{
	struct hub *h = s->hub;
	struct query *query = ask_new(h, QUERY_CLIENT_ID);

	query->account = s->account->id;
	query->client_id = arena_dup(&query->arena, d->id);
	query->limit = 1;
	if (keepsake_is(h, s->account->id, d->id))
		ask(h, s, query, on_rows, d);
	else
		ask_at_once(h, s, query, on_rows, d);
}

void exactly_do(struct session *s, const struct deed *d)
{
	struct deed *kept;

	if (keepsake_is_fresh(s->hub, s->account, d->id)) {
		d->run(s, d->arg);
		d->drop(d->arg);
		return;
	}
	kept = xmalloc(sizeof(*kept));
	*kept = *d;
	put_question(s, kept);
}

bool exactly_id(struct session *s, const struct msg *m, const char *command, size_t n_targets,
		struct buf *out)
{
	struct span value;

	if (!session_has(s, CAP_EXACTLY_ONCE) || !msg_tag(m, SPAN("snug.chat/id"), &value))
		return true;
	msg_tag_unescape(out, value);
	if (!out->len || out->len > CLIENT_ID_MAX || n_targets != 1)
		fail(s, command, "INVALID_ID", value,
		     "An id has 1 to 64 bytes and goes with one target: nothing was sent");
	else if (keepsake_is_ahead(s->hub, buf_span(out)))
		fail(s, command, "INVALID_ID", value,
		     "The time of this id is far ahead of the server's: nothing was sent");
	else
		return true;
	return false;
}

static void run_utterance(struct session *s, void *arg)
{
	const struct kept_utterance *k = arg;

	utterance_say(s, &k->u, k->target);
}

static void drop_utterance(void *arg)
{
	utterance_free(arg);
}

void exactly_say(struct session *s, const struct utterance *u, struct span target)
{
	struct kept_utterance *k;

	if (!u->client_id.len || !utterance_is_kept(u) ||
	    keepsake_is_fresh(s->hub, s->account, u->client_id)) {
		utterance_say(s, u, target);
		return;
	}
	k = utterance_keep(u, target);
	exactly_do(s, &(struct deed){message_command(u->kind), k->u.client_id, run_utterance,
				     drop_utterance, k});
}
