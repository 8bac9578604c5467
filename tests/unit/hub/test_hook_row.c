// SPDX-License-Identifier: MIT
// Hooks as rows of a table: names, bounds, and when they were used.
#include "server/hub/rooms/hook.h"

#include "server/hub/rooms/room.h"
#include "server/hub/state/state.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct hook *add(struct room *r, const char *name)
{
	char secret[SECRET_TEXT_LEN + 1];

	return hook_new(r, span_of(name), false, SPAN("ann"), secret);
}

static void a_name_is_taken_in_its_room_alone(void **state)
{
	struct fixture *f = *state;
	struct room *den = room_new(f->hub, SPAN("#den"), NULL),
		    *attic = room_new(f->hub, SPAN("#attic"), NULL);
	struct hook *k = add(den, "ci");

	assert_ptr_equal(hook_named(den, SPAN("CI")), k);
	assert_null(hook_named(attic, SPAN("ci")));
	assert_non_null(hook_refusal(den, SPAN("ci")));
	assert_null(hook_refusal(attic, SPAN("ci")));
	(void)add(attic, "ci");
	assert_int_equal(hooks_of(den), 1);
	den->talk = true;
	assert_non_null(strstr(hook_refusal(den, SPAN("other")), "conversation"));
	room_delete(attic, SPAN("gone"));
	assert_ptr_equal(hook_by_id(f->hub, k->id), k);
	assert_int_equal(f->hub->hooks.n_items, 1);
}

static void there_are_so_many_hooks_in_all(void **state)
{
	struct fixture *f = *state;
	struct room *r = NULL;
	char name[16];

	for (int i = 0; i < HOOKS_MAX; i++) {
		if (i % HOOKS_PER_ROOM == 0) {
			snprintf(name, sizeof(name), "#r%d", i);
			r = room_new(f->hub, span_of(name), NULL);
		}
		snprintf(name, sizeof(name), "h%d", i);
		assert_null(hook_refusal(r, span_of(name)));
		(void)add(r, name);
	}
	assert_non_null(strstr(hook_refusal(r, SPAN("more")), "the room has as many"));
	r = room_new(f->hub, SPAN("#last"), NULL);
	assert_non_null(strstr(hook_refusal(r, SPAN("more")), "there are as many"));
}

static void that_it_was_used_is_noted_once_an_hour(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct hook *k = add(room_new(h, SPAN("#den"), NULL), "ci");
	entry_no head = h->head;

	hook_used(k);
	hook_used(k);
	assert_int_equal(h->head, head + 1);
	h->now.wall_ms += 60 * 60 * 1000 - 1;
	hook_used(k);
	assert_int_equal(h->head, head + 1);
	h->now.wall_ms++;
	hook_used(k);
	assert_int_equal(h->head, head + 2);
}

static void an_address_names_a_port_that_is_not_the_usual_one(void **state)
{
	static const struct {
		uint16_t port;
		const char *url;
	} rows[] = {{443, "https://chat.test/hook/x"},
		    {0, "https://chat.test/hook/x"},
		    {8443, "https://chat.test:8443/hook/x"}};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0};

		f->hub->config.web_port = rows[i].port;
		hook_url(f->hub, "x", &out);
		assert_string_equal(buf_str(&out), rows[i].url);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_name_is_taken_in_its_room_alone),
		HUB_TEST(there_are_so_many_hooks_in_all),
		HUB_TEST(that_it_was_used_is_noted_once_an_hour),
		HUB_TEST(an_address_names_a_port_that_is_not_the_usual_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
