// SPDX-License-Identifier: MIT
#include "client/model/numbers.h"

#include "client/model/model_private.h"
#include "common/die.h"

#include <stdlib.h>

static void free_names(struct model *m)
{
	for (unsigned i = 0; i < m->n_histories; i++)
		free(m->histories[i]);
	m->n_histories = 0;
}

void numbers_clear(struct model *m)
{
	free_names(m);
	free(m->histories);
}

static unsigned place_of(const struct model *m, struct span history)
{
	unsigned i = 0;

	while (i < m->n_histories && !span_eq(span_of(m->histories[i]), history))
		i++;
	return i;
}

void numbers_are_of(struct model *m, struct span history)
{
	unsigned i;

	if (!history.len || history.len > HISTORY_ID_MAX)
		return;
	i = place_of(m, history);
	if (i == m->n_histories && i == HISTORIES_MAX) {
		for (size_t k = 0; k < m->n_targets; k++)
			numbers_forget(m->targets[k]);
		free_names(m);
		i = 0;
	}
	if (i == m->n_histories) {
		m->histories = xreallocarray(m->histories, m->n_histories + 1u, sizeof(char *));
		m->histories[m->n_histories++] = span_dup(history);
	}
	if (m->history == i + 1)
		return;
	m->history = (uint8_t)(i + 1);
	// What is hidden is told anew, by the JOIN or with a page.
	for (size_t k = 0; k < m->n_targets; k++)
		m->targets[k]->floor = 0;
}

bool number_counts(const struct model *m, const struct log_line *l)
{
	return l->seq && l->history == m->history;
}

void numbers_adopt(struct model *m, struct target *t, const struct log_line *last)
{
	size_t end = scrollback_index(&t->log, last);
	uint8_t was = last->history;

	for (size_t i = 0; i <= end && i < t->log.count; i++) {
		struct log_line *l = scrollback_at(&t->log, i);
		if (l->history == was)
			l->history = m->history;
	}
}

void numbers_forget(struct target *t)
{
	for (size_t i = 0; i < t->log.count; i++)
		scrollback_at(&t->log, i)->seq = 0;
	t->floor = 0;
}
