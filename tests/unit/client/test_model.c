// SPDX-License-Identifier: MIT
#include "client/model/complete.h"
#include "client/model/model.h"
#include "client/model/people.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static struct model *fresh(void **state)
{
	struct model *m = model_new(SPAN("ann"));
	*state = m;
	return m;
}

static int clean_up(void **state)
{
	model_free(*state);
	return 0;
}

static bool add(struct scrollback *s, int64_t at, const char *id, const char *text)
{
	struct log_line *l;
	struct line_new n = {.at_ms = at, .id = span_of(id), .text = span_of(text)};
	return scrollback_add(s, &n, &l);
}

static void expect_texts(const struct scrollback *s, const char *all)
{
	struct buf out = {0};
	for (size_t i = 0; i < s->count; i++)
		buf_add_span(&out, line_says(scrollback_at(s, i)));
	assert_string_equal(buf_str(&out), all);
	buf_clear(&out);
}

static void lines_are_ordered_by_time_whatever_order_they_come_in(void **state)
{
	struct scrollback s = {0};
	(void)state;
	add(&s, 30, "c", "c");
	add(&s, 10, "a", "a");
	add(&s, 20, "b", "b");
	add(&s, 5, "0", "0");
	add(&s, 40, "d", "d");
	expect_texts(&s, "0abcd");
	scrollback_clear(&s);
}

static void a_room_is_found_in_whatever_form_its_name_is_typed(void **state)
{
	struct model *m = fresh(state);
	struct target *t = target_need(m, SPAN("#caf\u00e9"));
	assert_ptr_equal(target_find(m, SPAN("#Cafe\u0301")), t);
	assert_ptr_equal(target_need(m, SPAN("#cafe\u0301")), t);
	assert_null(target_find(m, SPAN("#cafe")));
	// Where another kind of server has both, they are two.
	struct target *other = target_need(m, SPAN("#o\u0308l"));
	assert_ptr_equal(target_find(m, SPAN("#o\u0308l")), other);
	assert_ptr_not_equal(target_need(m, SPAN("#\u00f6l")), other);
}

static void an_id_is_held_once(void **state)
{
	struct scrollback s = {0};
	(void)state;
	assert_true(add(&s, 10, "a", "a"));
	assert_false(add(&s, 10, "a", "a again"));
	assert_true(add(&s, 10, "b", "b"));
	expect_texts(&s, "ab");
	scrollback_clear(&s);
}

static void ids_of_our_servers_order_lines_of_one_millisecond(void **state)
{
	struct scrollback s = {0};
	(void)state;
	add(&s, 10, "0000000000003", "3");
	add(&s, 10, "0000000000001", "1");
	add(&s, 10, "0000000000002", "2");
	expect_texts(&s, "123");
	scrollback_clear(&s);
}

static void sequence_numbers_order_lines_of_one_millisecond(void **state)
{
	struct scrollback s = {0};
	struct log_line *l;
	(void)state;
	for (uint64_t seq = 5; seq > 0; seq--) {
		char text[2] = {(char)('0' + seq), '\0'};
		struct line_new n = {
			.at_ms = 1, .seq = seq, .id = span_of(text), .text = span_of(text)};
		assert_true(scrollback_add(&s, &n, &l));
	}
	expect_texts(&s, "12345");
	scrollback_clear(&s);
}

static void a_thousand_lines_in_any_order_are_found_again(void **state)
{
	struct scrollback s = {0};
	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		char id[8];
		unsigned n = i * 379 % 1000;
		snprintf(id, sizeof(id), "%u", n);
		assert_true(add(&s, n, id, "x"));
	}
	assert_int_equal(s.count, 1000);
	for (size_t i = 0; i < s.count; i++) {
		struct log_line *l = scrollback_at(&s, i);
		assert_int_equal(l->at_ms, (int64_t)i);
		assert_int_equal(scrollback_index(&s, l), i);
		assert_ptr_equal(scrollback_find(&s, line_id(l)), l);
	}
	while (s.count)
		scrollback_remove(&s, s.count / 2);
	assert_int_equal(s.bytes, 0);
	scrollback_clear(&s);
}

static void a_room_and_a_person_are_told_apart_by_their_name(void **state)
{
	struct model *m = fresh(state);
	assert_int_equal(target_need(m, SPAN("#den"))->kind, TARGET_ROOM);
	assert_int_equal(target_need(m, SPAN("bob"))->kind, TARGET_PERSON);
	assert_ptr_equal(target_need(m, SPAN("#DEN")), target_find(m, SPAN("#den")));
	assert_int_equal(m->n_targets, 3);
	assert_ptr_equal(m->targets[0], m->server);
	assert_string_equal(m->targets[1]->name, "#den");
}

static void removing_the_shown_target_shows_a_neighbour(void **state)
{
	struct model *m = fresh(state);
	struct target *a = target_need(m, SPAN("#a")), *b = target_need(m, SPAN("#b"));
	model_show(m, a);
	target_remove(m, a);
	assert_ptr_equal(m->current, b);
	target_remove(m, b);
	assert_ptr_equal(m->current, m->server);
	target_remove(m, m->server);
	assert_ptr_equal(m->current, m->server);
}

static void an_own_message_becomes_a_stored_line_once(void **state)
{
	struct model *m = fresh(state);
	struct target *t = target_need(m, SPAN("#den"));
	own_add(m, t, 7, LINE_MESSAGE, SPAN("hello"), SPAN(""), 100, OWN_QUEUED);
	assert_int_equal(own_count(m), 1);
	own_set_state(m, 7, OWN_REFUSED, SPAN("too long"));
	assert_string_equal(own_find(m, 7, NULL)->reason, "too long");
	own_stored(m, 7, SPAN("id1"), 120, 0);
	assert_int_equal(own_count(m), 0);
	assert_int_equal(t->log.count, 1);
	assert_false(add(&t->log, 120, "id1", "hello"));
	assert_int_equal(t->unread, 0);
}

