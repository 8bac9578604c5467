// SPDX-License-Identifier: MIT
// The whole interface on a pseudo-terminal: keys are typed into the master, the screen is
// read from it.
#include "client/command.h"
#include "client/model/handle.h"
#include "client/ui/ui.h"
#include "common/clock.h"
#include "tests/unit/client/vt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct model *m;
	struct ui *ui;
	struct intents intents;
	struct buf asked;
	struct vt vt;
	struct buf bytes; // what the terminal got and did not digest yet
	size_t n_bytes;	  // in all
	struct termios before;
	int master, slave;
};

static void ask_typed(void *arg, struct target *t, struct span text)
{
	struct fixture *f = arg;
	buf_printf(&f->asked, "typed in %s: " SPAN_FMT "\n", t->name, SPAN_ARG(text));
}

static void ask_message(void *arg, struct target *t, enum line_kind kind, struct span text,
			struct span reply_to)
{
	struct fixture *f = arg;
	(void)kind;
	buf_printf(&f->asked, "message to %s: " SPAN_FMT " (answers " SPAN_FMT ")\n", t->name,
		   SPAN_ARG(text), SPAN_ARG(reply_to));
}

static bool ask_raw(void *arg, struct span line)
{
	buf_printf(&((struct fixture *)arg)->asked, "raw " SPAN_FMT "\n", SPAN_ARG(line));
	return true;
}

static void ask_history(void *arg, struct target *t, struct line *before)
{
	buf_printf(&((struct fixture *)arg)->asked, "history of %s before %s\n", t->name,
		   before ? "a gap" : "all");
}

static void ask_mark(void *arg, struct target *t, int64_t at_ms)
{
	(void)at_ms;
	buf_printf(&((struct fixture *)arg)->asked, "read %s\n", t->name);
}

static void ask_typing(void *arg, struct target *t, bool active)
{
	(void)arg;
	(void)t;
	(void)active;
}

static void ask_id(void *arg, uint64_t id)
{
	(void)arg;
	(void)id;
}

static void ask_answer(void *arg, int id, char choice)
{
	buf_printf(&((struct fixture *)arg)->asked, "answer %d %c\n", id, choice);
}

static void ask_reconnect(void *arg)
{
	buf_add_str(&((struct fixture *)arg)->asked, "reconnect\n");
}

static void ask_quit(void *arg, struct span reason)
{
	(void)reason;
	buf_add_str(&((struct fixture *)arg)->asked, "quit\n");
}

// Skips what the screen's own terminal does not need to know: modes, probe, title.
static void digest(struct fixture *f)
{
	struct buf screen = {0};
	struct span rest = buf_span(&f->bytes);
	while (rest.len) {
		size_t len = 1;
		bool is_mode = span_starts(rest, SPAN("\x1b[?")) || span_starts(rest, SPAN("\x1b[>")) ||
			       span_starts(rest, SPAN("\x1b[<")) || span_starts(rest, SPAN("\x1b[2")) ||
			       span_starts(rest, SPAN("\x1b[c"));
		if (span_starts(rest, SPAN("\x1b]"))) {
			while (len < rest.len && rest.at[len] != '\\')
				len++;
			len++;
		} else if (is_mode && !span_starts(rest, SPAN("\x1b[2J"))) {
			len = 2;
			while (len < rest.len && !((rest.at[len] | 32) >= 'a' && (rest.at[len] | 32) <= 'z'))
				len++;
			if (rest.at[len] == 'H' || rest.at[len] == 'X')
				buf_add(&screen, rest.at, len + 1);
			len++;
		} else if (rest.at[0] != '\a') {
			buf_add(&screen, rest.at, 1);
		}
		rest = span_after(rest, len);
	}
	vt_feed(&f->vt, buf_span(&screen));
	buf_clear(&screen);
	buf_reset(&f->bytes);
}

static void drain(struct fixture *f)
{
	char bytes[65536];
	ssize_t got;
	while ((got = read(f->master, bytes, sizeof(bytes))) > 0) {
		buf_add(&f->bytes, bytes, (size_t)got);
		f->n_bytes += (size_t)got;
	}
}

// Time enough for a frame and for a lone ESC.
static void wait_for_frame(struct fixture *f)
{
	int64_t end = clock_mono_ms() + 80;
	while (clock_mono_ms() < end) {
		loop_turn(f->loop, 5);
		drain(f);
	}
}

