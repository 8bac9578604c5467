// SPDX-License-Identifier: MIT
// The login as a machine: the server says these lines, the client those, and so it ends.
#include "client/net/login.h"

#include "client/net/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define NONE FAILURE_NONE

struct row {
	enum login_how how;
	const char *name, *invite;
	const char *heard; // lines, with LF between
	const char *said;  // since the first of these; LF behind each, ! before a secret
	enum login_result result;
	enum failure failure;
	const char *words;
};

static void note(void *arg, struct span line, bool is_secret)
{
	buf_printf(arg, "%s" SPAN_FMT "\n", is_secret ? "!" : "", SPAN_ARG(line));
}

static enum login_result hear_span(struct login_flow *l, struct span line)
{
	struct msg m;

	assert_int_equal(msg_parse(&m, line), MSG_OK);
	return login_line(l, &m);
}

static enum login_result hear(struct login_flow *l, const char *line)
{
	return hear_span(l, span_of(line));
}

static void play(const struct row *row)
{
	struct login_flow l = {0};
	struct buf said = {0};
	struct login_order order = {.how = row->how,
				    .name = row->name,
				    .secret = SPAN("pw"),
				    .invite = row->invite,
				    .caps = ""};
	struct span heard = span_of(row->heard);
	enum login_result result = LOGIN_MORE;

	login_start(&l, &order, note, &said);
	buf_reset(&said);
	while (heard.len)
		result = hear_span(&l, span_cut(&heard, '\n'));
	if (strcmp(buf_str(&said), row->said) != 0 || result != row->result ||
	    l.failure != row->failure || strcmp(buf_str(&l.detail), row->words) != 0)
		fail_msg("%s: %d %d \"%s\", said: %s", row->heard, result, l.failure,
			 buf_str(&l.detail), buf_str(&said));
	login_clear(&l);
	buf_clear(&said);
}

static void play_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		play(&rows[i]);
}

#define LS(caps) ":h CAP * LS :" caps
#define REQ(caps) "CAP REQ :" caps "\n"
#define MAKES LS("draft/account-registration")
#define ASKS LS("draft/account-registration snug.chat/exactly-once")
#define LETS_IN LS("snug.chat/devices")
#define TAKEN ":h 433 * x :taken"
#define LONG_NAME "a23456789012345678901234567890123456789012345678901234567890123"
#define NAMES "NICK ann\nUSER ann 0 * :ann\n"

static const struct row registers[] = {
	{LOGIN_REGISTER, "ann", "", LS("batch"), REQ("batch"), LOGIN_FAILED,
	 FAILURE_REGISTRATION, "this server makes no accounts in this way"},
	{LOGIN_REGISTER, "ann", "", MAKES,
	 REQ("draft/account-registration") NAMES "!REGISTER ann * :pw\n", LOGIN_MORE, NONE, ""},
	{LOGIN_REGISTER, "ann", "token", MAKES,
	 REQ("draft/account-registration") "!PASS token\n" NAMES "!REGISTER ann * :pw\n",
	 LOGIN_MORE, NONE, ""},
	{LOGIN_REGISTER, "ann", "",
	 MAKES "\n"
	       ":h REGISTER SUCCESS ann :made",
	 REQ("draft/account-registration") NAMES "!REGISTER ann * :pw\nCAP END\n", LOGIN_MORE,
	 NONE, ""},
	{LOGIN_REGISTER, "ann", "",
	 MAKES "\n"
	       ":h REGISTER VERIFICATION ann :by mail",
	 REQ("draft/account-registration") NAMES "!REGISTER ann * :pw\n", LOGIN_FAILED,
	 FAILURE_REGISTRATION, "by mail"},
	{LOGIN_REGISTER, "ann", "", ":h FAIL REGISTER OTHER ann :no", "", LOGIN_FAILED,
	 FAILURE_REGISTRATION, "no"},
	{LOGIN_REGISTER, "ann", "", ":h FAIL OTHER OTHER ann :no", "", LOGIN_MORE, NONE, ""},
	{LOGIN_REGISTER, "ann", "", ":h FAIL REGISTER WEAK_PASSWORD ann :weak", "",
	 LOGIN_FAILED, FAILURE_WEAK_PASSWORD, "weak"},
	{LOGIN_REGISTER, "ann", "", ":h 433 * ann :taken", "", LOGIN_FAILED, FAILURE_NAME_TAKEN,
	 "taken"},
	{LOGIN_REGISTER, "ann", "", ":h 464 * :bad invite", "", LOGIN_FAILED, FAILURE_INVITE,
	 "bad invite"},
	{LOGIN_PASSWORD, "ann", "", ":h 464 * :bad", "", LOGIN_FAILED, FAILURE_PASSWORD, "bad"},
};

