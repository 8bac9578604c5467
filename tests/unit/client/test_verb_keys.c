// SPDX-License-Identifier: MIT
// snug trust, logout, devices, passwd.
#include "tests/unit/client/verb.h"

#include <time.h>

#define SASL_CAPS "sasl=PLAIN,EXTERNAL " VERB_CAPS
#define ASKED "Password of ann at 127.0.0.1 (or a code of your app): "
#define DEVICE(n, pin, used, label)                                                            \
	"@batch=d :h CERT LIST " n " " pin " 2026-01-02T03:04:05.000Z " used " :" label "\r\n"
#define DEVICES                                                                                \
	"$T:h BATCH +d snug.chat/cert\r\n" DEVICE("1", "sha256:one",                           \
						  "2026-11-02T03:04:05.000Z", "laptop")        \
		DEVICE("2", "sha256:two", "*",                                                 \
		       "phone") "@batch=d :h CERT LIST 3 sha256:half 2026-01-02T03:04:05.000Z *\r\n:h BATCH -d"

static void load(struct verb_run *v, const char *name, struct profile *p)
{
	char *error = NULL;
	assert_int_equal(profile_load(p, &v->paths, name, &error), PROFILE_OK);
}

static void a_key_that_is_given_is_trusted(void **state)
{
	struct verb_run *v = *state;
	struct profile p;
	char pin[PIN_TEXT_MAX];
	uint8_t bytes[TLS_PIN_LEN];
	memset(bytes, 7, sizeof(bytes));
	pin_text(bytes, pin);
	verb_expect(v, SNUG(v, "", "trust"), EXIT_USAGE, "", "usage: snug trust");
	verb_expect(v, SNUG(v, "", "trust", "--pin", "nonsense", "den"), EXIT_USAGE, "",
		    "usage: snug trust");
	verb_expect(v, SNUG(v, "", "trust", "work"), EXIT_LOGIN, "",
		    "no server is known as work");
	verb_expect(v, SNUG(v, "", "trust", "--pin", pin, "den"), EXIT_OK, "",
		    "the key of 127.0.0.1 is trusted from now on");
	load(v, "den", &p);
	assert_true(p.pins.count && p.pinned_at);
	assert_memory_equal(p.pins.at[0], bytes, sizeof(bytes));
	profile_clear(&p);
	assert_int_equal(v->server.n_accepted, 0);
}

static void a_key_that_is_shown_is_asked_about(void **state)
{
	static const struct verb_typing yes[] = {{"[t]rust  [N]o ", "t\r"}, {0}},
					no[] = {{"[t]rust  [N]o ", "\r"}, {0}},
					stop[] = {{"[t]rust  [N]o ", "\3"}, {0}};
	struct verb_run *v = *state;
	struct profile p;
	char wanted[200], pin[PIN_TEXT_MAX];
	scripted_make_key(&v->server);
	pin_text(v->server.pin, pin);
	snprintf(wanted, sizeof(wanted), "to trust it without a terminal, add: --pin %s\n",
		 pin);
	verb_expect(v, SNUG(v, "", "trust", "den"), EXIT_KEY, "", wanted);
	// In groups of four.
	snprintf(wanted, sizeof(wanted), "  key  sha256: %.4s %.4s ", pin + 7, pin + 11);
	verb_expect_part(v, &v->err, wanted);
	v->typing = no;
	verb_expect(v, SNUG(v, "", "trust", "den"), EXIT_KEY, "", "no authority");
	v->typing = stop;
	verb_expect(v, SNUG(v, "", "trust", "den"), EXIT_KEY, "", "no authority");
	load(v, "den", &p);
	assert_memory_not_equal(p.pins.at[0], v->server.pin, TLS_PIN_LEN);
	profile_clear(&p);
	v->typing = yes;
	verb_expect(v, SNUG(v, "", "-p", "den", "trust"), EXIT_OK, "", "trusted from now on");
	load(v, "den", &p);
	assert_memory_equal(p.pins.at[0], v->server.pin, TLS_PIN_LEN);
	assert_true(p.pinned_at);
	profile_clear(&p);
}

