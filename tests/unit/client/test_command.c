// SPDX-License-Identifier: MIT
// Typed texts go in, what is asked of the network comes out.
#include "tests/unit/client/command_fixture.h"

// Nothing is done, and the last note says why.
static void is_told(struct fixture *f, const char *typed, const char *why)
{
	expect(f, typed, "");
	assert_true(note_says(f, why));
}

static void text_is_said_and_slashes_can_be_meant(void **state)
{
	struct fixture *f = *state;
	expect(f, "hello", "say to #den: hello\n");
	expect(f, "//usr/bin", "say to #den: /usr/bin\n");
	expect(f, "/me waves", "act to #den: waves\n");
	expect(f, "", "");
}

static void commands_become_lines(void **state)
{
	struct fixture *f = *state;
	expect(f, "/join ops secret", "JOIN #ops secret\n");
	expect(f, "/part bye now", "PART #den :bye now\n");
	expect(f, "/topic cake on friday", "topic to #den: cake on friday\n");
	expect(f, "/kick bob too loud", "KICK #den bob :too loud\n");
	expect(f, "/ban bob", "MODE #den +b bob!*@*\n");
	expect(f, "/unban *!*@1.2.3.4", "MODE #den -b *!*@1.2.3.4\n");
	expect(f, "/op bob", "MODE #den +o bob\n");
	expect(f, "/invite bob", "INVITE bob #den\n");
	expect(f, "/INVITE bob #ops", "INVITE bob #ops\n");
	expect(f, "/whois", "WHOIS ann\n");
	expect(f, "/away lunch", "AWAY :lunch\n");
	expect(f, "/back", "AWAY\n");
	expect(f, "/name Zo\u00eb Doe", "METADATA * SET display-name :Zo\u00eb Doe\n");
	expect(f, "/list", "LIST\n");
	expect(f, "/mode +m", "MODE #den +m\n");
	expect(f, "/raw PING x", "PING x\n");
	expect(f, "/msg bob psst", "say to bob: psst\n");
	expect(f, "/quit later", "quit later\n");
}

static bool some_note_says(struct fixture *f, const char *part)
{
	const struct scrollback *log = &f->m->current->log;
	for (size_t i = 0; i < log->count; i++) {
		struct span text = line_says(scrollback_at(log, i));
		if (memmem(text.at, text.len, part, strlen(part)))
			return true;
	}
	return false;
}

static void a_second_factor_is_turned_on_and_off(void **state)
{
	struct fixture *f = *state;
	is_told(f, "/2fa on", "this server knows no second factor");
	say(f->m, ":srv CAP ann ACK :draft/account-2fa");
	expect(f, "/2fa", "2FA LIST\n");
	expect(f, "/2fa on", "2FA CHALLENGE totp\n");
	expect(f, "/2fa codes", "2FA RECOVERY\n");
	is_told(f, "/2fa of", "/2fa [on|off|codes]");
	expect(f, "/2fa off", "");
	assert_int_equal(f->m->question.id, QUESTION_DISENROL);
	say(f->m, ":srv FAIL 2FA STEP_UP_REQUIRED :prove it");
	assert_int_equal(f->m->question.id, QUESTION_STEP_UP);
	say(f->m, ":srv 2FA DISABLE SUCCESS :No code any more");
	assert_true(some_note_says(f, "No code any more"));
	say(f->m, ":srv CERT REVOKE OTHERS 3");
	assert_true(some_note_says(f, "3 other devices and app tokens can no longer log in"));
}

