// SPDX-License-Identifier: MIT
#include "client/options.h"

#include "client/link_words.h"

#include <stdio.h>
#include <stdlib.h>

static const struct verb verbs[] = {
#define VERB(name_, fn, usage_, help_)                                                         \
	{.name = name_, .usage = usage_, .help = help_, .run = fn},
#include "client/verbs.def"
#undef VERB
};

enum option_kind { TEXT, NUMBER, FLAG };

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
#include "client/options.def"
#undef OPTION
};

const struct verb *verb_list(size_t *count)
{
	*count = ARRAY_LEN(verbs);
	return verbs;
}

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

int verb_misused(const char *name)
{
	const struct verb *v = verb_find(name);

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
	paths_init(&o->paths, o->home);
	return NULL;
}

void options_clear(struct options *o)
{
	paths_clear(&o->paths);
}
