// SPDX-License-Identifier: MIT
// Two servers in one loop: either session comes and goes while the other talks.
#include "client/net/uplink.h"
#include "client/outside/outside_loop.h"
#include "tests/support/scripted_server.h"
#include "tests/support/wait.h"

#include <signal.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct side {
	struct scripted server;
	struct uplink *session;
	struct buf heard; // by the session, a line each
};

struct fixture {
	struct loop *loop;
	struct outside outside;
	struct side a, b;
};

static void script(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, ":h CAP * LS :");
	else if (span_eq(line, SPAN("CAP END")))
		scripted_say(s, ":h 001 ann :hi");
}

static void on_line(void *arg, const struct msg *m UNUSED, struct span line)
{
	struct side *side = arg;

	buf_add_span(&side->heard, line);
	buf_add_char(&side->heard, '\n');
}

static void come(struct fixture *f, struct side *side)
{
	struct uplink_events events = {.arg = side, .on_line = on_line};
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = side->server.port,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};

	pins_set(&order.pins, side->server.pin);
	side->session = uplink_new(&f->outside, &events);
	uplink_open(side->session, &order);
	WAIT_UNTIL(uplink_is_online(side->session), loop_turn(f->loop, STEP_MS));
}

static void leave(struct side *side)
{
	uplink_free(side->session);
	side->session = NULL;
}

static void check_talk(struct fixture *f, struct side *side, const char *word)
{
	char line[80], told[80];

	snprintf(line, sizeof(line), "PRIVMSG #den :%s", word);
	snprintf(told, sizeof(told), ":bob PRIVMSG #den :%s", word);
	uplink_send(side->session, span_of(line));
	assert_true(scripted_hears(&side->server, line));
	scripted_say(&side->server, told);
	WAIT_UNTIL(strstr(buf_str(&side->heard), told), loop_turn(f->loop, STEP_MS));
}

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.loop = loop_new()};
	f.outside = outside_of_loop(f.loop);
	scripted_init(&f.a.server, f.loop);
	scripted_init(&f.b.server, f.loop);
	f.a.server.on_line = f.b.server.on_line = script;
	come(&f, &f.a);
	come(&f, &f.b);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	leave(&f->a);
	leave(&f->b);
	scripted_clear(&f->a.server);
	scripted_clear(&f->b.server);
	buf_clear(&f->a.heard);
	buf_clear(&f->b.heard);
	loop_free(f->loop);
	return 0;
}

static void each_is_heard_by_its_own(void **state)
{
	struct fixture *f = *state;

	check_talk(f, &f->a, "to-a");
	check_talk(f, &f->b, "to-b");
	assert_null(strstr(buf_str(&f->a.heard), "to-b"));
	assert_null(strstr(buf_str(&f->b.heard), "to-a"));
	assert_false(scripted_heard(&f->a.server, "to-b"));
}

static void one_goes_and_comes_again_while_the_other_talks(void **state)
{
	struct fixture *f = *state;

	uplink_send(f->a.session, SPAN("PRIVMSG #den :unsent"));
	leave(&f->a);
	check_talk(f, &f->b, "alone");
	come(f, &f->a);
	check_talk(f, &f->a, "back");
	check_talk(f, &f->b, "still");
	leave(&f->b);
	check_talk(f, &f->a, "the other way round");
	come(f, &f->b);
	check_talk(f, &f->b, "both");
}

// A session may be let go from another's handler, in the middle of a turn.
static void let_go(void *arg)
{
	leave(arg);
}

static void one_may_go_in_the_middle_of_a_turn(void **state)
{
	struct fixture *f = *state;
	struct loop_hook *hook = loop_at_turn_end(f->loop, let_go, &f->a);

	scripted_say(&f->a.server, ":bob PRIVMSG #den :to nobody");
	loop_turn(f->loop, STEP_MS);
	assert_null(f->a.session);
	loop_hook_remove(hook);
	check_talk(f, &f->b, "here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_is_heard_by_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_goes_and_comes_again_while_the_other_talks,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_may_go_in_the_middle_of_a_turn, set_up,
						tear_down),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
