// SPDX-License-Identifier: MIT
// snug config, completion, help, doctor, pipe.
#include "tests/unit/client/verb.h"

#include "common/file.h"

static void settings_are_shown_and_set(void **state)
{
	struct verb_run *v = *state;
	char path[100];
	snprintf(path, sizeof(path), "%s/config/config\n", v->home);
	verb_expect(v, SNUG(v, "", "config", "path"), EXIT_OK, path, NULL);
	verb_expect(v, SNUG(v, "", "config"), EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out, "screen.ascii = auto\n");
	verb_expect_part(v, &v->out, "notify.keyword = \n");
	verb_expect(v, SNUG(v, "", "config", "get", "screen.lines"), EXIT_OK, "100000\n", NULL);
	verb_expect(v, SNUG(v, "", "config", "set", "notify.bell", "off"), EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "config", "set", "screen.lines", "200"), EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "config", "set", "notify.bell", "off"), EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "config", "set", "notify.keyword", "cake tea"), EXIT_OK, "",
		    NULL);
	verb_expect(v, SNUG(v, "", "config", "show"), EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out, "screen.lines = 200\n");
	verb_expect_part(v, &v->out, "notify.bell = off\n");
	verb_expect_part(v, &v->out, "notify.keyword = cake tea\n");
	path[strlen(path) - 1] = '\0';
	struct buf text = {0};
	assert_true(path_read(path, &text));
	assert_string_equal(buf_str(&text), "[notify]\nkeyword = cake tea\nbell = off\n\n"
					    "[screen]\nlines = 200\n");
	// Several, with commas between them: each has its line.
	verb_expect(v, SNUG(v, "", "config", "set", "notify.keyword", "cake, green tea,"),
		    EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "config", "get", "notify.keyword"), EXIT_OK,
		    "cake, green tea\n", NULL);
	buf_reset(&text);
	assert_true(path_read(path, &text));
	assert_string_equal(buf_str(&text),
			    "[notify]\nkeyword = cake\nkeyword = green tea\nbell = off\n\n"
			    "[screen]\nlines = 200\n");
	verb_expect(v, SNUG(v, "", "config", "set", "notify.keyword", ""), EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "config", "get", "notify.keyword"), EXIT_OK, "\n", NULL);
	buf_clear(&text);
}

static void what_is_no_setting_is_refused(void **state)
{
	static const struct verb_answer deaf[] = {{"VERSION", "$T:h ACK"}, {0}};
	struct verb_run *v = *state;
	char path[100];
	v->answers = deaf;
	static const char *const keys[] = {"screen", "screen.", ".ascii", "screen.nothing"};
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		verb_expect(v, SNUG(v, "", "config", "get", keys[i]), EXIT_USAGE, "",
			    ": screen.ascii, screen.color");
		verb_expect(v, SNUG(v, "", "config", "set", keys[i], "on"), EXIT_USAGE, "",
			    "snug: there is no setting ");
	}
	verb_expect(v, SNUG(v, "", "config", "set", "screen.lines", "many"), EXIT_USAGE, "",
		    "lines");
	verb_expect(v, SNUG(v, "", "config", "set", "screen.theme", "none-such"), EXIT_USAGE,
		    "", "none-such");
	static const char *const wrong[][3] = {
		{"get"},       {"set"},       {"set", "screen.lines"},
		{"path", "x"}, {"show", "x"}, {"put"}};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const char *words[] = {"config", wrong[i][0], wrong[i][1], wrong[i][2], NULL};
		verb_expect(v, verb_play(v, "", words), EXIT_USAGE, "", "usage: snug config");
	}
	snprintf(path, sizeof(path), "%s/config", v->home);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/config/config", v->home);
	assert_true(file_put(path, SPAN("[screen]\nlines = few\n"), 0600));
	verb_expect(v, SNUG(v, "", "config"), EXIT_CONFIG, "", "lines");
	verb_expect(v, SNUG(v, "", "doctor"), EXIT_REFUSED, NULL, NULL);
	verb_expect_part(v, &v->out, "!!  settings: ");
	// A folder in its place cannot be read, and nothing goes there.
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	verb_expect(v, SNUG(v, "", "config", "set", "screen.lines", "200"), EXIT_CONFIG, "",
		    "cannot read ");
}

