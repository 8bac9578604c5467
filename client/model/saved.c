// SPDX-License-Identifier: MIT
#include "client/model/saved.h"

#include "common/grow.h"
#include "common/spoken.h"

#include <stdlib.h>

#define ROWS_MAX 1000 // a server that makes things up ends there

static struct saved_row *find(const struct model *m, struct span id)
{
	for (size_t i = 0; i < m->n_saved; i++) {
		if (span_eq(span_of(m->saved[i].id), id))
			return &m->saved[i];
	}
	return NULL;
}

const struct saved_row *saved_find(const struct model *m, struct span id)
{
	return find(m, id);
}

const struct saved_row *saved_numbered(const struct model *m, uint64_t number)
{
	for (size_t i = 0; i < m->n_saved; i++) {
		if (m->saved[i].number == number)
			return &m->saved[i];
	}
	return NULL;
}

bool saved_toggle(const struct model *m, const struct target *t, struct span id,
		  struct buf *line, struct buf *words)
{
	if (!model_has_cap(m, "snug.chat/saved")) {
		buf_add_str(words, spoken("this server keeps no list of saved messages"));
		return false;
	}
	if (find(m, id)) {
		buf_printf(line, "SAVED DEL " SPAN_FMT, SPAN_ARG(id));
		buf_add_str(words, spoken("let go: it is saved no more"));
	} else {
		buf_printf(line, "SAVED ADD %s " SPAN_FMT, t->name, SPAN_ARG(id));
		buf_add_str(words,
			    spoken("saved, on all your computers: /saved lists what is"));
	}
	return true;
}

static void row_free(struct saved_row *row)
{
	free(row->target);
	free(row->id);
}

static void drop(struct model *m, size_t i)
{
	row_free(&m->saved[i]);
	memmove(&m->saved[i], &m->saved[i + 1], (--m->n_saved - i) * sizeof(*m->saved));
	m->version++;
}

// By time, the oldest first.
static void insert(struct model *m, struct saved_row row)
{
	size_t at = m->n_saved;

	m->saved = grow(m->saved, m->n_saved, &m->cap_saved, sizeof(*m->saved));
	for (; at > 0 && m->saved[at - 1].at_ms > row.at_ms; at--)
		m->saved[at] = m->saved[at - 1];
	m->saved[at] = row;
	m->n_saved++;
}

void saved_add(struct model *m, struct span target, struct span id, int64_t at_ms)
{
	struct saved_row *row = find(m, id);

	if (row) {
		free(row->target);
		row->target = span_dup(target);
		row->is_told = true;
	} else if (m->n_saved < ROWS_MAX) {
		insert(m, (struct saved_row){.number = ++m->last_saved,
					     .target = span_dup(target),
					     .id = span_dup(id),
					     .at_ms = at_ms,
					     .is_told = true});
	}
	m->version++;
}

void saved_del(struct model *m, struct span id)
{
	const struct saved_row *row = find(m, id);

	if (row)
		drop(m, (size_t)(row - m->saved));
}

void saved_listed(struct model *m)
{
	for (size_t i = m->n_saved; i > 0; i--) {
		if (!m->saved[i - 1].is_told)
			drop(m, i - 1);
	}
	for (size_t i = 0; i < m->n_saved; i++)
		m->saved[i].is_told = false;
}

void saved_renamed(struct model *m, struct span was, struct span now_called)
{
	for (size_t i = 0; i < m->n_saved; i++) {
		struct saved_row *row = &m->saved[i];
		if (!span_eq_fold(span_of(row->target), was))
			continue;
		free(row->target);
		row->target = span_dup(now_called);
	}
}

void saved_clear(struct model *m)
{
	for (size_t i = 0; i < m->n_saved; i++)
		row_free(&m->saved[i]);
	free(m->saved);
}
