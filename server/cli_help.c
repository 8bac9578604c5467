// SPDX-License-Identifier: MIT
// The list of all verbs, and the nearest one to what was mistyped.
#include "server/cli.h"

#include <stdio.h>
#include <unistd.h>

#define WORD_MAX 32
#define NEAR 3 // so many letters off is still a guess

struct verb_help {
	const char *noun, *verb, *usage, *about;
};

static const struct verb_help verbs[] = {
#define OWN(noun, verb, fn, usage, about) {noun, verb, usage, about},
#include "server/cli.def"
#undef OWN
#define VERB(noun, verb, fn, words, usage, about) {noun, verb, usage, about},
#include "server/hub/admin/admin.def"
#undef VERB
};

struct group {
	const char *title;
	const char *nouns; // each with a space before and behind
};

static const struct group groups[] = {
	{"The server", " init run check status reload stop backup tls fingerprint config server "},
	{"People", " user session invite "},
	{"Rooms", " room message ban "},
	{"Records", " audit "},
	{"Help", " help "},
};

// The hub has rows of its own for what the program does in part itself.
static bool is_repeated(size_t row)
{
	for (size_t i = 0; i < row; i++) {
		if (!strcmp(verbs[i].noun, verbs[row].noun) &&
		    !strcmp(verbs[i].verb, verbs[row].verb))
			return true;
	}
	return false;
}

static bool is_in(const struct group *g, const char *noun)
{
	char padded[WORD_MAX + 3];

	snprintf(padded, sizeof(padded), " %s ", noun);
	return strstr(g->nouns, padded) != NULL;
}

static void print_verb(const struct verb_help *v)
{
	const char *bold = isatty(STDOUT_FILENO) ? "\033[1m" : "";

	printf("  %s%s%s%s%s%s%s\n", bold, v->noun, *v->verb ? " " : "", v->verb,
	       *bold ? "\033[0m" : "", *v->usage ? " " : "", v->usage);
	printf("        %s\n", v->about);
}

static bool print_noun(const char *noun)
{
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].noun, noun) != 0 || is_repeated(i))
			continue;
		print_verb(&verbs[i]);
		found = true;
	}
	return found;
}

static void print_groups(void)
{
	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		bool is_first = true;

		for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
			if (!is_in(&groups[g], verbs[i].noun) || is_repeated(i))
				continue;
			if (is_first)
				printf("\n%s\n", groups[g].title);
			is_first = false;
			print_verb(&verbs[i]);
		}
	}
}

int cli_help(const struct cli *c)
{
	const char *noun = NULL;

	for (size_t i = 0; i < c->n_words && !noun; i++)
		noun = strcmp(c->words[i], "help") ? c->words[i] : NULL;
	if (noun) {
		if (print_noun(noun))
			return ADMIN_DONE;
		return cli_unknown(c);
	}
	puts("usage: snugd NOUN VERB ... [--state DIR] [--json]\n"
	     "\n"
	     "The state directory is --state, else $SNUG_STATE, else " STATE_DEFAULT ".\n"
	     "Everything but run works beside a running server and without one.");
	print_groups();
	puts("\nPasswords: --password-stdin, or asked for on the terminal.\n"
	     "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 conflict, 5 denied,\n"
	     "6 problems found, 7 unreachable or locked, 8 partly done, 9 not confirmed.");
	return ADMIN_DONE;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

// Levenshtein's distance.
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], len = strlen(b);

	if (len > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= len; i++)
		row[i] = i;
	for (size_t n = 1; *a; a++, n++) {
		size_t corner = row[0];

		row[0] = n;
		for (size_t i = 1; i <= len; i++) {
			size_t above = row[i];

			row[i] = least(above + 1, row[i - 1] + 1, corner + (*a != b[i - 1]));
			corner = above;
		}
	}
	return row[len];
}

// How far the words are from this verb; a noun without a verb is near its verbs.
static size_t distance_to(const struct cli *c, const struct verb_help *v)
{
	const char *word = *v->verb && c->n_words > 1 ? c->words[1] : "";
	size_t of_verb = *v->verb ? distance(word, v->verb) : 0;

	return 2 * distance(c->words[0], v->noun) + (*word || !*v->verb ? of_verb : 0);
}

int cli_unknown(const struct cli *c)
{
	const struct verb_help *best = NULL;
	size_t nearest = 2 * NEAR + 1;

	for (size_t i = 0; c->n_words && i < ARRAY_LEN(verbs); i++) {
		size_t d = distance_to(c, &verbs[i]);

		if (d < nearest) {
			nearest = d;
			best = &verbs[i];
		}
	}
	cli_say(0, "there is no \"%s%s%s\"", c->words[0], c->n_words > 1 ? " " : "",
		c->n_words > 1 ? c->words[1] : "");
	if (best)
		fprintf(stderr, "Did you mean  snugd %s %s %s\n", best->noun, best->verb,
			best->usage);
	fputs("snugd help lists everything.\n", stderr);
	return ADMIN_USAGE;
}
