// SPDX-License-Identifier: MIT
// snug completion bash|zsh|fish: verbs and options for the shell, made from the tables.
#include "client/api/exit_code.h"
#include "client/verbs/options.h"

#include <stdio.h>

static const char *const option_names[] = {
#define OPTION(name, letter, kind, member, value, help) name,
#include "client/verbs/options.def"
#undef OPTION
};

static const char *const option_helps[] = {
#define OPTION(name, letter, kind, member, value, help) help,
#include "client/verbs/options.def"
#undef OPTION
};

static void print_words(const char *before)
{
	size_t count;
	const struct snug_verb *verbs = verb_list(&count);

	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? " " : before, verbs[i].name);
	for (size_t i = 0; i < ARRAY_LEN(option_names); i++)
		printf(" --%s", option_names[i]);
}

static void print_bash(void)
{
	printf("_snug() {\n\tlocal words=\"");
	print_words("");
	printf("\"\n\tCOMPREPLY=($(compgen -W \"$words\" -- "
	       "\"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
	       "complete -F _snug snug\n");
}

// A text inside of single quotes.
static void print_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			printf("'\\''");
		else
			putchar(*text);
	}
	putchar('\'');
}

static void print_zsh(void)
{
	size_t count;
	const struct snug_verb *verbs = verb_list(&count);

	printf("#compdef snug\nlocal -a verbs options\nverbs=(\n");
	for (size_t i = 0; i < count; i++) {
		printf("\t%s:", verbs[i].name);
		print_quoted(verbs[i].help);
		printf("\n");
	}
	printf(")\noptions=(");
	for (size_t i = 0; i < ARRAY_LEN(option_names); i++)
		printf(" --%s", option_names[i]);
	printf(" )\n_describe verb verbs\ncompadd -- $options\n");
}

static void print_fish(void)
{
	size_t count;
	const struct snug_verb *verbs = verb_list(&count);

	for (size_t i = 0; i < count; i++) {
		printf("complete -c snug -n __fish_use_subcommand -f -a %s -d ", verbs[i].name);
		print_quoted(verbs[i].help);
		printf("\n");
	}
	for (size_t i = 0; i < ARRAY_LEN(option_names); i++) {
		printf("complete -c snug -l %s -d ", option_names[i]);
		print_quoted(option_helps[i]);
		printf("\n");
	}
}

int snug_completion(struct options *o)
{
	const char *shell = o->args[0];

	if (strcmp(shell, "bash") == 0)
		print_bash();
	else if (strcmp(shell, "zsh") == 0)
		print_zsh();
	else if (strcmp(shell, "fish") == 0)
		print_fish();
	else
		return verb_misused("completion");
	return EXIT_OK;
}