static void devices_are_listed_and_revoked(void **state)
{
	struct fixture *f = *state;
	expect(f, "/device", "CERT LIST\n");
	expect(f, "/device logins", "CERT LOGINS\n");
	expect(f, "/device revoke-others", "CERT REVOKE OTHERS\n");
	is_told(f, "/passwd one-old-secret one-new-secret", "snug passwd");
	assert_false(note_says(f, "secret"));
	expect(f, "/passwd no", "PASSWD CANCEL\n");
	expect(f, "/account delete", "ACCOUNT DELETE\n");
	expect(f, "/account keep", "ACCOUNT KEEP\n");
	is_told(f, "/account export", "snug account export");
	is_told(f, "/account nonsense", "it takes no \"nonsense\"");
	expect(f, "/account", "ACCOUNT BINDINGS\n");
	expect(f, "/account unbind 2", "ACCOUNT UNBIND 2\n");
	// A page signs in by its own way.
	is_told(f, "/account bind", "only the terminal's program");
	f->intents.sign_in = ask_sign_in;
	expect(f, "/account bind", "sign in to bind\n");
	expect(f, "/account sign-in", "sign in\n");
	expect(f, "/device revoke old laptop", "CERT DEL :old laptop\n");
	is_told(f, "/device add", "this server makes no links for a device");
	say(f->m, ":srv CAP ann ACK :snug.chat/devices");
	expect(f, "/device add", "CERT OFFER\n");
	is_told(f, "/device revoke",
		"/device [list|logins|add|revoke-others|revoke LABEL]: a word is missing");
	say(f->m,
	    ":srv CERT LIST 17 PIN 2026-11-22T12:05:31.204Z 2026-11-23T08:00:00.000Z :old laptop");
	assert_true(
		some_note_says(f, "device old laptop: added 2026-11-22, last used 2026-11-23"));
	say(f->m, ":srv CERT LIST *");
	say(f->m, ":srv CERT LOGINS 2026-11-22T12:05:31.204Z 2026-11-23T08:00:00.000Z 3 FAILED "
		  "password 192.0.2.9 :");
	assert_true(some_note_says(f,
				   "FAILED to log in 3 times by password from 192.0.2.9, last "
				   "2026-11-23T08:00"));
	say(f->m, ":srv CERT LOGINS *");
	say(f->m, "@label=x :srv CERT LIST 18 PIN * * :mine");
	assert_false(some_note_says(f, "mine"));
	say(f->m, ":srv CERT DEL 17 PIN :old laptop");
	assert_true(some_note_says(f, "old laptop can no longer log in"));
	say(f->m, ":srv FAIL CERT CONFIRM_NEEDED 19 :This very connection came by mine");
	assert_int_equal(f->m->question.id, QUESTION_DEVICE);
	assert_int_equal(f->m->question.about, 19);
	assert_false(some_note_says(f, "came by mine"));
}

static void the_user_hears_of_what_the_user_asked(void **state)
{
	struct fixture *f = *state;
	say(f->m, "FAIL MARKREAD INVALID_PARAMS NickServ :There is no such conversation");
	say(f->m, "FAIL REDACT UNKNOWN_MSGID #den x :There is no such message");
	assert_false(some_note_says(f, "conversation"));
	assert_true(some_note_says(f, "There is no such message"));
}

static bool ask_set(void *arg, struct span key, struct span value, struct buf *words)
{
	struct fixture *f = arg;
	buf_printf(&f->asked, "set '" SPAN_FMT "' to '" SPAN_FMT "'\n", SPAN_ARG(key),
		   SPAN_ARG(value));
	buf_add_str(words, key.len ? "one = 1\n" : "one = 1\ntwo = 2\n");
	return true;
}

static void settings_are_shown_and_changed(void **state)
{
	struct fixture *f = *state;
	f->intents.set = ask_set;
	expect(f, "/set screen.theme  mine", "set 'screen.theme' to 'mine'\n");
	assert_true(note_says(f, "one = 1"));
	expect(f, "/set", "set '' to ''\n");
	assert_true(note_says(f, "two = 2"));
}

static void a_line_feed_cannot_start_a_second_line(void **state)
{
	struct fixture *f = *state;
	expect(f, "/kick bob a\nQUIT", "KICK #den bob :a QUIT\n");
	expect(f, "/raw PING a\r\nQUIT", "PING a  QUIT\n");
}