static void a_key_may_be_named_by_the_address(void **state)
{
	static const struct verb_typing yes[] = {{"[t]rust  [N]o ", "t\r"}, {0}},
					no[] = {{"[t]rust  [N]o ", "\r"}, {0}};
	struct verb_run *v = *state;
	struct profile p;
	char at[64], other[64], words[200], pin[PIN_TEXT_MAX];
	uint8_t bytes[TLS_PIN_LEN] = {7};
	snprintf(at, sizeof(at), "127.0.0.1:%s", v->server.port);
	snprintf(other, sizeof(other), "127.0.0.1:1");
	pin_text(v->server.pin, pin);
	snprintf(words, sizeof(words), "run: snug login --pin %s %s\n", pin, at);
	// Of an address that nothing is known of the key is shown, and nothing kept.
	v->typing = no;
	verb_expect(v, SNUG(v, "", "trust", at), EXIT_KEY, "", "no authority");
	assert_null(strstr(buf_str(&v->err), "nothing is known"));
	v->typing = yes;
	verb_expect(v, SNUG(v, "", "trust", at), EXIT_OK, "", words);
	assert_null(strstr(buf_str(&v->err), "from now on"));
	verb_make_profile(v, "127.0.0.1", false);
	pin_text(bytes, pin);
	v->typing = NULL;
	verb_expect(v, SNUG(v, "", "trust", "--pin", pin, other), EXIT_LOGIN, "",
		    "no server is known as 127.0.0.1:1");
	verb_expect(v, SNUG(v, "", "trust", "--pin", pin, at), EXIT_OK, "", "from now on");
	load(v, "127.0.0.1", &p);
	assert_memory_equal(p.pins.at[0], bytes, sizeof(bytes));
	profile_clear(&p);
}

static void a_key_that_cannot_be_revoked_is_forgotten_here(void **state)
{
	static const struct verb_answer odd[] = {
		{"CERT ADD", "$T:h CERT ADD 123456789012345678901234567890 sha256:x :laptop"},
		{0}};
	struct verb_run *v = *state;
	v->caps = SASL_CAPS;
	v->answers = odd;
	verb_make_profile(v, "work", true);
	verb_expect(v, SNUG(v, "", "logout", "work"), EXIT_OK, "", "still knows");
	assert_false(scripted_heard(&v->server, "CERT DEL"));
	verb_make_profile(v, "work", true);
	scripted_hide(&v->server);
	verb_expect(v, SNUG(v, "", "logout", "work"), EXIT_OK, "", "still knows");
	verb_expect_part(v, &v->err, "work is forgotten\n");
	verb_expect(v, SNUG(v, "", "devices"), EXIT_UNREACHABLE, "", "snug: ");
}

static void logging_out_revokes_the_key_and_forgets(void **state)
{
	static const struct verb_answer revokes[] = {
		{"CERT ADD", "$T:h CERT ADD 3 sha256:x :laptop"},
		{"CERT DEL 3 CONFIRM", "$T:h CERT DEL 3"},
		{0}};
	static const struct verb_answer knows_none[] = {{"CERT ADD", "$T:h ACK"}, {0}};
	struct verb_run *v = *state;
	v->caps = SASL_CAPS;
	verb_make_profile(v, "work", true);
	v->answers = revokes;
	verb_expect(v, SNUG(v, "", "logout", "work"), EXIT_OK, "", "work is forgotten\n");
	assert_null(strstr(buf_str(&v->err), "still knows"));
	verb_expect_said(v, "AUTHENTICATE EXTERNAL\n");
	verb_expect_said(v, " CERT DEL 3 CONFIRM\n");
	verb_expect(v, SNUG(v, "", "logout", "work"), EXIT_LOGIN, "", "no server is known as");
	verb_make_profile(v, "work", true);
	v->answers = knows_none;
	verb_expect(v, SNUG(v, "", "-p", "work", "logout"), EXIT_OK, "", "still knows");
	verb_expect_part(v, &v->err, "work is forgotten\n");
	// Whoever has no key there asks nobody.
	v->server.n_accepted = 0;
	verb_expect(v, SNUG(v, "", "logout", "den"), EXIT_OK, "", "den is forgotten\n");
	assert_int_equal(v->server.n_accepted, 0);
}

