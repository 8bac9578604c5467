// SPDX-License-Identifier: MIT
// A message that calls many people at once by @room or @here is asked about first. Until the
// answer it is held among our own messages, under a number that the outbox never gives, and in
// no file: what nobody answered for is not sent by the next run.
#include "client/seat/seat.h"

#include "client/model/mention.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "common/at_all.h"
#include "common/die.h"
#include "common/spoken.h"

#include <stdlib.h>

#define CALL_ID UINT64_MAX

bool seat_is_call(uint64_t local_id)
{
	return local_id == CALL_ID;
}

bool seat_asks_call(struct seat *s, struct target *t, enum line_kind kind, struct span text,
		    struct span reply_to)
{
	size_t n = mention_crowd(t, kind, text);
	struct buf words = {0};

	if (n == 0)
		return false;
	seat_answer_call(s, 'n'); // one that waits still
	own_add(s->core->model, t, CALL_ID, kind, text, reply_to,
		outside_wall_ms(s->core->outside), OWN_HELD);
	buf_printf(&words, spoken("tell all %zu of %s?"), n, t->name);
	model_ask(s->core->model, QUESTION_CALL, buf_span(&words), "yn");
	buf_clear(&words);
	return true;
}

static void send(struct seat *s, struct target *t, const struct own *o)
{
	char *text = xstrdup(o->text), *reply_to = xstrdup(o->reply_to ? o->reply_to : "");
	enum line_kind kind = o->kind;

	own_drop(s->core->model, CALL_ID);
	delivery_message(s->core->delivery, t, kind, span_of(text), span_of(reply_to),
			 outside_wall_ms(s->core->outside));
	free(text);
	free(reply_to);
}

void seat_answer_call(struct seat *s, char choice)
{
	struct model *m = s->core->model;
	struct target *t;
	const struct own *o = own_find(m, CALL_ID, &t);

	model_ask_done(m, QUESTION_CALL);
	if (o == NULL)
		return;
	if (choice == 'y') {
		send(s, t, o);
		return;
	}
	model_note(m, t, LINE_INFO, outside_wall_ms(s->core->outside),
		   span_of(spoken("not sent: nobody was told")));
	if (!own_recall(m, CALL_ID))
		own_drop(m, CALL_ID);
}
