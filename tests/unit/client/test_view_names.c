// SPDX-License-Identifier: MIT
// People on the screen by their display names, with the account where it matters who they are.
#include "tests/unit/client/scene.h"

#include "client/model/complete.h"

static void set(struct scene *s, const char *name, const char *display)
{
	char line[512];
	snprintf(line, sizeof(line), ":srv METADATA %s display-name * :%s", name, display);
	scene_say(s, line);
}

static void expect(struct scene *s, const char *row)
{
	char *text = scene_text(s);
	if (!strstr(text, row))
		fail_msg("not on the screen: %s\n%s", row, text);
	free(text);
}

static void expect_not(struct scene *s, const char *row)
{
	char *text = scene_text(s);
	if (strstr(text, row))
		fail_msg("on the screen: %s\n%s", row, text);
	free(text);
}

static void log_members_and_typing_show_display_names(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 100, 28);
	set(&s, "bob", "Zo\u00eb Doe");
	set(&s, "dora", "\u0414\u043e\u0440\u0430");
	scene_talk(&s);
	expect(&s, "Zo\u00eb Doe  are we still on");
	expect(&s, "@Zo\u00eb Doe"); // in the list of members
	expect(&s, "* \u0414\u043e\u0440\u0430  waves");
	expect(&s, "\u250c \u0414\u043e\u0440\u0430: yes, slides"); // what is answered
	expect(&s, "\u0414\u043e\u0440\u0430 is typing");
	expect(&s, "4 \u0414\u043e\u0440\u0430           1 \u2502"); // the conversation
	expect_not(&s, "dora");
	s.m->by_account = true;
	expect(&s, "bob  are we still on");
	expect_not(&s, "\u0414\u043e\u0440\u0430");
	scene_clear(&s);
}

static void who_looks_alike_has_the_account_beside(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 100, 28);
	set(&s, "bob", "Anna");
	set(&s, "dora", "\u0410nna");
	scene_talk(&s);
	expect(&s, "Anna (bob)  are we still on");
	expect(&s, "\u0410nna (dora)  yes, slides");
	expect(&s, "@Anna (bob)");
	grid_clear(&s.grid);
	grid_init(&s.grid, 40, 28);
	expect(&s, "Anna (bob): are we");
	scene_clear(&s);
}

// What is cut could be anybody's.
static void a_name_without_room_gives_way_to_the_account(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 100, 28);
	set(&s, "bob", "Maximilian Alexander");
	set(&s, "dora", "Anna Maria Doe");
	set(&s, "cem", "\u0410nna Maria Doe");
	scene_talk(&s);
	expect(&s, " bob  are we still on");
	expect(&s, "@bob");
	expect(&s, " dora  yes, slides");
	expect(&s, "Anna Maria Doe (dora): yes, slides"); // what is answered has room
	expect_not(&s, "Maximilian");
	grid_clear(&s.grid);
	grid_init(&s.grid, 40, 28);
	expect(&s, "Maximilian Alexander: are we");
	scene_clear(&s);
}

static void a_hostile_name_is_not_drawn(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 100, 28);
	set(&s, "bob", "\u202eann");
	set(&s, "dora", "\x1b[2Jann");
	scene_talk(&s);
	expect(&s, " bob  are we still on");
	expect(&s, " dora  yes, slides");
	scene_clear(&s);
}

static void expect_completed(struct scene *s, const char *typed, const char *first)
{
	struct completion found;
	complete(s->m, s->m->current, span_of(typed), strlen(typed), NULL, 0, &found);
	assert_true(found.count > 0);
	assert_string_equal(found.items[0], first);
	completion_clear(&found);
}

static void either_name_is_completed_to_the_account(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 100, 28);
	scene_talk(&s);
	set(&s, "eve", "\u0417\u043e\u044f Doe");
	expect_completed(&s, "\u0437\u043e", "eve: ");
	expect_completed(&s, "ask @\u0417\u043e\u044f", "@eve ");
	expect_completed(&s, "ev", "eve: ");
	scene_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_members_and_typing_show_display_names),
		cmocka_unit_test(who_looks_alike_has_the_account_beside),
		cmocka_unit_test(a_name_without_room_gives_way_to_the_account),
		cmocka_unit_test(a_hostile_name_is_not_drawn),
		cmocka_unit_test(either_name_is_completed_to_the_account),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
