// SPDX-License-Identifier: MIT
// A second factor is turned on: its secret and its recovery codes are shown once, kept nowhere.
#include "client/app/second_factor.h"
#include "client/model/hand_out.h"
#include "client/model/handle.h"
#include "client/model/target.h"
#include "tests/unit/client/login_fixture.h"

// {"type": "totp", "secret": "JBSWY3DP", "uri": "otpauth://totp/x:ann?secret=JBSWY3DP"}
#define OBJECT                                                                                 \
	"eyJ0eXBlIjogInRvdHAiLCAic2VjcmV0IjogIkpCU1dZM0RQIiwgInVyaSI6ICJvdHBhdXRoOi8v"         \
	"dG90cC94OmFubj9zZWNyZXQ9SkJTV1kzRFAifQ=="
#define CHALLENGE ":h NOTE 2FA REGISTRATION_CHALLENGE totp "

struct scene {
	struct fixture *f;
	struct model *m;
	struct second_factor factor;
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
	connect_as(f, LOGIN_PASSWORD, "");
	reach(f, UPLINK_ONLINE);
}

static void say(struct scene *s, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(s->m, &msg, 1000000);
	second_factor_line(&s->factor, s->m, s->f->session, &msg);
}

static void a_secret_is_shown_and_its_first_code_asked_for(void **state)
{
	struct scene s;
	begin(&s, *state);
	say(&s, "@label=7 " CHALLENGE OBJECT " :x");
	assert_string_equal(s.link, "");
	say(&s, CHALLENGE OBJECT " :Show it to your app");
	assert_string_equal(s.link, "otpauth://totp/x:ann?secret=JBSWY3DP");
	assert_non_null(strstr(s.words, "its secret there: JBSW Y3DP."));
	assert_int_equal(s.m->question.id, QUESTION_ENROL);
	assert_int_equal(s.m->current->log.count, 0);
	model_ask_done(s.m, QUESTION_ENROL);
	second_factor_code(s.f->session, QUESTION_ENROL, SPAN(" 524891 "));
	assert_true(scripted_hears(&s.f->server, "2FA ADD totp app 524891\n"));
	say(&s, ":h FAIL 2FA INVALID_CREDENTIAL_DATA :not the code");
	assert_int_equal(s.m->question.id, QUESTION_ENROL);
	say(&s, ":h 2FA ADD SUCCESS totp 21 :it makes the codes");
	assert_true(scripted_hears(&s.f->server, "2FA ENABLE\n"));
	model_free(s.m);
}

static void recovery_codes_are_shown_and_in_no_log(void **state)
{
	struct scene s;
	begin(&s, *state);
	say(&s, ":h NOTE 2FA RECOVERY_CODES aaaa-bbbb cccc-dddd :Keep these");
	assert_string_equal(s.link, "aaaa-bbbb cccc-dddd");
	assert_non_null(strstr(s.words, "on paper"));
	assert_int_equal(s.m->current->log.count, 0);
	say(&s, ":h 2FA ENABLE SUCCESS :It is on");
	assert_int_equal(s.m->current->log.count, 1);
	model_free(s.m);
}

// An app that was added by hand is not turned on by us; what is no secret is not shown.
static void what_was_not_asked_for_is_left_alone(void **state)
{
	struct scene s;
	begin(&s, *state);
	say(&s, ":h 2FA ADD SUCCESS totp 21 :it makes the codes");
	say(&s, ":h FAIL 2FA INVALID_CREDENTIAL_DATA :not the code");
	say(&s, CHALLENGE "!!! :x");
	say(&s, CHALLENGE "e30= :x");
	assert_string_equal(s.link, "");
	assert_int_equal(s.m->question.id, 0);
	second_factor_code(s.f->session, QUESTION_DISENROL, SPAN("two words"));
	assert_true(scripted_hears(&s.f->server, "2FA DISABLE totp -\n"));
	assert_false(scripted_heard(&s.f->server, "2FA ENABLE"));
	model_free(s.m);
}

static void whoever_gives_up_leaves_all_as_it_was(void **state)
{
	struct scene s;
	begin(&s, *state);
	say(&s, CHALLENGE OBJECT " :x");
	second_factor_answer(&s.factor, s.m, s.f->session, QUESTION_ENROL, 'n');
	assert_false(s.factor.is_enrolling);
	assert_int_equal(s.m->current->log.count, 1);
	second_factor_answer(&s.factor, s.m, s.f->session, QUESTION_READ, 'n');
	assert_int_equal(s.m->current->log.count, 1);
	model_free(s.m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_secret_is_shown_and_its_first_code_asked_for),
		TEST(recovery_codes_are_shown_and_in_no_log),
		TEST(what_was_not_asked_for_is_left_alone),
		TEST(whoever_gives_up_leaves_all_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
