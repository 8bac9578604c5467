// SPDX-License-Identifier: MIT
#include "common/usage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define WORDS_MAX 12

struct sorted {
	struct usage usage;
	struct usage_given given;
	struct span words[WORDS_MAX];
	struct buf why;
};

// Sorts words that are apart by one blank; '_' is an empty word, '~' a blank in one.
static bool sort(struct sorted *s, const char *usage, const char *text)
{
	static char copy[256];
	struct span rest;
	size_t n = 0;

	*s = (struct sorted){0};
	assert_true(usage_parse(&s->usage, span_of(usage)));
	strncpy(copy, text, sizeof(copy) - 1);
	for (char *at = copy; *at; at++)
		*at = *at == '~' ? ' ' : *at == ' ' ? '\t' : *at;
	rest = span_of(copy);
	while (rest.len) {
		struct span word = span_cut(&rest, '\t');

		s->words[n++] = span_eq(word, SPAN("_")) ? SPAN("") : word;
	}
	return usage_sort(&s->usage, s->words, n, &s->given, &s->why);
}

static void clear(struct sorted *s)
{
	usage_given_clear(&s->given);
	buf_clear(&s->why);
}

static void passes(const char *usage, const char *words)
{
	struct sorted s;

	if (!sort(&s, usage, words))
		fail_msg("%s with %s: %s", usage, words, buf_str(&s.why));
	clear(&s);
}

// The reason names what is wrong.
static void fails(const char *usage, const char *words, const char *why)
{
	struct sorted s;

	if (sort(&s, usage, words))
		fail_msg("%s passes with %s", usage, words);
	if (!strstr(buf_str(&s.why), why))
		fail_msg("%s with %s: %s", usage, words, buf_str(&s.why));
	clear(&s);
}

static void fails_without(const char *usage, const char *words, const char *hint)
{
	struct sorted s;

	assert_false(sort(&s, usage, words));
	assert_null(strstr(buf_str(&s.why), hint));
	clear(&s);
}

static void a_place_takes_a_word_and_no_more(void **state UNUSED)
{
	passes("", "");
	fails("", "a", "\"a\"");
	passes("NAME", "a");
	fails("NAME", "", "NAME is missing");
	fails("NAME", "a b c", "\"b\"");
	passes("NAME [LABEL]", "a");
	passes("NAME [LABEL]", "a b");
	fails("NAME [LABEL]", "a b c", "\"c\"");
	passes("WORD...", "a b c d e f");
	fails("WORD...", "", "WORD is missing");
}

static void a_word_is_no_empty_one_and_one_line(void **state UNUSED)
{
	fails("NAME", "_", "NAME is empty");
	fails("NAME", "~", "NAME is empty");
	fails("NAME NEW", "a _", "NEW is empty");
	fails("WORD...", "a _ b", "WORD is empty");
	fails("NAME", "a\nb", "one line");
	fails("NAME", "a\xff", "UTF-8");
	fails("[--note TEXT]", "--note=a\rb", "--note is more than one line");
	fails("[--note TEXT]", "--note _", "--note is empty");
	fails("[--note TEXT]", "--note=", "--note is empty");
	passes("[--topic TEXT|\"\"]", "--topic _");
	passes("[--topic TEXT|\"\"]", "--topic=");
	passes("FILE [--state DIR]", "a\nb\xff --state \xff");
}

static void an_option_is_known_and_there_once(void **state UNUSED)
{
	passes("NAME [--dry-run]", "a --dry-run");
	passes("NAME [--dry-run]", "--dry-run a");
	fails("NAME [--dry-run]", "a --dry", "--dry");
	fails("NAME [--dry-run]", "a --dry-runs", "--dry-runs");
	fails("NAME [--dry-run]", "a -d", "goes behind --");
	fails_without("NAME [--dry-run]", "a --dry", "goes behind");
	fails("NAME [--dry-run]", "a --dry-run --dry-run", "--dry-run is given twice");
	fails("NAME [--dry-run]", "a --dry-run=yes", "--dry-run takes no value");
	fails("[--for 7d]", "--for 1d --for 2d", "--for is given twice");
	fails("[--for 7d]", "--for 1d --for=2d", "--for is given twice");
	passes("[--listen ADDRESS]...", "--listen a --listen b");
	fails("--room NAME", "", "--room NAME is missing");
	passes("--room NAME", "--room a");
	passes("--room NAME [--mute]", "--mute --room=a");
}

