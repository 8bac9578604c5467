// SPDX-License-Identifier: MIT
// Every verb with every option, and with more and fewer words than it takes.
#include "client/verbs/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX 12

static const struct {
	const char *name;
	bool has_value;
} all[] = {
#define OPTION(name, letter, kind, member, value, help) {name, (value) != NULL},
#include "client/verbs/options.def"
#undef OPTION
};

// "snug WORDS...": whether it fits, and what is said when it does not.
static bool fits(const char *const *words, struct buf *said)
{
	struct options o;
	char *argv[WORDS_MAX + 2] = {strdup("snug")};
	int argc = 1;
	for (; words[argc - 1]; argc++)
		argv[argc] = strdup(words[argc - 1]);
	char *owned[WORDS_MAX + 2];
	memcpy(owned, argv, sizeof(owned));
	assert_null(options_parse(&o, argc, argv));
	buf_reset(said);
	bool is_good = options_fit(&o, said);
	options_clear(&o);
	for (int i = 0; i < argc; i++)
		free(owned[i]);
	return is_good;
}

static bool has_word(const char *list, const char *word)
{
	struct span rest = span_of(list);
	while (rest.len) {
		if (span_eq(span_cut(&rest, ' '), span_of(word)))
			return true;
	}
	return false;
}

static void add_words(const char **words, int from, int count)
{
	for (int i = 0; i < count; i++)
		words[from + i] = "word";
}

static void a_verb_takes_its_options_and_no_others(void **state)
{
	size_t count, n_refused = 0;
	const struct snug_verb *verbs = verb_list(&count);
	struct buf said = {0};
	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++) {
			const char *words[WORDS_MAX] = {verbs[i].name};
			char option[32], refusal[64];
			bool is_taken = has_word(OPTIONS_ANYWHERE, all[k].name) ||
					has_word(verbs[i].options, all[k].name);
			snprintf(option, sizeof(option), "--%s%s", all[k].name,
				 all[k].has_value ? "=7" : "");
			snprintf(refusal, sizeof(refusal), "`snug %s` takes no --%s",
				 verbs[i].name, all[k].name);
			words[1] = option;
			add_words(words, 2, verbs[i].least);
			if (fits(words, &said) != is_taken)
				fail_msg("snug %s %s: %s", words[0], option, buf_str(&said));
			assert_true(is_taken || strstr(buf_str(&said), refusal));
			n_refused += !is_taken;
		}
	}
	assert_true(n_refused > 100);
	buf_clear(&said);
}

static void a_verb_takes_its_words_and_no_more(void **state)
{
	size_t count;
	const struct snug_verb *verbs = verb_list(&count);
	struct buf said = {0};
	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *words[WORDS_MAX] = {verbs[i].name};
		const struct snug_verb *v = &verbs[i];
		int most = v->most == INT_MAX ? WORDS_MAX - 3 : v->most;
		add_words(words, 1, most);
		assert_true(fits(words, &said));
		words[1 + most] = "surplus";
		assert_int_equal(fits(words, &said), v->most == INT_MAX);
		assert_true(v->most == INT_MAX ||
			    strstr(buf_str(&said), "takes no \"surplus\""));
		if (!v->least)
			continue;
		words[v->least] = NULL;
		assert_false(fits(words, &said));
		assert_non_null(strstr(buf_str(&said), "a word is missing; usage: snug "));
	}
	buf_clear(&said);
}

static void without_a_verb_one_word_is_a_place(void **state)
{
	struct buf said = {0};
	(void)state;
	assert_true(fits((const char *const[]){NULL}, &said));
	assert_true(fits((const char *const[]){"work", NULL}, &said));
	assert_false(fits((const char *const[]){"jion", "#den", NULL}, &said));
	assert_non_null(strstr(buf_str(&said), "there is no verb \"jion\"; usage: snug "));
	buf_clear(&said);
}