static void settle(struct fixture *f)
{
	wait_for_frame(f);
	digest(f);
}

// What the terminal answers, and whether a part of what it gets then is as expected.
static void expect_written(struct fixture *f, const char *answer, const char *part)
{
	assert_int_equal(write(f->master, answer, strlen(answer)), strlen(answer));
	wait_for_frame(f);
	if (part[0] && !memmem(f->bytes.at ? f->bytes.at : "", f->bytes.len, part, strlen(part)))
		fail_msg("\"%s\" was not written but: %.*s", part, (int)f->bytes.len, f->bytes.at);
	digest(f);
}

static void type(struct fixture *f, const char *keys)
{
	assert_int_equal(write(f->master, keys, strlen(keys)), strlen(keys));
	settle(f);
}

static void say(struct fixture *f, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(f->m, &msg, 1795349200000);
}

static void expect_row(struct fixture *f, int row, const char *part)
{
	struct buf out = {0};
	vt_text(&f->vt, row < 0 ? f->vt.rows + row : row, &out);
	if (!strstr(buf_str(&out), part))
		fail_msg("\"%s\" is not in row %d: \"%s\"", part, row, buf_str(&out));
	buf_clear(&out);
}

static void expect_asked(struct fixture *f, const char *asked)
{
	assert_string_equal(buf_str(&f->asked), asked);
	buf_reset(&f->asked);
}

static void open_terminal(struct fixture *f)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	f->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(f->master >= 0 && grantpt(f->master) == 0 && unlockpt(f->master) == 0);
	f->slave = open(ptsname(f->master), O_RDWR | O_NOCTTY);
	assert_true(f->slave >= 0);
	ioctl(f->slave, TIOCSWINSZ, &size);
	tcgetattr(f->slave, &f->before);
	vt_init(&f->vt, 80, 24, 0);
}

