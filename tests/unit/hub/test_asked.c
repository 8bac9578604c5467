// SPDX-License-Identifier: MIT
// Questions of the web: each to who answers its route, and none while the hub stops.
#include "tests/support/hub_fixture.h"

#include "server/hub/hub.h"
#include "server/hub/hub_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FIRST CONN_ID(1, 7, 1)
#define SECOND CONN_ID(0, 8, 1)

static const struct entry history = {
	.kind = ENTRY_SETTING,
	.setting = {{SETTING_HISTORY, sizeof(SETTING_HISTORY) - 1}, {"0123456789abcdef", 16}}};

static struct hub *running(void)
{
	struct hub_config config = fixture_config();
	uint8_t seed[32] = {2};
	char *error = NULL;
	struct hub *h;

	config.n_shards = 2;
	h = hub_new(&config, seed);
	hub_load(h, &history);
	assert_true(hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1000}, &error));
	return h;
}

static void ask(struct hub *h, conn_id conn, enum route route)
{
	struct inbox *in = inbox_new(CONN_SHARD(conn));

	inbox_add(in, INBOX_ASKED, conn)->asked =
		(struct web_question){.route = route, .host = SPAN("192.0.2.1")};
	hub_turn(h, (struct hub_time){.mono_ms = 2, .wall_ms = 2000}, &in->letter);
}

// The status of the answer to this connection; 0: there is none.
static unsigned status_of(const struct hub_out *out, conn_id conn)
{
	const struct outbox *o = out->outboxes[CONN_SHARD(conn)];

	for (size_t i = 0; o && i < o->n_items; i++) {
		if (o->items[i].kind == OUTBOX_ANSWER && o->items[i].conn == conn)
			return o->items[i].count;
	}
	return 0;
}

static void what_the_whole_server_counts_is_the_servers_to_say(void **state UNUSED)
{
	struct hub *h = running();
	struct hub_out out;

	ask(h, FIRST, ROUTE_METRICS);
	ask(h, SECOND, ROUTE_METRICS);
	hub_take(h, &out);
	assert_int_equal(out.n_counted_for, 2);
	assert_true(out.counted_for[0] == FIRST && out.counted_for[1] == SECOND);
	assert_int_equal(status_of(&out, FIRST), 0);
	hub_out_free(&out);
	hub_take(h, &out);
	assert_int_equal(out.n_counted_for, 0);
	hub_out_free(&out);
	hub_free(h);
}

static void while_the_hub_stops_nobody_is_kept_waiting(void **state UNUSED)
{
	struct hub *h = running();
	struct hub_out out;

	hub_stop(h, SPAN("Server is going down"));
	ask(h, FIRST, ROUTE_METRICS);
	ask(h, SECOND, ROUTE_HOOK);
	hub_take(h, &out);
	assert_int_equal(out.n_counted_for, 0);
	assert_int_equal(status_of(&out, FIRST), 503);
	assert_int_equal(status_of(&out, SECOND), 503);
	hub_out_free(&out);
	hub_free(h);
}

static void a_logout_is_the_servers_to_judge(void **state UNUSED)
{
	struct hub *h = running();
	struct inbox *in = inbox_new(0);
	struct hub_out out;

	inbox_add(in, INBOX_ASKED, SECOND)->asked = (struct web_question){
		.route = ROUTE_LOGOUT, .body = SPAN("a=b&logout_token=e.f%2e")};
	inbox_add(in, INBOX_ASKED, FIRST)->asked =
		(struct web_question){.route = ROUTE_LOGOUT, .body = SPAN("token=abc")};
	hub_turn(h, (struct hub_time){.mono_ms = 2, .wall_ms = 2000}, &in->letter);
	hub_take(h, &out);
	assert_int_equal(out.n_logouts, 1);
	assert_int_equal(out.logouts[0].conn, SECOND);
	assert_string_equal(out.logouts[0].token, "e.f.");
	assert_int_equal(status_of(&out, FIRST), 400);
	assert_int_equal(status_of(&out, SECOND), 0);
	hub_out_free(&out);
	hub_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_whole_server_counts_is_the_servers_to_say),
		cmocka_unit_test(while_the_hub_stops_nobody_is_kept_waiting),
		cmocka_unit_test(a_logout_is_the_servers_to_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
