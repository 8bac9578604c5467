// SPDX-License-Identifier: MIT
// The connection in a world made by hand: when it is tried again, and what is forgotten when.
#include "tests/unit/client/core.h"

#include "client/net/backoff.h"
#include "client/net/uplink_private.h"

#define LOGIN_MS (2 * LOGIN_WITHIN_MS)

struct counted {
	unsigned n_states, n_lines;
};

static void on_state(void *arg)
{
	((struct counted *)arg)->n_states++;
}

static void on_line(void *arg, const struct msg *m UNUSED)
{
	((struct counted *)arg)->n_lines++;
}

static void open_as(struct core *c, enum login_how how, const char *caps, bool only_key)
{
	struct uplink_order order = {.host = "h",
				     .port = "1",
				     .pins.count = 1,
				     .only_key = only_key,
				     .login = {.how = how,
					       .name = "ann",
					       .secret = SPAN("pw"),
					       .invite = "",
					       .caps = caps}};

	engine_open(&c->e, &order);
}

static enum uplink_state state_of(struct core *c)
{
	return c->e.session->state;
}

static void expect_end(struct core *c, enum uplink_state state, enum failure failure)
{
	assert_int_equal(state_of(c), state);
	assert_int_equal(c->e.session->failure, failure);
}

static void log_in_with_password(struct core *c)
{
	assert_true(loose_world_answer(&c->world));
	core_hear(c, ":h CAP * LS :sasl");
	core_hear(c, "AUTHENTICATE +");
}

static void a_secret_is_kept_only_where_its_owner_says_so(void **state)
{
	struct core *c = *state;
	struct uplink *s = c->e.session;

	open_as(c, LOGIN_PASSWORD, "", false);
	log_in_with_password(c);
	assert_int_equal(s->order.login.secret.len, 2);
	core_hear(c, ":h 903 ann :ok");
	core_hear(c, ":h 001 ann :hi");
	assert_int_equal(state_of(c), UPLINK_ONLINE);
	assert_int_equal(s->order.login.secret.len, 0);
	// Without it nobody can log in again.
	loose_world_break(&c->world);
	expect_end(c, UPLINK_REFUSED, FAILURE_LOST);
	open_as(c, LOGIN_PASSWORD, "", false);
	s->order.login.keeps_secret = true;
	log_in_with_password(c);
	core_hear(c, ":h 903 ann :ok");
	core_hear(c, ":h 001 ann :hi");
	assert_int_equal(s->order.login.secret.len, 2);
	loose_world_break(&c->world);
	expect_end(c, UPLINK_WAITING, FAILURE_LOST);
	uplink_close(s, SPAN(""));
	assert_int_equal(s->order.login.secret.len, 2);
}

static void each_end_is_tried_again_or_not(void **state)
{
	static const struct {
		enum login_how how;
		bool only_key;
		enum uplink_state state;
	} rows[] = {
		{LOGIN_OPEN, false, UPLINK_WAITING},
		{LOGIN_DEVICE, false, UPLINK_WAITING},
		{LOGIN_PASSWORD, false, UPLINK_WAITING},
		{LOGIN_REGISTER, false, UPLINK_REFUSED},
		{LOGIN_INVITE, false, UPLINK_REFUSED},
		{LOGIN_CLAIM, false, UPLINK_REFUSED},
		{LOGIN_ASK, false, UPLINK_REFUSED},
		{LOGIN_OPEN, true, UPLINK_REFUSED},
	};
	struct core *c = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		open_as(c, rows[i].how, "", rows[i].only_key);
		loose_world_break(&c->world);
		expect_end(c, rows[i].state, FAILURE_LOST);
	}
	// Nothing fails that is not wanted.
	uplink_close(c->e.session, SPAN(""));
	uplink_fail(c->e.session, FAILURE_BUSY, SPAN("x"));
	assert_int_equal(state_of(c), UPLINK_OFF);
}

static void a_code_that_is_missing_is_not_tried_again(void **state)
{
	struct core *c = *state;

	open_as(c, LOGIN_PASSWORD, "", false);
	log_in_with_password(c);
	core_hear(c, "AUTHENTICATE 2FA-REQUIRED");
	// Whoever gives it has time.
	loose_world_pass(&c->world, LOGIN_MS);
	assert_int_equal(state_of(c), UPLINK_LOGIN);
	loose_world_break(&c->world);
	expect_end(c, UPLINK_REFUSED, FAILURE_CODE);
	open_as(c, LOGIN_PASSWORD, "", false);
	log_in_with_password(c);
	loose_world_pass(&c->world, LOGIN_WITHIN_MS);
	expect_end(c, UPLINK_WAITING, FAILURE_SLOW_LOGIN);
}