static void devices_are_listed(void **state)
{
	static const struct verb_answer list[] = {{"CERT LIST", DEVICES}, {0}};
	static const struct verb_typing nothing[] = {{"?", ""}, {0}};
	struct verb_run *v = *state;
	v->answers = list;
	verb_expect(
		v, SNUG(v, "", "devices"), EXIT_OK,
		"1\tlaptop\t2026-01-02T03:04:05.000Z\t2026-11-02T03:04:05.000Z\tsha256:one\n"
		"2\tphone\t2026-01-02T03:04:05.000Z\t*\tsha256:two\n",
		NULL);
	v->typing = nothing;
	v->on_screen = true;
	verb_expect(v, SNUG(v, "", "devices"), EXIT_OK, "", NULL);
	verb_expect_part(v, &v->shown,
			 "1  laptop                   added 2026-01-02  used 2026-11-02\r\n"
			 "2  phone                    added 2026-01-02  used never\r\n");
	// As the day was here.
	setenv("TZ", "WEST+10", 1);
	tzset();
	SNUG(v, "", "devices");
	unsetenv("TZ");
	tzset();
	verb_expect_part(v, &v->shown,
			 "1  laptop                   added 2026-01-01  used 2026-11-01\r\n");
	v->typing = NULL;
	v->on_screen = false;
	verb_expect(v, SNUG(v, "", "devices", "list"), EXIT_USAGE, "", "usage: snug devices");
	verb_expect(v, SNUG(v, "", "devices", "revoke"), EXIT_USAGE, "", "usage: snug devices");
	verb_expect(v, SNUG(v, "", "devices", "remove", "1"), EXIT_USAGE, "", "usage:");
	v->caps = VERB_PLAIN_CAPS;
	verb_expect(v, SNUG(v, "", "devices"), EXIT_REFUSED, "",
		    "this server keeps no devices");
}

static void a_device_is_revoked_by_label_number_or_pin(void **state)
{
	static const struct verb_answer revokes[] = {
		{"CERT LIST", DEVICES}, {"CERT DEL 2", "$T:h CERT DEL 2"}, {0}};
	struct verb_run *v = *state;
	v->answers = revokes;
	const char *const names[] = {"phone", "2", "sha256:two"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		verb_expect(v, SNUG(v, "", "devices", "revoke", names[i]), EXIT_OK, "",
			    "revoked: device 2 (phone), added 2026-01-02, last used never\n");
		verb_expect_said(v, " CERT DEL 2\n");
	}
	verb_expect(v, SNUG(v, "", "devices", "revoke", "tower"), EXIT_REFUSED, "",
		    "there is no device \"tower\"");
	verb_expect(v, SNUG(v, "", "devices", "revoke", "3"), EXIT_REFUSED, "",
		    "there is no device \"3\"");
	assert_false(scripted_heard(&v->server, "CERT DEL"));
}

static void the_password_is_asked_for_when_the_server_wants_a_proof(void **state)
{
	static const struct verb_answer never[] = {
		{"CERT LIST", DEVICES},
		{"CERT DEL 2", "$T:h FAIL CERT STEP_UP_REQUIRED :prove it"},
		{"CERT PROVE b2xkIGJhdHRlcnkgc3RhcGxl", "$T:h CERT PROVE * 600"},
		{"CERT PROVE", "$T:h FAIL CERT WRONG_PASSWORD :The password is wrong"},
		{0}};
	static const struct verb_typing right[] = {{ASKED, "old battery staple\r"}, {0}},
					wrong[] = {{ASKED, "wrong\r"}, {0}},
					none[] = {{ASKED, "\r"}, {0}};
	struct verb_run *v = *state;
	v->answers = never;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "phone"), EXIT_USAGE, "",
		    "there is no terminal to ask on: use --password-fd N");
	v->typing = wrong;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "phone"), EXIT_REFUSED, "",
		    "The password is wrong");
	v->typing = none;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "phone"), EXIT_USAGE, "", "cancelled");
	v->typing = right;
	(void)SNUG(v, "", "devices", "revoke", "phone");
	verb_expect_said(v, " CERT PROVE b2xkIGJhdHRlcnkgc3RhcGxl\n");
	v->typing = NULL;
	(void)SNUG(v, "old battery staple\n", "devices", "--password-fd", "0", "revoke",
		   "phone");
	verb_expect_said(v, " CERT PROVE b2xkIGJhdHRlcnkgc3RhcGxl\n");
	verb_expect(v, SNUG(v, "", "devices", "--password-fd", "0", "revoke", "phone"),
		    EXIT_USAGE, "", "no password on descriptor 0");
}