static void an_account_is_made_by_its_steps(void **state)
{
	(void)state;

	play_all(registers, ARRAY_LEN(registers));
}

static const struct row invites[] = {
	{LOGIN_INVITE, "", "token", LS("batch"), "", LOGIN_DONE, NONE, ""},
	{LOGIN_INVITE, "", "token", LS("draft/account-registration"), "", LOGIN_DONE, NONE, ""},
	{LOGIN_INVITE, "", "token", LS("snug.chat/exactly-once"), "", LOGIN_DONE, NONE, ""},
	{LOGIN_INVITE, "", "token", ASKS, "!PASS token\nREGISTER * * -\n", LOGIN_MORE, NONE,
	 ""},
	{LOGIN_INVITE, "", "token",
	 ASKS "\n"
	      ":h FAIL REGISTER BAD_INVITE * :used up",
	 "!PASS token\nREGISTER * * -\n", LOGIN_FAILED, FAILURE_INVITE, "used up"},
	{LOGIN_INVITE, "", "token",
	 ASKS "\n"
	      ":h FAIL REGISTER NO_NAME * :no name",
	 "!PASS token\nREGISTER * * -\n", LOGIN_DONE, NONE, ""},
	{LOGIN_INVITE, "", "token",
	 ASKS "\n"
	      ":h FAIL OTHER NO_NAME * :no name",
	 "!PASS token\nREGISTER * * -\n", LOGIN_MORE, NONE, ""},
	{LOGIN_INVITE, "", "token",
	 ASKS "\n"
	      ":h REGISTER SUCCESS x :made",
	 "!PASS token\nREGISTER * * -\n", LOGIN_DONE, NONE, ""},
};

static void an_invite_is_asked_about_and_nothing_made(void **state)
{
	(void)state;

	play_all(invites, ARRAY_LEN(invites));
}

static const struct row claims[] = {
	{LOGIN_CLAIM, "lap", "s", LS("batch"), "", LOGIN_FAILED, FAILURE_CLAIM,
	 "this server knows no such links"},
	{LOGIN_CLAIM, "lap", "s", LETS_IN, "!CERT CLAIM s :lap\n", LOGIN_MORE, NONE, ""},
	{LOGIN_CLAIM, "lap", "s",
	 LETS_IN "\n"
		 ":h CERT CLAIM ann :lap",
	 "!CERT CLAIM s :lap\n", LOGIN_DONE, NONE, ""},
	{LOGIN_CLAIM, "lap", "s",
	 LETS_IN "\n"
		 ":h CERT OTHER ann :lap",
	 "!CERT CLAIM s :lap\n", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "", ":h CERT CLAIM ann :lap", "", LOGIN_MORE, NONE, ""},
	{LOGIN_CLAIM, "lap", "s", ":h FAIL CERT NO_SUCH :gone", "", LOGIN_FAILED, FAILURE_CLAIM,
	 "gone"},
	{LOGIN_CLAIM, "lap", "s", ":h FAIL OTHER NO_SUCH :gone", "", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "", ":h FAIL CERT NO_SUCH :gone", "", LOGIN_MORE, NONE, ""},
};

static void a_device_asks_to_be_let_in(void **state)
{
	(void)state;

	play_all(claims, ARRAY_LEN(claims));
}

