// SPDX-License-Identifier: MIT
// snug join, snug login: from nothing to a profile; and what is asked for on the way.
#include "tests/unit/client/enter_fixture.h"

#include "common/file.h"

static void an_invite_makes_an_account_and_a_key(void **state)
{
	struct verb_run *v = *state;
	struct profile p;
	verb_expect(v,
		    SNUG(v, SECRET "\n", "join", "--no-ui", "--name", "ann", "--password-fd",
			 "0", "--label", "tower", invite(v)),
		    EXIT_OK, "",
		    "account ann created\nthis computer has its own key now, no password is "
		    "stored\n");
	assert_null(strstr(buf_str(&v->err), "Your password is"));
	assert_null(strstr(buf_str(&v->err), "to be here again"));
	verb_expect_said(v, "PASS t0ken\n");
	verb_expect_said(v, "REGISTER ann * :" SECRET "\n");
	verb_expect_said(v, " CERT ADD :tower\n");
	verb_expect_said(v, "JOIN #den\n");
	load(v, "127.0.0.1", &p);
	assert_true(p.has_device && p.pins.count && !p.is_open && p.pinned_at);
	assert_string_equal(p.room, "#den");
	assert_string_equal(p.account, "ann");
	profile_clear(&p);
	load(v, NULL, &p);
	assert_string_equal(p.name, "127.0.0.1");
	profile_clear(&p);
	// Another invite there is another account: it gets a name of its own, and the same pin.
	verb_expect(v,
		    SNUG(v, SECRET "\n", "join", "--no-ui", "--name", "eve", "--password-fd",
			 "0", invite(v)),
		    EXIT_OK, "", "to be here again: snug 127.0.0.1-2\n");
	load(v, "127.0.0.1-2", &p);
	assert_string_equal(p.account, "eve");
	profile_clear(&p);
}

static void a_link_may_come_by_the_input(void **state)
{
	struct verb_run *v = *state;
	char input[400];
	snprintf(input, sizeof(input), "%s\n" SECRET "\n", invite(v));
	verb_expect(v, SNUG(v, "", "join"), EXIT_USAGE, "", "usage: snug join");
	verb_expect(v, SNUG(v, "", "login", "-"), EXIT_USAGE, "", "usage: snug login");
	verb_expect(v, SNUG(v, "snug://\n", "join"), EXIT_USAGE, "", "snug: ");
	verb_expect(v,
		    SNUG(v, input, "join", "--no-ui", "--name", "ann", "--password-cmd",
			 "echo " SECRET, "-"),
		    EXIT_OK, "", "account ann created\n");
	verb_expect_said(v, "REGISTER ann * :" SECRET "\n");
}

static void an_account_that_one_has_logs_in_with_its_password(void **state)
{
	struct verb_run *v = *state;
	struct profile p;
	verb_expect(v,
		    SNUG(v, SECRET "\n", "login", "--no-ui", "--name", "ann", "--password-fd",
			 "0", "--pin", pin(v), "-p", "work", address(v)),
		    EXIT_OK, "", "to be here again: snug work\n");
	assert_null(strstr(buf_str(&v->err), "created"));
	assert_false(scripted_heard(&v->server, "JOIN"));
	verb_expect_said(v, "AUTHENTICATE PLAIN\n");
	verb_expect_said(v, "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=\n");
	load(v, "work", &p);
	assert_true(p.has_device);
	assert_string_equal(p.room, "");
	profile_clear(&p);
	// Where nobody asks for a password there is no key to be known by.
	verb_expect(v,
		    SNUG(v, "", "login", "--no-ui", "--name", "ann", "--password-cmd", "true",
			 "-p", "open", address(v)),
		    EXIT_KEY, "", "no authority on this computer");
}

static void a_server_that_takes_no_key_is_remembered_with_its_command(void **state)
{
	static const struct verb_answer refuses[] = {
		{"CERT ADD :", "$T:h 421 ann CERT :Unknown command"}, {0}};
	struct verb_run *v = *state;
	struct profile p;
	v->answers = refuses;
	verb_expect(v,
		    SNUG(v, "", "login", "--no-ui", "--name", "ann", "--password-cmd",
			 "echo " SECRET, "--pin", pin(v), address(v)),
		    EXIT_OK, "", "did not take this computer's key (Unknown command)");
	load(v, "127.0.0.1", &p);
	assert_false(p.has_device);
	assert_string_equal(p.password_cmd, "echo " SECRET);
	profile_clear(&p);
	// The command is asked each time.
	verb_expect(v, SNUG(v, "", "status"), EXIT_OK, NULL, NULL);
	verb_expect_said(v, "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=\n");
	verb_expect(v, SNUG(v, SECRET "\n", "--password-fd", "0", "status"), EXIT_OK, NULL,
		    NULL);
}