static void ones_own_device_is_asked_about(void **state)
{
	static const struct verb_answer own[] = {
		{"CERT LIST", DEVICES},
		{"CERT DEL 1 CONFIRM", "$T:h CERT DEL 1"},
		{"CERT DEL 1", "$T:h FAIL CERT CONFIRM_NEEDED 1 :this is your own"},
		{0}};
	static const struct verb_typing yes[] = {{"own key all the same?  [y/N] ", "y\r"}, {0}},
					no[] = {{"own key all the same?  [y/N] ", "n\r"}, {0}};
	struct verb_run *v = *state;
	v->answers = own;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "laptop"), EXIT_REFUSED, "",
		    "nothing is revoked");
	v->typing = no;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "laptop"), EXIT_REFUSED, "",
		    "nothing is revoked");
	assert_false(scripted_heard(&v->server, "CONFIRM\n"));
	v->typing = yes;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "laptop"), EXIT_OK, "",
		    "revoked: device 1 (laptop), added 2026-01-02, last used 2026-11-02\n");
	verb_expect_said(v, " CERT DEL 1 CONFIRM\n");
}

static void refusals_about_devices_end_it(void **state)
{
	static const struct verb_answer refuses[] = {
		{"CERT LIST", "$T:h FAIL CERT NOT_NOW LIST :come again"}, {0}};
	static const struct verb_answer keeps[] = {
		{"CERT LIST", DEVICES},
		{"CERT DEL", "$T:h FAIL CERT NOT_NOW 1 :come again"},
		{0}};
	struct verb_run *v = *state;
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "devices"), EXIT_REFUSED, "",
		    "snug: the server says: come again\n");
	verb_expect(v, SNUG(v, "", "devices", "revoke", "phone"), EXIT_REFUSED, "",
		    "come again");
	v->answers = keeps;
	verb_expect(v, SNUG(v, "", "devices", "revoke", "phone"), EXIT_REFUSED, "",
		    "come again");
	assert_null(strstr(buf_str(&v->err), "revoked"));
}

// Passwords.

#define OLD "old battery staple"
#define NEW "new battery staple"
#define OLD_64 "b2xkIGJhdHRlcnkgc3RhcGxl"
#define NEW_64 "bmV3IGJhdHRlcnkgc3RhcGxl"

static const struct verb_answer changes[] = {
	{"PASSWD ", "$T:h PASSWD * 2"}, {"CERT OTHERS", "$T:h CERT OTHERS 1 2"}, {0}};

static void a_password_is_changed_by_two_lines(void **state)
{
	static const struct verb_answer old_server[] = {{"PASSWD ", "$T:h PASSWD *"}, {0}};
	static const struct verb_answer deaf[] = {{"PASSWD ", "$T:h ACK"}, {0}};
	struct verb_run *v = *state;
	v->answers = changes;
	verb_expect(v, SNUG(v, OLD "\n" NEW "\n", "passwd", "--password-fd", "0"), EXIT_OK, "",
		    "the password of ann is changed; other connections ended\n"
		    "signed out: 2 other devices and app tokens\n");
	verb_expect_said(v, " PASSWD " OLD_64 " " NEW_64 " REVOKE\n");
	assert_false(scripted_heard(&v->server, "CERT OTHERS"));
	assert_int_equal(
		SNUG(v, OLD "\n" NEW "\n", "passwd", "--password-fd", "0", "--keep-devices"),
		EXIT_OK);
	verb_expect_said(v, " PASSWD " OLD_64 " " NEW_64 " KEEP\n");
	v->answers = old_server;
	assert_int_equal(SNUG(v, OLD "\n" NEW "\n", "passwd", "--password-fd", "0"), EXIT_OK);
	assert_null(strstr(buf_str(&v->err), "signed out"));
	v->answers = deaf;
	verb_expect(v, SNUG(v, OLD "\n" NEW "\n", "passwd", "--password-fd", "0"), EXIT_REFUSED,
		    "", "no command to change a password");
	v->caps = VERB_PLAIN_CAPS;
	verb_expect(v, SNUG(v, OLD "\n" NEW "\n", "passwd", "--password-fd", "0"), EXIT_REFUSED,
		    "", "no command to change a password");
	assert_false(scripted_heard(&v->server, "PASSWD"));
}

