// SPDX-License-Identifier: MIT
#include "server/letters/query.h"

#include "common/grow.h"
#include "server/letters/letter.h"

#include <stdlib.h>

// Shorter beginnings would match half of all words.
#define PREFIX_MIN 3

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span query_word(struct span *text)
{
	struct span word;

	while (text->len && is_blank(text->at[0]))
		*text = span_after(*text, 1);
	if (text->len && text->at[0] == '"') {
		*text = span_after(*text, 1);
		word = span_from(text->at, span_find(*text, '"'));
		*text = span_after(*text, word.len + 1);
		return word;
	}
	word = span_from(text->at, 0);
	while (word.len < text->len && !is_blank(text->at[word.len]) &&
	       text->at[word.len] != '"')
		word.len++;
	*text = span_after(*text, word.len);
	return word;
}

bool query_word_is_prefix(struct span word)
{
	return word.len > PREFIX_MIN && word.at[word.len - 1] == '*';
}

struct query *query_new(enum query_kind kind, ticket_id ticket)
{
	struct query *q = xcalloc(1, sizeof(*q));

	q->letter.kind = LETTER_QUERY;
	q->ticket = ticket;
	q->kind = kind;
	return q;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	arena_clear(&q->arena);
	free(q);
}

struct rows *rows_new(ticket_id ticket)
{
	struct rows *r = xcalloc(1, sizeof(*r));

	r->letter.kind = LETTER_ROWS;
	r->ticket = ticket;
	return r;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	arena_clear(&r->arena);
	query_free(r->query);
	free(r->messages);
	free(r->targets);
	free(r->audit);
	free(r);
}

struct entry_message *rows_add_message(struct rows *r)
{
	r->messages = grow(r->messages, r->n_messages, &r->n_space, sizeof(*r->messages));
	r->messages[r->n_messages] = (struct entry_message){0};
	return &r->messages[r->n_messages++];
}

struct rows_target *rows_add_target(struct rows *r)
{
	r->targets = grow(r->targets, r->n_targets, &r->targets_space, sizeof(*r->targets));
	r->targets[r->n_targets] = (struct rows_target){0};
	return &r->targets[r->n_targets++];
}

struct entry_audit *rows_add_audit(struct rows *r)
{
	r->audit = grow(r->audit, r->n_audit, &r->audit_space, sizeof(*r->audit));
	r->audit[r->n_audit] = (struct entry_audit){0};
	return &r->audit[r->n_audit++];
}
