// SPDX-License-Identifier: MIT
// Pictures on the screen: when they are asked for, in which form, and what is shown of an answer.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/line_file.h"
#include "client/model/picture.h"

#define PICTURE(id)                                                                            \
	"@msgid=" id ";snug.chat/file=ID" id ";snug.chat/file-name=a.png;"                     \
	"snug.chat/file-type=image/png;snug.chat/file-size=5 :bob!b@h PRIVMSG #den :see https://h/f/ID" id

static int with_pictures(void **state)
{
	if (set_up(state) != 0)
		return -1;
	struct fixture *f = *state;
	f->m->read_file = line_file_read;
	say(f, ":srv 005 ann draft/FILEHOST=https://h/f :are here");
	return 0;
}

static void turn(struct fixture *f, enum ui_pictures how)
{
	struct ui_settings settings = f->ui->settings;
	settings.pictures = how;
	settings.ascii = false;
	ui_set_settings(f->ui, &settings);
	settle(f);
	buf_reset(&f->asked);
}

static void answer(struct fixture *f, const char *id, enum picture_form form, int width,
		   int height, const char *bytes, const char *why)
{
	struct picture_wish wish = {
		.id = span_of(id), .form = form, .width = width, .height = height};
	struct picture_answer a = {.wish = &wish, .bytes = span_of(bytes), .why = why};
	picture_tell(f->m, &a);
	settle(f);
}

static void nothing_is_asked_for_while_they_are_off(void **state)
{
	struct fixture *f = *state;
	say(f, PICTURE("m1"));
	settle(f);
	buf_reset(&f->asked);
	assert_true(ui_message_act(f->ui, SPAN("view"), SPAN("")));
	settle(f);
	expect_row(f, -2, "pictures are off: /set files.pictures asked");
	expect_asked(f, "");
}

static void one_in_sight_is_asked_for_once_and_drawn(void **state)
{
	struct fixture *f = *state;
	turn(f, PICTURES_ON);
	say(f, PICTURE("m1"));
	settle(f);
	expect_asked(f, "read #den\npicture m1 of #den as 0, 41x12\n");
	expect_row(f, -4, "┊ the picture is on its way");
	answer(f, "m1", PICTURE_BLOCKS, 41, 12, "▀▀\n▄▄", NULL);
	expect_row(f, -5, "▀▀");
	expect_row(f, -4, "▄▄");
	say(f, ":bob!b@h PRIVMSG #den :well");
	settle(f);
	expect_row(f, -5, "▄▄");
	assert_null(strstr(buf_str(&f->asked), "picture"));
	// Turned off it is gone, and with it what was removed.
	turn(f, PICTURES_ASKED);
	assert_false(row_holds(f, -5, "▄▄"));
	turn(f, PICTURES_ON);
	expect_row(f, -5, "▄▄");
	say(f, ":bob!b@h REDACT #den m1");
	settle(f);
	assert_false(row_holds(f, -5, "▄▄"));
}

static void a_failure_is_told_and_tried_again_behind_an_outage(void **state)
{
	struct fixture *f = *state;
	struct link_status offline = {.state = LINK_OFFLINE}, online = {.state = LINK_ONLINE};
	turn(f, PICTURES_ON);
	say(f, PICTURE("m1"));
	settle(f);
	buf_reset(&f->asked);
	answer(f, "m1", PICTURE_BLOCKS, 41, 12, "", "the connection was cut");
	expect_row(f, -4, "┊ not shown: the connection was cut");
	answer(f, "m1", PICTURE_BLOCKS, 41, 12, "▀", NULL); // nobody asked for another
	expect_row(f, -4, "┊ not shown: the connection was cut");
	model_set_link(f->m, &offline);
	model_set_link(f->m, &online);
	settle(f);
	assert_non_null(strstr(buf_str(&f->asked), "picture m1 of #den"));
	answer(f, "m1", PICTURE_BLOCKS, 41, 12, "\x1b]0;evil\a", NULL);
	expect_row(f, -5, "┊ not shown: what draws it asks the");
}

static void a_few_are_on_their_way_at_once(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;
	turn(f, PICTURES_ON);
	say(f, PICTURE("m1"));
	say(f, PICTURE("m2"));
	say(f, PICTURE("m3"));
	say(f, PICTURE("m4"));
	say(f, PICTURE("m5"));
	say(f, PICTURE("m6"));
	settle(f);
	for (const char *at = buf_str(&f->asked); (at = strstr(at, "picture ")); at++)
		n++;
	assert_int_equal(n, ALBUM_ASKS_MAX);
}