static void another_label_than_asked_for_is_told(void **state)
{
	static const struct verb_answer other[] = {
		{"CERT ADD :", "$T:h CERT ADD 2 sha256:x :tower-2"}, {0}};
	struct verb_run *v = *state;
	v->answers = other;
	verb_expect(v,
		    SNUG(v, SECRET "\n", "join", "--no-ui", "--name", "ann", "--password-fd",
			 "0", "--label", "tower", invite(v)),
		    EXIT_OK, "", "is called tower-2 among your devices, not tower");
}

static void what_is_wrong_with_the_words_is_said_before_anything_is_done(void **state)
{
	struct verb_run *v = *state;
	char other[400];
	verb_expect(v, SNUG(v, "", "join", "--name", "ann", "ht tp"), EXIT_USAGE, "", "snug: ");
	verb_expect(v, SNUG(v, "", "login", "--pin", "nonsense", address(v)), EXIT_USAGE, "",
		    "--pin is malformed");
	verb_expect(v, SNUG(v, "", "login", "-p", ".hidden", address(v)), EXIT_USAGE, "",
		    "that name cannot be a profile's");
	assert_int_equal(v->server.n_accepted, 0);
	verb_expect(v, SNUG(v, "", "login", "--name", "a b", "--pin", pin(v), address(v)),
		    EXIT_USAGE, "", "a name has letters, digits");
	verb_expect(v, SNUG(v, "", "login", "--pin", pin(v), address(v)), EXIT_USAGE, "",
		    "there is no terminal to ask on: use --name NAME");
	verb_expect(v, SNUG(v, "", "login", "--name", "ann", "--pin", pin(v), address(v)),
		    EXIT_USAGE, "", "no terminal to ask on: use --password-fd N");
	verb_expect(v, SNUG(v, "", "join", "--name", "ann", invite(v)), EXIT_USAGE, "",
		    "no terminal to ask on: use --password-fd N");
	verb_expect(v,
		    SNUG(v, "", "login", "--name", "ann", "--password-fd", "0", "--pin", pin(v),
			 address(v)),
		    EXIT_USAGE, "", "no password on descriptor 0");
	verb_expect(v,
		    SNUG(v, "", "login", "--name", "ann", "--password-cmd", "/nonexistent/x",
			 "--pin", pin(v), address(v)),
		    EXIT_USAGE, "", "the password command gave no password: /nonexistent/x");
	verb_expect(v,
		    SNUG(v, "", "login", "--name", "ann", "--password-cmd", "  ", "--pin",
			 pin(v), address(v)),
		    EXIT_USAGE, "", "gave no password");
	assert_false(scripted_heard(&v->server, "CAP LS"));
	snprintf(other, sizeof(other), "%s", invite(v));
	char *letter = &other[strlen(other) - 5];
	*letter = *letter == 'A' ? 'B' : 'A';
	verb_expect(v, SNUG(v, "", "join", other), EXIT_KEY, "", "shows another key");
}