static const struct row offers[] = {
	{LOGIN_OPEN, "ann", "", LS("batch made-up server-time"),
	 REQ("server-time batch") "CAP END\n", LOGIN_MORE, NONE, ""},
	// In two lines; what is asked for comes behind the last.
	{LOGIN_OPEN, "ann", "", ":h CAP * LS * :batch", "", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 ":h CAP * LS * :batch"
	 "\n" LS("setname"),
	 REQ("batch setname") "CAP END\n", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 LS("batch") "\n"
		     ":h CAP * ACK :batch"
		     "\n"
		     ":h CAP * NEW :setname batch",
	 REQ("batch") "CAP END\n" REQ("setname"), LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 LS("batch") "\n"
		     ":h CAP * ACK :batch"
		     "\n"
		     ":h CAP * DEL :other batch"
		     "\n"
		     ":h CAP * NEW :batch",
	 REQ("batch") "CAP END\n" REQ("batch"), LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 LS("batch") "\n"
		     ":h CAP * ACK :batch"
		     "\n"
		     ":h CAP * ACK :-batch"
		     "\n"
		     ":h CAP * NEW :batch",
	 REQ("batch") "CAP END\n" REQ("batch"), LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 LS("batch") "\n"
		     ":h CAP * NAK :batch",
	 REQ("batch") "CAP END\n", LOGIN_MORE, NONE, ""},
	// The names that people are shown by: as early as the server lets one.
	{LOGIN_OPEN, "ann", "",
	 ":h CAP * ACK :draft/metadata-2"
	 "\n" LS("draft/metadata-2=max-subs=9,before-connect"),
	 "METADATA * SUB display-name\nCAP END\n", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 ":h CAP * ACK :draft/metadata-2"
	 "\n" LS("draft/metadata-2=max-subs=9") "\n"
						":h 001 ann :hi",
	 "CAP END\nMETADATA * SUB display-name\n", LOGIN_DONE, NONE, ""},
	{LOGIN_OPEN, "ann", "",
	 LS("batch") "\n"
		     ":h 001 ann :hi"
		     "\n"
		     ":h CAP ann ACK :draft/metadata-2"
		     "\n"
		     ":h CAP ann ACK :draft/metadata-2",
	 REQ("batch") "CAP END\nMETADATA * SUB display-name\n", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "", "CAP", "", LOGIN_MORE, NONE, ""},
};

static void capabilities_are_asked_for_as_they_are_offered(void **state)
{
	(void)state;

	play_all(offers, ARRAY_LEN(offers));
}

