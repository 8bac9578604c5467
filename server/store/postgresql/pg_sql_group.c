// SPDX-License-Identifier: MIT
// Rows of a statement that come one behind the other go as one, with a list for each parameter:
// the server then finds its way to the table once for all of them. One alone goes as it is.
#include "server/store/postgresql/pg_sql_private.h"

// More go in several: the server has begun with the first while the next are put together.
#define ROWS_MAX 256          // inside: the next rows begin another
#define BYTES_MAX (256 << 10) // inside: as above

bool pg_group_takes(const struct pg_sql *s, const struct pg_statement *statement)
{
	return pg_many(statement->id) != PG_COUNT && !s->one_by_one;
}

static void begin(struct pg_sql *s, struct pg_statement *statement)
{
	struct pg_group *g = &s->group;

	pg_group_send(s);
	g->one = statement;
	g->first = s->entry;
	for (int i = 0; i < statement->text.n_params; i++)
		g->columns[i].type = (enum pg_element)statement->types[i];
}

void pg_group_add(struct pg_sql *s, struct pg_statement *statement)
{
	struct pg_group *g = &s->group;
	size_t bytes = 0;

	if (g->one != statement)
		begin(s, statement);
	for (int i = 0; i < statement->text.n_params; i++) {
		pg_array_add(&g->columns[i], &statement->values[i]);
		bytes += g->columns[i].elements.len;
	}
	if (++g->n == ROWS_MAX || bytes >= BYTES_MAX)
		pg_group_send(s);
}

void pg_group_drop(struct pg_group *g)
{
	g->one = NULL;
	g->n = 0;
	for (size_t i = 0; i < ARRAY_LEN(g->columns); i++)
		pg_array_reset(&g->columns[i]);
}

void pg_group_send(struct pg_sql *s)
{
	struct pg_group *g = &s->group;
	struct pg_statement *by = g->one;
	const entry_no entry = s->entry;
	const bool is_one = g->n == 1;

	if (!by)
		return;
	g->one = NULL;
	by = is_one ? by : &s->statements[pg_many(by->id)];
	for (int i = 0; i < by->text.n_params; i++)
		by->values[i] = is_one ? pg_array_first(&g->columns[i])
				       : pg_array_value(&g->columns[i]);
	s->entry = is_one ? g->first : 0;
	pg_pipe_put(s, by);
	s->entry = entry;
	pg_group_drop(g);
}

void pg_group_clear(struct pg_group *g)
{
	for (size_t i = 0; i < ARRAY_LEN(g->columns); i++)
		pg_array_clear(&g->columns[i]);
}
