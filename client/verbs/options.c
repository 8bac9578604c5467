// SPDX-License-Identifier: MIT
#include "client/verbs/options.h"

#include "client/api/exit_code.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define MANY INT_MAX

static const struct snug_verb verbs[] = {
#define VERB(name_, fn, least_, most_, options_, usage_, help_)                                \
	{.name = name_,                                                                        \
	 .least = least_,                                                                      \
	 .most = most_,                                                                        \
	 .options = options_,                                                                  \
	 .usage = usage_,                                                                      \
	 .help = help_,                                                                        \
	 .run = fn},
#include "client/verbs/verbs.def"
#undef VERB
};

enum option_kind { TEXT, NUMBER, FLAG, LIST };

static const struct option_row {
	const char *name;
	char letter;
	enum option_kind kind;
	size_t offset;
} rows[] = {
#define OPTION(name_, letter_, kind_, member, value, help)                                     \
	{.name = name_,                                                                        \
	 .letter = letter_,                                                                    \
	 .kind = kind_,                                                                        \
	 .offset = offsetof(struct options, member)},
#include "client/verbs/options.def"
#undef OPTION
};

const struct snug_verb *verb_list(size_t *count)
{
	*count = ARRAY_LEN(verbs);
	return verbs;
}

const struct snug_verb *verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

int verb_misused(const char *name)
{
	const struct snug_verb *v = verb_find(name);

	fprintf(stderr, "usage: snug %s %s\n", name, v ? v->usage : "");
	return EXIT_USAGE;
}

static const struct option_row *row_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_short = name.len == 1 && rows[i].letter == name.at[0];
		if (is_short || span_eq(name, span_of(rows[i].name)))
			return &rows[i];
	}
	return NULL;
}

static bool put_number(int *place, const char *text)
{
	uint64_t number;

	if (!span_to_u64(span_of(text), &number) || number > INT32_MAX)
		return false;
	*place = (int)number;
	return true;
}

static bool put_more(struct option_list *list, const char *text)
{
	if (list->count == OPTION_LIST_MAX)
		return false;
	list->at[list->count++] = text;
	return true;
}

static const char *put(struct options *o, const struct option_row *row, const char *value)
{
	void *place = (char *)o + row->offset;

	switch (row->kind) {
	case TEXT:
		*(const char **)place = value;
		return NULL;
	case NUMBER:
		return put_number(place, value) ? NULL : "a number is expected";
	case FLAG:
		*(bool *)place = true;
		return NULL;
	case LIST:
		return put_more(place, value) ? NULL : "it is given too often";
	}
	return NULL;
}

// Takes argv[*i], an option; and the value behind it.
static const char *take(struct options *o, char **argv, int argc, int *i)
{
	const char *text = argv[*i];
	struct span rest = span_of(text + (text[1] == '-' ? 2 : 1));
	bool has_value = span_find(rest, '=') < rest.len;
	struct span name = span_cut(&rest, '=');
	const struct option_row *row = row_of(name);

	if (!row || (text[1] != '-' && name.len != 1))
		return "there is no such option";
	o->given |= UINT64_C(1) << (row - rows);
	if (row->kind == FLAG)
		return has_value ? "this option takes no value" : put(o, row, NULL);
	if (!has_value && ++*i >= argc)
		return "this option wants a value";
	return put(o, row, has_value ? rest.at : argv[*i]);
}

static bool is_option(const char *text)
{
	return text[0] == '-' && text[1] != '\0';
}

const char *options_parse(struct options *o, int argc, char **argv)
{
	static const struct options none = {.password_fd = -1, .count = -1};
	bool only_args = false;
	int kept = 1;

	*o = none;
	for (int i = 1; i < argc; i++) {
		if (!only_args && strcmp(argv[i], "--") == 0) {
			only_args = true;
		} else if (!only_args && is_option(argv[i])) {
			o->refused = argv[i];
			const char *wrong = take(o, argv, argc, &i);
			if (wrong)
				return wrong;
		} else {
			argv[kept++] = argv[i];
		}
	}
	o->args = argv + 1;
	o->n_args = kept - 1;
	if (o->n_args && verb_find(o->args[0])) {
		o->verb = o->args[0];
		o->args++;
		o->n_args--;
	}
	folders_init(&o->paths, o->home);
	return NULL;
}

static bool has_name(const char *names, const char *name)
{
	struct span rest = span_of(names);

	while (rest.len) {
		if (span_eq(span_cut(&rest, ' '), span_of(name)))
			return true;
	}
	return false;
}

// The first option that is given and not taken, or NULL.
static const char *surplus_option(const struct options *o, const char *taken)
{
	_Static_assert(ARRAY_LEN(rows) <= 64, "a bit of options.given for each");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_given = o->given >> i & 1;
		if (is_given && !has_name(taken, rows[i].name) &&
		    !has_name(OPTIONS_ANYWHERE, rows[i].name))
			return rows[i].name;
	}
	return NULL;
}

// `snug`, `snug PROFILE`, `snug --plain TARGET`, or a pasted link, which is a `snug join`.
static const struct snug_verb *verb_of(const struct options *o, struct snug_verb *none)
{
	const struct snug_verb *join = verb_find("join");
	assert(join);
	*none = *join;
	none->name = "";
	none->usage = "[PROFILE | LINK | --plain [TARGET] | VERB ...]";
	// --profile says all that the word would.
	none->most = o->profile && !o->plain ? 0 : 1;
	const struct snug_verb *v = o->verb ? verb_find(o->verb) : NULL;
	return v ? v : none;
}

bool options_fit(const struct options *o, struct buf *words)
{
	struct snug_verb none;
	const struct snug_verb *v = verb_of(o, &none);
	const char *option = surplus_option(o, v->options);
	// For these the word is a profile's name.
	int most = has_name("trust logout", v->name) && o->profile ? 0 : v->most;

	if (option)
		buf_printf(words, "`snug%s%s` takes no --%s", v->name[0] ? " " : "", v->name,
			   option);
	else if (!o->verb && o->n_args > 1)
		buf_printf(words, "there is no verb \"%s\"", o->args[0]);
	else if (o->n_args > most)
		buf_printf(words, "`snug%s%s` takes no \"%s\" here", v->name[0] ? " " : "",
			   v->name, o->args[most]);
	else if (o->n_args < v->least)
		buf_printf(words, "`snug %s`: a word is missing", v->name);
	else
		return true;
	buf_printf(words, "; usage: snug%s%s %s", v->name[0] ? " " : "", v->name, v->usage);
	return false;
}

void options_clear(struct options *o)
{
	folders_clear(&o->paths);
}
