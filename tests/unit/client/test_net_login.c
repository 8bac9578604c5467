// SPDX-License-Identifier: MIT
// Login, reconnecting and answers against a scripted TLS server.
#include "client/net/backoff.h"
#include "client/net/calls.h"
#include "client/outside/outside_loop.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAPS "sasl message-tags labeled-response batch snug.chat/exactly-once"

struct fixture {
	struct loop *loop;
	struct outside outside;
	struct scripted server;
	struct uplink *session;
	struct calls *calls;
	struct uplink_status status;
	struct buf lines;
	bool refuses_login, naks, needs_no_register;
};

// The scripts find their fixture by the server inside of it.
static struct fixture *of(struct scripted *s)
{
	return container_of(s, struct fixture, server);
}

static void on_state(void *arg)
{
	struct fixture *f = arg;
	uplink_status(f->session, &f->status);
}

static void on_line(void *arg, const struct msg *m, struct span line)
{
	struct fixture *f = arg;
	buf_add_span(&f->lines, line);
	buf_add_char(&f->lines, '\n');
	if (f->calls)
		calls_take(f->calls, m);
}

// A server that takes device keys and passwords.
static void script(struct scripted *s, struct span line)
{
	struct fixture *f = of(s);
	struct buf words = {0};
	buf_add_span(&words, line);
	const char *text = buf_str(&words);
	if (strcmp(text, "CAP LS 302") == 0)
		scripted_say(
			s,
			":h CAP * LS :sasl=PLAIN,EXTERNAL message-tags labeled-response batch "
			"draft/account-registration=before-connect "
			"snug.chat/exactly-once=64 snug.chat/no-presence");
	else if (strncmp(text, "CAP REQ :", 9) == 0 && f->naks)
		scripted_say(s, ":h CAP * NAK :something");
	else if (strncmp(text, "CAP REQ :", 9) == 0) {
		struct buf ack = {0};
		buf_printf(&ack, ":h CAP * ACK :%s", text + 9);
		scripted_say(s, buf_str(&ack));
		buf_clear(&ack);
	} else if (strcmp(text, "AUTHENTICATE PLAIN") == 0 ||
		   strcmp(text, "AUTHENTICATE EXTERNAL") == 0)
		scripted_say(s, "AUTHENTICATE +");
	else if (strncmp(text, "AUTHENTICATE ", 13) == 0)
		scripted_say(s, f->refuses_login
					? ":h 904 ann :No such key"
					: ":h 900 ann a!b@c ann :in\r\n:h 903 ann :ok");
	else if (strncmp(text, "REGISTER ", 9) == 0)
		scripted_say(
			s,
			f->needs_no_register
				? ":h FAIL REGISTER ACCOUNT_EXISTS ann :The name is taken"
				: ":h REGISTER SUCCESS ann :made\r\n:h 900 ann a!b@c ann :in");
	else if (strcmp(text, "CAP END") == 0)
		scripted_say(s, ":h 001 ann :Welcome");
	else if (strncmp(text, "PING ", 5) == 0) {
		struct buf pong = {0};
		buf_printf(&pong, ":h PONG h :%s", text + 5);
		scripted_say(s, buf_str(&pong));
		buf_clear(&pong);
	}
	buf_clear(&words);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct uplink_events events = {.arg = f, .on_state = on_state, .on_line = on_line};
	f->loop = loop_new();
	f->outside = outside_of_loop(f->loop);
	scripted_init(&f->server, f->loop);
	f->server.on_line = script;
	f->session = uplink_new(&f->outside, &events);
	f->calls = calls_new(f->session);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	scripted_clear(&f->server);
	calls_free(f->calls);
	uplink_free(f->session);
	loop_free(f->loop);
	buf_clear(&f->lines);
	free(f);
	return 0;
}

static void connect_to(struct fixture *f, enum login_how how, const char *caps,
		       bool no_presence)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = f->server.port,
		.has_pin = true,
		.login = {.how = how,
			  .name = "ann",
			  .secret = SPAN("correct horse battery"),
			  .invite = how == LOGIN_REGISTER ? "t0ken" : "",
			  .no_presence = no_presence,
			  .caps = caps},
	};
	memcpy(order.pin, f->server.pin, TLS_PIN_LEN);
	uplink_open(f->session, &order);
}

static void connect_as(struct fixture *f, enum login_how how, const char *caps)
{
	connect_to(f, how, caps, false);
}

static void reach(struct fixture *f, enum uplink_state state)
{
	WAIT_UNTIL(f->status.state == state, loop_turn(f->loop, STEP_MS));
}

static size_t place_of(struct fixture *f, const char *text)
{
	const char *heard = buf_str(&f->server.heard), *at = strstr(heard, text);
	if (!at)
		fail_msg("not heard: %s in:\n%s", text, heard);
	return (size_t)(at - heard);
}

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

	connect_to(f, LOGIN_PASSWORD, "", true);
	reach(f, UPLINK_ONLINE);
	assert_true(uplink_has_cap(f->session, "snug.chat/no-presence"));
}

