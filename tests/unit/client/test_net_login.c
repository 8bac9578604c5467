// SPDX-License-Identifier: MIT
// Login and reconnecting against a scripted TLS server.
#include "tests/unit/client/login_fixture.h"

static void a_password_is_sent_by_sasl_and_nowhere_else(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_PASSWORD, "");
	reach(f, UPLINK_ONLINE);
	assert_true(scripted_heard(&f->server,
				   "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=\n"));
	assert_false(scripted_heard(&f->server, "correct horse"));
	assert_true(place_of(f, "CAP REQ") < place_of(f, "AUTHENTICATE PLAIN"));
	assert_true(place_of(f, "AUTHENTICATE AGF") < place_of(f, "CAP END"));
	assert_true(uplink_has_cap(f->session, "snug.chat/exactly-once"));
	assert_string_equal(uplink_nick(f->session), "ann");
}

static void what_is_not_offered_or_wanted_is_not_asked_for(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_PASSWORD, "");
	reach(f, UPLINK_ONLINE);
	assert_false(scripted_heard(&f->server, "echo-message"));
	assert_false(scripted_heard(&f->server, "draft/chathistory"));
	assert_false(scripted_heard(&f->server, "snug.chat/no-presence"));
}

static void who_only_sends_asks_not_to_be_seen(void **state)
{
	struct fixture *f = *state;

	connect_to(f, LOGIN_PASSWORD, "", "snug.chat/files snug.chat/no-presence");
	reach(f, UPLINK_ONLINE);
	assert_true(uplink_has_cap(f->session, "snug.chat/no-presence"));
	// That one is not offered.
	assert_false(uplink_has_cap(f->session, "snug.chat/files"));
}

static void it_asks_so_ahead_too(void **state)
{
	struct fixture *f = *state;

	f->server.on_line = NULL;
	connect_to(f, LOGIN_DEVICE, CAPS " snug.chat/no-presence", "snug.chat/no-presence");
	assert_true(scripted_hears(&f->server, "CAP END\n"));
	assert_true(place_of(f, "CAP REQ :" CAPS " snug.chat/no-presence\n") <
		    place_of(f, "CAP END"));
}

static void a_known_server_gets_the_whole_login_at_once(void **state)
{
	struct fixture *f = *state;
	// Not a word of the server is needed for any of it.
	f->server.on_line = NULL;
	connect_as(f, LOGIN_DEVICE, CAPS);
	assert_true(scripted_hears(&f->server, "CAP END\n"));
	assert_true(place_of(f, "CAP REQ :" CAPS) < place_of(f, "AUTHENTICATE EXTERNAL"));
	assert_true(place_of(f, "AUTHENTICATE EXTERNAL") < place_of(f, "AUTHENTICATE +"));
	assert_true(place_of(f, "AUTHENTICATE +") < place_of(f, "CAP END"));
}

static void a_server_that_changed_is_met_anew_without_haste(void **state)
{
	struct fixture *f = *state;
	f->naks = true;
	connect_as(f, LOGIN_DEVICE, CAPS);
	WAIT_UNTIL(f->server.n_accepted == 2, loop_turn(f->loop, STEP_MS));
	f->naks = false;
	buf_reset(&f->server.heard);
	reach(f, UPLINK_ONLINE);
}

static void an_account_is_made_behind_the_invite(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_REGISTER, "");
	reach(f, UPLINK_ONLINE);
	assert_true(place_of(f, "CAP LS") < place_of(f, "PASS t0ken"));
	assert_true(place_of(f, "PASS t0ken") <
		    place_of(f, "REGISTER ann * :correct horse battery"));
	assert_true(place_of(f, "REGISTER ann") < place_of(f, "CAP END"));
}

static void a_taken_name_ends_in_a_refusal_that_says_so(void **state)
{
	struct fixture *f = *state;
	f->needs_no_register = true;
	connect_as(f, LOGIN_REGISTER, "");
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_NAME_TAKEN);
	assert_string_equal(f->status.detail, "The name is taken");
}

static void a_revoked_key_is_not_tried_again(void **state)
{
	struct fixture *f = *state;
	f->refuses_login = true;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_DEVICE);
	// No try is set, and what was begun is at its end.
	assert_int_equal(f->status.next_at, 0);
	WAIT_UNTIL(f->server.fd < 0, loop_turn(f->loop, STEP_MS));
	wait_behind_timer(f->loop, BACKOFF_FIRST_MS + 1);
	assert_int_equal(f->server.n_accepted, 1);
}

static void until_a_code_is_wanted(struct fixture *f)
{
	WAIT_UNTIL(f->status.wants_code, loop_turn(f->loop, STEP_MS));
	assert_int_equal(f->status.state, UPLINK_LOGIN);
}

