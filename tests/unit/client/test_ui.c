// SPDX-License-Identifier: MIT
// Keys typed into a terminal, and what comes of it.
#include "tests/unit/client/ui_fixture.h"
#include "client/model/target.h"

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

static bool is_hunter(void *arg UNUSED, struct span text)
{
	return span_eq(text, SPAN("hunter2"));
}

static void a_password_that_is_typed_is_neither_sent_nor_remembered(void **state)
{
	struct fixture *f = *state;
	type(f, "hello\r");
	f->intents.is_secret = is_hunter;
	type(f, "hunter2\r");
	expect_asked(f, "typed in #den: hello\n");
	expect_row(f, -1, "ann ›");
	type(f, "\x1b[A");
	expect_row(f, -1, "ann › hello");
	type(f, " hunter2\r");
	expect_asked(f, "typed in #den: hello hunter2\n");
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
	type(f, "\t\x7f\x7f\x7f\x7f\x7f\x7f"
		"b\t");
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
	type(f, "\x1bg"
		"opr");
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
	type(f, "\x13"
		"cake\x13");
	expect_asked(f, "raw SEARCH limit=100;text=cake\n");
	say(f, ":srv BATCH +s soju.im/search");
	say(f,
	    "@batch=s;msgid=x1;time=2026-11-01T12:00:00.000Z :bob!b@h PRIVMSG #den :old cake");
	say(f, ":srv BATCH -s");
	settle(f);
	expect_row(f, 20, "#den bob: old cake");
	type(f, "\r");
	expect_asked(f, "seek x1 0 in #den\n");
	say(f, ":srv BATCH +h chathistory #den");
	say(f,
	    "@batch=h;msgid=x1;time=2026-11-01T12:00:00.000Z :bob!b@h PRIVMSG #den :old cake");
	say(f, ":srv BATCH -h");
	struct target *t = f->m->current;
	target_join(f->m, t, scrollback_find(&t->log, SPAN("new")), false);
	model_sought(f->m, t, scrollback_find(&t->log, SPAN("x1")), SOUGHT_HERE);
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
	WAIT_UNTIL(row_holds(f, -2, "ann › a letter"), settle(f));
	expect_row(f, -1, "regards");
	type(f, "\r");
	expect_asked(f, "typed in #den: a letter\nregards\n");
	setenv("VISUAL", "false", 1);
	type(f, "kept\x18\x05");
	WAIT_UNTIL(row_holds(f, -2, "did not end well"), settle(f));
	expect_row(f, -1, "ann › kept");
}

static void an_alert_rings_and_tells_the_desktop(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[O");
	say(f,
	    "@msgid=a;time=2026-11-22T12:00:00.000Z :bob!b@h PRIVMSG #den :ann;\x1b]0;x\x07 now");
	wait_for_frame(f);
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
	const char told[] = "\x1b]777;notify;bob in #den;ann, now\x1b\\";
	assert_non_null(memmem(f->bytes.at, f->bytes.len, told, sizeof(told) - 1));
	buf_reset(&f->bytes);
	type(f, "\x1bP>|kitty(0.32)\x1b\\");
	say(f, "@msgid=b;time=2026-11-22T12:00:01.000Z :bob!b@h PRIVMSG #den :ann?");
	wait_for_frame(f);
	const char kitty[] =
		"\x1b]99;i=snug:d=0;bob in #den\x1b\\\x1b]99;i=snug:p=body;ann?\x1b\\";
	assert_non_null(memmem(f->bytes.at, f->bytes.len, kitty, sizeof(kitty) - 1));
	// Each time.
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
}

static void nothing_rings_in_quiet_hours(void **state)
{
	struct fixture *f = *state;
	struct ui_settings settings;
	ui_settings_init(&settings);
	settings.quiet = (struct quiet){0, 24 * 60};
	ui_set_settings(f->ui, &settings);
	type(f, "\x1b[O");
	say(f, "@msgid=a;time=2026-11-22T12:00:00.000Z :bob!b@h PRIVMSG #den :ann: hi");
	wait_for_frame(f);
	assert_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
	assert_null(memmem(f->bytes.at, f->bytes.len, "]777", 4));
	assert_int_equal(target_find(f->m, SPAN("#den"))->mentions, 1);
	digest(f);
	settings.quiet = (struct quiet){0};
	ui_set_settings(f->ui, &settings);
	say(f, "@msgid=b;time=2026-11-22T12:00:01.000Z :bob!b@h PRIVMSG #den :ann: hi");
	wait_for_frame(f);
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
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

static void enter_on_nothing_tries_to_connect(void **state)
{
	struct fixture *f = *state;
	struct link_status s = {.state = LINK_OFFLINE, .next_at_ms = 1};
	model_set_link(f->m, &s);
	type(f, "\r");
	expect_asked(f, "reconnect\n");
}

// The view stands in the midst of a long message, of another room by now.
static void a_key_in_the_turn_of_a_join_is_for_the_new_room(void **state)
{
	struct fixture *f = *state;
	struct buf line = {0};
	buf_add_str(&line, ":bob!b@h PRIVMSG #den :");
	for (int i = 0; i < 1000; i++)
		buf_add_str(&line, "words ");
	say(f, buf_str(&line));
	buf_clear(&line);
	settle(f);
	type(f, "\x1b[5~");
	type(f, "\x1b[5~");
	assert_true(f->ui->view.anchor_rows > 24);
	model_await(f->m, SPAN("#pit"));
	say(f, ":ann!a@h JOIN #pit");
	assert_ptr_equal(f->m->current, target_find(f->m, SPAN("#pit")));
	type(f, "\x1b[6~");
	assert_int_equal(f->ui->shown_target, f->m->current->id);
	assert_null(f->ui->view.anchor);
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
		snprintf(
			line, sizeof(line),
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
		snprintf(line, sizeof(line), "@msgid=f%d :bob!b@h PRIVMSG #den :%d%d%d%d%d%d",
			 i, i, i, i, i, i, i);
		say(f, line);
		ui_redraw(f->ui);
		loop_turn(f->loop, i % 20 == 0 ? FRAME_MS + 1 : 0); // time: for a frame
	}
	assert_int_equal(target_find(f->m, SPAN("#den"))->log.count, 3000);
	settle(f);
	settle(f);
	expect_row(f, 20, "299929992999");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(what_is_typed_is_seen_and_sent_by_enter),
		TEST(a_password_that_is_typed_is_neither_sent_nor_remembered),
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
		TEST(nothing_rings_in_quiet_hours),
		TEST(menus_open_and_close_as_often_as_asked),
		TEST(enter_on_nothing_tries_to_connect),
		TEST(a_key_in_the_turn_of_a_join_is_for_the_new_room),
		TEST(page_up_at_the_top_asks_for_more),
		TEST(a_flood_costs_few_bytes_and_keys_are_heard),
		TEST(a_terminal_that_does_not_read_stops_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
