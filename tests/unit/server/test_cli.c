// SPDX-License-Identifier: MIT
#include "server/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct cli parse(const char *const *words, bool is_fine)
{
	char *argv[16] = {0};
	struct cli c;
	int argc = 0;

	for (; words[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc]; // main's argv is not const
	assert_int_equal(cli_parse(&c, argc, argv), is_fine);
	return c;
}

static void options_may_stand_anywhere(void **state)
{
	const char *const words[] = {"snugd", "--json",	  "user", "--state=/a", "list",
				     "--disabled", "--password-stdin", NULL};
	struct cli c = parse(words, true);

	(void)state;
	assert_true(c.json);
	assert_true(c.password_stdin);
	assert_string_equal(c.paths.state, "/a");
	assert_string_equal(c.paths.config, "/a/snugd.conf");
	assert_int_equal(c.n_words, 3);
	assert_string_equal(c.words[2], "--disabled");
	assert_true(cli_flag(&c, "--disabled"));
	assert_false(cli_flag(&c, "--dis"));
	cli_clear(&c);
}

static void values_come_apart_or_together_and_more_than_once(void **state)
{
	const char *const words[] = {"snugd",	 "init", "--listen", "a:1", "--listen=b:2",
				     "--name=x", "--state", "/s", NULL};
	struct cli c = parse(words, true);

	(void)state;
	assert_string_equal(cli_value(&c, "--listen", 0), "a:1");
	assert_string_equal(cli_value(&c, "--listen", 1), "b:2");
	assert_null(cli_value(&c, "--listen", 2));
	assert_string_equal(cli_value(&c, "--name", 0), "x");
	assert_null(cli_value(&c, "--room", 0));
	cli_clear(&c);
}

static void after_two_hyphens_all_are_words(void **state)
{
	const char *const words[] = {"snugd", "server", "announce", "--", "--json", NULL};
	struct cli c = parse(words, true);

	(void)state;
	assert_false(c.json);
	assert_int_equal(c.n_words, 3);
	assert_string_equal(c.words[2], "--json");
	cli_clear(&c);
}

static void an_option_without_its_value_is_refused(void **state)
{
	const char *const at_end[] = {"snugd", "status", "--state", NULL};
	const char *const empty[] = {"snugd", "status", "--config=", NULL};
	struct cli c = parse(at_end, false);

	(void)state;
	cli_clear(&c);
	c = parse(empty, false);
	cli_clear(&c);
}

static void the_state_directory_is_named_absolutely(void **state)
{
	const char *const words[] = {"snugd", "status", "--state", "here", "--config", "/etc/c", NULL};
	struct cli c = parse(words, true);
	char *key;

	(void)state;
	assert_int_equal(c.paths.state[0], '/');
	assert_string_equal(c.paths.config, "/etc/c");
	key = path_beside_config(&c.paths, "k.pem");
	assert_string_equal(key, "/etc/k.pem");
	free(key);
	cli_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(values_come_apart_or_together_and_more_than_once),
		cmocka_unit_test(after_two_hyphens_all_are_words),
		cmocka_unit_test(an_option_without_its_value_is_refused),
		cmocka_unit_test(the_state_directory_is_named_absolutely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