static void who_waits_for_its_turn_has_time(void **state)
{
	struct core *c = *state;
	struct uplink_status status;

	open_as(c, LOGIN_OPEN, "", false);
	assert_true(loose_world_answer(&c->world));
	core_hear(c, ":h NOTE * WAIT :two before you");
	loose_world_pass(&c->world, LOGIN_MS);
	assert_int_equal(state_of(c), UPLINK_LOGIN);
	uplink_status(c->e.session, &status);
	assert_true(status.is_queued);
	assert_string_equal(status.detail, "two before you");
}

// What was asked for ahead is not known any more: at once again, and cautiously.
static void a_server_that_changed_is_met_anew(void **state)
{
	struct core *c = *state;

	open_as(c, LOGIN_DEVICE, "sasl snug.chat/exactly-once", false);
	assert_true(loose_world_answer(&c->world));
	core_expect_said(c, "AUTHENTICATE EXTERNAL\n", 1);
	core_hear(c, ":h CAP * NAK :sasl");
	expect_end(c, UPLINK_WAITING, FAILURE_CHANGED);
	unsigned opened = c->world.n_opened;
	loose_world_pass(&c->world, 0);
	assert_int_equal(c->world.n_opened, opened + 1);
	assert_true(loose_world_answer(&c->world));
	core_expect_said(c, "AUTHENTICATE", 0);
	// Other ends are waited for, and what is known stays known.
	open_as(c, LOGIN_DEVICE, "sasl snug.chat/exactly-once", false);
	assert_true(loose_world_answer(&c->world));
	loose_world_break(&c->world);
	opened = c->world.n_opened;
	loose_world_pass(&c->world, 0);
	assert_int_equal(c->world.n_opened, opened);
	uplink_retry(c->e.session);
	assert_true(loose_world_answer(&c->world));
	core_expect_said(c, "AUTHENTICATE EXTERNAL\n", 1);
}

static void the_next_place_is_tried_while_nothing_was_sent(void **state)
{
	struct core *c = *state;
	struct link_others others = {.count = 1, .at = {{.name = "other", .port = "2"}}};
	struct uplink_order order = {
		.host = "h",
		.port = "1",
		.others = &others,
		.pins.count = 1,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};

	engine_open(&c->e, &order);
	assert_string_equal(c->world.dialed, "h:1");
	loose_world_break(&c->world);
	assert_int_equal(state_of(c), UPLINK_DIALING);
	loose_world_pass(&c->world, 0);
	assert_string_equal(c->world.dialed, "other:2");
	assert_true(loose_world_answer(&c->world));
	// Something was: the next try waits.
	loose_world_break(&c->world);
	assert_int_equal(state_of(c), UPLINK_WAITING);
}

static void the_servers_words_say_more_than_the_end(void **state)
{
	struct core *c = *state;

	core_log_in(c, "batch");
	core_hear(c, ":h ERROR :go away");
	loose_world_break(&c->world);
	expect_end(c, UPLINK_WAITING, FAILURE_ENDED);
	assert_string_equal(c->e.session->detail, "go away");
	core_break(c, "batch");
	core_hear(c, ":h NOTICE :go away");
	loose_world_break(&c->world);
	expect_end(c, UPLINK_WAITING, FAILURE_LOST);
	assert_string_equal(c->e.session->detail, "cut");
}

static void pings_are_the_sessions_own(void **state)
{
	struct core *c = *state;
	struct counted counted = {0};

	core_log_in(c, "batch");
	c->e.events = (struct engine_events){
		.arg = &counted, .on_line = on_line, .on_state = on_state};
	core_hear(c, ":h PING token");
	core_expect_said(c, "PONG :token\n", 1);
	core_hear(c, ":h PONG h snug-alive-9");
	assert_int_equal(counted.n_lines, 0);
	// What was not asked for says nothing of the way there.
	assert_int_equal(c->e.session->lag_ms, 0);
	core_hear(c, ":h PONG h other");
	core_hear(c, ":h NOTE x snug-alive-9");
	assert_int_equal(counted.n_lines, 2);
	// One that is on its way is waited for.
	size_t n = core_said(c, "PING snug-alive-");
	uplink_retry(c->e.session);
	uplink_retry(c->e.session);
	core_expect_said(c, "PING snug-alive-", n + 1);
	loose_world_pass(&c->world, 70);
	core_hear(c, ":h PONG h snug-alive-2");
	assert_int_equal(c->e.session->lag_ms, 70);
	uplink_network_changed(c->e.session);
	core_expect_said(c, "PING snug-alive-", n + 2);
	assert_true(c->e.session->is_probe);
	core_hear(c, ":h PONG h snug-alive-3");
	assert_false(c->e.session->is_probe);
	// The computer slept: is anybody there?
	loose_world_pass(&c->world, 120000);
	core_expect_said(c, "PING snug-alive-", n + 2);
	c->world.wall_ms += 30000;
	loose_world_pass(&c->world, 120000);
	core_expect_said(c, "PING snug-alive-", n + 3);
	c->e.events = (struct engine_events){0};
}

