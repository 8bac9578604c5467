// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "server/hub/people/account.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/services.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct command table[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap)                                \
	{name, fn, min_params, states, purse, cost, cap},
#include "server/hub/commands/command.def"
#undef COMMAND
};

static void the_table_is_sorted_and_every_row_is_found(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (i > 0)
			assert_true(strcmp(table[i - 1].name, table[i].name) < 0);
		assert_ptr_equal(command_find(span_of(table[i].name))->run, table[i].run);
	}
	assert_non_null(command_find(SPAN("privmsg")));
	assert_null(command_find(SPAN("")));
	assert_null(command_find(SPAN("PRIVMSGS")));
	assert_null(command_find(SPAN("AVERYLONGNAMEOFACOMMAND")));
}

static void an_unknown_command_is_named_but_cannot_forge_a_line(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");

	peer_send(p, "FROBNICATE now");
	expect(p, "server 421 alice FROBNICATE :*");
	peer_send(p, "12 :x");
	expect(p, "server 421 alice 12 :*");
}

// The capabilities that bring commands, as a login asks for them.
static const char *caps_of_table(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].cap != NO_CAP)
			buf_printf(out, "%s%s", out->len ? " " : "", cap_name(table[i].cap));
	return buf_str(out);
}

static void what_a_capability_brings_is_unknown_without_it(void **state)
{
	struct fixture *f = *state;
	struct buf caps = {0};
	struct peer *without = fixture_login(f, "alice", "");
	struct peer *with = fixture_login(f, "alice", caps_of_table(&caps));
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		static const char *const behind[] = {"", " x", " x x x x"};
		char expected[64];

		if (table[i].cap == NO_CAP)
			continue;
		snprintf(expected, sizeof(expected), "server 421 alice %s :*", table[i].name);
		for (size_t k = 0; k < ARRAY_LEN(behind); k++, n++) {
			fixture_skip(f);
			peer_send(without, "%s%s", table[i].name, behind[k]);
			expect(without, expected);
			expect_none(without);
			peer_send(with, "%s%s", table[i].name, behind[k]);
			for (const char *got; (got = peer_next(with));)
				assert_null(strstr(got, " 421 "));
		}
	}
	assert_true(n >= 15);
	buf_clear(&caps);
}

static void a_service_runs_no_command_past_the_checks(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");
	const struct span word = SPAN("x");

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char expected[64];

		if (table[i].min_params < 2 && table[i].cap == NO_CAP)
			continue;
		if (!(table[i].states & AFTER_LOGIN))
			continue;
		service_command(peer_session(p), table[i].name, &word, 1);
		fixture_settle(f);
		snprintf(expected, sizeof(expected), "server %s alice %s :*",
			 table[i].cap != NO_CAP ? "421" : "461", table[i].name);
		expect(p, expected);
		expect_none(p);
	}
}

// Proves B1.
static void too_few_parameters_are_461_in_every_row(void **state)
{
	struct fixture *f = *state;
	struct buf caps = {0};
	struct peer *p = fixture_login(f, "alice", caps_of_table(&caps));

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char line[600];
		int len = snprintf(line, sizeof(line), "%s", table[i].name);

		if (!table[i].min_params || !(table[i].states & AFTER_LOGIN))
			continue;
		for (unsigned n = 1; n < table[i].min_params; n++)
			len += snprintf(line + len, sizeof(line) - (size_t)len, " x");
		peer_skip(p);
		peer_send(p, "%s", line);
		snprintf(line, sizeof(line), "server 461 alice %s :*", table[i].name);
		expect(p, line);
		expect_none(p);
	}
	buf_clear(&caps);
}

// Proves B2.
static void a_command_of_the_other_state_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *in = fixture_login(f, "alice", ""), *out = fixture_open(f);

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (!(table[i].states & BEFORE_LOGIN)) {
			peer_send(out, "%s a b c d e", table[i].name);
			expect(out, "server 451 * :*");
			expect_none(out);
		}
		if (!(table[i].states & AFTER_LOGIN)) {
			peer_send(in, "%s a b c d e", table[i].name);
			expect(in, "server 462 alice :*");
			expect_none(in);
		}
	}
}

// What stands for each parameter in the sweep.
static const char *const fillings[] = {
	"",
	"x",
	"*",
	"#den",
	"alice",
	"+b",
	"LATEST",
	"-1",
	"99999999999999999999",
	"#den,#den,alice",
};

struct sweep {
	struct fixture *f;
	struct peer *p;
	bool in; // after login
	size_t n;
	char longest[401];
};

static struct peer *fresh(struct sweep *s)
{
	if (!s->in)
		return fixture_open(s->f);
	return fixture_login(s->f, "alice", "message-tags batch labeled-response echo-message");
}

// However odd the line was: the session answers or was closed, and the hub stands.
static void still_stands(struct sweep *s, const char *line)
{
	s->n++;
	if (peer_is_closed(s->p)) {
		s->p = fresh(s);
		return;
	}
	peer_send(s->p, "PING sweep");
	for (const char *got; (got = peer_next(s->p));) {
		assert_true(strlen(got) <= 8191 + 510);
		if (strstr(got, "PONG") && strstr(got, ":sweep"))
			return;
	}
	fail_msg("no PONG after: %s", line);
}

static void send_filled(struct sweep *s, const char *name, unsigned argc, const char *filling,
			bool last_only)
{
	struct buf line = {0};

	buf_printf(&line, "@label=1 %s", name);
	for (unsigned i = 0; i < argc; i++) {
		bool is_last = i + 1 == argc;
		const char *text = last_only && !is_last ? "#den" : filling;

		buf_printf(&line, is_last || !*text ? " :%s" : " %s",
			   *text || is_last ? text : "");
		if (!*text)
			break;
		if (line.len > 500)
			break;
	}
	peer_send(s->p, "%s", buf_str(&line));
	still_stands(s, buf_str(&line));
	buf_clear(&line);
}

static void sweep(struct sweep *s, const char *name)
{
	for (unsigned argc = 0; argc <= 15; argc++) {
		for (size_t i = 0; i < ARRAY_LEN(fillings); i++) {
			send_filled(s, name, argc, fillings[i], false);
			send_filled(s, name, argc, fillings[i], true);
		}
		send_filled(s, name, argc, s->longest, true);
	}
}

static void every_command_with_anything_behind_it_leaves_the_hub_standing(void **state)
{
	struct fixture *f = *state;
	struct sweep s = {.f = f};
	struct peer *bob = fixture_login(f, "bob", "");

	(void)fixture_admin_account(f, "alice");
	memset(s.longest, 'y', sizeof(s.longest) - 1);
	peer_send(bob, "JOIN #den");
	for (int in = 0; in < 2; in++) {
		s.in = in;
		s.p = fresh(&s);
		for (size_t i = 0; i < ARRAY_LEN(table); i++) {
			sweep(&s, table[i].name);
			fixture_skip(f);
		}
	}
	print_message("           %zu lines of %zu commands\n", s.n, ARRAY_LEN(table));
	fixture_restart(f, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_sorted_and_every_row_is_found),
		HUB_TEST(an_unknown_command_is_named_but_cannot_forge_a_line),
		HUB_TEST(what_a_capability_brings_is_unknown_without_it),
		HUB_TEST(a_service_runs_no_command_past_the_checks),
		HUB_TEST(too_few_parameters_are_461_in_every_row),
		HUB_TEST(a_command_of_the_other_state_is_refused),
		HUB_TEST(every_command_with_anything_behind_it_leaves_the_hub_standing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