static void what_is_known_is_not_taken_over(void **state)
{
	struct verb_run *v = *state;
	char link[400];
	uint8_t bytes[TLS_PIN_LEN] = {7};
	char text[PIN_TEXT_MAX];
	verb_make_profile(v, "work", true);
	verb_make_profile(v, "127.0.0.1", true);
	// An invite makes a new account, which cannot be called as an old one.
	verb_expect(v, SNUG(v, "", "join", "-p", "work", invite(v)), EXIT_USAGE, "",
		    "that profile is another account or server");
	verb_expect(v, SNUG(v, "", "login", "-p", "work", "elsewhere"), EXIT_USAGE, "",
		    "that profile is another account or server");
	verb_expect(v, SNUG(v, "", "login", "-p", "work", "127.0.0.1:1"), EXIT_USAGE, "",
		    "that profile is another account or server");
	verb_expect(v, SNUG(v, "", "login", "-p", "work", "--name", "eve", address(v)),
		    EXIT_USAGE, "", "that profile is another account or server");
	pin_text(bytes, text);
	snprintf(link, sizeof(link), "snug://%s/den,pin=%s", address(v), text + 7);
	verb_expect(v, SNUG(v, "", "login", "--name", "ann", link), EXIT_KEY, "",
		    "the link names another key for 127.0.0.1 than the one that was trusted");
	// The same account logs in anew where it was, by the pin that is known.
	verb_expect(v,
		    SNUG(v, SECRET "\n", "login", "--no-ui", "--name", "ann", "--password-fd",
			 "0", address(v)),
		    EXIT_OK, "", "its key is the expected one");
	char *file = path_join(v->paths.data, "work", "profile");
	assert_true(file_put(file, SPAN("[server]\nport = 1\n"), 0600));
	free(file);
	verb_expect(v, SNUG(v, "", "login", "-p", "work", address(v)), EXIT_CONFIG, "",
		    "host is missing");
}

static void names_and_passwords_are_asked_for(void **state)
{
	static const struct verb_typing fine[] = {ASK_NAME,
						  ASK_NEW,
						  {"Again: ", SECRET "\r"},
						  {0}},
					slips[] = {{"Your name [", "a b\r"},
						   ASK_NAME,
						   {"let me make one): ", "short\r"},
						   ASK_NEW,
						   {"Again: ", "another one that is long\r"},
						   ASK_NEW,
						   {"Again: ", SECRET "\r"},
						   {0}},
					edits[] = {{"Your name [", "x\x15"
								   "anm\x7fn\x1b[A\r"},
						   {"let me make one): ", "ä\x7f" SECRET "\r"},
						   {"Again: ", SECRET "\r"},
						   {0}};
	const struct verb_typing *const all[] = {fine, slips, edits};
	struct verb_run *v = *state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		v->typing = all[i];
		verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_OK, "",
			    "account ann created\n");
		verb_expect_said(v, "REGISTER ann * :" SECRET "\n");
		// Nobody sees more than stars.
		assert_null(strstr(buf_str(&v->shown), SECRET));
		verb_expect_part(v, &v->shown, "*********************");
	}
	verb_expect_part(v, &v->shown, "x\b \banm\b \bn");
	verb_expect_part(v, &v->shown, "*\b \b*");
}

static void what_is_cancelled_ends(void **state)
{
	static const struct verb_typing name[] = {{"Your name [", "\3"}, {0}},
					secret[] = {ASK_NAME,
						    {"let me make one): ", "\4"},
						    {0}},
					again[] = {ASK_NAME, ASK_NEW, {"Again: ", "\3"}, {0}},
					old[] = {ASK_NAME, {"server wants none): ", "\3"}, {0}},
					wrong[] = {{"Your name [", "1 2\r"},
						   {"Your name [", "1 2\r"},
						   {"Your name [", "1 2\r"},
						   {0}};
	struct verb_run *v = *state;
	const struct verb_typing *const all[] = {name, secret, again};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		v->typing = all[i];
		verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_USAGE, "",
			    "snug: cancelled\n");
	}
	v->typing = wrong;
	verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_USAGE, "",
		    "A name has letters, digits, - and _, up to 32.\n");
	v->typing = old;
	verb_expect(v, SNUG(v, "", "login", "--no-ui", "--pin", pin(v), address(v)), EXIT_USAGE,
		    "", "snug: cancelled\n");
}

static void a_password_that_is_made_is_shown_and_waited_for(void **state)
{
	static const struct verb_typing made[] = {ASK_NAME, {"let me make one): ", "\r"}, {0}};
	static const struct verb_typing stops[] = {ASK_NAME,
						   {"let me make one): ", "\r"},
						   {"Press Enter when you have it. ", "\3"},
						   {0}};
	struct verb_run *v = *state;
	v->typing = made;
	verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_OK, "",
		    "Your password is   ");
	const char *at = strstr(buf_str(&v->err), "Your password is   ") + 19;
	char line[100];
	snprintf(line, sizeof(line), "REGISTER ann * :%.*s\n", (int)strcspn(at, "\n"), at);
	assert_int_equal(strcspn(at, "\n"), 29);
	verb_expect_said(v, line);
	v->typing = stops;
	assert_int_equal(SNUG(v, "", "join", invite(v)), EXIT_USAGE);
}

