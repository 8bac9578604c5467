// SPDX-License-Identifier: MIT
// Messages of ours on their way to the server.
#include "client/model/model_private.h"
#include "client/model/extra.h"
#include "client/model/model.h"
#include "client/model/own.h"
#include "common/die.h"
#include "common/spoken.h"

#include <stdlib.h>

void own_free(struct own *o)
{
	list_remove(&o->in_target);
	free(o->text);
	free(o->reply_to);
	free(o->reason);
	free(o);
}

struct own *own_find(struct model *m, uint64_t local_id, struct target **t)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		list_for_each(item, &m->targets[i]->own) {
			struct own *o = container_of(item, struct own, in_target);
			if (o->local_id != local_id)
				continue;
			if (t)
				*t = m->targets[i];
			return o;
		}
	}
	return NULL;
}

size_t own_count(const struct model *m)
{
	size_t count = 0;
	for (size_t i = 0; i < m->n_targets; i++) {
		list_for_each(item, &m->targets[i]->own)
			count++;
	}
	return count;
}

struct own *own_add(struct model *m, struct target *t, uint64_t local_id, enum line_kind kind,
		    struct span text, struct span reply_to, int64_t at_ms, enum own_state state)
{
	struct own *o = xcalloc(1, sizeof(*o));
	o->local_id = local_id;
	o->kind = kind;
	o->state = state;
	o->at_ms = at_ms;
	o->text = span_dup(text);
	if (reply_to.len)
		o->reply_to = span_dup(reply_to);
	list_add(&t->own, &o->in_target);
	tell_own(m, t, o);
	return o;
}

void own_set_state(struct model *m, uint64_t local_id, enum own_state state, struct span reason)
{
	struct target *t = NULL;
	struct own *o = own_find(m, local_id, &t);
	if (!o)
		return;
	o->state = state;
	free(o->reason);
	o->reason = state == OWN_REFUSED ? span_dup(reason) : NULL;
	tell_own(m, t, o);
}

bool own_recall(struct model *m, uint64_t local_id)
{
	struct target *t = NULL;
	struct own *o = own_find(m, local_id, &t);
	if (!o || o->kind == LINE_EDIT || line_kind_is_act(o->kind) || !tell_recall(m, t, o))
		return false;
	own_drop(m, local_id);
	return true;
}

void own_says(const struct own *o, struct buf *out)
{
	if (o->kind == LINE_REACTION)
		buf_add_str(out, spoken("reacts with "));
	else if (o->kind == LINE_REMOVAL)
		buf_add_str(out, o->text[0] ? spoken("removes the message: ")
					    : spoken("removes the message"));
	else if (o->kind == LINE_TOPIC)
		buf_add_str(out, o->text[0] ? spoken("changes the topic to: ")
					    : spoken("removes the topic"));
	buf_add_str(out, o->text);
}

struct span own_answers(const struct own *o)
{
	return span_of(o->reply_to && o->kind != LINE_TOPIC ? o->reply_to : "");
}

void own_drop(struct model *m, uint64_t local_id)
{
	struct own *o = own_find(m, local_id, NULL);
	if (!o)
		return;
	own_free(o);
	m->version++;
}

void own_stored(struct model *m, uint64_t local_id, struct span id, int64_t at_ms, uint64_t seq)
{
	struct target *t = NULL;
	struct own *o = own_find(m, local_id, &t);
	if (!o)
		return;
	struct line_new n = {.at_ms = at_ms,
			     .seq = seq,
			     .history = m->history,
			     .id = id,
			     .text = span_of(o->text),
			     .from = m->me,
			     .kind = o->kind,
			     .flags = LINE_SELF,
			     .refers = span_of(o->reply_to ? o->reply_to : "")};
	target_add_line(m, t, &n, NULL);
	own_drop(m, local_id);
}
