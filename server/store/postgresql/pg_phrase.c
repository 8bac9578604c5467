// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_phrase.h"

#include "common/grow.h"
#include "server/letters/query.h"

#include <stdlib.h>

struct reading {
	struct pg_phrase *phrase;
	struct arena *arena;
};

static void add_word(void *arg, struct span word)
{
	struct reading *r = arg;
	struct pg_phrase *p = r->phrase;

	p->words = grow(p->words, p->n_words, &p->space, sizeof(*p->words));
	p->words[p->n_words++] = arena_dup(r->arena, word);
}

static bool is_same(const struct pg_phrase *a, const struct pg_phrase *b)
{
	if (a->n_words != b->n_words || a->is_prefix != b->is_prefix)
		return false;
	for (size_t i = 0; i < a->n_words; i++) {
		if (!span_eq(a->words[i], b->words[i]))
			return false;
	}
	return true;
}

// Once: a second time it says nothing, and takes a place.
static bool is_repeated(const struct pg_wanted *w, const struct pg_phrase *phrase)
{
	for (size_t i = 0; i < w->n_phrases; i++) {
		if (is_same(&w->phrases[i], phrase))
			return true;
	}
	return false;
}

void pg_wanted_read(struct pg_wanted *w, struct tokens *tokens, struct span text)
{
	*w = (struct pg_wanted){0};
	while (text.len && w->n_phrases < SEARCH_WORDS_MAX) {
		struct pg_phrase *phrase = &w->phrases[w->n_phrases];
		struct span typed = query_word(&text);
		struct reading reading = {phrase, &w->arena};

		phrase->n_words = 0;
		phrase->is_prefix = query_word_is_prefix(typed);
		tokens_each(tokens, typed, add_word, &reading);
		w->n_phrases += phrase->n_words > 0 && !is_repeated(w, phrase);
	}
}

void pg_wanted_clear(struct pg_wanted *w)
{
	for (size_t i = 0; i < SEARCH_WORDS_MAX; i++)
		free(w->phrases[i].words);
	arena_clear(&w->arena);
	*w = (struct pg_wanted){0};
}

static bool is_word(const struct pg_phrase *p, size_t i, struct span word)
{
	return p->is_prefix && i + 1 == p->n_words ? span_starts(word, p->words[i])
						   : span_eq(word, p->words[i]);
}

// Where n words of a text have the phrase.
static bool is_phrase_in(const struct pg_phrase *p, const struct pg_phrase *text)
{
	for (size_t from = 0; from + p->n_words <= text->n_words; from++) {
		size_t n = 0;

		while (n < p->n_words && is_word(p, n, text->words[from + n]))
			n++;
		if (n == p->n_words)
			return true;
	}
	return false;
}

bool pg_wanted_is_in(const struct pg_wanted *w, struct tokens *tokens, struct span text)
{
	struct pg_phrase words = {0};
	struct arena arena = {0};
	struct reading reading = {&words, &arena};
	bool is_in = w->n_phrases > 0;

	tokens_each(tokens, text, add_word, &reading);
	for (size_t i = 0; i < w->n_phrases && is_in; i++)
		is_in = is_phrase_in(&w->phrases[i], &words);
	free(words.words);
	arena_clear(&arena);
	return is_in;
}
