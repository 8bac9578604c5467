// SPDX-License-Identifier: MIT
#include "client/outside/srv.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

// Messages of DNS, as a server makes them.

static void add_u16(struct buf *m, unsigned number)
{
	buf_add_char(m, (char)(number >> 8));
	buf_add_char(m, (char)number);
}

// A label is cut off at each dot.
static void add_name(struct buf *m, const char *name)
{
	struct span rest = span_of(name);

	while (rest.len) {
		struct span label = span_cut(&rest, '.');
		buf_add_char(m, (char)label.len);
		buf_add_span(m, label);
	}
	buf_add_char(m, '\0');
}

static void begin(struct buf *m, unsigned flags, unsigned answers)
{
	buf_reset(m);
	add_u16(m, 7);
	add_u16(m, flags);
	add_u16(m, 1);
	add_u16(m, answers);
	add_u16(m, 0);
	add_u16(m, 0);
	add_name(m, "_ircs._tcp.chat.example");
	add_u16(m, 33);
	add_u16(m, 1);
}

static void begin_record(struct buf *m, unsigned type, size_t len)
{
	add_u16(m, 0xc00c); // the name that was asked for
	add_u16(m, type);
	add_u16(m, 1);
	add_u16(m, 0);
	add_u16(m, 60);
	add_u16(m, (unsigned)len);
}

static void add_srv(struct buf *m, unsigned priority, unsigned weight, unsigned port,
		    const char *target)
{
	struct buf name = {0};

	add_name(&name, target);
	begin_record(m, 33, 6 + name.len);
	add_u16(m, priority);
	add_u16(m, weight);
	add_u16(m, port);
	buf_add_span(m, buf_span(&name));
	buf_clear(&name);
}

#define ANSWER 0x8180 // recursion was done, no error

static void targets_are_read(void **state)
{
	struct buf m = {0};
	struct srv_targets found;
	(void)state;
	begin(&m, ANSWER, 4);
	begin_record(&m, 5, 7); // an alias is no target
	add_name(&m, "other");
	add_srv(&m, 20, 5, 6698, "b.example");
	add_srv(&m, 10, 1, 6697, "a.example");
	add_srv(&m, 20, 9, 7000, "C-1.example");
	assert_true(srv_parse(buf_span(&m), &found));
	assert_int_equal(found.count, 3);
	assert_string_equal(found.at[0].host, "a.example");
	assert_int_equal(found.at[0].port, 6697);
	assert_int_equal(found.at[0].weight, 1);
	assert_string_equal(found.at[1].host, "b.example");
	assert_int_equal(found.at[1].priority, 20);
	assert_string_equal(found.at[2].host, "C-1.example");
	buf_clear(&m);
}

static void of_many_those_of_the_least_priority_are_kept(void **state)
{
	struct buf m = {0};
	struct srv_targets found;
	char name[32];
	(void)state;
	begin(&m, ANSWER, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "h%u.example", i);
		add_srv(&m, (i * 7919) % 1000, 0, 1 + i, name);
	}
	assert_true(srv_parse(buf_span(&m), &found));
	assert_int_equal(found.count, SRV_TARGETS_MAX);
	for (unsigned i = 0; i < SRV_TARGETS_MAX; i++)
		assert_int_equal(found.at[i].priority, i);
	buf_clear(&m);
}

static void a_name_may_deny_that_it_serves(void **state)
{
	struct buf m = {0};
	struct srv_targets found;
	(void)state;
	begin(&m, ANSWER, 1);
	add_srv(&m, 0, 0, 0, "");
	assert_true(srv_parse(buf_span(&m), &found));
	assert_true(found.is_denied);
	assert_int_equal(found.count, 0);
	// Beside a target it says nothing.
	begin(&m, ANSWER, 2);
	add_srv(&m, 0, 0, 0, "");
	add_srv(&m, 0, 0, 1, "a.example");
	assert_true(srv_parse(buf_span(&m), &found));
	assert_false(found.is_denied);
	assert_int_equal(found.count, 1);
	buf_clear(&m);
}

static void assert_nothing(struct buf *m)
{
	struct srv_targets found;

	assert_false(srv_parse(buf_span(m), &found));
	assert_false(found.is_denied);
	assert_true(found.count <= SRV_TARGETS_MAX);
}