static const struct row mechanisms[] = {
	{LOGIN_PASSWORD, "ann", "", LS("batch"), REQ("batch"), LOGIN_FAILED, FAILURE_NO_LOGIN,
	 ""},
	{LOGIN_PASSWORD, "ann", "", LS("sasl=EXTERNAL"), REQ("sasl"), LOGIN_FAILED,
	 FAILURE_NO_LOGIN, "EXTERNAL"},
	{LOGIN_PASSWORD, "ann", "", LS("sasl=EXTERNAL,PLAIN"),
	 REQ("sasl") "AUTHENTICATE PLAIN\n", LOGIN_MORE, NONE, ""},
	// Without a list each is tried.
	{LOGIN_PASSWORD, "ann", "",
	 LS("sasl") "\n"
		    "AUTHENTICATE +"
		    "\n"
		    "AUTHENTICATE +",
	 REQ("sasl") "AUTHENTICATE PLAIN\n!AUTHENTICATE AGFubgBwdw==\n", LOGIN_MORE, NONE, ""},
	{LOGIN_PASSWORD, "ann", "",
	 LS("sasl") "\n"
		    "AUTHENTICATE dGVzdA==",
	 REQ("sasl") "AUTHENTICATE PLAIN\n", LOGIN_MORE, NONE, ""},
	{LOGIN_DEVICE, "ann", "",
	 LS("sasl") "\n"
		    "AUTHENTICATE +",
	 REQ("sasl") "AUTHENTICATE EXTERNAL\nAUTHENTICATE +\n", LOGIN_MORE, NONE, ""},
	{LOGIN_DEVICE, "ann", "",
	 LS("sasl") "\n"
		    "AUTHENTICATE +"
		    "\n"
		    ":h 903 ann :ok"
		    "\n"
		    ":h 903 ann :ok",
	 REQ("sasl") "AUTHENTICATE EXTERNAL\nAUTHENTICATE +\nCAP END\n", LOGIN_MORE, NONE, ""},
	{LOGIN_DEVICE, "ann", "", ":h 904 ann :unknown key", "", LOGIN_FAILED, FAILURE_DEVICE,
	 "unknown key"},
	{LOGIN_PASSWORD, "ann", "", ":h 904 ann :wrong", "", LOGIN_FAILED, FAILURE_PASSWORD,
	 "wrong"},
	{LOGIN_PASSWORD, "ann", "", ":h 902 ann :locked", "", LOGIN_FAILED, FAILURE_PASSWORD,
	 "locked"},
	{LOGIN_OPEN, "ann", "", ":h 904 ann :wrong", "", LOGIN_MORE, NONE, ""},
	{LOGIN_ASK, "ann", "", ":h 904 ann :wrong", "", LOGIN_DONE, NONE, ""},
	{LOGIN_OPEN, "ann", "", ":h 465 ann :banned", "", LOGIN_FAILED, FAILURE_BANNED,
	 "banned"},
	{LOGIN_OPEN, "ann", "", ":h 432 * ann :bad", "", LOGIN_FAILED, FAILURE_BAD_NAME, "bad"},
	{LOGIN_OPEN, "ann", "", ":h FAIL * BANNED :banned", "", LOGIN_FAILED, FAILURE_BANNED,
	 "banned"},
	{LOGIN_OPEN, "ann", "", ":h FAIL * SERVER_FULL :full", "", LOGIN_FAILED, FAILURE_BUSY,
	 "full"},
	{LOGIN_OPEN, "ann", "", ":h NOTE * WAIT :two before you", "", LOGIN_MORE, NONE,
	 "two before you"},
	{LOGIN_OPEN, "ann", "", ":h NOTE * STORING_WAITS :slow", "", LOGIN_MORE, NONE, "slow"},
	{LOGIN_OPEN, "ann", "", ":h NOTE * OTHER :hello", "", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "", ":h WARN * WAIT :hello", "", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "", "001", "", LOGIN_MORE, NONE, ""},
};

static void who_it_is_is_said_by_a_mechanism(void **state)
{
	(void)state;

	play_all(mechanisms, ARRAY_LEN(mechanisms));
}

static const struct row nicks[] = {
	{LOGIN_OPEN, "ann", "", TAKEN "\n" TAKEN "\n" TAKEN "\n" TAKEN,
	 "NICK ann_\nNICK ann__\nNICK ann___\nNICK ann____\n", LOGIN_MORE, NONE, ""},
	{LOGIN_OPEN, "ann", "", TAKEN "\n" TAKEN "\n" TAKEN "\n" TAKEN "\n" TAKEN,
	 "NICK ann_\nNICK ann__\nNICK ann___\nNICK ann____\n", LOGIN_FAILED, FAILURE_NAME_TAKEN,
	 "taken"},
	{LOGIN_OPEN, LONG_NAME, "", TAKEN, "", LOGIN_FAILED, FAILURE_NAME_TAKEN, "taken"},
};

static void a_taken_nick_gets_a_tail(void **state)
{
	(void)state;

	play_all(nicks, ARRAY_LEN(nicks));
}

