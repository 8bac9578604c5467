// SPDX-License-Identifier: MIT
// What the account's other devices ask, and a link that lets one in.
#include "client/model/hand_out.h"
#include "client/sync/devices.h"
#include "tests/unit/client/login_fixture.h"

#include "client/model/handle.h"
#include "common/snug_link.h"

struct scene {
	struct fixture *f;
	struct model *m;
	struct devices *d;
	char link[400], words[300];
};

static void on_hand_out(void *arg, struct span words, struct span link)
{
	struct scene *s = arg;
	snprintf(s->link, sizeof(s->link), SPAN_FMT, SPAN_ARG(link));
	snprintf(s->words, sizeof(s->words), SPAN_FMT, SPAN_ARG(words));
}

static void begin(struct scene *s, struct fixture *f)
{
	*s = (struct scene){.f = f, .m = model_new(SPAN("ann"))};
	struct model_watch watch = {.arg = s, .on_hand_out = on_hand_out};
	model_watch(s->m, &watch);
	s->d = devices_new(s->m, f->session);
	connect_as(f, LOGIN_PASSWORD, "");
	reach(f, UPLINK_ONLINE);
}

static void end(struct scene *s)
{
	devices_free(s->d);
	model_free(s->m);
}

static void say(struct scene *s, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(s->m, &msg, 1000000);
	devices_line(s->d, &msg);
}

static void expect_said(struct scene *s, const char *line)
{
	assert_true(scripted_hears(&s->f->server, line));
}

static void an_offer_is_shown_as_a_link_with_the_key_that_is_trusted(void **state)
{
	struct scene s;
	char pin[PIN_TEXT_MAX], link[400];
	begin(&s, *state);
	pin_text(s.f->server.pin, pin);
	say(&s, "@label=7 :h CERT OFFER secret 120");
	assert_string_equal(s.link, "");
	say(&s, ":h CERT OFFER secret 120");
	snprintf(link, sizeof(link), "snug://127.0.0.1:%s/,device=secret,pin=%s",
		 s.f->server.port, pin + strlen("sha256:"));
	assert_string_equal(s.link, link);
	assert_non_null(strstr(s.words, "snug login"));
	assert_non_null(strstr(s.words, "120 s"));
	end(&s);
}

static void who_came_by_the_link_is_asked_about(void **state)
{
	struct scene s;
	begin(&s, *state);
	say(&s, ":h CERT CLAIM 5 192.0.2.7 :lap top");
	assert_int_equal(s.m->question.id, QUESTION_LET_IN);
	assert_string_equal(s.m->question.text,
			    "ann@192.0.2.7 calls itself lap top: let it in?");
	assert_string_equal(s.m->question.choices, "yn");
	devices_answer(s.d, QUESTION_LET_IN, 'y');
	assert_int_equal(s.m->question.id, 0);
	expect_said(&s, "CERT ALLOW 5\n");
	say(&s, ":h CERT CLAIM 6 192.0.2.7 :x");
	devices_answer(s.d, QUESTION_LET_IN, 'n');
	expect_said(&s, "CERT DENY 6\n");
	say(&s, ":h CERT CLAIM 7 192.0.2.7 TOKEN :Firefox Linux");
	assert_string_equal(s.m->question.text, "ann@192.0.2.7 is a browser and calls itself "
						"Firefox Linux: let it in?");
	devices_answer(s.d, QUESTION_LET_IN, 'y');
	expect_said(&s, "CERT ALLOW 7\n");
	say(&s, ":h CERT CLAIM x 192.0.2.7 :x");
	say(&s, ":h CERT CLAIM 7");
	assert_int_equal(s.m->question.id, 0);
	end(&s);
}

static void a_question_that_is_over_is_taken_back(void **state)
{
	struct scene s;
	begin(&s, *state);
	say(&s, ":h CERT PROVE 8 192.0.2.7 :laptop");
	assert_int_equal(s.m->question.id, QUESTION_VOUCH);
	assert_non_null(strstr(s.m->question.text, "laptop (192.0.2.7) wants to change"));
	say(&s, ":h CERT OVER 7");
	say(&s, ":h CERT OVER x");
	assert_int_equal(s.m->question.id, QUESTION_VOUCH);
	say(&s, ":h CERT OVER 8");
	assert_int_equal(s.m->question.id, 0);
	say(&s, ":h CERT PROVE 9 192.0.2.7 :");
	assert_non_null(strstr(s.m->question.text, "a device of yours (192.0.2.7)"));
	devices_answer(s.d, QUESTION_VOUCH, 'n');
	expect_said(&s, "CERT DENY 9\n");
	end(&s);
}