static void each_shell_has_its_completion(void **state)
{
	struct verb_run *v = *state;
	verb_expect(v, SNUG(v, "", "completion", "bash"), EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out, "local words=\"join part login logout ");
	verb_expect_part(v, &v->out, " --home --profile ");
	verb_expect_part(v, &v->out, "complete -F _snug snug\n");
	verb_expect(v, SNUG(v, "", "completion", "zsh"), EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out, "#compdef snug\n");
	verb_expect_part(v, &v->out,
			 "\tlogout:'revoke this computer'\\''s key and forget the server'\n");
	verb_expect(v, SNUG(v, "", "completion", "fish"), EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out, "complete -c snug -l me -d 'as an action (/me)'\n");
	verb_expect(v, SNUG(v, "", "completion", "tcsh"), EXIT_USAGE, "",
		    "usage: snug completion");
}

static void help_lists_verbs_and_options_or_shows_one(void **state)
{
	struct verb_run *v = *state;
	verb_expect(v, SNUG(v, "", "help"), EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out, "  whoami       account and server\n");
	verb_expect_part(
		v, &v->out,
		"  -p, --profile NAME         the server to use, as in `snug status`\n");
	verb_expect_part(v, &v->out, "      --me                   as an action (/me)\n");
	verb_expect(v, SNUG(v, "", "help", "read"), EXIT_OK,
		    "snug read TARGET\n  mark everything in it as read\n", NULL);
	verb_expect(v, SNUG(v, "", "help", "write"), EXIT_USAGE, "",
		    "there is no `snug write`");
}

#define VERSION                                                                                \
	"$T:h BATCH +v x\r\n@batch=v :h 005 ann LINELEN=512 CHANTYPES=# NICKLEN=32 :are\r\n"   \
	":h BATCH -v"
#define PONG(time) "@label=$L;time=" time " :h PONG h $R"

static void the_doctor_looks_at_everything(void **state)
{
	static const struct verb_answer late[] = {
		{"PING doctor", PONG("2026-01-01T00:00:00.000Z")},
		{"VERSION", "$T:h FAIL VERSION NOT_NOW :come again"},
		{0}};
	static const struct verb_answer untimed[] = {
		{"PING doctor", PONG("yesterday")}, {"VERSION", VERSION}, {0}};
	static const struct verb_answer refuses[] = {
		{"PING doctor", "$T:h FAIL PING NOT_NOW :come again"},
		{"VERSION", "$T:h ACK"},
		{0}};
	struct verb_run *v = *state;
	v->caps = VERB_CAPS " draft/multiline=max-bytes=4096";
	v->answers = untimed;
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->out, "/config/config (none, that is fine)\n");
	verb_expect_part(v, &v->out, "ok  terminal: none here\n");
	verb_expect_part(v, &v->out, "ok  profile: ");
	verb_expect_part(v, &v->out, "ok  login: TLSv1.3 ");
	verb_expect_part(v, &v->out, "ok  round trip: ");
	assert_null(strstr(buf_str(&v->out), "clock:"));
	verb_expect_part(v, &v->out, "ok  labeled-response: answers are told apart\n");
	verb_expect_part(v, &v->out, "--  snug.chat/sequence: this server has it not;");
	verb_expect_part(v, &v->out, "ok  limits: LINELEN=512 NICKLEN=32\n");
	verb_expect_part(v, &v->out, "ok  messages of many lines: max-bytes=4096\n");
	v->caps = VERB_CAPS;
	v->answers = late;
	assert_int_equal(SNUG(v, "", "doctor"), EXIT_REFUSED);
	verb_expect_part(v, &v->out, "!!  clock: +");
	verb_expect_part(v, &v->out, " (set this computer's clock)\n");
	verb_expect_part(v, &v->out, "--  limits: not told\n");
	assert_null(strstr(buf_str(&v->out), "many lines"));
	v->answers = refuses;
	assert_int_equal(SNUG(v, "", "doctor"), EXIT_REFUSED);
	verb_expect_part(v, &v->out, "!!  the server does not answer a PING\n");
	verb_expect_part(v, &v->out, "--  limits: not told\n");
}

