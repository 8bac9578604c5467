// SPDX-License-Identifier: MIT
// Pictures among the messages: which are asked for, which give way, which answer is taken.
#include "client/ui/album.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static int set_up(void **state)
{
	static struct album a;

	a = (struct album){0};
	*state = &a;
	return 0;
}

static int tear_down(void **state)
{
	album_clear(*state);
	return 0;
}

static enum album_state see(struct album *a, const char *id, int cols)
{
	const struct album_picture *p = album_see(a, span_of(id), cols);

	return p ? p->state : ALBUM_FREE;
}

static void answer(struct album *a, const char *id, int width, const char *why)
{
	struct picture_wish wish = {.id = span_of(id),
				    .form = PICTURE_BLOCKS,
				    .width = width,
				    .height = ALBUM_ROWS};
	struct picture_answer given = {.wish = &wish, .why = why, .bytes = SPAN("ab\ncd\n")};

	album_take(a, &given);
}

static void a_picture_is_asked_for_and_shown(void **state)
{
	struct album *a = *state;

	album_begin_frame(a);
	assert_null(album_next(a));
	assert_int_equal(see(a, "p1", 20), ALBUM_WANTED);
	assert_int_equal(see(a, "p1", 20), ALBUM_WANTED);
	const struct album_picture *p = album_next(a);
	assert_string_equal(p->id, "p1");
	assert_null(album_next(a));
	assert_int_equal(see(a, "p1", 20), ALBUM_ASKED);
	answer(a, "p1", 20, NULL);
	assert_int_equal(see(a, "p1", 20), ALBUM_SHOWN);
	assert_int_equal(p->mosaic.cols, 2);
	// It fits as long as the window is as wide as what was drawn.
	assert_int_equal(see(a, "p1", 2), ALBUM_SHOWN);
	assert_int_equal(see(a, "p1", 1), ALBUM_WANTED);
	assert_int_equal(p->cols, 1);
	album_forget(a, SPAN("p2"));
	assert_int_equal(see(a, "p1", 1), ALBUM_WANTED);
	album_forget(a, SPAN("p1"));
	assert_int_equal(see(a, "p1", ALBUM_COLS + 9), ALBUM_WANTED);
	assert_int_equal(album_see(a, SPAN("p1"), 5)->cols, ALBUM_COLS);
}

static void only_the_answer_to_what_was_asked_is_taken(void **state)
{
	struct album *a = *state;
	struct picture_wish wish = {
		.id = SPAN("p1"), .form = PICTURE_BLOCKS, .width = 20, .height = ALBUM_ROWS};
	struct picture_answer given = {.wish = &wish, .bytes = SPAN("ab\n")};

	album_begin_frame(a);
	assert_int_equal(see(a, "p1", 20), ALBUM_WANTED);
	album_take(a, &given); // nobody asked yet
	assert_int_equal(see(a, "p1", 20), ALBUM_WANTED);
	assert_non_null(album_next(a));
	wish.id = SPAN("p2");
	album_take(a, &given);
	wish.id = SPAN("p1");
	wish.width = 19;
	album_take(a, &given);
	wish.width = 20;
	wish.height = ALBUM_ROWS + 1;
	album_take(a, &given);
	wish.height = ALBUM_ROWS;
	wish.form = PICTURE_SIXEL;
	album_take(a, &given);
	assert_int_equal(see(a, "p1", 20), ALBUM_ASKED);
	answer(a, "p1", 20, "it is broken");
	assert_int_equal(see(a, "p1", 20), ALBUM_FAILED);
	assert_string_equal(album_see(a, SPAN("p1"), 20)->why, "it is broken");
	album_retry(a);
	assert_int_equal(see(a, "p1", 20), ALBUM_WANTED);
	assert_null(album_see(a, SPAN("p1"), 20)->why);
	// What cannot be read says why itself.
	assert_non_null(album_next(a));
	given.bytes = SPAN("\x1b[2J");
	wish.form = PICTURE_BLOCKS;
	album_take(a, &given);
	assert_int_equal(see(a, "p1", 20), ALBUM_FAILED);
}

static void so_many_are_asked_for_at_a_time(void **state)
{
	struct album *a = *state;
	char id[16];

	album_begin_frame(a);
	for (int i = 0; i <= ALBUM_ASKS_MAX; i++) {
		snprintf(id, sizeof(id), "p%d", i);
		assert_int_equal(see(a, id, 20), ALBUM_WANTED);
	}
	for (int i = 0; i < ALBUM_ASKS_MAX; i++)
		assert_non_null(album_next(a));
	assert_null(album_next(a));
	// What is out of sight is not asked for.
	album_begin_frame(a);
	for (int i = 0; i <= ALBUM_ASKS_MAX; i++) {
		snprintf(id, sizeof(id), "p%d", i);
		answer(a, id, 20, NULL);
	}
	assert_null(album_next(a));
	for (int i = 0; i <= ALBUM_ASKS_MAX; i++) {
		snprintf(id, sizeof(id), "p%d", i);
		(void)see(a, id, 20);
	}
	assert_non_null(album_next(a));
}

// What was not seen for longest gives way; what is in sight, or on its way, does not.
static void a_full_album_takes_what_is_seen(void **state)
{
	struct album *a = *state;
	char id[16];

	album_begin_frame(a);
	assert_int_equal(see(a, "asked", 20), ALBUM_WANTED);
	assert_non_null(album_next(a));
	album_begin_frame(a);
	assert_int_equal(see(a, "older", 20), ALBUM_WANTED);
	album_begin_frame(a);
	assert_int_equal(see(a, "old", 20), ALBUM_WANTED);
	album_begin_frame(a);
	for (int i = 3; i < ALBUM_MAX; i++) {
		snprintf(id, sizeof(id), "p%d", i);
		assert_int_equal(see(a, id, 20), ALBUM_WANTED);
	}
	assert_int_equal(see(a, "new1", 20), ALBUM_WANTED);
	size_t n_old = 0;
	for (size_t i = 0; i < ALBUM_MAX; i++) {
		assert_string_not_equal(a->pictures[i].id, "older");
		n_old += strcmp(a->pictures[i].id, "old") == 0;
	}
	assert_int_equal(n_old, 1);
	assert_int_equal(see(a, "new2", 20), ALBUM_WANTED);
	assert_int_equal(see(a, "new3", 20), ALBUM_FREE);
	assert_int_equal(see(a, "asked", 20), ALBUM_ASKED);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_picture_is_asked_for_and_shown),
		TEST(only_the_answer_to_what_was_asked_is_taken),
		TEST(so_many_are_asked_for_at_a_time),
		TEST(a_full_album_takes_what_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