static void a_missing_password_is_said(void **state)
{
	struct verb_run *v = *state;
	char words[2 * 300 + 3];
	memset(words, 'x', sizeof(words));
	words[300] = words[601] = '\n';
	words[602] = '\0';
	v->answers = changes;
	verb_expect(v, SNUG(v, "", "passwd", "--password-fd", "0"), EXIT_USAGE, "",
		    "no old password on that descriptor");
	verb_expect(v, SNUG(v, OLD "\n", "passwd", "--password-fd", "0"), EXIT_USAGE, "",
		    "no password on descriptor 0");
	verb_expect(v, SNUG(v, "", "passwd"), EXIT_USAGE, "",
		    "there is no terminal to ask on: use --password-fd N, which gives");
	verb_expect(v, SNUG(v, words, "passwd", "--password-fd", "0"), EXIT_REFUSED, "",
		    "do not fit into one line");
	assert_false(scripted_heard(&v->server, "PASSWD"));
}

#define ASK_OLD                                                                                \
	{                                                                                      \
		"if you forgot it): ", OLD "\r"                                                \
	}
#define ASK_NEW                                                                                \
	{"let me make one): ", NEW "\r"},                                                      \
	{                                                                                      \
		"Again: ", NEW "\r"                                                            \
	}
#define ASK_OTHERS(keys)                                                                       \
	{                                                                                      \
		"Sign out your other 3 devices and app tokens?  [Y/n] ", keys                  \
	}

static void passwords_are_asked_for_at_the_terminal(void **state)
{
	static const struct verb_typing yes[] = {ASK_OLD, ASK_NEW, ASK_OTHERS("\r"), {0}},
					no[] = {ASK_OLD, ASK_NEW, ASK_OTHERS("n\r"), {0}},
					stop[] = {ASK_OLD, ASK_NEW, ASK_OTHERS("\3"), {0}},
					never[] = {{"if you forgot it): ", "\3"}, {0}},
					keep[] = {ASK_OLD, ASK_NEW, {0}};
	struct verb_run *v = *state;
	v->answers = changes;
	v->typing = yes;
	verb_expect(v, SNUG(v, "", "passwd"), EXIT_OK, "", "Now the new one.\nthe password of");
	verb_expect_said(v, " PASSWD " OLD_64 " " NEW_64 " REVOKE\n");
	v->typing = no;
	verb_expect(v, SNUG(v, "", "passwd"), EXIT_OK, "", "is changed");
	verb_expect_said(v, " PASSWD " OLD_64 " " NEW_64 " KEEP\n");
	v->typing = stop;
	verb_expect(v, SNUG(v, "", "passwd"), EXIT_USAGE, "", "snug: cancelled\n");
	v->typing = never;
	verb_expect(v, SNUG(v, "", "passwd"), EXIT_USAGE, "", "snug: cancelled\n");
	assert_false(scripted_heard(&v->server, "PASSWD"));
	v->typing = keep;
	assert_int_equal(SNUG(v, "", "passwd", "--keep-devices"), EXIT_OK);
	verb_expect_said(v, " KEEP\n");
}

