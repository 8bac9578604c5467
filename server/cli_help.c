// SPDX-License-Identifier: MIT
// The list of all verbs, and the nearest one to what was mistyped.
#include "server/cli.h"

#include <stdio.h>
#include <unistd.h>

#define WORD_MAX 32 // inside: longest word of cli.def
#define NEAR 3      // so many letters off is still a guess

struct group {
	const char *title;
	const char *nouns; // each with a space before and behind
};

static const struct group groups[] = {
	{"The server",
	 " init run check status metrics usage reload stop db backup restore upgrade downgrade "
	 "tls fingerprint avahi config log lockdown server clock batch "},
	{"People", " user session invite import "},
	{"Rooms", " room message history export ban hook file "},
	{"Records", " audit "},
	{"Help", " help version completion "},
};

// The hub has rows of its own for what the program does in part itself.
static bool is_repeated(size_t row)
{
	for (size_t i = 0; i < row; i++) {
		if (!strcmp(cli_verbs[i].noun, cli_verbs[row].noun) &&
		    !strcmp(cli_verbs[i].verb, cli_verbs[row].verb))
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

static void print_verb(const struct cli_verb *v)
{
	const char *bold = isatty(STDOUT_FILENO) ? "\033[1m" : "";

	printf("  %s%s%s%s%s%s%s\n", bold, v->noun, *v->verb ? " " : "", v->verb,
	       *bold ? "\033[0m" : "", *v->usage ? " " : "", v->usage);
	printf("        %s\n", v->about);
}

static bool print_noun(struct span noun)
{
	bool found = false;

	for (size_t i = 0; i < cli_n_verbs; i++) {
		if (!span_eq(noun, span_of(cli_verbs[i].noun)) || is_repeated(i))
			continue;
		print_verb(&cli_verbs[i]);
		found = true;
	}
	return found;
}

static void print_groups(void)
{
	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		bool is_first = true;

		for (size_t i = 0; i < cli_n_verbs; i++) {
			if (!is_in(&groups[g], cli_verbs[i].noun) || is_repeated(i))
				continue;
			if (is_first)
				printf("\n%s\n", groups[g].title);
			is_first = false;
			print_verb(&cli_verbs[i]);
		}
	}
}

void cli_usage(const struct cli_verb *verb)
{
	fprintf(stderr, "usage: snugd %s%s%s%s%s\n", verb->noun, *verb->verb ? " " : "",
		verb->verb, *verb->usage ? " " : "", verb->usage);
}

// `help NOUN`, or --help behind it.
static struct span noun_of(const struct cli *c)
{
	struct span noun = usage_word(&c->given, 0);

	for (size_t i = 0; i < c->n_names && !noun.len; i++)
		noun = span_eq(c->names[i], SPAN("help")) ? noun : c->names[i];
	return noun.len && noun.at[0] == '-' ? SPAN("") : noun;
}

int cli_help(const struct cli *c)
{
	struct span noun = noun_of(c);

	if (noun.len)
		return print_noun(noun) ? ADMIN_DONE : cli_unknown(c);
	puts("usage: snugd NOUN VERB ... [--state DIR] [--config FILE] [--json]\n"
	     "\n"
	     "The state directory is --state, else $SNUG_STATE, else " STATE_DEFAULT ".\n"
	     "Everything but run works beside a running server and without one.\n"
	     "--json goes with what prints rows; -- ends the options.\n"
	     "What changes something takes --dry-run and --reason TEXT, and says if it did.");
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
static size_t distance(struct span a, const char *b)
{
	size_t row[WORD_MAX + 1], len = strlen(b);

	if (len > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= len; i++)
		row[i] = i;
	for (size_t n = 0; n < a.len; n++) {
		size_t corner = row[0];

		row[0] = n + 1;
		for (size_t i = 1; i <= len; i++) {
			size_t above = row[i];

			row[i] = least(above + 1, row[i - 1] + 1,
				       corner + (a.at[n] != b[i - 1]));
			corner = above;
		}
	}
	return row[len];
}

// How far the words are from this verb; a noun without a verb is near its verbs.
static size_t distance_to(const struct cli *c, const struct cli_verb *v)
{
	struct span word = *v->verb && c->n_names > 1 ? c->names[1] : SPAN("");
	size_t of_verb = *v->verb ? distance(word, v->verb) : 0;

	return 2 * distance(c->names[0], v->noun) + (word.len || !*v->verb ? of_verb : 0);
}

int cli_unknown(const struct cli *c)
{
	const struct cli_verb *best = NULL;
	size_t nearest = 2 * NEAR + 1;
	struct buf words = {0};

	for (size_t i = 0; i < cli_n_verbs; i++) {
		size_t d = distance_to(c, &cli_verbs[i]);

		if (d < nearest) {
			nearest = d;
			best = &cli_verbs[i];
		}
	}
	for (size_t i = 0; i < c->n_names; i++) {
		if (i)
			buf_add_char(&words, ' ');
		cli_plain(&words, c->names[i]);
	}
	cli_say(0, "there is no \"%s\"", buf_str(&words));
	buf_clear(&words);
	if (best)
		fprintf(stderr, "Did you mean  snugd %s %s %s\n", best->noun, best->verb,
			best->usage);
	fputs("snugd help lists everything.\n", stderr);
	return ADMIN_USAGE;
}
