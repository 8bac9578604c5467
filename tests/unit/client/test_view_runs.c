// SPDX-License-Identifier: MIT
// Long runs of one speaker, and text alone: what stands beside the text, and what does not.
#include "tests/unit/client/scene.h"

static size_t count_in(struct scene *s, const char *text)
{
	char *all = scene_text(s);
	size_t n = 0;
	for (const char *at = all; (at = strstr(at, text)); at++)
		n++;
	free(all);
	return n;
}

// A message in each `every` seconds from 12:00 on.
static void run_of_bob(struct scene *s, int n, int every)
{
	for (int i = 0; i < n; i++) {
		char clock[16], id[16], line[100];
		int at = i * every;
		snprintf(clock, sizeof(clock), "%02d:%02d:%02d", 12 + at / 3600, at / 60 % 60,
			 at % 60);
		snprintf(id, sizeof(id), "m%d", i);
		snprintf(line, sizeof(line), ":bob!b@h PRIVMSG #lounge :number %d", i);
		scene_at(s, clock, id, line);
	}
}

static void a_run_longer_than_the_page_has_its_name_at_the_top(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 80, 24);
	run_of_bob(&s, 60, 1);
	scene_expect_row(&s, 1, "12:00       bob  number 40");
	scene_expect_row(&s, 2, "                  number 41");
	assert_int_equal(count_in(&s, "bob  number"), 1);
	view_scroll(&s.view, 7);
	scene_expect_row(&s, 1, "12:00       bob  number 33");
	scene_clear(&s);
}

static void the_rest_of_a_long_message_has_its_name(void **state)
{
	struct scene s;
	struct buf line = {0};
	(void)state;
	scene_init(&s, 80, 24);
	buf_add_str(&line, ":bob!b@h PRIVMSG #lounge :first");
	for (int i = 0; i < 300; i++)
		buf_add_str(&line, " word");
	scene_at(&s, "12:00:00", "m1", buf_str(&line));
	buf_clear(&line);
	scene_expect_row(&s, 1, "12:00       bob  word");
	scene_clear(&s);
}

static void a_run_has_its_name_every_ten_minutes(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 80, 24);
	run_of_bob(&s, 12, 150); // 27 minutes
	assert_int_equal(count_in(&s, "bob  number"), 3);
	assert_int_equal(count_in(&s, "12:10       bob  number 4"), 1);
	assert_int_equal(count_in(&s, "12:20       bob  number 8"), 1);
	scene_clear(&s);
}

static void text_alone_has_nothing_beside_it(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 80, 24);
	scene_talk(&s);
	s.view.bare = BARE_TEXT;
	char *all = scene_text(&s);
	assert_non_null(strstr(all, "\nare we still on for three?\n"));
	assert_non_null(strstr(all, "\nann: can you open the door?\n"));
	assert_null(strstr(all, "12:05"));
	assert_null(strstr(all, "bob  "));
	assert_null(strstr(all, "bob: ann"));
	assert_null(strstr(all, "#dev"));
	free(all);
	s.view.bare = BARE_NAMED;
	assert_int_equal(count_in(&s, "bob  are we still on for three?"), 1);
	scene_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_longer_than_the_page_has_its_name_at_the_top),
		cmocka_unit_test(the_rest_of_a_long_message_has_its_name),
		cmocka_unit_test(a_run_has_its_name_every_ten_minutes),
		cmocka_unit_test(text_alone_has_nothing_beside_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
