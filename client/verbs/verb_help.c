// SPDX-License-Identifier: MIT
// snug help, --version.
#include "client/api/exit_code.h"
#include "client/verbs/options.h"

#include <stdio.h>

static const struct {
	const char *name, *value, *help;
	char letter;
} rows[] = {
#define OPTION(name_, letter_, kind, member, value_, help_)                                    \
	{.name = name_, .value = value_, .help = help_, .letter = letter_},
#include "client/verbs/options.def"
#undef OPTION
};

static void print_options(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char left[64], letter[8] = "    ";
		if (rows[i].letter)
			snprintf(letter, sizeof(letter), "-%c, ", rows[i].letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, rows[i].name,
			 rows[i].value ? " " : "", rows[i].value ? rows[i].value : "");
		printf("  %-26s %s\n", left, rows[i].help);
	}
}

static int print_verb(const char *name)
{
	const struct snug_verb *v = verb_find(name);

	if (!v) {
		fprintf(stderr, "snug: there is no `snug %s`; see `snug help`\n", name);
		return EXIT_USAGE;
	}
	printf("snug %s %s\n  %s\n", v->name, v->usage, v->help);
	return EXIT_OK;
}

int snug_help(struct options *o)
{
	size_t count;
	const struct snug_verb *verbs = verb_list(&count);

	if (o->n_args)
		return print_verb(o->args[0]);
	printf("snug: chat in the terminal\n\n"
	       "  snug join LINK             from an invite link to the room\n"
	       "  snug [PROFILE]             the server used last, or this one\n"
	       "  snug --plain [TARGET]      the same, line by line\n\n");
	for (size_t i = 0; i < count; i++)
		printf("  %-12s %s\n", verbs[i].name, verbs[i].help);
	printf("\nOptions\n");
	print_options();
	printf("\nInside, F1 shows the keys and /help the commands. More: man snug\n");
	return EXIT_OK;
}
