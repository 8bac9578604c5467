// SPDX-License-Identifier: MIT
// One pass over the log: what is answered stands before its answers.
#include "client/model/answers.h"

#include "client/model/extra.h"
#include "common/die.h"

#include <stdlib.h>

#define DEPTH_MAX 1000 // answers to answers; a server may make a ring of them

struct span answers_root(const struct target *t, const struct log_line *l)
{
	struct span root = line_id(l);
	for (int i = 0; l && line_reply_to(l).len && i < DEPTH_MAX; i++) {
		root = line_reply_to(l);
		l = scrollback_find(&t->log, root);
	}
	return root;
}

void answers_open(struct answers *th, const struct target *t, struct span root)
{
	answers_close(th);
	th->root = span_dup(root);
	th->target_id = t->id;
	th->version = UINT64_MAX;
}

void answers_close(struct answers *th)
{
	free(th->root);
	free(th->lines);
	map_clear(&th->ids);
	*th = (struct answers){0};
}

static void add(struct answers *th, size_t place, struct log_line *l)
{
	if (th->n_lines == th->cap_lines) {
		th->cap_lines = th->cap_lines ? th->cap_lines * 2 : 16;
		th->lines = xreallocarray(th->lines, th->cap_lines, sizeof(*th->lines));
	}
	th->lines[th->n_lines++] = place;
	map_put(&th->ids, line_id(l), l);
}

// Holes behind what is here of it, or anywhere where its beginning is not.
static void note_hole(struct answers *th, struct log_line *l)
{
	if ((l->flags & LINE_GAP) && th->n_lines)
		th->hole = l;
}

static void look(struct answers *th, const struct scrollback *log)
{
	for (size_t i = 0; i < log->count; i++) {
		struct log_line *l = scrollback_at(log, i);
		note_hole(th, l);
		if (!line_is_speech(l) || !l->id_len)
			continue;
		bool is_root = span_eq(line_id(l), span_of(th->root));
		struct span answered = line_reply_to(l);
		bool is_answer = answered.len && (span_eq(answered, span_of(th->root)) ||
						  map_find(&th->ids, answered));
		if (!is_root && !is_answer)
			continue;
		th->has_root = th->has_root || is_root;
		th->n_answers += !is_root;
		add(th, i, l);
	}
}

void answers_follow(struct answers *th, const struct model *m, const struct target *t)
{
	if (th->version == m->version && th->log_count == t->log.count)
		return;
	th->version = m->version;
	th->log_count = t->log.count;
	th->n_lines = th->n_answers = 0;
	th->has_root = false;
	th->hole = NULL;
	map_clear(&th->ids);
	look(th, &t->log);
}

bool answers_has(const struct answers *th, struct span id)
{
	return id.len && (span_eq(id, span_of(th->root)) || map_find(&th->ids, id));
}

bool answers_before(const struct answers *th, size_t end, size_t *place)
{
	size_t low = 0, high = th->n_lines;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (th->lines[mid] < end)
			low = mid + 1;
		else
			high = mid;
	}
	if (low)
		*place = th->lines[low - 1];
	return low > 0;
}
