// SPDX-License-Identifier: MIT
// What the server found: kept beside the logs, because nothing says what lies between.
#include "client/model/model_event_private.h"
#include "client/model/line_file.h"
#include "client/model/people.h"
#include "common/die.h"

#include <stdlib.h>

#define FOUND_MAX 500

void found_clear(struct model *m)
{
	for (size_t i = 0; i < m->n_found; i++) {
		free(m->found[i].target);
		free(m->found[i].id);
		free(m->found[i].text);
	}
	free(m->found);
	m->found = NULL;
	m->n_found = 0;
}

// A conversation is named by the other side.
static struct span place_of(const struct event *e)
{
	struct span name = msg_param(e->msg, 0);
	bool is_to_me = person_find(e->m, name) == e->m->me;
	return is_to_me ? e->nick : name;
}

void found_add(const struct event *e)
{
	struct model *m = e->m;
	if (m->n_found == FOUND_MAX || !e->from || !msg_param(e->msg, 0).len)
		return;
	struct span id;
	// An edit is found as the message that shows it.
	if (!event_edit(e, &id))
		id = e->id;
	struct buf words = {0};
	struct span text = msg_param(e->msg, 1);
	struct line_file *file = event_file(e, &text, &words);
	m->found = xreallocarray(m->found, m->n_found + 1, sizeof(*m->found));
	m->found[m->n_found++] = (struct found){
		.target = span_dup(place_of(e)),
		.id = span_dup(id),
		.text = span_dup(text),
		.from = e->from,
		.at_ms = e->at_ms,
	};
	line_file_free(file);
	buf_clear(&words);
}
