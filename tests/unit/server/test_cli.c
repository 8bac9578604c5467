// SPDX-License-Identifier: MIT
#include "server/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void parse(struct cli *c, const char *const *words, bool is_fine)
{
	char *argv[16] = {0};
	int argc = 0;

	for (; words[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc]; // main's argv is not const
	assert_int_equal(cli_parse(c, argc, argv), is_fine);
}

static void options_may_stand_anywhere(void **state UNUSED)
{
	const char *const words[] = {"snugd", "--json",     "user", "--state=/a",
				     "list",  "--disabled", NULL};
	struct cli c;

	parse(&c, words, true);
	assert_true(c.json);
	assert_string_equal(c.verb->verb, "list");
	assert_string_equal(c.paths.state, "/a");
	assert_string_equal(c.paths.config, "/a/snugd.conf");
	assert_false(c.paths.is_config_named);
	assert_int_equal(c.given.n_words, 0);
	assert_true(cli_flag(&c, "--disabled"));
	assert_false(cli_flag(&c, "--dis"));
	cli_clear(&c);
}

static void values_come_apart_or_together_and_more_than_once(void **state UNUSED)
{
	const char *const words[] = {"snugd",    "init",    "--listen", "a:1", "--listen=b:2",
				     "--name=x", "--state", "/s",       NULL};
	struct cli c;

	parse(&c, words, true);
	assert_string_equal(cli_value(&c, "--listen", 0), "a:1");
	assert_string_equal(cli_value(&c, "--listen", 1), "b:2");
	assert_null(cli_value(&c, "--listen", 2));
	assert_string_equal(cli_value(&c, "--name", 0), "x");
	assert_null(cli_value(&c, "--room", 0));
	cli_clear(&c);
}

static void after_two_hyphens_all_are_words(void **state UNUSED)
{
	const char *const words[] = {"snugd", "server", "announce", "--", "--json", NULL};
	struct cli c;

	parse(&c, words, true);
	assert_false(c.json);
	assert_int_equal(c.given.n_words, 1);
	assert_string_equal(cli_word(&c, 0), "--json");
	assert_null(cli_word(&c, 1));
	cli_clear(&c);
}

static void an_option_of_the_program_is_no_value(void **state UNUSED)
{
	const char *const words[] = {"snugd",  "user", "kick", "--reason",
				     "--json", "bob",  NULL};
	struct cli c;

	parse(&c, words, false);
	cli_clear(&c);
}

static void an_option_without_its_value_is_refused(void **state UNUSED)
{
	static const char *const bad[][5] = {
		{"snugd", "status", "--state"},
		{"snugd", "status", "--config="},
		{"snugd", "--state"},
		{"snugd", "--state", "--json", "status"},
	};
	struct cli c;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		parse(&c, bad[i], false);
		cli_clear(&c);
	}
}

static void the_state_directory_is_named_absolutely(void **state UNUSED)
{
	const char *const words[] = {"snugd",    "status", "--state", "here",
				     "--config", "/etc/c", NULL};
	struct cli c;
	char *key;

	parse(&c, words, true);
	assert_int_equal(c.paths.state[0], '/');
	assert_string_equal(c.paths.config, "/etc/c");
	assert_true(c.paths.is_config_named);
	key = path_beside_config(&c.paths, "k.pem");
	assert_string_equal(key, "/etc/k.pem");
	free(key);
	cli_clear(&c);
}

static void add_flag(const struct usage *u, size_t i, struct buf *out)
{
	const struct usage_flag *flag = &u->flags[i];
	bool goes_on = i + 1 < u->n_flags && flag[1].tie != USAGE_ALONE;

	if (flag->tie == USAGE_ALONE && !flag->is_needed)
		buf_add_char(out, '[');
	else if (flag->tie == USAGE_INSTEAD)
		buf_add_str(out, "| ");
	buf_add_span(out, flag->name);
	if (flag->value.at)
		buf_printf(out, " " SPAN_FMT, SPAN_ARG(flag->value));
	if (!goes_on && !flag->is_needed)
		buf_add_char(out, ']');
	buf_add_str(out, flag->is_many ? "... " : " ");
}

// The places, then the flags, as they were understood.
static void add_usage(const struct usage *u, struct buf *out)
{
	for (size_t i = 0; i < u->n_places; i++) {
		const struct usage_place *p = &u->places[i];

		buf_printf(out, "%s" SPAN_FMT "%s%s ", p->is_needed ? "" : "[",
			   SPAN_ARG(p->name), p->is_many ? "..." : "", p->is_needed ? "" : "]");
	}
	for (size_t i = 0; i < u->n_flags; i++)
		add_flag(u, i, out);
	if (out->len)
		out->len--;
}

static void the_usage_of_every_verb_is_understood_as_it_reads(void **state UNUSED)
{
	for (size_t i = 0; i < cli_n_verbs; i++) {
		const struct cli_verb *v = &cli_verbs[i];
		struct usage u = {0};
		struct buf text = {0};

		if (!usage_parse(&u, span_of(v->usage)))
			fail_msg("%s %s: %s", v->noun, v->verb, v->usage);
		add_usage(&u, &text);
		assert_string_equal(buf_str(&text), v->usage);
		// The options of the program go with all, and none has one of the same name.
		if (!usage_parse(&u, SPAN("[--state DIR] [--config FILE]")) ||
		    (!v->fn && !usage_parse(&u, SPAN("[--json]"))))
			fail_msg("%s %s: has an option of the program", v->noun, v->verb);
		buf_clear(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(values_come_apart_or_together_and_more_than_once),
		cmocka_unit_test(after_two_hyphens_all_are_words),
		cmocka_unit_test(an_option_of_the_program_is_no_value),
		cmocka_unit_test(an_option_without_its_value_is_refused),
		cmocka_unit_test(the_state_directory_is_named_absolutely),
		cmocka_unit_test(the_usage_of_every_verb_is_understood_as_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