static void an_option_has_its_value(void **state UNUSED)
{
	struct sorted s;

	fails("[--for 7d] [--mute]", "--for", "--for wants a value: 7d");
	fails("[--for 7d] [--mute]", "--for --mute", "--for=--");
	fails_without("[--for 7d] [--mute]", "--for", "--for=--");
	fails("[--for 7d] NAME", "--for a", "NAME is missing");
	assert_true(sort(&s, "NAME [--reason TEXT] [--mute]", "--reason=--mute a"));
	assert_true(span_eq(usage_value(&s.given, "--reason", 0), SPAN("--mute")));
	assert_false(usage_has(&s.given, "--mute"));
	clear(&s);
	assert_true(sort(&s, "NAME [--modes +is-n]", "a --modes -i"));
	assert_true(span_eq(usage_value(&s.given, "--modes", 0), SPAN("-i")));
	assert_null(usage_value(&s.given, "--modes", 1).at);
	clear(&s);
	assert_true(
		sort(&s, "[--for 7d] [--mute] [--note TEXT]...", "--mute --note a --note b"));
	assert_true(usage_has(&s.given, "--note"));
	assert_true(usage_has(&s.given, "--mute"));
	assert_false(usage_has(&s.given, "--for"));
	assert_null(usage_value(&s.given, "--for", 0).at);
	assert_true(span_eq(usage_value(&s.given, "--note", 0), SPAN("a")));
	assert_true(span_eq(usage_value(&s.given, "--note", 1), SPAN("b")));
	assert_null(usage_value(&s.given, "--note", 2).at);
	clear(&s);
}

static void two_hyphens_end_the_options(void **state UNUSED)
{
	struct sorted s;

	assert_true(sort(&s, "NAME NEW [--mute]", "a -- --mute"));
	assert_true(span_eq(usage_word(&s.given, 1), SPAN("--mute")));
	assert_true(span_eq(usage_word(&s.given, 2), SPAN("")));
	assert_false(usage_has(&s.given, "--mute"));
	clear(&s);
	passes("NAME", "-- --");
	passes("FILE", "-");
	fails("NAME", "--", "NAME is missing");
}

static void what_is_in_one_bracket_goes_together_or_excludes_itself(void **state UNUSED)
{
	const char *together = "[--cert FILE --key FILE] [--mute]";
	const char *instead = "[--generate | --none | --stdin] [--mute]";

	passes(together, "");
	passes(together, "--key k --cert c");
	fails(together, "--cert c", "go together");
	fails(together, "--key c --mute", "go together");
	passes(instead, "--none --mute");
	passes("[--one | --two] [--three | --four]", "--one --four");
	fails("[--one | --two] [--three | --four]", "--one --three --four", "exclude");
	fails(instead, "--stdin --generate", "--generate and --stdin exclude");
	fails(instead, "--none --generate", "--generate and --none exclude");
}

static void what_is_no_usage_is_refused(void **state UNUSED)
{
	static const char *const bad[] = {
		"NAME ",
		" NAME",
		"NAME  NEW",
		"[NAME",
		"NAME]",
		"[]",
		"[NAME] NEW",
		"WORD... NEW",
		"[--a-b | ]",
		"--flag",
		"--Flag X",
		"[--x y --z] | NAME",
		"[--x] [--x]",
		"[--mute]...",
		"[--x 1 | --y 2]...",
		"[--x | --y --z]",
		"...",
		"A B C D E F",
		"-x",
		"[-x]",
		"NAME[--mute]",
		"[NAME]NEW",
		"[--mute]NAME",
		"|a",
		".a",
		"[.a]",
		"--x",
		"[--]",
		"[--x1]",
		"A...... ",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct usage u = {0};

		if (usage_parse(&u, span_of(bad[i])))
			fail_msg("understood: %s", bad[i]);
	}
}

static void names_are_whole_words(void **state UNUSED)
{
	const struct span words[] = {SPAN("user"), SPAN("token"), SPAN("add"), SPAN("ann")};

	assert_int_equal(usage_is_named("user", "token add", words, 4), 3);
	assert_int_equal(usage_is_named("user", "token add", words, 2), 0);
	assert_int_equal(usage_is_named("user", "tok", words, 4), 0);
	assert_int_equal(usage_is_named("user", "", words, 4), 1);
	assert_int_equal(usage_is_named("use", "", words, 4), 0);
	assert_int_equal(usage_is_named("user", "", words, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_takes_a_word_and_no_more),
		cmocka_unit_test(a_word_is_no_empty_one_and_one_line),
		cmocka_unit_test(an_option_is_known_and_there_once),
		cmocka_unit_test(an_option_has_its_value),
		cmocka_unit_test(two_hyphens_end_the_options),
		cmocka_unit_test(what_is_in_one_bracket_goes_together_or_excludes_itself),
		cmocka_unit_test(what_is_no_usage_is_refused),
		cmocka_unit_test(names_are_whole_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