static void a_network_that_changes_is_dialed_anew(void **state)
{
	struct core *c = *state;

	open_as(c, LOGIN_OPEN, "", false);
	unsigned opened = c->world.n_opened;
	uplink_network_changed(c->e.session);
	assert_int_equal(c->world.n_opened, opened + 1);
	assert_false(c->e.session->is_probe);
	assert_true(loose_world_answer(&c->world));
	uplink_network_changed(c->e.session);
	assert_int_equal(c->world.n_opened, opened + 1);
	assert_int_equal(state_of(c), UPLINK_LOGIN);
	core_expect_said(c, "PING", 0);
	uplink_retry(c->e.session);
	core_expect_said(c, "PING", 0);
}

static void who_leaves_says_so_where_somebody_listens(void **state)
{
	struct core *c = *state;
	struct counted counted = {0};

	core_log_in(c, "batch");
	c->e.events = (struct engine_events){.arg = &counted, .on_state = on_state};
	uplink_close(c->e.session, SPAN("bye"));
	core_expect_said(c, "QUIT :bye\n", 1);
	assert_int_equal(counted.n_states, 1);
	uplink_close(c->e.session, SPAN("bye"));
	core_expect_said(c, "QUIT :bye\n", 1);
	assert_int_equal(counted.n_states, 1);
	c->e.events = (struct engine_events){0};
}

static void what_the_server_says_of_its_store_and_its_clock(void **state)
{
	static const struct {
		const char *line;
		bool waits;
	} rows[] = {
		{":h WARN * STORING_WAITS :slow", false},
		{":h NOTE x STORING_WAITS :slow", false},
		{":h NOTE * OTHER :slow", false},
		{":h NOTE * STORING_WAITS :slow", true},
		{":h NOTE * OTHER :slow", true},
		{":h NOTE x STORING_GOES_ON :x", true},
		{":h NOTE * STORING_GOES_ON :x", false},
	};
	struct core *c = *state;

	loose_world_pass(&c->world, 1000);
	core_log_in(c, "batch server-time");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		core_hear(c, rows[i].line);
		if ((c->e.session->storing_since != 0) != rows[i].waits)
			fail_msg("%s", rows[i].line);
	}
	assert_int_equal(uplink_server_ms(c->e.session), 0);
	core_hear(c, "@time=soon :h NOTICE ann :x");
	core_hear(c, "@batch=x;time=2026-11-22T13:00:00.000Z :h NOTICE ann :x");
	assert_int_equal(uplink_server_ms(c->e.session), 0);
	core_hear(c, "@time=2026-11-22T13:00:00.000Z :h NOTICE ann :x");
	assert_int_equal(uplink_server_ms(c->e.session), NOW_MS + 3600000);
	loose_world_pass(&c->world, 500);
	assert_int_equal(uplink_server_ms(c->e.session), NOW_MS + 3600500);
}

static void an_absence_is_announced(void **state)
{
	static const struct {
		const char *line;
		int64_t back;
	} rows[] = {
		{":h WARN * GOING_DOWN 1 2 :x", 0},
		{":h NOTE x GOING_DOWN 1 2 :x", 0},
		{":h NOTE * OTHER 1 2 :x", 0},
		{":h NOTE * GOING_DOWN 1 2 :x", 4000},
		{":h NOTE * OTHER 1 2 :x", 4000},
		{":h NOTE x STAYS_UP :x", 4000},
		{":h NOTE * STAYS_UP :x", 0},
		{":h NOTE * GOING_DOWN 1 2 :x", 4000},
		{":h NOTE * GOING_DOWN x 2 :x", 0},
		{":h NOTE * GOING_DOWN 1 * :x", 0},
		{":h NOTE * GOING_DOWN 604800 2 :x", 0},
		{":h NOTE * GOING_DOWN 1 604800 :x", 0},
		{":h NOTE * GOING_DOWN 604799 1 :x", 604801000},
	};
	struct backoff b = {0};
	struct msg m;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(msg_parse(&m, span_of(rows[i].line)), MSG_OK);
		backoff_heard(&b, &m, 1000);
		if (b.back_at_ms != rows[i].back)
			fail_msg("%s: %lld", rows[i].line, (long long)b.back_at_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORE(a_secret_is_kept_only_where_its_owner_says_so),
		CORE(each_end_is_tried_again_or_not),
		CORE(a_code_that_is_missing_is_not_tried_again),
		CORE(who_waits_for_its_turn_has_time),
		CORE(a_server_that_changed_is_met_anew),
		CORE(the_next_place_is_tried_while_nothing_was_sent),
		CORE(the_servers_words_say_more_than_the_end),
		CORE(pings_are_the_sessions_own),
		CORE(a_network_that_changes_is_dialed_anew),
		CORE(who_leaves_says_so_where_somebody_listens),
		CORE(what_the_server_says_of_its_store_and_its_clock),
		cmocka_unit_test(an_absence_is_announced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