// Whoever is asked for a name and a password has an invite that is good.
static void a_bad_invite_is_told_of_before_anything_is_asked(void **state)
{
	static const struct verb_answer gone[] = {
		{"REGISTER * * -",
		 ":h FAIL REGISTER INVITE_REQUIRED * :The invite is unknown, used up or has "
		 "expired"},
		{0}};
	static const struct verb_answer good[] = {
		{"REGISTER * * -", ":h FAIL REGISTER NEED_NICK * :Send NICK first"},
		{"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
		{0}};
	static const struct verb_typing any[] = {
		ASK_NAME, ASK_NEW, {"Again: ", SECRET "\r"}, {0}};
	struct verb_run *v = *state;
	v->answers = gone;
	v->typing = any;
	verb_expect(
		v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_REFUSED, "",
		"does not accept the invite: The invite is unknown, used up or has expired. "
		"It was used up, has expired or was cut: ask for a new one.\n");
	assert_null(strstr(buf_str(&v->shown), "Your name"));
	assert_false(scripted_heard(&v->server, "REGISTER ann"));
	v->answers = good;
	v->n_typed = v->shown_to = 0;
	verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_OK, "",
		    "account ann created\n");
	// Another kind of server is asked nothing of the kind.
	v->caps = "sasl draft/account-registration";
	v->answers = NULL;
	verb_expect(v,
		    SNUG(v, SECRET "\n", "join", "--no-ui", "--name", "ann", "--password-fd",
			 "0", invite(v)),
		    EXIT_OK, "", "account ann created\n");
	assert_false(scripted_heard(&v->server, "REGISTER * * -"));
}

static void a_name_that_is_taken_is_asked_for_anew(void **state)
{
	static const struct verb_answer taken[] = {
		{"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
		{"REGISTER bob ", ":h FAIL REGISTER ACCOUNT_EXISTS bob :The name is taken"},
		{"AUTHENTICATE AGJvYgBj", ":h 904 * :SASL authentication failed"},
		{0}};
	static const struct verb_typing twice[] = {
		{"Your name [", "bob\r"}, ASK_NEW, {"Again: ", SECRET "\r"}, ASK_NAME, ASK_NEW,
		{"Again: ", SECRET "\r"}, {0}};
	struct verb_run *v = *state;
	v->answers = taken;
	v->typing = twice;
	verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_OK, "",
		    "127.0.0.1: that name is taken");
	verb_expect_part(v, &v->err, "If it is yours: that was not its password.\n");
	verb_expect_part(v, &v->err, "account ann created\n");
	v->typing = NULL;
	verb_expect(v,
		    SNUG(v, SECRET "\n", "join", "--no-ui", "--name", "bob", "--password-fd",
			 "0", "-p", "third", invite(v)),
		    EXIT_REFUSED, "", "that name is taken");
}

