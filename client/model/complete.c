// SPDX-License-Identifier: MIT
#include "client/model/complete.h"
#include "client/model/emoji.h"
#include "client/model/people.h"
#include "client/model/search_words.h"
#include "common/word.h"
#include "common/buf.h"
#include "common/die.h"

#include <stdlib.h>

#define RECENT_MAX 400 // lines back that say who is talking

static size_t word_start(struct span text, size_t cursor)
{
	size_t at = cursor;
	while (at > 0 && text.at[at - 1] != ' ' && text.at[at - 1] != '\n')
		at--;
	return at;
}

static bool has_item(const struct completion *c, struct span item)
{
	for (size_t i = 0; i < c->count; i++) {
		if (span_eq(span_of(c->items[i]), item))
			return true;
	}
	return false;
}

static void add_item(struct completion *c, const char *before, const char *name,
		     const char *behind)
{
	if (c->count == COMPLETIONS_MAX)
		return;
	struct buf text = {0};
	buf_add_str(&text, before);
	buf_add_str(&text, name);
	buf_add_str(&text, behind);
	if (has_item(c, buf_span(&text))) {
		buf_clear(&text);
		return;
	}
	c->items = xreallocarray(c->items, c->count + 1, sizeof(char *));
	c->items[c->count++] = buf_take(&text);
}

static void add_commands(struct span word, const char *const *words, size_t n_words,
			 struct completion *out)
{
	struct span part = span_after(word, 1);
	for (size_t i = 0; i < n_words; i++) {
		if (span_starts_fold(span_of(words[i]), part))
			add_item(out, "/", words[i], " ");
	}
}

// Behind in: conversations are places, too, and # may be left out.
static void add_places(const struct model *m, struct span part, struct completion *out)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct target *t = m->targets[i];
		struct span name = span_of(t->name);
		bool is_meant =
			span_starts_fold(name, part) ||
			(t->kind == TARGET_ROOM && span_starts_fold(span_after(name, 1), part));
		if (t->kind != TARGET_SERVER && is_meant)
			add_item(out, "in:", t->name, " ");
	}
}

static void add_rooms(const struct model *m, struct span word, struct completion *out)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct target *t = m->targets[i];
		if (t->kind == TARGET_ROOM && span_starts_fold(span_of(t->name), word))
			add_item(out, "", t->name, " ");
	}
}

static void add_emoji(struct span part, struct completion *out)
{
	size_t count;
	const struct emoji *list = emoji_list(&count);
	for (size_t i = 0; i < count; i++) {
		if (emoji_is_called(&list[i], part))
			add_item(out, "", list[i].text, " ");
	}
}

struct nick_search {
	const struct model *m;
	const struct target *t;
	struct span part;
	const char *before, *behind;
	bool is_command;
	bool is_from; // who said something is meant, here now or not
	struct completion *out;
};

static void offer(const struct nick_search *s, const struct person *p)
{
	bool is_meant = span_starts_fold(span_of(p->name), s->part) ||
			(p->display && word_begins(span_of(p->display), s->part));
	if (p != s->m->me && is_meant)
		add_item(s->out, s->before, p->name, s->behind);
}

// Who spoke last comes first.
static void add_recent(const struct nick_search *s)
{
	const struct scrollback *log = &s->t->log;
	size_t seen = 0;
	for (size_t i = log->count; i > 0 && seen < RECENT_MAX; i--, seen++) {
		const struct log_line *l = scrollback_at(log, i - 1);
		if (!l->from || !line_is_speech(l))
			continue;
		if (s->is_from || s->t->kind != TARGET_ROOM ||
		    people_member(s->t, span_of(l->from->key)))
			offer(s, l->from);
	}
}

static void offer_members(const struct nick_search *s, bool absent)
{
	for (size_t i = 0; i < s->t->n_members; i++) {
		if (s->t->members[i].is_absent == absent)
			offer(s, s->t->members[i].person);
	}
}

// A command may be about anybody.
static void offer_all(const struct nick_search *s)
{
	size_t cursor = 0;
	const struct person *p;

	while ((p = map_next(&s->m->people, &cursor)))
		offer(s, p);
}

static void add_nicks(const struct nick_search *s)
{
	if (!s->part.len && s->t->kind != TARGET_ROOM)
		return;
	add_recent(s);
	offer_members(s, false);
	offer_members(s, true);
	for (size_t i = 0; i < s->m->n_targets; i++) {
		const struct target *t = s->m->targets[i];
		struct person *p =
			t->kind == TARGET_PERSON ? person_find(s->m, span_of(t->name)) : NULL;
		if (p && s->part.len)
			offer(s, p);
	}
	if (s->is_command && s->part.len)
		offer_all(s);
}

void complete(const struct model *m, const struct target *t, struct span text, size_t cursor,
	      const char *const *words, size_t n_words, struct completion *out)
{
	*out = (struct completion){.start = word_start(text, cursor)};
	struct span word = span_from(text.at + out->start, cursor - out->start);
	bool is_command = text.len && text.at[0] == '/' && !span_starts(text, SPAN("//"));
	if (is_command && out->start == 0) {
		add_commands(word, words, n_words, out);
		return;
	}
	size_t key = search_words_key(word);
	bool is_from = key && span_starts_fold(word, SPAN("from:"));
	if (key && !is_from) {
		add_places(m, span_after(word, key), out);
		return;
	}
	if (word.len && strchr(m->facts.chan_types, word.at[0])) {
		add_rooms(m, word, out);
		return;
	}
	if (word.len > 2 && word.at[0] == ':') {
		add_emoji(span_after(word, 1), out);
		return;
	}
	bool has_at = word.len && word.at[0] == '@';
	struct nick_search search = {
		.m = m,
		.t = t,
		.part = span_after(word, is_from ? key : has_at),
		.before = is_from  ? "from:"
			  : has_at ? "@"
				   : "",
		.behind = out->start == 0 && !has_at && !is_from ? ": " : " ",
		.is_command = is_command,
		.is_from = is_from,
		.out = out,
	};
	add_nicks(&search);
}

void completion_clear(struct completion *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i]);
	free(c->items);
	*c = (struct completion){0};
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool starts_word(struct span text, size_t i)
{
	return i == 0 || strchr("#-_ .", text.at[i - 1]) != NULL;
}

// Letters that follow each other and letters at a word's start count more.
int fuzzy_score(struct span pattern, struct span text)
{
	int score = 0;
	size_t p = 0;
	bool was_match = false;
	for (size_t i = 0; i < text.len && p < pattern.len; i++) {
		bool is_match = fold(text.at[i]) == fold(pattern.at[p]);
		if (is_match) {
			score += 1 + (was_match ? 4 : 0) + (starts_word(text, i) ? 6 : 0);
			p++;
		}
		was_match = is_match;
	}
	if (p < pattern.len)
		return -1;
	return score * 8 - (int)(text.len < 64 ? text.len : 64);
}