static void one_over_the_whole_screen_goes_by_any_key(void **state)
{
	struct fixture *f = *state;
	turn(f, PICTURES_ASKED);
	say(f, PICTURE("m1"));
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	settle(f);
	type(f, "v");
	expect_asked(f, "picture m1 of #den as 0, 80x23\n");
	expect_row(f, 0, "the picture is on its way");
	expect_row(f, -1, "a.png  (any key goes back)");
	answer(f, "m1", PICTURE_BLOCKS, 80, 23, "▀▀", NULL);
	expect_row(f, 11, "▀▀");
	type(f, "x");
	expect_row(f, -1, " ann ›");
	assert_false(row_holds(f, -1, "x"));
	// One that is not shown any more is passed over.
	answer(f, "m1", PICTURE_BLOCKS, 80, 23, "▀▀", NULL);
	assert_false(row_holds(f, 11, "▀▀"));
}

static void pixels_go_to_a_terminal_that_shows_them(void **state)
{
	struct fixture *f = *state;
	static const char wished[] = "picture m1 of #den as %d, 640x368\n";
	struct buf wanted = {0};
	say(f, PICTURE("m1"));
	expect_written(f, "\x1b[?62;4;22c", "");
	turn(f, PICTURES_ASKED);
	assert_true(ui_message_act(f->ui, SPAN("view"), SPAN("m1")));
	buf_printf(&wanted, wished, PICTURE_SIXEL);
	expect_asked(f, buf_str(&wanted));
	wait_for_frame(f);
	digest(f);
	struct picture_wish wish = {
		.id = SPAN("m1"), .form = PICTURE_SIXEL, .width = 640, .height = 368};
	struct picture_answer a = {.wish = &wish, .bytes = SPAN("\x1bPq~~\x1b\\")};
	picture_tell(f->m, &a);
	wait_for_frame(f);
	assert_non_null(strstr(buf_str(&f->bytes), "\x1b[1;1H\x1bPq~~\x1b\\"));
	buf_reset(&f->bytes);
	// Once, and what is left of it is erased.
	expect_written(f, "x", "\x1b[2J");
	assert_null(strstr(buf_str(&f->bytes), "\x1bP"));
	buf_clear(&wanted);
}

static void kittys_answer_is_no_key(void **state)
{
	struct fixture *f = *state;
	struct buf wanted = {0};
	say(f, PICTURE("m1"));
	wait_for_frame(f);
	assert_null(strstr(buf_str(&f->bytes), "\x1b_G"));
	struct ui_settings settings = f->ui->settings;
	settings.pictures = PICTURES_ASKED;
	ui_set_settings(f->ui, &settings);
	wait_for_frame(f);
	assert_non_null(
		strstr(buf_str(&f->bytes), "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"));
	buf_reset(&f->bytes);
	// While it is waited for, M-_ is a key as ever.
	type(f, "ab\x17");
	type(f, "\x1f");
	expect_row(f, -1, "ab");
	type(f, "\x1b_");
	assert_false(row_holds(f, -1, "ab"));
	type(f, "\x1b_Gi=31;OK\x1b\\");
	assert_false(row_holds(f, -1, "OK"));
	buf_reset(&f->asked);
	assert_true(ui_message_act(f->ui, SPAN("view"), SPAN("m1")));
	buf_printf(&wanted, "picture m1 of #den as %d, 640x368\n", PICTURE_KITTY);
	expect_asked(f, buf_str(&wanted));
	expect_written(f, "x", "\x1b_Ga=d,d=A,q=2\x1b\\");
	buf_clear(&wanted);
}

#define PICTURE_TEST(fn) cmocka_unit_test_setup_teardown(fn, with_pictures, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PICTURE_TEST(nothing_is_asked_for_while_they_are_off),
		PICTURE_TEST(one_in_sight_is_asked_for_once_and_drawn),
		PICTURE_TEST(a_failure_is_told_and_tried_again_behind_an_outage),
		PICTURE_TEST(a_few_are_on_their_way_at_once),
		PICTURE_TEST(one_over_the_whole_screen_goes_by_any_key),
		PICTURE_TEST(pixels_go_to_a_terminal_that_shows_them),
		PICTURE_TEST(kittys_answer_is_no_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
