// SPDX-License-Identifier: MIT
// Finds the command of a typed text, and what all of them share. The commands stand in
// command_talk.c (rooms and people) and command_local.c (this program).
#include "client/slash/command.h"
#include "client/slash/command_private.h"
#include "client/model/target.h"
#include "common/spoken.h"
#include "common/utf8.h"

#include <stdio.h>

#define TYPO_MAX 2 // letters that may be wrong in a name that is offered
#define NAME_MAX_LEN 32

// More words than anybody types.
#define TEXT SIZE_MAX

static const struct command_row {
	const char *name;
	command_fn *fn;
	size_t least, most; // words
} rows[] = {
#define ROW(name, fn, least, most, usage, help) {name, fn, least, most},
#define ALSO ROW
#include "client/slash/commands.def"
#undef ALSO
#undef ROW
};

static const struct command_help list[] = {
#define ROW(name, fn, least, most, usage, help) {name, usage, help},
#define ALSO ROW
#include "client/slash/commands.def"
#undef ALSO
#undef ROW
};

const struct command_help *command_list(size_t *count)
{
	*count = ARRAY_LEN(list);
	return list;
}

void call_note(const struct slash_call *call, enum line_kind kind, const char *format, ...)
{
	char text[2048];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len >= 0)
		model_note(call->c->model, call->t, kind, call->c->now_ms, span_of(text));
}

bool call_send(const struct slash_call *call, const char *format, ...)
{
	char text[8192];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(text)) {
		call_note(call, LINE_ERROR, spoken("not sent: the line is too long"));
		return false;
	}
	for (int i = 0; i < len; i++) {
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	}
	const struct intents *intents = call->c->intents;
	if (intents->raw(intents->arg, span_from(text, (size_t)len)))
		return true;
	call_note(call, LINE_ERROR,
		  spoken("/%.*s needs a connection, and there is none right now"),
		  (int)call->name.len, call->name.at);
	return false;
}

void call_remark(const struct slash_call *call, const struct buf *words)
{
	const struct screen_acts *screen = call->c->screen;
	if (screen)
		screen->say(screen->arg, buf_span(words));
	else
		call_note(call, LINE_INFO, "%.*s", (int)words->len, words->at);
}

void call_message(const struct slash_call *call, struct target *t, enum line_kind kind,
		  struct span text)
{
	const struct intents *intents = call->c->intents;
	intents->message(intents->arg, t, kind, text, SPAN(""));
}

// Of a text of many lines, the end of a line ends a word too.
static struct span cut_word(struct span *rest)
{
	size_t blank = span_find(*rest, ' '), end = span_find(*rest, '\n');
	struct span word = span_from(rest->at, blank < end ? blank : end);
	*rest = span_trim(span_after(*rest, word.len));
	return word;
}

struct span call_word(struct slash_call *call)
{
	return cut_word(&call->rest);
}

bool call_is_room(const struct slash_call *call, struct span name)
{
	return name.len && strchr(call->c->model->facts.chan_types, name.at[0]);
}

bool call_needs_room(const struct slash_call *call)
{
	if (call->t->kind == TARGET_ROOM)
		return true;
	call_note(call, LINE_ERROR, spoken("/%.*s works in a room"), (int)call->name.len,
		  call->name.at);
	return false;
}

// Levenshtein's distance, one row at a time.
static size_t distance(struct span a, struct span b)
{
	size_t row[NAME_MAX_LEN + 1];
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];
			size_t best = corner + ((a.at[i - 1] | 32) != (b.at[j - 1] | 32));
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = above;
			row[j] = best;
		}
	}
	return row[b.len];
}

static const char *closest(struct span name)
{
	const char *found = NULL;
	size_t best = TYPO_MAX + 1;
	if (name.len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span known = span_of(rows[i].name);
		if (name.len > 1 && span_starts_fold(known, name))
			return rows[i].name;
		size_t d = distance(name, known);
		if (d < best && d < name.len) {
			best = d;
			found = rows[i].name;
		}
	}
	return found;
}

static void refuse_words(const struct slash_call *call, size_t row, struct span surplus)
{
	struct buf usage = {0};

	buf_printf(&usage, "/%s%s%s", list[row].name, list[row].usage[0] ? " " : "",
		   spoken(list[row].usage));
	if (surplus.len)
		call_note(call, LINE_ERROR,
			  spoken("%s: it takes no \"" SPAN_FMT "\" (%s); nothing was done"),
			  buf_str(&usage), SPAN_ARG(surplus), spoken(list[row].help));
	else
		call_note(call, LINE_ERROR, spoken("%s: a word is missing (%s)"),
			  buf_str(&usage), spoken(list[row].help));
	buf_clear(&usage);
}

// The words of "[all|mentions|none]"; nothing where the usage names no words.
static struct span choices_of(const char *usage)
{
	bool has_choices = usage[0] == '[' && usage[1] >= 'a' && usage[1] <= 'z';

	return has_choices ? span_from(usage + 1, strcspn(usage + 1, "]")) : SPAN("");
}

// False, and words: what was typed is none of the choices, or has too much or too little
// behind it.
static bool is_choice(const struct slash_call *call, size_t row)
{
	struct span rest = call->rest, choices = choices_of(list[row].usage);

	if (!choices.len || !rest.len)
		return true;
	struct span typed = rest, word = cut_word(&rest);
	while (choices.len) {
		struct span choice = span_cut(&choices, '|'), name = span_cut(&choice, ' ');
		if (!span_eq(name, word))
			continue;
		if ((choice.len > 0) == (rest.len > 0))
			return true;
		refuse_words(call, row, rest);
		return false;
	}
	refuse_words(call, row, typed);
	return false;
}

// False, and words: there are too few words for this row, or too many, or others.
static bool has_its_words(const struct slash_call *call, size_t row)
{
	struct span rest = call->rest;
	size_t n = 0;

	while (rest.len && n < rows[row].most) {
		struct span word = cut_word(&rest);
		n += word.len > 0;
	}
	if (!rest.len && n >= rows[row].least)
		return is_choice(call, row);
	refuse_words(call, row, rest);
	return false;
}

void command_unknown(const struct slash_call *call, struct span name)
{
	const char *near = closest(name);

	call_note(call, LINE_ERROR,
		  spoken("there is no /%.*s%s%s%s; nothing was sent (// starts a text "
			 "with a slash)"),
		  (int)name.len, name.at, near ? spoken(", did you mean /") : "",
		  near ? near : "", near ? "?" : "");
}

static void run(struct slash_call *call)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!span_eq_fold(span_of(rows[i].name), call->name))
			continue;
		call->name = span_of(rows[i].name);
		if (has_its_words(call, i))
			rows[i].fn(call);
		return;
	}
	command_unknown(call, call->name);
}

void command_typed(const struct command_context *c, struct target *t, struct span text)
{
	struct slash_call call = {.c = c, .t = t};
	if (!text.len)
		return;
	if (!utf8_is_valid(text)) {
		call_note(&call, LINE_ERROR,
			  spoken("nothing was done: this is not UTF-8 text"));
		return;
	}
	bool is_escaped = span_starts(text, SPAN("//"));
	if (text.at[0] != '/' || is_escaped) {
		c->intents->message(c->intents->arg, t, LINE_MESSAGE,
				    span_after(text, is_escaped), SPAN(""));
		return;
	}
	call.rest = span_after(text, 1);
	call.name = span_cut(&call.rest, ' ');
	call.rest = span_trim(call.rest);
	run(&call);
}