static void a_forgotten_password_is_replaced_later(void **state)
{
	static const struct verb_answer later[] = {
		{"PASSWD * ", "$T:h PASSWD PENDING 2026-11-30T18:05:00.000Z"},
		{"PASSWD CANCEL", "$T:h PASSWD CANCEL"},
		{0}};
	static const struct verb_answer none[] = {
		{"PASSWD", "$T:h FAIL PASSWD NO_SUCH_CHANGE :No new password waits"}, {0}};
	static const struct verb_typing empty[] = {{"if you forgot it): ", "\r"}, ASK_NEW, {0}};
	struct verb_run *v = *state;
	v->answers = later;
	v->typing = empty;
	verb_expect(
		v, SNUG(v, "", "passwd"), EXIT_OK, "",
		"the new password of ann will be in force at 2026-11-30 18:05 UTC, unless one "
		"of your devices says no");
	assert_null(strstr(buf_str(&v->err), "is changed"));
	verb_expect_said(v, " PASSWD * " NEW_64 " KEEP\n");
	v->typing = NULL;
	verb_expect(v, SNUG(v, NEW "\n", "passwd", "--forgotten", "--password-fd", "0"),
		    EXIT_OK, "", "will be in force");
	verb_expect_said(v, " PASSWD * " NEW_64 " KEEP\n");
	verb_expect(v, SNUG(v, "", "passwd", "--refuse"), EXIT_OK, "",
		    "refused: your password stays as it is\n");
	verb_expect_said(v, " PASSWD CANCEL\n");
	v->answers = none;
	verb_expect(v, SNUG(v, "", "passwd", "--refuse"), EXIT_REFUSED, "",
		    "No new password waits");
	verb_expect(v, SNUG(v, "", "passwd", "--refuse", "--forgotten"), EXIT_USAGE, "",
		    "usage: snug passwd");
}

static void who_has_no_or_one_other_device_is_asked_so(void **state)
{
	static const struct verb_answer one[] = {
		{"PASSWD ", "$T:h PASSWD * 1"}, {"CERT OTHERS", "$T:h CERT OTHERS 0 1"}, {0}};
	static const struct verb_answer none[] = {
		{"PASSWD ", "$T:h PASSWD * 0"}, {"CERT OTHERS", "$T:h CERT OTHERS 0 0"}, {0}};
	static const struct verb_answer refuses[] = {
		{"CERT OTHERS", "$T:h FAIL CERT NOT_NOW :come again"}, {0}};
	static const struct verb_typing asked[] = {
		ASK_OLD, ASK_NEW, {"Sign out your other device or app token?", "n\r"}, {0}};
	static const struct verb_typing unasked[] = {ASK_OLD, ASK_NEW, {0}};
	struct verb_run *v = *state;
	v->answers = one;
	v->typing = asked;
	assert_int_equal(SNUG(v, "", "passwd"), EXIT_OK);
	verb_expect_said(v, " KEEP\n");
	v->answers = none;
	v->typing = unasked;
	assert_int_equal(SNUG(v, "", "passwd"), EXIT_OK);
	verb_expect_said(v, " REVOKE\n");
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "passwd"), EXIT_REFUSED, "", "come again");
	assert_false(scripted_heard(&v->server, "PASSWD"));
}

static void a_password_that_is_made_is_shown_once(void **state)
{
	static const struct verb_answer refuses[] = {
		{"PASSWD ", "$T:h FAIL PASSWD NOT_NOW :come again"}, {0}};
	static const struct verb_typing made[] = {ASK_OLD, {"let me make one): ", "\r"}, {0}};
	struct verb_run *v = *state;
	v->answers = changes;
	v->typing = made;
	verb_expect(v, SNUG(v, "", "passwd", "--keep-devices"), EXIT_OK, "",
		    "Your new password is   ");
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "passwd", "--keep-devices"), EXIT_REFUSED, "", "come again");
	assert_null(strstr(buf_str(&v->err), "Your new password"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_that_is_given_is_trusted),
		TEST(a_key_that_is_shown_is_asked_about),
		TEST(a_key_may_be_named_by_the_address),
		TEST(a_key_that_cannot_be_revoked_is_forgotten_here),
		TEST(logging_out_revokes_the_key_and_forgets),
		TEST(devices_are_listed),
		TEST(a_device_is_revoked_by_label_number_or_pin),
		TEST(the_password_is_asked_for_when_the_server_wants_a_proof),
		TEST(ones_own_device_is_asked_about),
		TEST(refusals_about_devices_end_it),
		TEST(a_password_is_changed_by_two_lines),
		TEST(a_missing_password_is_said),
		TEST(passwords_are_asked_for_at_the_terminal),
		TEST(a_forgotten_password_is_replaced_later),
		TEST(who_has_no_or_one_other_device_is_asked_so),
		TEST(a_password_that_is_made_is_shown_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
