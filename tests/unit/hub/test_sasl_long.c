// SPDX-License-Identifier: MIT
// Exchanges of SASL that are longer than others may be: how many at once, and how long.
#include "tests/support/hub_fixture.h"

#include "server/hub/door/sasl.h"
#include "server/hub/state/session.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NO "server 904 * :*"
#define PARTS_SHORT (SASL_MAX / 300) // whole ones, that are not too many for any mechanism

static enum sasl_result step(struct exchange *x, struct span response)
{
	x->account = account_find(x->session->hub, SPAN("alice"));
	return response.len > SASL_MAX ? SASL_DONE : SASL_REFUSED;
}

static const struct mechanism longer = {.name = "X-LONG", .max = SASL_TICKET_MAX, .step = step};
static const struct mechanism *const rows[] = {&longer, &sasl_plain, NULL};

static int up(void **state)
{
	struct hub_config config = fixture_config();

	config.mechanisms = rows;
	config.asks_burst = 100000;
	*state = fixture_new(&config);
	(void)fixture_account(*state, "alice");
	return 0;
}

static void send_parts(struct peer *p, int n)
{
	char part[400 + 1];

	memset(part, 'A', 400);
	part[400] = '\0';
	for (int i = 0; i < n; i++)
		peer_send(p, "AUTHENTICATE %s", part);
}

static struct peer *begun(struct fixture *f, unsigned source)
{
	char host[32];
	struct peer *p;

	snprintf(host, sizeof(host), "192.0.2.%u", source);
	p = fixture_open_as(f, &(struct inbox_opened){.host = span_of(host), .source = source});
	peer_send(p, "CAP REQ :sasl standard-replies");
	peer_skip(p);
	peer_send(p, "AUTHENTICATE X-LONG");
	peer_skip(p);
	return p;
}

static void turned_away(struct peer *p)
{
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, NO);
}

// Proves A10.
static void a_mechanism_may_have_a_bound_of_its_own(void **state)
{
	struct peer *p = begun(*state, 1);

	send_parts(p, SASL_TICKET_MAX / 300 - 1);
	expect_none(p);
	peer_send(p, "AUTHENTICATE +");
	expect(p, "server 900 * alice!* alice :*");
	peer_skip(p);
	p = begun(*state, 1);
	send_parts(p, SASL_TICKET_MAX / 300 + 1);
	expect(p, NO);
}

static void one_source_has_so_many_at_once(void **state)
{
	struct peer *in[SASL_LONG_PER_SOURCE], *late;

	for (size_t i = 0; i < ARRAY_LEN(in); i++) {
		in[i] = begun(*state, 1);
		send_parts(in[i], PARTS_SHORT + 1);
		expect_none(in[i]);
	}
	late = begun(*state, 1);
	send_parts(late, PARTS_SHORT);
	expect_none(late);
	send_parts(late, 1);
	turned_away(late);
	// Another source, and the same once there is room.
	late = begun(*state, 2);
	send_parts(late, PARTS_SHORT + 1);
	expect_none(late);
	peer_close(in[0]);
	late = begun(*state, 1);
	send_parts(late, PARTS_SHORT + 1);
	expect_none(late);
}

// Proves A10.
static void there_are_so_many_at_once(void **state)
{
	struct peer *late;

	for (unsigned i = 0; i < SASL_LONG_MAX; i++) {
		struct peer *p = begun(*state, 1 + i % 200);

		send_parts(p, PARTS_SHORT + 1);
		expect_none(p);
	}
	late = begun(*state, 201);
	send_parts(late, PARTS_SHORT + 1);
	turned_away(late);
	// Who stays short is not concerned.
	late = begun(*state, 201);
	send_parts(late, PARTS_SHORT);
	peer_send(late, "AUTHENTICATE +");
	expect(late, NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, fixture_tear_down)
		TEST(a_mechanism_may_have_a_bound_of_its_own),
		TEST(one_source_has_so_many_at_once),
		TEST(there_are_so_many_at_once),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