static void losing_the_link_leaves_a_gap_before_what_comes_next(void **state)
{
	struct model *m = fresh(state);
	struct target *t = target_need(m, SPAN("#den"));
	struct link_status online = {.state = LINK_ONLINE}, offline = {.state = LINK_OFFLINE};
	model_set_link(m, &online);
	add(&t->log, 1, "a", "a");
	model_set_link(m, &offline);
	assert_true(t->gap_open);
	model_set_link(m, &online);
	assert_null(target_gap(t));
	assert_string_equal(m->link.text, "");
}

static void completion_prefers_who_spoke_last(void **state)
{
	struct model *m = fresh(state);
	struct target *t = target_need(m, SPAN("#den"));
	struct log_line *l;
	struct completion c;
	struct line_new n = {
		.at_ms = 1, .text = SPAN("hi"), .from = person_need(m, SPAN("bo"))};
	scrollback_add(&t->log, &n, &l);
	n.at_ms = 2;
	n.from = person_need(m, SPAN("bob"));
	scrollback_add(&t->log, &n, &l);
	t->kind = TARGET_PERSON; // members are not asked for
	complete(m, t, SPAN("b"), 1, NULL, 0, &c);
	assert_int_equal(c.count, 2);
	assert_string_equal(c.items[0], "bob: ");
	completion_clear(&c);
	complete(m, t, SPAN("hey @bo"), 7, NULL, 0, &c);
	assert_string_equal(c.items[0], "@bob ");
	assert_int_equal(c.start, 4);
	completion_clear(&c);
}

static void commands_complete_only_at_the_start(void **state)
{
	struct model *m = fresh(state);
	struct completion c;
	const char *words[] = {"join", "part"};
	complete(m, m->server, SPAN("/jo"), 3, words, 2, &c);
	assert_int_equal(c.count, 1);
	assert_string_equal(c.items[0], "/join ");
	completion_clear(&c);
	complete(m, m->server, SPAN("see /jo"), 7, words, 2, &c);
	assert_int_equal(c.count, 0);
	completion_clear(&c);
}

static void an_emoji_completes_by_any_of_its_names(void **state)
{
	struct model *m = fresh(state);
	struct completion c;
	complete(m, m->server, SPAN("nice :tad"), 9, NULL, 0, &c);
	assert_int_equal(c.count, 1);
	assert_string_equal(c.items[0], "🎉 ");
	assert_int_equal(c.start, 5);
	completion_clear(&c);
	complete(m, m->server, SPAN(":)"), 2, NULL, 0, &c);
	assert_int_equal(c.count, 0);
	completion_clear(&c);
}

static void expect_list(const struct model *m, const char *names)
{
	struct buf list = {0};
	for (size_t i = 1; i < m->n_targets; i++)
		buf_printf(&list, "%s ", m->targets[i]->name);
	assert_string_equal(buf_str(&list), names);
	buf_clear(&list);
}

static void what_is_pinned_stands_on_top(void **state)
{
	(void)state;
	struct model *m = model_new(SPAN("ann"));
	struct target *zoo = target_need(m, SPAN("#zoo")), *bob = target_need(m, SPAN("bob"));
	target_need(m, SPAN("#ant"));
	expect_list(m, "#ant #zoo bob ");
	target_pin(m, bob, true);
	expect_list(m, "bob #ant #zoo ");
	target_pin(m, zoo, true);
	target_need(m, SPAN("#aaa"));
	expect_list(m, "#zoo bob #aaa #ant ");
	target_pin(m, bob, false);
	target_pin(m, m->server, true);
	expect_list(m, "#zoo #aaa #ant bob ");
	assert_ptr_equal(m->targets[0], m->server);
	model_free(m);
}

static void fuzzy_matching_wants_all_letters_in_order(void **state)
{
	(void)state;
	assert_true(fuzzy_score(SPAN("lng"), SPAN("#lounge")) > 0);
	assert_int_equal(fuzzy_score(SPAN("gnl"), SPAN("#lounge")), -1);
	assert_true(fuzzy_score(SPAN("dev"), SPAN("#dev")) >
		    fuzzy_score(SPAN("dev"), SPAN("#dxexv")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_ordered_by_time_whatever_order_they_come_in),
		cmocka_unit_test(an_id_is_held_once),
		cmocka_unit_test(ids_of_our_servers_order_lines_of_one_millisecond),
		cmocka_unit_test(sequence_numbers_order_lines_of_one_millisecond),
		cmocka_unit_test(a_thousand_lines_in_any_order_are_found_again),
		cmocka_unit_test_teardown(a_room_and_a_person_are_told_apart_by_their_name,
					  clean_up),
		cmocka_unit_test_teardown(removing_the_shown_target_shows_a_neighbour,
					  clean_up),
		cmocka_unit_test_teardown(a_room_is_found_in_whatever_form_its_name_is_typed,
					  clean_up),
		cmocka_unit_test_teardown(an_own_message_becomes_a_stored_line_once, clean_up),
		cmocka_unit_test_teardown(losing_the_link_leaves_a_gap_before_what_comes_next,
					  clean_up),
		cmocka_unit_test_teardown(completion_prefers_who_spoke_last, clean_up),
		cmocka_unit_test_teardown(commands_complete_only_at_the_start, clean_up),
		cmocka_unit_test_teardown(an_emoji_completes_by_any_of_its_names, clean_up),
		cmocka_unit_test(what_is_pinned_stands_on_top),
		cmocka_unit_test(fuzzy_matching_wants_all_letters_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