static void what_is_no_target_is_none(void **state)
{
	struct buf m = {0};
	(void)state;
	begin(&m, ANSWER, 0);
	assert_nothing(&m);
	begin(&m, 0x8183, 1); // there is no such name
	add_srv(&m, 0, 0, 1, "a.example");
	assert_nothing(&m);
	begin(&m, ANSWER, 5);
	add_srv(&m, 0, 0, 0, "no-port.example");
	add_srv(&m, 0, 0, 1, "a b.example");
	add_srv(&m, 0, 0, 1, "-a.example");
	add_srv(&m, 0, 0, 1, "a\x1b[2J.example");
	add_srv(&m, 0, 0, 1, "a/b.example");
	assert_nothing(&m);
	buf_clear(&m);
}

static void what_is_malformed_is_no_answer(void **state)
{
	struct buf m = {0};
	struct srv_targets found;
	(void)state;
	// Whatever is cut off, it is no answer any more.
	begin(&m, ANSWER, 1);
	add_srv(&m, 0, 0, 1, "a.example");
	for (size_t len = 0; len < m.len; len++)
		assert_false(srv_parse(span_from(m.at, len), &found));
	assert_true(srv_parse(buf_span(&m), &found));
	// More behind the target than a name.
	begin(&m, ANSWER, 1);
	begin_record(&m, 33, 9);
	buf_add(&m, "\0\0\0\0\0\1\0xx", 9);
	assert_nothing(&m);
	// No room for a name at all.
	begin(&m, ANSWER, 1);
	begin_record(&m, 33, 6);
	buf_add(&m, "\0\0\0\0\0\1", 6);
	assert_nothing(&m);
	// A name that refers to itself.
	begin(&m, ANSWER, 1);
	begin_record(&m, 33, 8);
	buf_add(&m, "\0\0\0\0\0\1", 6);
	add_u16(&m, 0xc000 | (unsigned)m.len);
	assert_nothing(&m);
	// Fewer records than were announced.
	begin(&m, ANSWER, 2);
	add_srv(&m, 0, 0, 1, "a.example");
	assert_nothing(&m);
	buf_clear(&m);
}

// Deals 0, 1, 2 ... again and again, spread over what a lot is taken from.
static uint32_t next_number(void *arg)
{
	uint32_t *number = arg;

	*number = *number * 1664525 + 1013904223;
	return *number >> 8;
}

static void priority_goes_before_weight_and_weight_is_a_chance(void **state)
{
	const struct srv_targets all = {.count = 4,
					.at = {{"heavy", 1, 10, 75},
					       {"light", 1, 10, 25},
					       {"none", 1, 10, 0},
					       {"later", 1, 20, 999}}};
	size_t n_heavy = 0, n_light = 0, n_none = 0;
	uint32_t number = 1;
	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct srv_targets t = all;
		srv_order(&t, next_number, &number);
		assert_int_equal(t.count, 4);
		assert_string_equal(t.at[3].host, "later");
		n_heavy += strcmp(t.at[0].host, "heavy") == 0;
		n_light += strcmp(t.at[0].host, "light") == 0;
		n_none += strcmp(t.at[0].host, "none") == 0;
		// Each is there once.
		unsigned seen = 0;
		for (int j = 0; j < 3; j++)
			seen |= 1u << (t.at[j].host[0] == 'h'   ? 0
				       : t.at[j].host[0] == 'l' ? 1
								: 2);
		assert_int_equal(seen, 7);
	}
	assert_in_range(n_heavy, 2850, 3150);
	assert_in_range(n_light, 850, 1150);
	assert_in_range(n_none, 0, 20);
}

static void what_has_no_records_is_not_asked_for(void **state)
{
	static const char *const have[] = {"chat.example.org", "a.b", "xn--bcher-kva.example"};
	static const char *const have_not[] = {
		"localhost", "chat",        "127.0.0.1", "::1",        "fe80::1%eth0",
		"den.local", "a.localhost", "",          "a b.example"};
	char name[SRV_HOST_MAX + 1];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(have); i++)
		assert_true(srv_may_have(have[i]));
	for (size_t i = 0; i < ARRAY_LEN(have_not); i++)
		assert_false(srv_may_have(have_not[i]));
	memset(name, 'a', SRV_HOST_MAX);
	name[1] = '.';
	name[SRV_HOST_MAX] = '\0';
	assert_false(srv_may_have(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_read),
		cmocka_unit_test(of_many_those_of_the_least_priority_are_kept),
		cmocka_unit_test(a_name_may_deny_that_it_serves),
		cmocka_unit_test(what_is_no_target_is_none),
		cmocka_unit_test(what_is_malformed_is_no_answer),
		cmocka_unit_test(priority_goes_before_weight_and_weight_is_a_chance),
		cmocka_unit_test(what_has_no_records_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
