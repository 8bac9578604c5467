// SPDX-License-Identifier: MIT
// The names that people are shown by are asked for where the server has them, once for each
// connection: before it tells of rooms, if it can be said then.
#include "client/app/terminal_words.h"
#include "client/sync/engine.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SUB "METADATA * SUB display-name\n"

struct fixture {
	struct loose_world w;
	struct engine e;
};

static void begin(struct fixture *f, enum login_how how, const char *caps)
{
	struct uplink_order order = {
		.host = "h",
		.port = "1",
		.login = {.how = how, .name = "ann", .secret = SPAN("secret"), .caps = caps},
		.pins.count = 1};

	loose_world_init(&f->w, 1795348800000);
	engine_init(&f->e, &f->w.outside, &terminal_words, SPAN("ann"));
	engine_start(&f->e, &(struct engine_events){0});
	engine_open(&f->e, &order);
	assert_true(loose_world_answer(&f->w));
}

static void end(struct fixture *f)
{
	engine_clear(&f->e);
	loose_world_clear(&f->w);
}

static void hear(struct fixture *f, const char *line)
{
	loose_world_hear(&f->w, span_of(line));
}

static unsigned times_asked(struct fixture *f)
{
	unsigned n = 0;

	for (const char *at = buf_str(&f->w.said); (at = strstr(at, SUB)) != NULL; at++)
		n++;
	return n;
}

// The offer, and a login by password up to the welcome.
static void log_in(struct fixture *f, const char *offer)
{
	hear(f, offer);
	hear(f, ":h CAP * ACK :sasl draft/metadata-2");
	hear(f, "AUTHENTICATE +");
	hear(f, ":h 900 ann a!b@c ann :in");
	hear(f, ":h 903 ann :ok");
	assert_true(loose_world_said(&f->w, "CAP END\n"));
}

static void before_the_rooms_where_the_server_takes_it(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, LOGIN_PASSWORD, "");
	log_in(&f, ":h CAP * LS :sasl=PLAIN draft/metadata-2=max-subs=50,before-connect");
	assert_true(loose_world_said(&f.w, SUB "CAP END\n"));
	hear(&f, ":h 001 ann :Welcome");
	assert_int_equal(times_asked(&f), 1);
	end(&f);
}

static void behind_the_welcome_elsewhere(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, LOGIN_PASSWORD, "");
	log_in(&f, ":h CAP * LS :sasl=PLAIN draft/metadata-2=max-subs=50");
	assert_int_equal(times_asked(&f), 0);
	hear(&f, ":h 001 ann :Welcome");
	assert_int_equal(times_asked(&f), 1);
	end(&f);
}

static void in_one_breath_with_the_login_at_a_known_server(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, LOGIN_DEVICE, "sasl draft/metadata-2 snug.chat/exactly-once");
	assert_true(loose_world_said(&f.w, "AUTHENTICATE +\n" SUB "CAP END\n"));
	end(&f);
}

static void not_where_the_server_has_none_and_later_when_it_learns(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, LOGIN_OPEN, "");
	hear(&f, ":h CAP * LS :message-tags");
	hear(&f, ":h CAP * ACK :message-tags");
	hear(&f, ":h 001 ann :Welcome");
	assert_int_equal(times_asked(&f), 0);
	hear(&f, ":h CAP ann NEW :draft/metadata-2=before-connect");
	hear(&f, ":h CAP ann ACK :draft/metadata-2");
	assert_int_equal(times_asked(&f), 1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_rooms_where_the_server_takes_it),
		cmocka_unit_test(behind_the_welcome_elsewhere),
		cmocka_unit_test(in_one_breath_with_the_login_at_a_known_server),
		cmocka_unit_test(not_where_the_server_has_none_and_later_when_it_learns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
