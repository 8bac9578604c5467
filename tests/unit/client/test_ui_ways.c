// SPDX-License-Identifier: MIT
// Ways around on the screen: invitations in the inbox, go to, drafts, numbers.
#include "tests/unit/client/ui_fixture.h"

static void an_invitation_waits_in_the_inbox(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z :bob!b@h INVITE ann #ops");
	settle(f);
	expect_row(f, 1, "@1");
	expect_row(f, -2, "invited: M-i");
	type(f, "\x1bi");
	expect_row(f, -4, "#ops: bob invites you");
	expect_row(f, -5, "d declines");
	type(f, "d");
	expect_asked(f, "typed in #den: /decline #ops\n");
	expect_row(f, -4, "#ops: bob invites you"); // until the server says so
	type(f, "\r");
	expect_asked(f, "typed in #den: /join #ops\n");
}

static void a_d_in_the_inbox_declines_no_message(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :ann: hello");
	settle(f);
	type(f, "\x1bi");
	expect_row(f, -4, "ann: hello");
	type(f, "d");
	expect_row(f, -4, "ann: hello");
	type(f, "\x1b");
	assert_false(row_holds(f, -4, "/decline"));
	assert_false(strstr(buf_str(&f->asked), "decline"));
}

static void open_rooms(struct fixture *f)
{
	say(f, ":ann!a@h JOIN #ops");
	say(f, ":ann!a@h JOIN #tea");
	settle(f);
}

static void the_first_ten_have_the_number_of_their_key(void **state)
{
	struct fixture *f = *state;
	open_rooms(f);
	expect_row(f, 5, "\u25b8 #den");
	expect_row(f, 6, "2 #ops");
	expect_row(f, 7, "3 #tea");
	type(f, "\x1b"
		"3");
	expect_row(f, 5, "1 #den");
	expect_row(f, 7, "\u25b8 #tea");
}

// Where one was last comes first, and behind it where something was said.
static void go_to_lists_what_is_recent_first(void **state)
{
	struct fixture *f = *state;
	open_rooms(f);
	say(f, "@time=2026-11-22T12:00:00.000Z :bob!b@h PRIVMSG ann :psst");
	type(f, "\x1b"
		"2");
	type(f, "\x1b"
		"1");
	type(f, "\x1bg");
	expect_row(f, 15, "go to a room");
	expect_row(f, 16, "\u25b8 #ops");
	expect_row(f, 17, "bob");
	expect_row(f, 18, "#tea");
	expect_row(f, 19, "server");
	expect_row(f, 20, "Inbox");
	type(f, "\r");
	expect_row(f, 0, "#ops");
	type(f, "\x1bg");
	expect_row(f, 16, "\u25b8 #den");
	type(f, "\x1b");
}

static void go_to_reaches_the_inbox_and_the_server(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1bginb\r");
	expect_row(f, 19, "inbox: Enter goes there");
	type(f, "\x1b");
	type(f, "\x1bgserv\r");
	expect_row(f, 3, "\u25b8 server");
}

static void a_draft_has_a_pencil_where_it_waits(void **state)
{
	struct fixture *f = *state;
	open_rooms(f);
	type(f, "half a word");
	assert_false(row_holds(f, 5, "\u270e"));
	type(f, "\x1b"
		"2");
	expect_row(f, 5, "1 #den           \u270e");
	type(f, "\x1b"
		"1");
	type(f, "\x03");
	type(f, "\x1b"
		"2");
	assert_false(row_holds(f, 5, "\u270e"));
	f->ui->view.ascii = true;
	type(f, "\x1b"
		"1");
	type(f, "half a word");
	type(f, "\x1b"
		"2");
	expect_row(f, 5, "1 #den           =");
}

static void help_is_grouped_and_found_by_typing(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1bOP");
	expect_row(f, 1, "help: M- is Alt, C- is Ctrl; type to find");
	expect_row(f, 2, "--- write");
	expect_row(f, 3, "Enter");
	type(f, "invite-l");
	expect_row(f, -1, "help \u203a invite-l");
	expect_row(f, 17, "--- people");
	expect_row(f, 18, "/invite-link [#room]");
	expect_row(f, 19, "--- examples");
	expect_row(f, 20, "/invite-link 5 7d");
	type(f, "zz");
	expect_row(f, 20, "nothing found");
	type(f, "\x1b");
	expect_row(f, -1, "ann \u203a");
}