static void a_login_that_wants_a_code_waits_for_it(void **state)
{
	struct fixture *f = *state;
	f->code = "NTI0ODkx";
	connect_as(f, LOGIN_PASSWORD, "");
	until_a_code_is_wanted(f);
	assert_true(scripted_heard(&f->server, "draft/account-2fa"));
	assert_false(scripted_heard(&f->server, "AUTHENTICATE TOTP"));
	assert_int_equal(f->status.n_codes, 0);
	uplink_give_code(f->session, SPAN(""));
	assert_true(f->status.wants_code);
	uplink_give_code(f->session, SPAN("524891"));
	assert_false(f->status.wants_code);
	uplink_give_code(f->session, SPAN("111111")); // nobody asked
	reach(f, UPLINK_ONLINE);
	assert_true(place_of(f, "AUTHENTICATE TOTP") < place_of(f, "AUTHENTICATE NTI0ODkx"));
	assert_true(place_of(f, "AUTHENTICATE NTI0ODkx") < place_of(f, "CAP END"));
	assert_false(scripted_heard(&f->server, "524891"));
	assert_int_equal(f->server.n_accepted, 1);
}

static void three_wrong_codes_end_it(void **state)
{
	struct fixture *f = *state;
	f->code = "NTI0ODkx";
	connect_as(f, LOGIN_PASSWORD, "");
	for (unsigned i = 0; i < 3; i++) {
		until_a_code_is_wanted(f);
		assert_int_equal(f->status.n_codes, i);
		uplink_give_code(f->session, SPAN("000000"));
	}
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_CODE);
	assert_string_equal(f->status.detail, "SASL authentication failed");
	assert_int_equal(f->status.next_at, 0);
}

static void whoever_has_none_ends_it_and_it_is_not_tried_again(void **state)
{
	struct fixture *f = *state;
	f->code = "NTI0ODkx";
	connect_as(f, LOGIN_PASSWORD, "");
	until_a_code_is_wanted(f);
	uplink_fail(f->session, FAILURE_CODE, SPAN("none was given"));
	assert_int_equal(f->status.state, UPLINK_REFUSED);
	f->is_second = false;
	connect_as(f, LOGIN_PASSWORD, "");
	until_a_code_is_wanted(f);
	scripted_drop(&f->server);
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_CODE);
	assert_int_equal(f->server.n_accepted, 2);
}

static void a_key_is_asked_for_no_code(void **state)
{
	struct fixture *f = *state;
	f->code = "NTI0ODkx";
	connect_as(f, LOGIN_DEVICE, "");
	WAIT_UNTIL(scripted_heard(&f->server, "AUTHENTICATE +\n"), loop_turn(f->loop, STEP_MS));
	loop_turn(f->loop, STEP_MS);
	assert_false(f->status.wants_code);
}

static void a_wrong_key_gets_not_one_byte(void **state)
{
	struct fixture *f = *state;
	struct uplink_order order = {.host = "127.0.0.1",
				     .port = f->server.port,
				     .pins.count = 1,
				     .login = {.how = LOGIN_PASSWORD,
					       .name = "ann",
					       .secret = SPAN("secret"),
					       .invite = "",
					       .caps = ""}};
	uplink_open(f->session, &order);
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_KEY);
	assert_int_equal(f->server.n_bytes, 0);
	uint8_t shown[TLS_PIN_LEN];
	assert_true(uplink_peer_pin(f->session, shown));
	assert_memory_equal(shown, f->server.pin, TLS_PIN_LEN);
}

static void an_unknown_authority_is_refused_without_a_pin(void **state)
{
	struct fixture *f = *state;
	struct uplink_order order = {.host = "127.0.0.1",
				     .port = f->server.port,
				     .login = {.how = LOGIN_OPEN, .name = "ann", .caps = ""}};
	uplink_open(f->session, &order);
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_UNTRUSTED);
	assert_int_equal(f->server.n_bytes, 0);
}

static void a_lost_server_is_found_again_by_itself(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	scripted_hide(&f->server);
	reach(f, UPLINK_WAITING);
	assert_int_equal(f->status.tries, 1);
	WAIT_UNTIL(f->status.tries >= 3, loop_turn(f->loop, STEP_MS));
	assert_int_equal(f->status.failure, FAILURE_REFUSED);
	scripted_listen(&f->server);
	reach(f, UPLINK_ONLINE);
	assert_int_equal(f->status.tries, 0);
}

static void enter_tries_at_once(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	scripted_drop(&f->server);
	reach(f, UPLINK_WAITING);
	uplink_retry(f->session);
	assert_int_equal(f->status.state, UPLINK_DIALING);
	reach(f, UPLINK_ONLINE);
}

static void say_nothing(struct scripted *s UNUSED, struct span line UNUSED)
{
}

// The address that the connection came from is gone: the server's words find no way back.
static void a_changed_network_is_found_out_by_a_probe(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	WAIT_UNTIL(f->status.lag_ms >= 0, loop_turn(f->loop, STEP_MS));
	f->server.on_line = say_nothing;
	int64_t began = clock_mono_ms();
	uplink_network_changed(f->session);
	WAIT_UNTIL(f->server.n_accepted == 2, loop_turn(f->loop, STEP_MS));
	f->server.on_line = script;
	assert_true(clock_mono_ms() - began >= PROBE_MS);
	reach(f, UPLINK_ONLINE);
}