static void the_doctor_says_what_is_missing(void **state)
{
	struct verb_run *v = *state;
	scripted_hide(&v->server);
	assert_int_equal(SNUG(v, "", "doctor"), EXIT_REFUSED);
	verb_expect_part(v, &v->out, "!!  login: did not work, see above\n");
	assert_int_equal(SNUG(v, "", "-p", "work", "doctor"), EXIT_REFUSED);
	verb_expect_part(v, &v->out, "!!  profile: see above\n");
	assert_null(strstr(buf_str(&v->out), "login"));
}

static void the_doctor_asks_the_terminal(void **state)
{
	static const struct verb_typing tells[] = {
		{"\x1b[c",
		 "\x1bP>|Term(1)\x1b\\\x1b[?2026;2$y\x1b[?2027;0$y\x1b[?1u"
		 "\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[2;3R\x1b[2;3R\x1b[2;3R\x1b[2;3R\x1b[2;3R"
		 "\x1b[2;3R\x1b[2;3R\x1b[2;2R\x1b[?62c"},
		{0}};
	static const struct verb_typing silent[] = {{"never shown", ""}, {0}};
	struct verb_run *v = *state;
	setenv("TERM", "xterm-256color", 1);
	scripted_hide(&v->server);
	v->typing = tells;
	v->on_screen = true;
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->shown, "ok  terminal: TERM=xterm-256color\r\n");
	verb_expect_part(v, &v->shown, "!!  size: 0 x 0 (40 x 8 are needed)\r\n");
	verb_expect_part(v, &v->shown, "ok  the terminal's name: \r\n    Term(1)\r\n");
	verb_expect_part(v, &v->shown, "ok  whole frames (mode 2026)\r\n");
	verb_expect_part(v, &v->shown,
			 "--  widths by cluster (mode 2027): no, they are measured");
	verb_expect_part(v, &v->shown, "ok  all keys told apart (kitty protocol)\r\n");
	verb_expect_part(v, &v->shown, "ok  background: \r\n    rgb:0000/0000/0000\r\n");
	verb_expect_part(v, &v->shown,
			 "ok  widths: family 2, skin tone 2, heart 2, flag 2, Hindi sign 2, "
			 "Thai vowel 2, Sinhala joined 1\r\n");
	v->typing = silent;
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->shown, "--  the terminal answers no question within a second");
	setenv("TERM", "dumb", 1);
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->shown, "!!  terminal: TERM=dumb (only line mode works here");
}

#define CELLS "\x1b[2;6R\x1b[2;5R\x1b[2;4R\x1b[2;3R\x1b[2;2R\x1b[2;1R\x1b[2;3R"