static const char *kept(void *arg, struct span key)
{
	struct fixture *f = arg;
	return span_eq(key, SPAN(".welcome")) && strstr(buf_str(&f->asked), "kept") ? "over"
										    : NULL;
}

static void keep(void *arg, struct span key, struct span words)
{
	buf_printf(&((struct fixture *)arg)->asked, "kept " SPAN_FMT " " SPAN_FMT "\n",
		   SPAN_ARG(key), SPAN_ARG(words));
}

static void begin_anew(struct fixture *f)
{
	f->intents.kept = kept;
	f->intents.keep = keep;
	ui_welcome(f->ui);
	ui_changed(f->ui);
	settle(f);
}

static void a_newcomer_is_told_three_things_until_the_first_message(void **state)
{
	struct fixture *f = *state;
	begin_anew(f);
	expect_row(f, 18, "\u2500\u2500\u2500");
	expect_row(f, 19, "Type and press Enter");
	expect_row(f, 20, "F1");
	expect_row(f, 21, "M-g");
	expect_row(f, 22, "connecting");
	type(f, "/away\r");
	expect_row(f, 19, "Type and press Enter");
	buf_reset(&f->asked);
	type(f, "hello\r");
	expect_asked(f, "kept .welcome over\ntyped in #den: hello\n");
	assert_false(row_holds(f, 19, "Type and"));
	expect_row(f, 21, "\u2500\u2500\u2500");
}

static void esc_hides_it_and_it_never_comes_back(void **state)
{
	struct fixture *f = *state;
	begin_anew(f);
	type(f, "\x1b");
	assert_false(row_holds(f, 19, "Type and"));
	assert_null(f->ui->view.selected);
	begin_anew(f);
	assert_false(row_holds(f, 19, "Type and"));
	buf_reset(&f->asked);
}

// Where nobody remembers it, or something was typed before this run, there is nothing to tell.
static void who_is_no_newcomer_is_told_nothing(void **state)
{
	struct fixture *f = *state;
	assert_false(row_holds(f, 19, "Type and"));
	type(f, "hello\r");
	begin_anew(f);
	assert_false(row_holds(f, 19, "Type and"));
	buf_reset(&f->asked);
}

static size_t count_in(const char *name, bool is_command)
{
	static const struct {
		const char *acts, *commands;
	} groups[] = {
#define HELP_GROUP(heading, acts, commands) {acts, commands},
#include "client/ui/help.def"
#undef HELP_GROUP
	};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		struct span rest = span_of(is_command ? groups[i].commands : groups[i].acts);
		while (rest.len)
			n += span_eq(span_cut(&rest, ' '), span_of(name));
	}
	return n;
}

// Each stands once, and what is named is there.
static void the_groups_of_the_help_name_what_there_is(void **state)
{
	static const char *const acts[] = {
#define ACT(name, help) #name,
#include "client/ui/acts.def"
#undef ACT
	};
	static const char all[] =
#define HELP_GROUP(heading, acts, commands) " " acts " " commands
#include "client/ui/help.def"
#undef HELP_GROUP
		;
	size_t n_commands, n = 0, named = 0;
	const struct command_help *list = command_list(&n_commands);
	struct span rest = span_of(all);
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		assert_true(count_in(acts[i], false) <= 1);
		n += count_in(acts[i], false);
	}
	for (size_t i = 0; i < n_commands; i++) {
		assert_true(count_in(list[i].name, true) <= 1);
		n += count_in(list[i].name, true);
	}
	while (rest.len)
		named += span_cut(&rest, ' ').len > 0;
	assert_int_equal(n, named);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_invitation_waits_in_the_inbox),
		TEST(a_d_in_the_inbox_declines_no_message),
		TEST(the_first_ten_have_the_number_of_their_key),
		TEST(go_to_lists_what_is_recent_first),
		TEST(go_to_reaches_the_inbox_and_the_server),
		TEST(a_draft_has_a_pencil_where_it_waits),
		TEST(a_newcomer_is_told_three_things_until_the_first_message),
		TEST(esc_hides_it_and_it_never_comes_back),
		TEST(who_is_no_newcomer_is_told_nothing),
		TEST(help_is_grouped_and_found_by_typing),
		TEST(the_groups_of_the_help_name_what_there_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