// What the help offers is taken.
static void every_option_of_the_usage_is_taken(void **state)
{
	size_t count;
	const struct snug_verb *verbs = verb_list(&count);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *at = verbs[i].usage;
		while ((at = strstr(at, "--"))) {
			char name[32];
			size_t len = strcspn(at + 2, " ]");
			assert_true(len < sizeof(name));
			memcpy(name, at + 2, len);
			name[len] = '\0';
			if (!has_word(OPTIONS_ANYWHERE, name) &&
			    !has_word(verbs[i].options, name))
				fail_msg("snug %s does not take its --%s", verbs[i].name, name);
			at += 2 + len;
		}
	}
}

// What is refused before any verb is asked, and by which word.
static void what_is_no_option_is_refused(void **state)
{
	static const struct {
		const char *words[4], *refused, *why;
	} rows[] = {
		{{"--nothing"}, "--nothing", "there is no such option"},
		{{"-nothing", "x"}, "-nothing", "there is no such option"},
		{{"-p1"}, "-p1", "there is no such option"},
		{{"--lines", "x"}, "--lines", "a number is expected"},
		{{"--lines="}, "--lines=", "a number is expected"},
		{{"--lines=2147483648"}, "--lines=2147483648", "a number is expected"},
		{{"tail", "--lines"}, "--lines", "this option wants a value"},
		{{"--json=yes"}, "--json=yes", "this option takes no value"},
		{{"--lines=2147483647"}, NULL, NULL},
		{{"-p", "den", "--json"}, NULL, NULL},
		{{"-", "--", "--nothing", "-x"}, NULL, NULL},
		{{"--", "--"}, NULL, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o;
		char *argv[6] = {strdup("snug")}, *owned[6];
		int argc = 1;
		for (; argc < 5 && rows[i].words[argc - 1]; argc++)
			argv[argc] = strdup(rows[i].words[argc - 1]);
		memcpy(owned, argv, sizeof(owned));
		const char *why = options_parse(&o, argc, argv);
		if (rows[i].why) {
			assert_non_null(why);
			assert_string_equal(why, rows[i].why);
			assert_string_equal(o.refused, rows[i].refused);
		} else {
			assert_null(why);
			options_clear(&o);
		}
		for (int k = 0; k < argc; k++)
			free(owned[k]);
	}
}

static void words_behind_two_dashes_are_no_options(void **state)
{
	struct options o;
	char *argv[] = {(char[]){"snug"}, (char[]){"send"}, (char[]){"--"},
			(char[]){"--"},   (char[]){"-p"},   NULL};
	(void)state;
	assert_null(options_parse(&o, 5, argv));
	assert_string_equal(o.verb, "send");
	assert_int_equal(o.n_args, 2);
	assert_string_equal(o.args[0], "--");
	assert_string_equal(o.args[1], "-p");
	assert_null(o.profile);
	options_clear(&o);
}

static void a_list_has_an_end(void **state)
{
	struct options o;
	char *argv[OPTION_LIST_MAX + 3] = {(char[]){"snug"}};
	static char option[] = "--file=x";
	(void)state;
	for (int i = 1; i <= OPTION_LIST_MAX + 1; i++)
		argv[i] = option;
	assert_null(options_parse(&o, OPTION_LIST_MAX + 1, argv));
	assert_int_equal(o.files.count, OPTION_LIST_MAX);
	options_clear(&o);
	assert_string_equal(options_parse(&o, OPTION_LIST_MAX + 2, argv),
			    "it is given too often");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verb_takes_its_options_and_no_others),
		cmocka_unit_test(a_verb_takes_its_words_and_no_more),
		cmocka_unit_test(without_a_verb_one_word_is_a_place),
		cmocka_unit_test(every_option_of_the_usage_is_taken),
		cmocka_unit_test(what_is_no_option_is_refused),
		cmocka_unit_test(words_behind_two_dashes_are_no_options),
		cmocka_unit_test(a_list_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