static int set_up(void **state)
{
	static struct fixture f;
	struct ui_settings settings;
	size_t n_commands;
	f = (struct fixture){.loop = loop_new(), .m = model_new(SPAN("ann"))};
	f.intents = (struct intents){&f, ask_typed, ask_message, ask_raw, ask_history, ask_mark,
				     ask_typing, ask_id, ask_id, ask_answer, ask_reconnect, ask_quit,
				     NULL};
	open_terminal(&f);
	unsetenv("TMUX");
	ui_settings_init(&settings);
	settings.ascii = false;
	say(&f, ":srv 001 ann :hi");
	say(&f, ":ann!a@h JOIN #den");
	say(&f, ":srv 353 ann = #den :@bob bert ann");
	f.ui = ui_new(f.loop, f.m, &f.intents, &settings, f.slave, f.slave);
	assert_non_null(f.ui);
	const struct ui_command *commands = command_list(&n_commands);
	ui_set_commands(f.ui, commands, n_commands);
	*state = &f;
	settle(&f);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct termios after;
	ui_free(f->ui);
	tcgetattr(f->slave, &after);
	assert_int_equal(after.c_lflag, f->before.c_lflag);
	assert_int_equal(after.c_iflag, f->before.c_iflag);
	drain(f);
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\x1b[?1049l", 8));
	loop_free(f->loop);
	model_free(f->m);
	buf_clear(&f->asked);
	buf_clear(&f->bytes);
	close(f->master);
	close(f->slave);
	return 0;
}

static void what_is_typed_is_seen_and_sent_by_enter(void **state)
{
	struct fixture *f = *state;
	type(f, "hello w\xc3\xb6rld");
	expect_row(f, -1, "ann › hello wörld");
	expect_asked(f, "");
	type(f, "\r");
	expect_asked(f, "typed in #den: hello wörld\n");
	expect_row(f, -1, "ann ›");
	type(f, "\x1b[A");
	expect_row(f, -1, "ann › hello wörld");
}

static void a_paste_of_three_lines_sends_nothing(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[200~one\rtwo\rthree\r\x1b[201~");
	expect_asked(f, "");
	expect_row(f, -3, "ann › one");
	expect_row(f, -1, "three");
	type(f, "\r");
	expect_asked(f, "typed in #den: one\ntwo\nthree\n");
}

static void tab_walks_through_names(void **state)
{
	struct fixture *f = *state;
	type(f, "b\t");
	expect_row(f, -1, "ann › bert:");
	type(f, "\t");
	expect_row(f, -1, "ann › bob:");
	type(f, "hi\r");
	expect_asked(f, "typed in #den: bob: hi\n");
}

static void tab_completes_paths_and_shows_them(void **state)
{
	struct fixture *f = *state;
	char dir[] = "/tmp/snug-paths-XXXXXX", path[64], typed[64];
	static const char *const names[] = {"beta", "bell\x1b[2Jx", ".hidden", "box"};
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		assert_true(fd >= 0 && close(fd) == 0);
	}
	snprintf(path, sizeof(path), "%s/alpha", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(typed, sizeof(typed), "see %s/a\t", dir);
	type(f, typed);
	snprintf(typed, sizeof(typed), "see %s/alpha/", dir);
	expect_row(f, -1, typed);
	// Nothing is in it; back, and through the two that can be shown.
	type(f, "\t\x7f\x7f\x7f\x7f\x7f\x7f" "b\t");
	snprintf(typed, sizeof(typed), "see %s/beta", dir);
	expect_row(f, -1, typed);
	type(f, "\t");
	expect_row(f, -4, "/box");
	expect_row(f, -5, "/beta");
	snprintf(typed, sizeof(typed), "see %s/box", dir);
	expect_row(f, -1, typed);
	type(f, "\x03");
	rmdir(path);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void a_message_appears_and_is_marked_as_read(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :news for you");
	settle(f);
	expect_row(f, 20, "news for you");
	expect_asked(f, "read #den\n");
	assert_int_equal(target_find(f->m, SPAN("#den"))->unread, 0);
}

static void nothing_is_read_while_nobody_looks(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[O");
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :news for you");
	settle(f);
	expect_asked(f, "");
	assert_int_equal(target_find(f->m, SPAN("#den"))->unread, 1);
	type(f, "\x1b[I");
	expect_asked(f, "read #den\n");
}

static void questions_take_their_keys(void **state)
{
	struct fixture *f = *state;
	model_ask(f->m, 9, SPAN("send 2 lines?"), "yne");
	settle(f);
	expect_row(f, -2, "send 2 lines? [y/n/e]");
	type(f, "e");
	expect_asked(f, "answer 9 e\n");
	type(f, "\x03\x03");
	expect_row(f, -2, "quit snug? [y/n]");
	type(f, "y");
	expect_asked(f, "quit\n");
}

static void drafts_stay_with_their_target(void **state)
{
	struct fixture *f = *state;
	say(f, ":ann!a@h JOIN #ops");
	type(f, "half a thought");
	type(f, "\x0e");
	expect_row(f, -1, "ann ›");
	type(f, "\x10");
	expect_row(f, -1, "ann › half a thought");
}

static void a_few_letters_lead_to_a_target(void **state)
{
	struct fixture *f = *state;
	say(f, ":ann!a@h JOIN #operators");
	type(f, "\x1bg" "opr");
	expect_row(f, -1, "go to › opr");
	type(f, "\r");
	expect_row(f, 0, "#operators");
	expect_row(f, -1, "ann ›");
}

static void the_server_searches_and_leads_to_what_is_not_loaded(void **state)
{
	struct fixture *f = *state;
	say(f, ":srv CAP ann ACK :soju.im/search");
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=new :bob!b@h PRIVMSG #den :today");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x13" "cake\x13");
	expect_asked(f, "raw SEARCH limit=100;text=cake\n");
	say(f, ":srv BATCH +s soju.im/search");
	say(f, "@batch=s;msgid=x1;time=2026-11-01T12:00:00.000Z :bob!b@h PRIVMSG #den :old cake");
	say(f, ":srv BATCH -s");
	settle(f);
	expect_row(f, 20, "#den bob: old cake");
	type(f, "\r");
	expect_asked(f, "raw CHATHISTORY AROUND #den msgid=x1 60\n");
	say(f, ":srv BATCH +h chathistory #den");
	say(f, "@batch=h;msgid=x1;time=2026-11-01T12:00:00.000Z :bob!b@h PRIVMSG #den :old cake");
	say(f, ":srv BATCH -h");
	settle(f);
	expect_row(f, 17, "old cake");
	expect_row(f, 18, "not loaded");
	expect_row(f, 20, "today");
}

static void a_draft_is_written_in_an_editor(void **state)
{
	struct fixture *f = *state;
	setenv("VISUAL", "sed -i -e s/draft/letter/ -e $aregards", 1);
	type(f, "a draft");
	type(f, "\x18\x05");
	for (int i = 0; i < 20; i++)
		settle(f);
	expect_row(f, -2, "ann › a letter");
	expect_row(f, -1, "regards");
	type(f, "\r");
	expect_asked(f, "typed in #den: a letter\nregards\n");
	setenv("VISUAL", "false", 1);
	type(f, "kept\x18\x05");
	for (int i = 0; i < 10; i++)
		settle(f);
	expect_row(f, -1, "ann › kept");
	expect_row(f, -2, "did not end well");
}

static void an_alert_rings_and_tells_the_desktop(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[O");
	say(f, "@msgid=a;time=2026-11-22T12:00:00.000Z :bob!b@h PRIVMSG #den :ann;\x1b]0;x\x07 now");
	loop_turn(f->loop, 20);
	drain(f);
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
	const char told[] = "\x1b]777;notify;bob in #den;ann, now\x1b\\";
	assert_non_null(memmem(f->bytes.at, f->bytes.len, told, sizeof(told) - 1));
	buf_reset(&f->bytes);
	type(f, "\x1bP>|kitty(0.32)\x1b\\");
	say(f, "@msgid=b;time=2026-11-22T12:00:01.000Z :bob!b@h PRIVMSG #den :ann?");
	loop_turn(f->loop, 20);
	drain(f);
	const char kitty[] = "\x1b]99;i=snug:d=0;bob in #den\x1b\\\x1b]99;i=snug:p=body;ann?\x1b\\";
	assert_non_null(memmem(f->bytes.at, f->bytes.len, kitty, sizeof(kitty) - 1));
	assert_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
}

static void menus_open_and_close_as_often_as_asked(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :ann: hi");
	for (int i = 0; i < 3; i++) {
		type(f, "\x1bi");
		expect_row(f, 20, "#den bob: ann: hi");
		type(f, "\x1b");
		expect_row(f, 20, "12:00");
	}
}

static void a_chosen_message_is_answered_and_removed(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :question?");
	say(f, ":srv CAP ann ACK :draft/message-redaction");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	type(f, "r");
	type(f, "answer!\r");
	expect_asked(f, "message to #den: answer! (answers a1)\n");
	type(f, "\x1b");
	type(f, "d");
	expect_asked(f, "raw REDACT #den a1\n");
	type(f, "\x1b");
	type(f, "+");
	type(f, "party\r");
	expect_asked(f, "raw @+draft/reply=a1;+draft/react=🎉 TAGMSG #den\n");
}

static void enter_on_nothing_tries_to_connect(void **state)
{
	struct fixture *f = *state;
	struct link_status s = {.state = LINK_OFFLINE, .next_at_ms = 1};
	model_set_link(f->m, &s);
	type(f, "\r");
	expect_asked(f, "reconnect\n");
}

static void page_up_at_the_top_asks_for_more(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :first");
	settle(f);
	target_set_history(f->m, f->m->current, HISTORY_MORE);
	buf_reset(&f->asked);
	type(f, "\x1b[5~");
	expect_asked(f, "history of #den before all\n");
}

static void a_flood_costs_few_bytes_and_keys_are_heard(void **state)
{
	struct fixture *f = *state;
	size_t before = f->n_bytes;
	for (int i = 0; i < 20000; i++) {
		char line[200];
		snprintf(line, sizeof(line),
			 "@time=2026-11-22T12:%02d:%02d.%03dZ;msgid=f%d :bob!b@h PRIVMSG #den :flood %d",
			 i / 60000, i / 1000 % 60, i % 1000, i, i);
		say(f, line);
		if (i % 100 == 0) {
			loop_turn(f->loop, 0);
			drain(f);
		}
	}
	type(f, "key");
	expect_row(f, -1, "ann › key");
	expect_row(f, 20, "flood 19999");
	assert_true(f->n_bytes - before < 200000);
}

static void a_terminal_that_does_not_read_stops_nobody(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 3000; i++) {
		char line[200];
		snprintf(line, sizeof(line), "@msgid=f%d :bob!b@h PRIVMSG #den :%d%d%d%d%d%d", i, i, i, i,
			 i, i, i);
		say(f, line);
		ui_redraw(f->ui);
		loop_turn(f->loop, i % 20 == 0 ? 17 : 0);
	}
	assert_int_equal(target_find(f->m, SPAN("#den"))->log.count, 3000);
	settle(f);
	settle(f);
	expect_row(f, 20, "299929992999");
}

// Where the cursor stood behind each sample, then DA1.
static const char as_tmux[] = "\x1b[2;3R\x1b[2;5R\x1b[2;2R\x1b[2;3R\x1b[2;1R\x1b[?62;4c";

static void the_probe_tells_how_wide_clusters_are(void **state)
{
	struct fixture *f = *state;
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :x👍🏽y❤️z");
	settle(f);
	// By clusters both take two cells; in tmux the thumb takes four and the heart one.
	expect_written(f, as_tmux, "👍🏽\x1b[21;44Hy\x1b[1X❤️\x1b[21;46Hz");
	// An answer that is not whole changes nothing.
	expect_written(f, "\x1b[2;3R\x1b[?62;4c", "");
	expect_written(f, "\f", "\x1b[21;44Hy\x1b[1X❤️");
}

static void with_mode_2027_clusters_count(void **state)
{
	struct fixture *f = *state;
	expect_written(f, "\x1b[?2027;2$y", "\x1b[?2027h");
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :x👍🏽y❤️z");
	type(f, as_tmux);
	expect_written(f, "\f", "👍🏽\x1b[21;42Hy\x1b[2X❤️\x1b[21;45Hz");
}

static void frames_are_whole_where_the_terminal_can_wait(void **state)
{
	struct fixture *f = *state;
	expect_written(f, "\x1b[?2026;2$yx", "\x1b[?2026h\x1b[?25l");
	expect_written(f, "y", "\x1b[?2026l");
}

static void the_background_chooses_the_theme_that_was_left_open(void **state)
{
	struct fixture *f = *state;
	struct buf errors = {0};
	setenv("TERM", "xterm-256color", 1);
	assert_true(ui_set_theme(f->ui, SPAN("auto"), &errors));
	say(f, "@msgid=a :bob!b@h PRIVMSG #den :ann: look");
	settle(f);
	expect_written(f, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "38;5;126m@");
	expect_written(f, "\x1b]11;rgb:1e1e/1e1e/1e1e\a", "38;5;215m@");
	assert_true(ui_set_theme(f->ui, SPAN("dark"), &errors));
	// What was chosen stays, and is made readable: no 215 on white.
	expect_written(f, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "38;5;95m@");
	assert_int_equal(errors.len, 0);
	assert_false(ui_set_theme(f->ui, SPAN("plaid"), &errors));
	assert_non_null(strstr(buf_str(&errors), "there is no theme 'plaid'"));
	buf_clear(&errors);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(what_is_typed_is_seen_and_sent_by_enter),
		TEST(a_paste_of_three_lines_sends_nothing),
		TEST(tab_walks_through_names),
		TEST(tab_completes_paths_and_shows_them),
		TEST(a_message_appears_and_is_marked_as_read),
		TEST(nothing_is_read_while_nobody_looks),
		TEST(questions_take_their_keys),
		TEST(drafts_stay_with_their_target),
		TEST(a_few_letters_lead_to_a_target),
		TEST(the_server_searches_and_leads_to_what_is_not_loaded),
		TEST(a_draft_is_written_in_an_editor),
		TEST(an_alert_rings_and_tells_the_desktop),
		TEST(menus_open_and_close_as_often_as_asked),
		TEST(a_chosen_message_is_answered_and_removed),
		TEST(enter_on_nothing_tries_to_connect),
		TEST(page_up_at_the_top_asks_for_more),
		TEST(a_flood_costs_few_bytes_and_keys_are_heard),
		TEST(the_probe_tells_how_wide_clusters_are),
		TEST(with_mode_2027_clusters_count),
		TEST(frames_are_whole_where_the_terminal_can_wait),
		TEST(the_background_chooses_the_theme_that_was_left_open),
		TEST(a_terminal_that_does_not_read_stops_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
