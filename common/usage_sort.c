// SPDX-License-Identifier: MIT
// Words sorted by a usage; the first that does not fit is named.
#include "common/usage.h"

#include "common/die.h"
#include "common/utf8.h"

#include <stdlib.h>

static bool is_path(struct span name)
{
	return span_eq(name, SPAN("FILE")) || span_eq(name, SPAN("DIR"));
}

// "TEXT|\"\"" says that it may be empty.
static bool may_be_empty(struct span name)
{
	struct span ending = SPAN("|\"\"");

	return name.len > ending.len &&
	       span_eq(span_after(name, name.len - ending.len), ending);
}

// A text for `name`, a place or a value of `flag` (or "").
static bool is_text(struct span text, struct span flag, struct span name, struct buf *why)
{
	const char *fault = NULL;

	if (!span_trim(text).len && !(may_be_empty(name) && !text.len))
		fault = "is empty";
	else if (!is_path(name) && !utf8_is_valid(text))
		fault = "is not UTF-8 text";
	else if (!is_path(name) &&
		 (span_find(text, '\n') < text.len || span_find(text, '\r') < text.len))
		fault = "is more than one line";
	if (!fault)
		return true;
	if (flag.len)
		buf_printf(why, "the value of " SPAN_FMT " %s", SPAN_ARG(flag), fault);
	else
		buf_printf(why, SPAN_FMT " %s", SPAN_ARG(name), fault);
	return false;
}

static bool add_word(const struct usage *u, struct usage_given *g, struct span word,
		     struct buf *why)
{
	size_t i = g->n_words;

	if (u->n_places && i >= u->n_places && u->places[u->n_places - 1].is_many)
		i = u->n_places - 1;
	if (i >= u->n_places) {
		buf_printf(why, "surplus word \"" SPAN_FMT "\": %s", SPAN_ARG(word),
			   i ? "quote what has blanks in it" : "none belongs here");
		return false;
	}
	if (!is_text(word, SPAN(""), u->places[i].name, why))
		return false;
	g->words[g->n_words++] = word;
	return true;
}

static bool is_given(const struct usage_given *g, const struct usage_flag *flag)
{
	for (size_t i = 0; i < g->n_options; i++) {
		if (g->options[i].flag == flag)
			return true;
	}
	return false;
}

static bool needs_value(const struct usage_flag *flag, struct span name, bool is_at_end,
			struct buf *why)
{
	buf_printf(why, SPAN_FMT " wants a value: " SPAN_FMT, SPAN_ARG(name),
		   SPAN_ARG(flag->value));
	if (!is_at_end)
		buf_printf(why, " (one that begins with -- is written " SPAN_FMT "=--…)",
			   SPAN_ARG(name));
	return false;
}

// The flag at words[*i], whose value may be the next word: then *i moves to it.
static bool add_option(const struct usage *u, const struct span *words, size_t n, size_t *i,
		       struct usage_given *g, struct buf *why)
{
	struct span value = words[*i], name = span_cut(&value, '=');
	bool is_joined = name.len < words[*i].len;
	const struct usage_flag *flag = usage_flag(u, name);

	if (!flag) {
		buf_printf(why, "unknown option " SPAN_FMT, SPAN_ARG(name));
		if (!span_starts(name, SPAN("--")))
			buf_printf(why, ": a word that begins with - goes behind --");
		return false;
	}
	if (!flag->is_many && is_given(g, flag)) {
		buf_printf(why, SPAN_FMT " is given twice", SPAN_ARG(name));
		return false;
	}
	if (!flag->value.at && is_joined) {
		buf_printf(why, SPAN_FMT " takes no value", SPAN_ARG(name));
		return false;
	}
	if (flag->value.at && !is_joined) {
		if (*i + 1 >= n || span_starts(words[*i + 1], SPAN("--")))
			return needs_value(flag, name, *i + 1 >= n, why);
		value = words[++*i];
	}
	if (flag->value.at && !is_text(value, name, flag->value, why))
		return false;
	g->options[g->n_options++] =
		(struct usage_option){flag, flag->value.at ? value : (struct span){0}};
	return true;
}

static bool has_all_places(const struct usage *u, const struct usage_given *g, struct buf *why)
{
	if (g->n_words >= u->n_places || !u->places[g->n_words].is_needed)
		return true;
	buf_printf(why, SPAN_FMT " is missing", SPAN_ARG(u->places[g->n_words].name));
	return false;
}

static bool has_all_flags(const struct usage *u, const struct usage_given *g, struct buf *why)
{
	for (size_t i = 0; i < u->n_flags; i++) {
		const struct usage_flag *flag = &u->flags[i];

		if (!flag->is_needed || is_given(g, flag))
			continue;
		buf_printf(why, SPAN_FMT " " SPAN_FMT " is missing", SPAN_ARG(flag->name),
			   SPAN_ARG(flag->value));
		return false;
	}
	return true;
}

// Flags of one bracket stand in a row.
static bool fit_together(const struct usage *u, const struct usage_given *g, struct buf *why)
{
	const struct usage_flag *seen = NULL; // in this bracket

	for (size_t i = 0; i < u->n_flags; i++) {
		const struct usage_flag *flag = &u->flags[i];
		bool is_here = is_given(g, flag);

		if (flag->tie == USAGE_ALONE)
			seen = NULL;
		if (flag->tie == USAGE_TOGETHER && is_here != is_given(g, flag - 1)) {
			buf_printf(why, SPAN_FMT " and " SPAN_FMT " go together",
				   SPAN_ARG(flag[-1].name), SPAN_ARG(flag->name));
			return false;
		}
		if (flag->tie == USAGE_INSTEAD && is_here && seen) {
			buf_printf(why, SPAN_FMT " and " SPAN_FMT " exclude each other",
				   SPAN_ARG(seen->name), SPAN_ARG(flag->name));
			return false;
		}
		if (is_here)
			seen = flag;
	}
	return true;
}

bool usage_sort(const struct usage *u, const struct span *words, size_t n,
		struct usage_given *g, struct buf *why)
{
	bool only_words = false, is_fine = true;

	*g = (struct usage_given){
		.words = xcalloc(n + 1, sizeof(*g->words)),
		.options = xcalloc(n + 1, sizeof(*g->options)),
	};
	for (size_t i = 0; i < n && is_fine; i++) {
		if (!only_words && span_eq(words[i], SPAN("--")))
			only_words = true;
		else if (!only_words && words[i].len > 1 && words[i].at[0] == '-')
			is_fine = add_option(u, words, n, &i, g, why);
		else
			is_fine = add_word(u, g, words[i], why);
	}
	return is_fine && has_all_places(u, g, why) && has_all_flags(u, g, why) &&
	       fit_together(u, g, why);
}

void usage_given_clear(struct usage_given *g)
{
	free(g->words);
	free(g->options);
	*g = (struct usage_given){0};
}

struct span usage_word(const struct usage_given *g, size_t i)
{
	return i < g->n_words ? g->words[i] : SPAN("");
}

bool usage_has(const struct usage_given *g, const char *flag)
{
	for (size_t i = 0; i < g->n_options; i++) {
		if (span_eq(g->options[i].flag->name, span_of(flag)))
			return true;
	}
	return false;
}

struct span usage_value(const struct usage_given *g, const char *flag, size_t nth)
{
	for (size_t i = 0; i < g->n_options; i++) {
		if (span_eq(g->options[i].flag->name, span_of(flag)) && nth-- == 0)
			return g->options[i].value;
	}
	return (struct span){0};
}