// On another computer, by the link that one has.
static void ones_own_name_and_password_lead_on_to_the_login(void **state)
{
	static const struct verb_answer own[] = {
		{"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
		{"REGISTER ann ", ":h FAIL REGISTER ACCOUNT_EXISTS ann :The name is taken"},
		{0}};
	struct verb_run *v = *state;
	struct profile p;
	v->answers = own;
	verb_expect(v,
		    SNUG(v, SECRET "\n", "join", "--no-ui", "--name", "ann", "--password-fd",
			 "0", invite(v)),
		    EXIT_OK, "",
		    "ann is an account already, and you are in; the invite is not used\n"
		    "this computer has its own key now");
	verb_expect_said(v, "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=\n");
	verb_expect_said(v, "JOIN #den\n");
	load(v, "127.0.0.1", &p);
	assert_true(p.has_device);
	assert_string_equal(p.account, "ann");
	profile_clear(&p);
}

static void a_device_lets_this_computer_in_by_its_link(void **state)
{
	static const struct verb_answer lets[] = {
		{"CERT CLAIM s3cret :", ":h NOTE CERT WAIT :asked\r\n:h CERT CLAIM ann :$R"},
		{0}};
	static const struct verb_answer refuses[] = {
		{"CERT CLAIM ", ":h FAIL CERT CLAIM_REFUSED :not let in"}, {0}};
	struct verb_run *v = *state;
	struct profile p;
	char link[300];
	v->caps = NEW_CAPS " snug.chat/devices";
	snprintf(link, sizeof(link), "snug://%s/,device=s3cret,pin=%s", address(v), pin(v) + 7);
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "login", "--no-ui", link), EXIT_REFUSED, "",
		    "127.0.0.1 does not let this computer in: not let in");
	verb_expect_part(v, &v->err, "type /device add there");
	assert_false(scripted_heard(&v->server, "AUTHENTICATE"));
	v->answers = lets;
	verb_expect(v, SNUG(v, "", "login", "--no-ui", "--label", "laptop", link), EXIT_OK, "",
		    "this computer is in as ann and has its own key\n");
	verb_expect_said(v, "CERT CLAIM s3cret :laptop\n");
	verb_expect_said(v, "AUTHENTICATE EXTERNAL\n");
	assert_false(scripted_heard(&v->server, "CERT ADD"));
	load(v, "127.0.0.1", &p);
	assert_true(p.has_device && p.pins.count);
	assert_string_equal(p.account, "ann");
	profile_clear(&p);
	v->caps = NEW_CAPS;
	verb_expect(v, SNUG(v, "", "login", "--no-ui", link), EXIT_REFUSED, "",
		    "this server knows no such links");
}

static void an_open_server_is_entered_without_a_password(void **state)
{
	static const struct verb_typing open[] = {
		ASK_NAME, {"(empty where the server wants none): ", "\r"}, {0}};
	struct verb_run *v = *state;
	struct profile p;
	v->typing = open;
	v->caps = VERB_PLAIN_CAPS;
	verb_expect(v, SNUG(v, "", "login", "--no-ui", "--pin", pin(v), address(v)), EXIT_OK,
		    "", "its key is the expected one");
	assert_null(strstr(buf_str(&v->err), "key now"));
	assert_false(scripted_heard(&v->server, "CERT ADD"));
	load(v, "127.0.0.1", &p);
	assert_true(p.is_open && !p.has_device);
	profile_clear(&p);
	// From now on nobody is asked for anything.
	v->typing = NULL;
	verb_expect(v, SNUG(v, "", "status"), EXIT_OK, NULL, NULL);
}

static void line_mode_begins_where_the_link_leads(void **state)
{
	static const struct verb_answer room[] = {
		{"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
		{"JOIN #den", ":ann!a@h JOIN #den\r\n:h 353 ann = #den :ann bob\r\n"
			      ":h 366 ann #den :end\r\n:bob!b@h PRIVMSG #den :hello ann"},
		{0}};
	struct verb_run *v = *state;
	v->answers = room;
	verb_expect(v,
		    SNUG(v, SECRET "\n/quit\n", "join", "--plain", "--name", "ann",
			 "--password-fd", "0", invite(v)),
		    EXIT_OK, NULL, "account ann created\n");
	verb_expect_said(v, "QUIT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ENTER(an_invite_makes_an_account_and_a_key),
		TEST_ENTER(a_link_may_come_by_the_input),
		TEST_ENTER(an_account_that_one_has_logs_in_with_its_password),
		TEST_ENTER(a_server_that_takes_no_key_is_remembered_with_its_command),
		TEST_ENTER(another_label_than_asked_for_is_told),
		TEST_ENTER(what_is_wrong_with_the_words_is_said_before_anything_is_done),
		TEST_ENTER(what_is_known_is_not_taken_over),
		TEST_ENTER(names_and_passwords_are_asked_for),
		TEST_ENTER(what_is_cancelled_ends),
		TEST_ENTER(a_password_that_is_made_is_shown_and_waited_for),
		TEST_ENTER(a_bad_invite_is_told_of_before_anything_is_asked),
		TEST_ENTER(a_name_that_is_taken_is_asked_for_anew),
		TEST_ENTER(ones_own_name_and_password_lead_on_to_the_login),
		TEST_ENTER(a_device_lets_this_computer_in_by_its_link),
		TEST_ENTER(an_open_server_is_entered_without_a_password),
		TEST_ENTER(line_mode_begins_where_the_link_leads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