static void what_a_terminal_does_not_tell_is_not_taken_for_told(void **state)
{
	static const struct verb_typing other[] = {
		{"\x1b[c", "\x1b[>2026;2$y\x1b[?2026;4$y\x1b[>1u\x1b[?2027;3$y\x1b[2;R\x1b[2;0R"
			   "\x1b[2;7Rx" CELLS CELLS "\x1b[?62c"},
		{0}};
	static const struct verb_typing few[] = {{"\x1b[c", "\x1b[2;3R\x1b[?62c"}, {0}};
	// Other answers than the last one are not the last one.
	static const struct verb_typing no_end[] = {
		{"\x1b[c", "\x1bP>|Term(1)\x1b\\\x1b[>0c\x1b[?1;2n"}, {0}};
	struct verb_run *v = *state;
	setenv("TERM", "xterm-256color", 1);
	scripted_hide(&v->server);
	v->typing = other;
	v->on_screen = true;
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->shown, "--  the terminal's name: not told\r\n");
	verb_expect_part(v, &v->shown, "--  whole frames (mode 2026): no");
	verb_expect_part(v, &v->shown, "ok  widths by cluster (mode 2027)\r\n");
	verb_expect_part(v, &v->shown, "--  all keys told apart (kitty protocol): no");
	verb_expect_part(v, &v->shown, "--  background: not told");
	assert_null(strstr(buf_str(&v->shown), "    \r\n"));
	verb_expect_part(v, &v->shown,
			 "ok  widths: family 6, skin tone 5, heart 4, flag 3, Hindi sign 1, "
			 "Thai vowel 0, Sinhala joined 2\r\n");
	v->typing = few;
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->shown, "--  widths: not told, taken from the tables\r\n");
	v->typing = no_end;
	(void)SNUG(v, "", "doctor");
	verb_expect_part(v, &v->shown, "--  the terminal answers no question within a second");
}

static void a_pipe_answers_each_line_and_tells_what_is_said(void **state)
{
	static const struct verb_answer says[] = {
		{"PRIVMSG ",
		 "@label=$L;msgid=m1;time=2026-11-22T12:00:00.000Z :ann!a@h PRIVMSG $R"
		 "\r\n@time=2026-11-22T12:00:01.000Z :bob!b@h PRIVMSG #den :hello"},
		{0}};
	struct verb_run *v = *state;
	v->answers = says;
	verb_expect(
		v,
		SNUG(v,
		     "{\"op\":\"send\",\"target\":\"#den\",\"text\":\"hi\",\"req\":5}\n\n"
		     "nonsense\n{\"op\":\"whoami\"}\n{\"op\":\"members\",\"target\":\"#x\"}\n",
		     "pipe"),
		EXIT_OK, NULL, NULL);
	verb_expect_part(v, &v->out,
			 "{\"v\":1,\"type\":\"end\",\"code\":2,\"text\":\"there is no such "
			 "\\\"op\\\"\"}\n");
	verb_expect_part(v, &v->out, "\"code\":1,\"text\":\"we are not in that room\"}\n");
	verb_expect_part(v, &v->out, "\"type\":\"stored\",\"id\":\"m1\",");
	verb_expect_part(v, &v->out, "{\"v\":1,\"type\":\"end\",\"code\":0,\"req\":5}\n");
	verb_expect(v, SNUG(v, "", "-p", "work", "pipe"), EXIT_LOGIN, "", "no server");
	verb_expect(v, SNUG(v, "", "pipe"), EXIT_OK, "", NULL);
}

static void a_pipe_ends_with_the_connection(void **state)
{
	static const struct verb_answer cuts[] = {{"PRIVMSG ", "$X"}, {0}};
	struct verb_run *v = *state;
	v->answers = cuts;
	verb_expect(v,
		    SNUG(v, "{\"op\":\"send\",\"target\":\"#den\",\"text\":\"hi\"}\n", "pipe"),
		    EXIT_UNREACHABLE, NULL, "ended the connection");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(settings_are_shown_and_set),
		TEST(what_is_no_setting_is_refused),
		TEST(each_shell_has_its_completion),
		TEST(help_lists_verbs_and_options_or_shows_one),
		TEST(the_doctor_looks_at_everything),
		TEST(the_doctor_says_what_is_missing),
		TEST(the_doctor_asks_the_terminal),
		TEST(what_a_terminal_does_not_tell_is_not_taken_for_told),
		TEST(a_pipe_answers_each_line_and_tells_what_is_said),
		TEST(a_pipe_ends_with_the_connection),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
