// SPDX-License-Identifier: MIT
// The directory of rooms, and conversations that are named by their people.
#include "client/model/directory.h"
#include "client/model/target.h"
#include "tests/unit/client/model_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static void answer(struct model *m)
{
	say(m, ":srv 321 ann Channel :Users  Name");
	say(m, "@snug.chat/members=2;snug.chat/said=1970-01-01T00:16:30.000Z"
	       " :srv 322 ann #bees 2 :buzz");
	say(m, "@snug.chat/members=12 :srv 322 ann #cats 1 :");
	say(m, "@snug.chat/members=1;snug.chat/said=1970-01-01T00:10:00.000Z"
	       " :srv 322 ann #ants 1 :");
	say(m, ":srv 323 ann :End of /LIST");
}

// The newest n lines of the current target, one a line.
static char *shown(struct model *m, size_t n)
{
	const struct scrollback *log = &m->current->log;
	struct buf text = {0};

	for (size_t i = log->count - n; i < log->count; i++)
		buf_printf(&text, SPAN_FMT "\n", SPAN_ARG(line_says(scrollback_at(log, i))));
	return buf_take(&text);
}

static void shows(struct model *m, size_t n, const char *wanted)
{
	char *text = shown(m, n);

	assert_string_equal(text, wanted);
	free(text);
}

static void rooms_come_in_the_order_that_was_asked_for(void **state)
{
	struct fixture *f = *state;

	answer(f->m);
	shows(f->m, 3,
	      "#cats  12 members, 1 here\n"
	      "#bees  2 members, 2 here, last said just now  buzz\n"
	      "#ants  1 member, 1 here, last said 6 min ago\n");
	directory_order(f->m, LIST_BY_SAID);
	answer(f->m);
	shows(f->m, 3,
	      "#bees  2 members, 2 here, last said just now  buzz\n"
	      "#ants  1 member, 1 here, last said 6 min ago\n"
	      "#cats  12 members, 1 here\n");
	directory_order(f->m, LIST_BY_NAME);
	answer(f->m);
	shows(f->m, 3,
	      "#ants  1 member, 1 here, last said 6 min ago\n"
	      "#bees  2 members, 2 here, last said just now  buzz\n"
	      "#cats  12 members, 1 here\n");
}

static void other_servers_tell_less_and_nonsense_is_passed_by(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv 321 ann Channel :Users  Name");
	say(f->m, ":srv 322 ann #few 3 :x");
	say(f->m, "@snug.chat/members=many;snug.chat/said=now :srv 322 ann #odd no :");
	say(f->m, ":srv 323 ann :End of /LIST");
	shows(f->m, 2, "#few  3 here  x\n#odd  0 here\n");
}

static void a_list_without_end_is_bounded(void **state)
{
	struct fixture *f = *state;
	char line[64];

	for (int i = 0; i < 2003; i++) {
		snprintf(line, sizeof(line), ":srv 322 ann #r%d 1 :", i);
		say(f->m, line);
	}
	assert_int_equal(f->m->n_listed, 2000);
	say(f->m, ":srv 323 ann :End of /LIST");
	shows(f->m, 1, "and 3 more rooms: /list MASK shows fewer\n");
	assert_int_equal(f->m->n_listed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rooms_come_in_the_order_that_was_asked_for,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			other_servers_tell_less_and_nonsense_is_passed_by, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_list_without_end_is_bounded, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
