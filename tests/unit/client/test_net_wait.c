// SPDX-License-Identifier: MIT
// A login that the server makes wait for its turn.
#include "client/text/link_words.h"
#include "client/net/uplink.h"
#include "common/die.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct fixture {
	struct loop *loop;
	struct scripted server;
	struct uplink *session;
	struct uplink_status status;
};

static void on_state(void *arg)
{
	struct fixture *f = arg;

	uplink_status(f->session, &f->status);
}

static void script(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, ":h CAP * LS :sasl=PLAIN");
	else if (span_eq(line, SPAN("AUTHENTICATE PLAIN")))
		scripted_say(s, "AUTHENTICATE +");
	else if (span_starts(line, SPAN("AUTHENTICATE ")))
		scripted_say(s, ":h NOTE AUTHENTICATE WAIT :12 before you, about 3 s");
	else if (span_eq(line, SPAN("CAP END")))
		scripted_say(s, ":h 001 ann :Welcome");
}

static void a_login_that_waits_for_its_turn_says_so(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct uplink_events events = {.arg = f, .on_state = on_state};
	struct uplink_order order = {.host = "127.0.0.1", .has_pin = true};
	struct link_status shown;
	struct buf text = {0};

	(void)state;
	f->loop = loop_new();
	scripted_init(&f->server, f->loop);
	f->server.on_line = script;
	f->session = uplink_new(f->loop, &events);
	order.port = f->server.port;
	order.login = (struct login_order){
		.how = LOGIN_PASSWORD, .name = "ann", .secret = SPAN("secret"), .caps = ""};
	memcpy(order.pin, f->server.pin, TLS_PIN_LEN);
	uplink_open(f->session, &order);
	WAIT_UNTIL(f->status.is_queued, loop_turn(f->loop, STEP_MS));
	assert_int_equal(f->status.state, UPLINK_LOGIN);
	link_status_of(&f->status, "h", false, 0, &text, &shown);
	assert_int_equal(shown.state, LINK_LOGIN);
	assert_string_equal(shown.text, "12 before you, about 3 s");
	scripted_say(&f->server, ":h 900 ann a!b@c ann :in\r\n:h 903 ann :ok");
	WAIT_UNTIL(f->status.state == UPLINK_ONLINE, loop_turn(f->loop, STEP_MS));
	assert_false(f->status.is_queued);
	buf_clear(&text);
	scripted_clear(&f->server);
	uplink_free(f->session);
	loop_free(f->loop);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_that_waits_for_its_turn_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
