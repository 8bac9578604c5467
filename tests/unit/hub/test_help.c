// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *const commands[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap) name,
#include "server/hub/commands/command.def"
#undef COMMAND
};

static void every_command_has_help(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		peer_send(alice, "HELP %s", commands[i]);
		if (strstr(peer_next(alice), " 704 ") == NULL)
			fail_msg("%s has no row in help.def", commands[i]);
		peer_skip(alice);
	}
}

static void the_index_names_every_subject(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct buf all = {0};
	const char *line;

	peer_send(alice, "HELPOP");
	while ((line = peer_next(alice)) != NULL)
		buf_add_str(&all, line);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		assert_non_null(strstr(buf_str(&all), commands[i]));
	buf_clear(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_command_has_help),
		HUB_TEST(the_index_names_every_subject),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
