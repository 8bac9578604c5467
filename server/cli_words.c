// SPDX-License-Identifier: MIT
// The arguments: which verb they name, and its words and options.
//
// The program's own options may stand anywhere, also before the verb, so the verb is looked
// for among the words that are neither these nor their values; then all that is not its name
// is sorted by the verb's usage and the program's.
#include "server/cli.h"

#include "common/die.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EVERYWHERE "[--state DIR] [--config FILE]"
#define OF_THE_HUB EVERYWHERE " [--json]"
#define OF_ACTS "[--dry-run]"

const struct cli_verb cli_verbs[] = {
#define OWN(noun, verb, fn, usage, about) {noun, verb, usage, about, fn, false},
#include "server/cli.def"
#undef OWN
#define VERB(noun, verb, fn, usage, about) {noun, verb, usage, about, NULL, false},
#define ACT(noun, verb, fn, usage, about) {noun, verb, usage, about, NULL, true},
#define EACH(noun, verb, fn, usage, about) {noun, verb, usage, about, NULL, true},
#include "server/hub/admin/admin.def"
#undef VERB
};

const size_t cli_n_verbs = ARRAY_LEN(cli_verbs);

// A word of the program's own; *has_next: its value is the next word.
static bool is_everywhere(struct span word, bool *has_next)
{
	struct span rest = word, name = span_cut(&rest, '=');
	bool has_value = span_eq(name, SPAN("--state")) || span_eq(name, SPAN("--config"));

	*has_next = has_value && name.len == word.len;
	return has_value || span_eq(name, SPAN("--json")) ||
	       span_eq(name, SPAN("--password-stdin"));
}

// The first words that may name a verb, and where they stand.
static void find_names(struct cli *c, size_t at[static CLI_NAMES_MAX])
{
	bool has_next;

	for (size_t i = 0; i < c->n_words && c->n_names < CLI_NAMES_MAX; i++) {
		if (is_everywhere(c->words[i], &has_next)) {
			i += has_next;
			continue;
		}
		at[c->n_names] = i;
		c->names[c->n_names++] = c->words[i];
	}
}

static size_t find_verb(struct cli *c)
{
	for (size_t i = 0; i < cli_n_verbs; i++) {
		const struct cli_verb *v = &cli_verbs[i];
		size_t n = usage_is_named(v->noun, v->verb, c->names, c->n_names);

		if (n) {
			c->verb = v;
			return n;
		}
	}
	return 0;
}

// Takes the names out of the words.
static void drop_words(struct cli *c, const size_t *at, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0, k = 0; i < c->n_words; i++) {
		if (k < n && at[k] == i)
			k++;
		else
			c->words[kept++] = c->words[i];
	}
	c->n_words = kept;
}

// A verb may have it in its own usage, with a meaning of its own.
static bool add_flag_of_acts(struct cli *c, const char *flag, const char *usage)
{
	return !c->verb || !c->verb->changes || usage_flag(&c->usage, span_of(flag)) ||
	       usage_parse(&c->usage, span_of(usage));
}

static bool sort(struct cli *c)
{
	struct buf why = {0}, plain = {0};
	bool is_fine = usage_parse(&c->usage, c->verb ? span_of(c->verb->usage) : SPAN("NOUN"));

	is_fine = is_fine && add_flag_of_acts(c, "--reason", ACT_USAGE);
	c->n_own_flags = c->usage.n_flags;
	is_fine = is_fine && add_flag_of_acts(c, "--dry-run", OF_ACTS);
	is_fine = is_fine && usage_parse(&c->usage, c->verb && !c->verb->fn ? SPAN(OF_THE_HUB)
									    : SPAN(EVERYWHERE));
	assert(is_fine);
	is_fine = usage_sort(&c->usage, c->words, c->n_words, &c->given, &why);
	if (!is_fine) {
		cli_plain(&plain, buf_span(&why));
		cli_say(0, "%s", buf_str(&plain));
		if (c->verb)
			cli_usage(c->verb);
		else
			fputs("snugd help lists everything.\n", stderr);
	}
	buf_clear(&why);
	buf_clear(&plain);
	return is_fine;
}

// What is asked for in place of a verb, or of doing it.
static void find_wishes(struct cli *c)
{
	struct span only = c->n_words == 1 ? c->words[0] : SPAN("");

	c->wants_version = span_eq(only, SPAN("--version")) || span_eq(only, SPAN("-V"));
	for (size_t i = 0; i < c->n_words && !span_eq(c->words[i], SPAN("--")); i++) {
		if (span_eq(c->words[i], SPAN("--help")) || span_eq(c->words[i], SPAN("-h")))
			c->wants_help = true;
	}
}

static bool is_understood(struct cli *c)
{
	if (c->wants_help || c->wants_version || (!c->n_words && !c->verb))
		return true;
	// What is no verb is told by the one who looks for the nearest.
	if (!c->verb && c->n_names && c->names[0].at[0] != '-')
		return true;
	return sort(c);
}

// By the program; a verb that has the flag in its own usage does it itself.
static bool is_tried(const struct cli *c)
{
	const struct usage_flag *flag = usage_flag(&c->usage, SPAN("--dry-run"));

	return flag && flag >= c->usage.flags + c->n_own_flags && cli_flag(c, "--dry-run");
}

bool cli_parse(struct cli *c, int argc, char **argv)
{
	size_t at[CLI_NAMES_MAX] = {0};
	bool is_fine;

	*c = (struct cli){.uid = getuid()};
	c->words = xcalloc((size_t)argc + 1, sizeof(*c->words));
	for (int i = 1; i < argc; i++)
		c->words[c->n_words++] = span_of(argv[i]);
	find_wishes(c);
	find_names(c, at);
	drop_words(c, at, find_verb(c));
	is_fine = is_understood(c);
	paths_init(&c->paths, cli_value(c, "--state", 0), cli_value(c, "--config", 0));
	config_find_store(&c->paths);
	if (cli_value(c, "--store", 0))
		paths_set_store(&c->paths, cli_value(c, "--store", 0));
	c->json = cli_flag(c, "--json");
	c->is_tried = is_tried(c);
	c->password_stdin = cli_flag(c, "--password-stdin");
	return is_fine;
}

void cli_clear(struct cli *c)
{
	usage_given_clear(&c->given);
	free(c->words);
	paths_clear(&c->paths);
}

const char *cli_word(const struct cli *c, size_t i)
{
	return i < c->given.n_words ? c->given.words[i].at : NULL;
}

const char *cli_value(const struct cli *c, const char *option, size_t n)
{
	return usage_value(&c->given, option, n).at;
}

bool cli_flag(const struct cli *c, const char *option)
{
	return usage_has(&c->given, option);
}