static void it_asks_so_ahead_too(void **state)
{
	struct fixture *f = *state;

	f->server.on_line = NULL;
	connect_to(f, LOGIN_DEVICE, CAPS, true);
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

static void a_wrong_key_gets_not_one_byte(void **state)
{
	struct fixture *f = *state;
	struct uplink_order order = {.host = "127.0.0.1",
				     .port = f->server.port,
				     .has_pin = true,
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

static void pings_are_answered_and_measured(void **state)
{
	struct fixture *f = *state;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	scripted_say(&f->server, "PING :are you there");
	assert_true(scripted_hears(&f->server, "PONG :are you there\n"));
	WAIT_UNTIL(f->status.lag_ms >= 0, loop_turn(f->loop, STEP_MS));
}

// Answers.

struct answers {
	struct buf lines;
	int n_ends;
	enum call_end end;
	bool was_sure;
};

static void on_answer(void *arg, const struct msg *m, bool is_sure)
{
	struct answers *a = arg;
	buf_add_span(&a->lines, m->command);
	buf_add_char(&a->lines, ' ');
	a->was_sure = is_sure;
}

static void on_answered(void *arg, enum call_end end)
{
	struct answers *a = arg;
	a->n_ends++;
	a->end = end;
}

static void ask(struct fixture *f, struct answers *a, const char *line)
{
	struct call_fns fns = {.arg = a, .on_line = on_answer, .on_end = on_answered};
	*a = (struct answers){0};
	calls_send(f->calls, SPAN(""), span_of(line), &fns);
}

static void await_end(struct fixture *f, const struct answers *a)
{
	WAIT_UNTIL(a->n_ends, loop_turn(f->loop, STEP_MS));
	assert_int_equal(a->n_ends, 1);
}

static void an_answer_of_one_line_ends_the_call(void **state)
{
	struct fixture *f = *state;
	struct answers a;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	ask(f, &a, "CERT ADD x");
	assert_true(scripted_hears(&f->server, "@label=c1 CERT ADD x\n"));
	scripted_say(&f->server, ":h NOTICE ann :not yours\r\n@label=c1 :h CERT ADD 1 x :x");
	await_end(f, &a);
	assert_string_equal(buf_str(&a.lines), "CERT ");
	assert_int_equal(a.end, CALL_DONE);
	buf_clear(&a.lines);
}

static void a_batch_with_batches_inside_is_one_answer(void **state)
{
	struct fixture *f = *state;
	struct answers a;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	ask(f, &a, "CHATHISTORY LATEST #a * 10");
	scripted_say(&f->server, "@label=c1 :h BATCH +o labeled-response\r\n"
				 "@batch=o :h BATCH +i chathistory #a\r\n"
				 "@batch=i :b PRIVMSG #a :1\r\n"
				 ":b PRIVMSG #a :live\r\n"
				 "@batch=i :b PRIVMSG #a :2\r\n"
				 "@batch=o :h BATCH -i\r\n"
				 ":h BATCH -o");
	await_end(f, &a);
	assert_string_equal(buf_str(&a.lines), "BATCH BATCH PRIVMSG PRIVMSG BATCH BATCH ");
	buf_clear(&a.lines);
}

static void calls_end_when_the_connection_does(void **state)
{
	struct fixture *f = *state;
	struct answers a, b;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	ask(f, &a, "WHOIS bob");
	ask(f, &b, "WHOIS cem");
	assert_true(calls_waiting_since(f->calls) > 0);
	scripted_drop(&f->server);
	reach(f, UPLINK_WAITING);
	calls_lost(f->calls);
	assert_int_equal(a.end, CALL_LOST);
	assert_int_equal(b.end, CALL_LOST);
	assert_int_equal(calls_waiting_since(f->calls), 0);
}

// A server that knows no labels.
static void bare_script(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, ":h CAP * LS :multi-prefix");
	else
		script(s, line);
}

static void without_labels_a_ping_behind_the_command_ends_it(void **state)
{
	struct fixture *f = *state;
	struct answers a;
	f->server.on_line = bare_script;
	connect_as(f, LOGIN_OPEN, "");
	reach(f, UPLINK_ONLINE);
	assert_false(uplink_has_cap(f->session, "labeled-response"));
	ask(f, &a, "WHOIS bob");
	await_end(f, &a);
	assert_false(scripted_heard(&f->server, "label"));
	assert_int_equal(a.end, CALL_DONE);
	buf_clear(&a.lines);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
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
		TEST(a_wrong_key_gets_not_one_byte),
		TEST(an_unknown_authority_is_refused_without_a_pin),
		TEST(a_lost_server_is_found_again_by_itself),
		TEST(enter_tries_at_once),
		TEST(a_changed_network_is_found_out_by_a_probe),
		TEST(a_changed_network_that_still_answers_costs_no_connection),
		TEST(a_changed_network_begins_a_stuck_dial_anew),
		TEST(a_password_is_forgotten_after_the_login),
		TEST(the_servers_last_words_are_kept),
		TEST(pings_are_answered_and_measured),
		TEST(an_answer_of_one_line_ends_the_call),
		TEST(a_batch_with_batches_inside_is_one_answer),
		TEST(calls_end_when_the_connection_does),
		TEST(without_labels_a_ping_behind_the_command_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