static void what_was_to_be_proved_is_done_then(void **state)
{
	struct scene s;
	begin(&s, *state);
	devices_sent(s.d, SPAN("CERT DEL :phone"));
	say(&s, ":h FAIL CERT STEP_UP_REQUIRED :prove it");
	assert_int_equal(s.m->question.id, QUESTION_STEP_UP);
	assert_string_equal(s.m->question.choices, "pdn");
	say(&s, ":h FAIL CERT STEP_UP_REQUIRED SIGN-IN :sign in anew");
	assert_string_equal(s.m->question.choices, "sdn");
	devices_answer(s.d, QUESTION_STEP_UP, 's'); // somebody else does that
	say(&s, ":h FAIL CERT STEP_UP_REQUIRED SIGN-IN :sign in anew");
	devices_answer(s.d, QUESTION_STEP_UP, 'd');
	expect_said(&s, "CERT PROVE\n");
	devices_prove(s.d, SPAN("correct horse battery"));
	expect_said(&s, "CERT PROVE Y29ycmVjdCBob3JzZSBiYXR0ZXJ5\n");
	assert_false(scripted_heard(&s.f->server, "CERT DEL"));
	say(&s, ":h CERT PROVE * 600");
	expect_said(&s, "CERT DEL :phone\n");
	buf_reset(&s.f->server.heard);
	say(&s, ":h CERT PROVE * 600");
	devices_sent(s.d, SPAN("CERT DEL :desk"));
	devices_answer(s.d, QUESTION_STEP_UP, 'n');
	say(&s, ":h CERT PROVE * 600");
	devices_sent(s.d, SPAN("CERT LIST"));
	uplink_sendf(s.f->session, "LAST");
	expect_said(&s, "LAST\n");
	assert_false(scripted_heard(&s.f->server, "CERT"));
	end(&s);
}

// The login of a computer that is let in by such a link.

static const char *refusal;

static void lets_in(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, ":h CAP * LS :sasl snug.chat/devices");
	else if (span_starts(line, SPAN("CERT CLAIM ")))
		scripted_say(s, refusal ? refusal
					: ":h NOTE CERT WAIT :The device is asked\r\n"
					  ":h CERT CLAIM ann :laptop-2");
}

static void claim_by(struct fixture *f, bool wants_token)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = f->server.port,
		.login = {.how = LOGIN_CLAIM,
			  .name = "laptop",
			  .invite = "t0ken",
			  .wants_token = wants_token,
			  .caps = ""},
	};
	pins_set(&order.pins, f->server.pin);
	uplink_open(f->session, &order);
}

static void claim(struct fixture *f)
{
	claim_by(f, false);
}

static void a_claim_ends_with_the_account(void **state)
{
	struct fixture *f = *state;
	refusal = NULL;
	f->server.on_line = lets_in;
	claim(f);
	reach(f, UPLINK_OFF);
	assert_int_equal(f->status.failure, FAILURE_NONE);
	assert_string_equal(uplink_nick(f->session), "ann");
	assert_true(scripted_heard(&f->server, "CERT CLAIM t0ken :laptop\n"));
	assert_false(scripted_heard(&f->server, "NICK"));
}

static void who_has_no_certificate_asks_for_a_token(void **state)
{
	struct fixture *f = *state;
	refusal = ":h CERT CLAIM ann snug_1_x :laptop";
	f->server.on_line = lets_in;
	claim_by(f, true);
	reach(f, UPLINK_OFF);
	assert_int_equal(f->status.failure, FAILURE_NONE);
	assert_string_equal(uplink_nick(f->session), "ann");
	assert_true(scripted_heard(&f->server, "CERT CLAIM t0ken TOKEN :laptop\n"));
}

static void a_claim_that_is_refused_says_why_and_tries_no_more(void **state)
{
	struct fixture *f = *state;
	f->server.on_line = lets_in;
	refusal = ":h FAIL CERT CLAIM_REFUSED :not let in";
	claim(f);
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_CLAIM);
	assert_string_equal(f->status.detail, "not let in");
	f->server.on_line = script; // which knows nothing of devices
	claim(f);
	reach(f, UPLINK_LOGIN);
	reach(f, UPLINK_REFUSED);
	assert_int_equal(f->status.failure, FAILURE_CLAIM);
	assert_non_null(strstr(f->status.detail, "knows no such links"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_offer_is_shown_as_a_link_with_the_key_that_is_trusted),
		TEST(who_came_by_the_link_is_asked_about),
		TEST(a_question_that_is_over_is_taken_back),
		TEST(what_was_to_be_proved_is_done_then),
		TEST(a_claim_ends_with_the_account),
		TEST(who_has_no_certificate_asks_for_a_token),
		TEST(a_claim_that_is_refused_says_why_and_tries_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