static void what_is_no_command_is_never_sent(void **state)
{
	struct fixture *f = *state;
	expect(f, "caf\xe9", "");
	is_told(f, "/topic \xc3", "not UTF-8 text");
	is_told(f, "/jion #ops", "did you mean /join?");
	expect(f, "/usr/bin/env", "");
	expect(f, "/xyzzy", "");
	assert_false(note_says(f, "did you mean"));
}

static void offline_commands_say_so(void **state)
{
	struct fixture *f = *state;
	f->is_offline = true;
	expect(f, "/whois bob", "");
	assert_true(span_eq(last_note(f),
			    SPAN("/whois needs a connection, and there is none right now")));
}

static void a_query_opens_and_part_closes_it(void **state)
{
	struct fixture *f = *state;
	expect(f, "/query bob hi", "say to bob: hi\n");
	assert_string_equal(f->m->current->name, "bob");
	expect(f, "/part", "");
	assert_null(target_find(f->m, SPAN("bob")));
}

static void refused_messages_are_tried_again(void **state)
{
	struct fixture *f = *state;
	own_add(f->m, f->m->current, 4, LINE_MESSAGE, SPAN("x"), SPAN(""), 1, OWN_REFUSED);
	own_add(f->m, f->m->current, 5, LINE_MESSAGE, SPAN("x"), SPAN(""), 1, OWN_SENDING);
	own_add(f->m, f->m->current, 6, LINE_MESSAGE, SPAN("x"), SPAN(""), 1, OWN_HELD);
	expect(f, "/retry", "retry 4\nretry 6\n");
}

#define TEXT 1000

static const struct {
	const char *name;
	int least, most;
	const char *usage;
} words[] = {
#define ROW(name, fn, least, most, usage, help) {name, least, most, usage},
#define ALSO ROW
#include "client/slash/commands.def"
#undef ALSO
#undef ROW
};

static void type_words(const char *name, int n, char out[static 128])
{
	int len = snprintf(out, 128, "/%s", name);
	for (int i = 1; i <= n; i++)
		len += snprintf(out + len, 128 - (size_t)len, " word%d", i);
}

static void every_command_refuses_words_it_does_not_take(void **state)
{
	struct fixture *f = *state;
	char typed[128], surplus[64];
	size_t n_refused = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].most == TEXT)
			continue;
		type_words(words[i].name, words[i].most + 2, typed);
		expect(f, typed, "");
		snprintf(surplus, sizeof(surplus), "takes no \"word%d word%d\"",
			 words[i].most + 1, words[i].most + 2);
		if (!note_says(f, surplus) || !note_says(f, words[i].usage))
			fail_msg("%s: " SPAN_FMT, typed, SPAN_ARG(last_note(f)));
		n_refused++;
	}
	assert_true(n_refused > 20);
	// The end of a line parts words as a blank does.
	is_told(f, "/op bob\ncem", "/op NAME: it takes no \"cem\"");
	expect(f, "/kick  bob  too  loud ", "KICK #den bob :too  loud\n");
}

// Where the usage names the words themselves, the table knows them.
static void every_command_refuses_other_words_than_it_names(void **state)
{
	struct fixture *f = *state;
	char typed[128];
	size_t n_refused = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *usage = words[i].usage;
		if (usage[0] != '[' || usage[1] < 'a' || usage[1] > 'z')
			continue;
		type_words(words[i].name, 1, typed);
		expect(f, typed, "");
		if (!note_says(f, "takes no \"word1\"") || !note_says(f, usage))
			fail_msg("%s: " SPAN_FMT, typed, SPAN_ARG(last_note(f)));
		n_refused++;
	}
	assert_int_equal(n_refused, 9);
	is_told(f, "/device list all",
		"/device [list|logins|add|revoke-others|revoke LABEL]: it takes no \"all\"");
	expect(f, "/device list", "CERT LIST\n");
	is_told(f, "/help devise", "there is no /devise, did you mean /device?");
}