// A server may make an offer without end, and one asks in as many lines as it takes.
static void an_offer_has_a_bound_and_a_request_its_lines(void **state)
{
	struct login_flow l = {0};
	struct buf said = {0}, line = {0};
	struct login_order order = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""};
	size_t longest = 0, n = 0;
	(void)state;

	login_start(&l, &order, note, &said);
	buf_reset(&said);
	for (int i = 0; i < 2000; i++) {
		buf_reset(&line);
		buf_printf(&line, ":h CAP * LS * :made-up-capability-number-%d", i);
		assert_int_equal(hear(&l, buf_str(&line)), LOGIN_MORE);
	}
	assert_true(l.offered.len <= 32768);
	assert_true(l.offered.len > 30000);
	login_clear(&l);
	login_start(&l, &order, note, &said);
	buf_reset(&said);
	hear(&l, ":h CAP * LS * :sasl message-tags server-time batch labeled-response "
		 "echo-message standard-replies account-tag account-notify away-notify "
		 "extended-join invite-notify multi-prefix setname chghost");
	hear(&l,
	     ":h CAP * LS :draft/account-2fa draft/account-registration draft/chathistory "
	     "draft/event-playback draft/read-marker draft/multiline draft/message-redaction "
	     "draft/channel-rename draft/pre-away draft/metadata-2 soju.im/search "
	     "snug.chat/absent snug.chat/devices snug.chat/exactly-once snug.chat/saved");
	struct span rest = buf_span(&said);
	while (rest.len) {
		struct span one = span_cut(&rest, '\n');
		n += span_starts(one, SPAN("CAP REQ :"));
		longest = one.len > longest ? one.len : longest;
		assert_false(one.at[one.len - 1] == ' ');
		assert_null(memmem(one.at, one.len, "  ", 2));
	}
	assert_int_equal(n, 2);
	assert_true(longest <= 400 + strlen("CAP REQ :") + 1);
	login_clear(&l);
	buf_clear(&said);
	buf_clear(&line);
}

static void a_code_follows_the_password(void **state)
{
	static const char asks[] = "AUTHENTICATE 2FA-REQUIRED";
	struct login_order order = {.how = LOGIN_PASSWORD,
				    .name = "ann",
				    .secret = SPAN("pw"),
				    .invite = "",
				    .caps = ""};
	struct login_flow l = {0};
	struct buf said = {0};
	(void)state;

	login_start(&l, &order, note, &said);
	hear(&l, asks);
	assert_false(l.wants_code); // nothing was proved yet
	hear(&l, LS("sasl"));
	hear(&l, "AUTHENTICATE +");
	buf_reset(&said);
	login_code(&l, SPAN("123456")); // nobody asked
	hear(&l, asks);
	assert_true(l.wants_code);
	login_code(&l, SPAN(""));
	assert_int_equal(said.len, 0);
	login_code(&l, SPAN("123456"));
	hear(&l, "AUTHENTICATE +");
	assert_string_equal(buf_str(&said), "AUTHENTICATE TOTP\n!AUTHENTICATE MTIzNDU2\n");
	for (unsigned i = 1; i < 3; i++) {
		assert_int_equal(hear(&l, ":h 904 ann :wrong"), LOGIN_MORE);
		assert_true(l.wants_code);
		login_code(&l, SPAN("654321"));
		assert_int_equal(l.n_codes, i + 1);
	}
	assert_int_equal(hear(&l, ":h 904 ann :wrong"), LOGIN_FAILED);
	assert_int_equal(l.failure, FAILURE_CODE);
	login_clear(&l);
	buf_clear(&said);
}

static void what_proves_is_a_code_or_a_password(void **state)
{
	static const char *const rows[][2] = {
		{"123456", "CERT PROVE CODE 123456"},
		{" 123456 ", "CERT PROVE CODE 123456"},
		{"12345", "CERT PROVE MTIzNDU="},
		{"1234567", "CERT PROVE MTIzNDU2Nw=="},
		{"12345/", "CERT PROVE MTIzNDUv"},
		{"12345:", "CERT PROVE MTIzNDU6"},
		{"", "CERT PROVE "},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf line = {0};
		proof_line(&line, span_of(rows[i][0]));
		assert_string_equal(buf_str(&line), rows[i][1]);
		buf_clear(&line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_is_made_by_its_steps),
		cmocka_unit_test(an_invite_is_asked_about_and_nothing_made),
		cmocka_unit_test(a_device_asks_to_be_let_in),
		cmocka_unit_test(capabilities_are_asked_for_as_they_are_offered),
		cmocka_unit_test(who_it_is_is_said_by_a_mechanism),
		cmocka_unit_test(a_taken_nick_gets_a_tail),
		cmocka_unit_test(an_offer_has_a_bound_and_a_request_its_lines),
		cmocka_unit_test(a_code_follows_the_password),
		cmocka_unit_test(what_proves_is_a_code_or_a_password),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
