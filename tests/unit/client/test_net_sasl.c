// SPDX-License-Identifier: MIT
// A login by a mechanism of the order's, against a scripted TLS server: names, pieces, ends.
#include "tests/unit/client/login_fixture.h"

#include "common/encode.h"

#define LONG 1200 // base64 of it needs 4 full lines, and "+"

// It says `first` at "+", and gathers what comes then.
struct voice {
	struct sasl_way way;
	struct buf first, heard;
	unsigned n_heard; // whole challenges
};

static const char *refusal; // what stands behind the first message; NULL: one is in

static void hear(void *arg, struct span words, sasl_line_fn *send, void *send_arg)
{
	struct voice *v = arg;

	if (!sasl_hear(&v->heard, words))
		return;
	sasl_send_bytes(v->n_heard++ ? SPAN("\x01") : buf_span(&v->first), send, send_arg);
}

static void script_sasl(struct scripted *s, struct span line)
{
	struct buf words = {0};

	buf_add_span(&words, line);
	const char *text = buf_str(&words);
	if (strcmp(text, "CAP LS 302") == 0)
		scripted_say(s, ":h CAP * LS :sasl=PLAIN,VOICE message-tags");
	else if (strcmp(text, "AUTHENTICATE VOICE") == 0)
		scripted_say(s, "AUTHENTICATE +");
	else if (strcmp(text, "AUTHENTICATE AQ==") == 0)
		scripted_say(s, ":h 904 * :No account is bound");
	else if (span_starts(line, SPAN("AUTHENTICATE ")) && refusal)
		scripted_say(s, refusal);
	else if (span_starts(line, SPAN("AUTHENTICATE ")) && line.len < 400)
		scripted_say(s, ":h 900 * *!*@* cem :in\r\n:h 903 * :ok");
	else if (!span_starts(line, SPAN("AUTHENTICATE ")))
		script(s, line);
	buf_clear(&words);
}

static void connect_by(struct fixture *f, struct voice *v, const char *name)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = f->server.port,
		.pins.count = 1,
		.login = {.how = LOGIN_SASL,
			  .name = name,
			  .invite = "",
			  .caps = "",
			  .way = &v->way},
	};

	v->way = (struct sasl_way){.name = "VOICE", .arg = v, .hear = hear};
	f->server.on_line = script_sasl;
	pins_set(&order.pins, f->server.pin);
	uplink_open(f->session, &order);
}

static void forget(struct voice *v)
{
	refusal = NULL;
	buf_clear(&v->first);
	buf_clear(&v->heard);
}

static void the_server_says_whose_account_it_is(void **state)
{
	struct fixture *f = *state;
	struct voice v = {0};
	buf_add_str(&v.first, "me");
	connect_by(f, &v, "");
	reach(f, UPLINK_ONLINE);
	assert_true(place_of(f, "AUTHENTICATE bWU=\n") < place_of(f, "NICK cem\n"));
	assert_true(place_of(f, "USER cem 0 * :cem\n") < place_of(f, "CAP END\n"));
	// Once.
	assert_null(strstr(buf_str(&f->server.heard) + place_of(f, "NICK cem\n") + 1, "NICK "));
	forget(&v);
}

static void a_name_that_is_known_is_said_first(void **state)
{
	struct fixture *f = *state;
	struct voice v = {0};
	buf_add_str(&v.first, "me");
	connect_by(f, &v, "cem");
	reach(f, UPLINK_ONLINE);
	assert_true(place_of(f, "NICK cem\n") < place_of(f, "AUTHENTICATE VOICE\n"));
	forget(&v);
}

static void what_is_long_goes_in_pieces(void **state)
{
	struct fixture *f = *state;
	struct voice v = {0};
	struct buf coded = {0};
	memset(buf_space(&v.first, LONG), 'x', LONG);
	v.first.len = LONG;
	encode_b64(&coded, v.first.at, v.first.len);
	connect_by(f, &v, "");
	reach(f, UPLINK_ONLINE);
	for (size_t i = 0; i < coded.len; i += 400) {
		char line[420];
		snprintf(line, sizeof(line), "AUTHENTICATE %.400s\n", buf_str(&coded) + i);
		assert_true(scripted_heard(&f->server, line));
	}
	assert_true(scripted_heard(&f->server, "AUTHENTICATE +\n"));
	buf_clear(&coded);
	forget(&v);
}

static void a_refusal_in_pieces_is_answered_once(void **state)
{
	struct fixture *f = *state;
	struct voice v = {0};
	struct buf said = {0};
	buf_add_str(&v.first, "me");
	buf_add_str(&said, "AUTHENTICATE ");
	for (int i = 0; i < 400; i++)
		buf_add_char(&said, 'A');
	buf_add_str(&said, "\r\nAUTHENTICATE QUJD");
	refusal = buf_str(&said);
	connect_by(f, &v, "");
	reach(f, UPLINK_REFUSED);
	assert_int_equal(v.n_heard, 2);
	assert_int_equal(v.heard.len, 404);
	assert_int_equal(f->status.failure, FAILURE_SIGN_IN);
	assert_string_equal(f->status.detail, "No account is bound");
	assert_false(scripted_heard(&f->server, "NICK"));
	buf_clear(&said);
	forget(&v);
}

static void what_nobody_could_say_is_not_tried_again_by_itself(void **state)
{
	struct fixture *f = *state;
	struct voice v = {0};
	buf_add_str(&v.first, "me");
	refusal = ":h FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :The issuer is away";
	connect_by(f, &v, "");
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_SIGN_IN);
	assert_string_equal(f->status.detail, "The issuer is away");
	forget(&v);
}

static void a_server_without_it_is_left(void **state)
{
	struct fixture *f = *state;
	struct voice v = {0};
	connect_by(f, &v, "");
	v.way.name = "VOICELESS";
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_NO_LOGIN);
	forget(&v);
}

static void script_late(struct scripted *s, struct span line)
{
	if (span_starts(line, SPAN("AUTHENTICATE EXTERNAL")))
		scripted_say(s, ":h FAIL AUTHENTICATE SIGN_IN_AGAIN :Your sign-in is older "
				"than 12 hours: say snug login HOST");
	else
		script(s, line);
}

static void a_sign_in_that_is_too_old_is_told_apart(void **state)
{
	struct fixture *f = *state;
	f->server.on_line = script_late;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_SIGN_IN_AGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_server_says_whose_account_it_is),
		TEST(a_name_that_is_known_is_said_first),
		TEST(what_is_long_goes_in_pieces),
		TEST(a_refusal_in_pieces_is_answered_once),
		TEST(what_nobody_could_say_is_not_tried_again_by_itself),
		TEST(a_server_without_it_is_left),
		TEST(a_sign_in_that_is_too_old_is_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
