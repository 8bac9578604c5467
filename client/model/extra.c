// SPDX-License-Identifier: MIT
#include "client/model/extra.h"
#include "client/model/line_file.h"
#include "common/die.h"

#include <stdlib.h>

#define REACTIONS_MAX 64 // kinds on one line
#define REACTED_MAX 1000 // people for one kind
#define REACTION_LEN 128 // bytes of one kind

static void reaction_clear(struct reaction *r)
{
	free(r->text);
	free(r->who);
}

void extra_free(struct line_extra *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_reactions; i++)
		reaction_clear(&e->reactions[i]);
	free(e->reactions);
	free(e->reply_to);
	free(e->removal);
	line_file_free(e->file);
	free(e);
}

size_t extra_bytes(const struct line_extra *e)
{
	if (!e)
		return 0;
	size_t bytes = sizeof(*e) + (e->reply_to ? strlen(e->reply_to) + 1 : 0) +
		       (e->removal ? strlen(e->removal) + 1 : 0) + line_file_bytes(e->file);
	for (size_t i = 0; i < e->n_reactions; i++)
		bytes += sizeof(struct reaction) + strlen(e->reactions[i].text) + 1 +
			 e->reactions[i].n_who * sizeof(struct person *);
	return bytes;
}

static struct line_extra *need_extra(struct log_line *l)
{
	if (!l->extra)
		l->extra = xcalloc(1, sizeof(*l->extra));
	return l->extra;
}

void line_set_reply(struct scrollback *s, struct log_line *l, struct span id)
{
	size_t before = extra_bytes(l->extra);
	struct line_extra *e = need_extra(l);
	if (id.len > LINE_ID_MAX)
		id.len = LINE_ID_MAX;
	free(e->reply_to);
	e->reply_to = span_dup(id);
	s->bytes += extra_bytes(e) - before;
}

struct span line_reply_to(const struct log_line *l)
{
	if (!l->extra || !l->extra->reply_to)
		return SPAN("");
	return span_of(l->extra->reply_to);
}

void line_set_removal(struct scrollback *s, struct log_line *l, struct span words)
{
	size_t before = extra_bytes(l->extra);
	struct line_extra *e = need_extra(l);
	free(e->removal);
	e->removal = span_dup(words);
	s->bytes += extra_bytes(e) - before;
}

void line_set_file(struct scrollback *s, struct log_line *l, struct line_file *file)
{
	size_t before = extra_bytes(l->extra);
	if (!file && !l->extra)
		return;
	struct line_extra *e = need_extra(l);
	line_file_free(e->file);
	e->file = file;
	s->bytes += extra_bytes(e) - before;
}

// One that was removed before it came here has the words in place of its text.
struct span line_removal(const struct log_line *l)
{
	if (l->extra && l->extra->removal)
		return span_of(l->extra->removal);
	return (struct span){l->bytes + l->id_len, l->text_len};
}

void line_set_edit(struct scrollback *s, struct log_line *l, const struct log_line *edit)
{
	size_t before = extra_bytes(l->extra);
	l->flags &= (uint8_t)~LINE_EDITED;
	if (edit)
		l->flags |= LINE_EDITED;
	if (edit || l->extra)
		need_extra(l)->edit = edit;
	s->bytes += extra_bytes(l->extra) - before;
}

static struct reaction *find_reaction(const struct log_line *l, struct span text)
{
	if (!l->extra)
		return NULL;
	for (size_t i = 0; i < l->extra->n_reactions; i++) {
		if (span_eq(span_of(l->extra->reactions[i].text), text))
			return &l->extra->reactions[i];
	}
	return NULL;
}

static size_t find_who(const struct reaction *r, const struct person *who)
{
	size_t i = 0;
	while (i < r->n_who && r->who[i] != who)
		i++;
	return i;
}

bool line_has_reaction(const struct log_line *l, struct span text, const struct person *who)
{
	const struct reaction *r = find_reaction(l, text);
	return r && find_who(r, who) < r->n_who;
}

static struct reaction *add_reaction(struct log_line *l, struct span text)
{
	struct line_extra *e = need_extra(l);
	if (e->n_reactions == REACTIONS_MAX || text.len > REACTION_LEN)
		return NULL;
	e->reactions = xreallocarray(e->reactions, e->n_reactions + 1, sizeof(*e->reactions));
	struct reaction *r = &e->reactions[e->n_reactions++];
	*r = (struct reaction){.text = span_dup(text)};
	return r;
}

static void drop_who(struct line_extra *e, struct reaction *r, size_t i)
{
	r->who[i] = r->who[--r->n_who];
	if (r->n_who)
		return;
	reaction_clear(r);
	size_t index = (size_t)(r - e->reactions);
	e->n_reactions--;
	memmove(r, r + 1, (e->n_reactions - index) * sizeof(*r));
}

static bool react(struct log_line *l, struct span text, const struct person *who, bool add)
{
	struct reaction *r = find_reaction(l, text);
	size_t i = r ? find_who(r, who) : 0;
	bool has = r && i < r->n_who;
	if (has == add || !text.len)
		return false;
	if (!add) {
		drop_who(l->extra, r, i);
		return true;
	}
	if (!r)
		r = add_reaction(l, text);
	if (!r || r->n_who >= REACTED_MAX)
		return false;
	r->who = xreallocarray(r->who, r->n_who + 1, sizeof(*r->who));
	r->who[r->n_who++] = who;
	return true;
}

bool line_react(struct scrollback *s, struct log_line *l, struct span text,
		const struct person *who, bool add)
{
	size_t before = extra_bytes(l->extra);
	bool is_changed = react(l, text, who, add);
	s->bytes += extra_bytes(l->extra) - before;
	return is_changed;
}