static int count_needed(const char *usage)
{
	int needed = 0;
	struct span rest = span_of(usage);
	while (rest.len && rest.at[0] != '[') {
		struct span word = span_cut(&rest, ' ');
		needed += word.len > 0;
	}
	return needed;
}

static void every_command_refuses_too_few_words(void **state)
{
	struct fixture *f = *state;
	char typed[128];
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		// What the help says is what is asked for.
		assert_int_equal(count_needed(words[i].usage), words[i].least);
		if (!words[i].least)
			continue;
		type_words(words[i].name, words[i].least - 1, typed);
		expect(f, typed, "");
		if (!note_says(f, "a word is missing") || !note_says(f, words[i].usage))
			fail_msg("%s: " SPAN_FMT, typed, SPAN_ARG(last_note(f)));
	}
}

static void every_command_survives_without_words(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct command_help *list = command_list(&count);
	f->intents.drop = ask_retry;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, "reconnect") == 0)
			continue;
		struct command_context c = {.model = f->m, .intents = &f->intents};
		char typed[64] = "/";
		memcpy(typed + 1, list[i].name, strlen(list[i].name) + 1);
		command_typed(&c, f->m->current, span_of(typed));
		command_typed(&c, f->m->server, span_of(typed));
	}
}

static void what_is_for_a_room_is_refused_elsewhere(void **state)
{
	static const char *const typed[] = {"/topic",     "/topic cake", "/kick bob",
					    "/ban bob",   "/unban bob",  "/op bob",
					    "/voice bob", "/mode +m"};
	struct fixture *f = *state;
	model_show(f->m, f->m->server);
	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		struct span name = span_of(typed[i]);
		char note[40];
		expect(f, typed[i], "");
		name = span_cut(&name, ' ');
		snprintf(note, sizeof(note), SPAN_FMT " works in a room", SPAN_ARG(name));
		assert_true(note_says(f, note));
	}
	is_told(f, "/part", "there is no such room to leave");
	is_told(f, "/part #nowhere", "there is no such room to leave");
	expect(f, "/part #den", "PART #den\n");
	expect(f, "/mode #den +m", "MODE #den +m\n");
}

static void a_topic_and_the_help_of_one_command_are_shown(void **state)
{
	struct fixture *f = *state;
	is_told(f, "/topic", "#den has no topic");
	say(f->m, ":srv 332 ann #den :cake");
	is_told(f, "/topic", "topic: cake");
	size_t before = f->m->current->log.count;
	expect(f, "/help /topic", "");
	assert_int_equal(f->m->current->log.count, before + 1);
	assert_true(note_says(f, "/topic "));
	expect(f, "/device list", "CERT LIST\n");
	is_told(f, "/device lost laptop", "revoke LABEL]");
}

// A screen that knows one name for everything and writes down what it is asked.
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_said_and_slashes_can_be_meant),
		TEST(commands_become_lines),
		TEST(a_second_factor_is_turned_on_and_off),
		TEST(devices_are_listed_and_revoked),
		TEST(the_user_hears_of_what_the_user_asked),
		TEST(settings_are_shown_and_changed),
		TEST(a_line_feed_cannot_start_a_second_line),
		TEST(what_is_no_command_is_never_sent),
		TEST(offline_commands_say_so),
		TEST(a_query_opens_and_part_closes_it),
		TEST(refused_messages_are_tried_again),
		TEST(every_command_refuses_words_it_does_not_take),
		TEST(every_command_refuses_other_words_than_it_names),
		TEST(every_command_refuses_too_few_words),
		TEST(every_command_survives_without_words),
		TEST(what_is_for_a_room_is_refused_elsewhere),
		TEST(a_topic_and_the_help_of_one_command_are_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