static void a_changed_network_that_still_answers_costs_no_connection(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	uplink_network_changed(f->session);
	wait_behind_timer(f->loop, PROBE_MS + 4 * f->status.lag_ms + 1);
	assert_int_equal(f->status.state, UPLINK_ONLINE);
	assert_int_equal(f->server.n_accepted, 1);
}

static void a_changed_network_begins_a_stuck_dial_anew(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	assert_int_equal(f->status.state, UPLINK_DIALING);
	uplink_network_changed(f->session);
	reach(f, UPLINK_ONLINE);
}

static void a_password_is_forgotten_after_the_login(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_PASSWORD, "");
	reach(f, UPLINK_ONLINE);
	scripted_drop(&f->server);
	// Nothing is left to log in with: it ends instead of trying in vain.
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->server.n_accepted, 1);
}

static void the_servers_last_words_are_kept(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	scripted_say(&f->server, "ERROR :The server is going down for repairs");
	WAIT_UNTIL(strstr(buf_str(&f->lines), "ERROR"), loop_turn(f->loop, STEP_MS));
	scripted_drop(&f->server);
	reach(f, UPLINK_WAITING);
	assert_int_equal(f->status.failure, FAILURE_ENDED);
	assert_string_equal(f->status.detail, "The server is going down for repairs");
}

static void drop_after(struct fixture *f, const char *line)
{
	scripted_say(&f->server, line);
	scripted_say(&f->server, "NOTICE ann :that was it");
	buf_clear(&f->lines);
	WAIT_UNTIL(f->lines.len && strstr(buf_str(&f->lines), "that was it"),
		   loop_turn(f->loop, STEP_MS));
	scripted_drop(&f->server);
	reach(f, UPLINK_WAITING);
}

static int64_t waits_ms(const struct fixture *f)
{
	return f->status.next_at - clock_mono_ms();
}

// A pause of a day, so that a throw of the dice under a second is none to wait for.
static void a_server_that_said_when_it_is_back_is_not_met_by_all_at_once(void **state)
{
	struct fixture *f = *state;
	int64_t longest = 0;
	connect_as(f, LOGIN_DEVICE, "");
	for (int i = 0; i < 4; i++) {
		reach(f, UPLINK_ONLINE);
		drop_after(f, ":h NOTE * GOING_DOWN 0 86400 :The server goes down now");
		longest = waits_ms(f) > longest ? waits_ms(f) : longest;
		uplink_retry(f->session);
	}
	assert_in_range(longest, 60000, 86400000 + BACKOFF_FIRST_MS);
	// Who knows nothing of the time, or of none, comes as ever; so it is after a login.
	reach(f, UPLINK_ONLINE);
	drop_after(f, ":h NOTE * GOING_DOWN 300 * :The server goes down in 5 minutes");
	assert_true(waits_ms(f) <= 600);
	reach(f, UPLINK_ONLINE);
	drop_after(f, ":h NOTE * GOING_DOWN 300 99999999999 :The server goes down");
	assert_true(waits_ms(f) <= 600);
	reach(f, UPLINK_ONLINE);
	scripted_say(&f->server, ":h NOTE * GOING_DOWN 0 86400 :The server goes down now");
	drop_after(f, ":h NOTE * STAYS_UP :The server does not go down after all");
	assert_true(waits_ms(f) <= 600);
}

static void pings_are_answered_and_measured(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	scripted_say(&f->server, "PING :are you there");
	assert_true(scripted_hears(&f->server, "PONG :are you there\n"));
	WAIT_UNTIL(f->status.lag_ms >= 0, loop_turn(f->loop, STEP_MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_password_is_sent_by_sasl_and_nowhere_else),
		TEST(what_is_not_offered_or_wanted_is_not_asked_for),
		TEST(who_only_sends_asks_not_to_be_seen),
		TEST(it_asks_so_ahead_too),
		TEST(a_known_server_gets_the_whole_login_at_once),
		TEST(a_server_that_changed_is_met_anew_without_haste),
		TEST(an_account_is_made_behind_the_invite),
		TEST(a_taken_name_ends_in_a_refusal_that_says_so),
		TEST(a_revoked_key_is_not_tried_again),
		TEST(a_key_is_asked_for_no_code),
		TEST(whoever_has_none_ends_it_and_it_is_not_tried_again),
		TEST(three_wrong_codes_end_it),
		TEST(a_login_that_wants_a_code_waits_for_it),
		TEST(a_wrong_key_gets_not_one_byte),
		TEST(an_unknown_authority_is_refused_without_a_pin),
		TEST(a_lost_server_is_found_again_by_itself),
		TEST(enter_tries_at_once),
		TEST(a_changed_network_is_found_out_by_a_probe),
		TEST(a_changed_network_that_still_answers_costs_no_connection),
		TEST(a_changed_network_begins_a_stuck_dial_anew),
		TEST(a_password_is_forgotten_after_the_login),
		TEST(the_servers_last_words_are_kept),
		TEST(a_server_that_said_when_it_is_back_is_not_met_by_all_at_once),
		TEST(pings_are_answered_and_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
