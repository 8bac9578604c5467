// SPDX-License-Identifier: MIT
// A way that is tried before the order's own: by it, by the next, and as if it were not there.
#include "tests/unit/client/login_fixture.h"

#include <signal.h>

struct guest {
	struct sasl_way way;
	bool gives_up;
	unsigned n_begun, n_heard;
	char host[64], account[64];
	struct tls_binding binding;
};

static const char *offered, *refusal; // refusal NULL: it lets in

static void begin(void *arg, const struct sasl_stream *stream)
{
	struct guest *g = arg;

	g->n_begun++;
	g->binding = *stream->binding;
	snprintf(g->host, sizeof(g->host), "%s", stream->host);
	snprintf(g->account, sizeof(g->account), "%s", stream->account);
}

static void hear(void *arg, UNUSED struct span words, sasl_line_fn *send, void *send_arg)
{
	struct guest *g = arg;

	g->n_heard++;
	if (g->gives_up)
		send(send_arg, SASL_GIVES_UP, false);
	else
		sasl_send_bytes(SPAN("token"), send, send_arg);
}

static void script_both(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, offered);
	else if (span_eq(line, SPAN("AUTHENTICATE GUEST")))
		scripted_say(s, "AUTHENTICATE +");
	else if (span_eq(line, SPAN("AUTHENTICATE dG9rZW4=")))
		scripted_say(s, refusal ? refusal : ":h 900 * *!*@* cem :in\r\n:h 903 * :ok");
	else if (span_eq(line, SPAN("AUTHENTICATE *")))
		scripted_say(s, ":h 906 * :aborted");
	else
		script(s, line);
}

static void connect_by(struct fixture *f, struct guest *g)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = f->server.port,
		.pins.count = 1,
		.login = {.how = LOGIN_PASSWORD,
			  .name = "cem",
			  .secret = SPAN("correct horse"),
			  .invite = "",
			  .caps = "",
			  .first = &g->way},
	};

	g->way = (struct sasl_way){.name = "GUEST", .arg = g, .begin = begin, .hear = hear};
	f->server.on_line = script_both;
	pins_set(&order.pins, f->server.pin);
	uplink_open(f->session, &order);
}

static int up(void **state)
{
	offered = ":h CAP * LS :sasl=PLAIN,GUEST message-tags";
	refusal = NULL;
	signal(SIGPIPE, SIG_IGN); // as the program does
	return set_up(state);
}

static void it_lets_in_and_nothing_else_is_tried(void **state)
{
	struct fixture *f = *state;
	struct guest g = {0};

	connect_by(f, &g);
	reach(f, UPLINK_ONLINE);
	assert_int_equal(g.n_begun, 1);
	assert_string_equal(g.host, "127.0.0.1");
	assert_string_equal(g.account, "cem");
	assert_int_equal(g.binding.kind, TLS_BINDING_EXPORTER);
	assert_false(scripted_heard(&f->server, "AUTHENTICATE PLAIN\n"));
}

static void where_it_is_refused_the_next_is_tried(void **state)
{
	static const char *const refusals[] = {
		":h 904 * :no",
		":h FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :later\r\n:h 904 * :no",
		":h 905 * :too long"};

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct fixture *f = *state;
		struct guest g = {0};

		refusal = refusals[i];
		connect_by(f, &g);
		reach(f, UPLINK_ONLINE);
		assert_int_equal(g.n_heard, 1);
		assert_true(scripted_heard(&f->server, "AUTHENTICATE PLAIN\n"));
		uplink_close(f->session, SPAN(""));
	}
}

static void where_it_gives_up_the_next_is_tried(void **state)
{
	struct fixture *f = *state;
	struct guest g = {.gives_up = true};

	connect_by(f, &g);
	reach(f, UPLINK_ONLINE);
	assert_true(place_of(f, "AUTHENTICATE *\n") < place_of(f, "AUTHENTICATE PLAIN\n"));
}

// Also of a server that says nothing of what it takes.
static void where_it_is_not_offered_nobody_hears_of_it(void **state)
{
	static const char *const offers[] = {":h CAP * LS :sasl=PLAIN message-tags",
					     ":h CAP * LS :sasl message-tags",
					     ":h CAP * LS :sasl=PLAIN,GUESTS message-tags"};

	for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
		struct fixture *f = *state;
		struct guest g = {0};

		offered = offers[i];
		connect_by(f, &g);
		reach(f, UPLINK_ONLINE);
		assert_int_equal(g.n_heard, 0);
		assert_false(scripted_heard(&f->server, "AUTHENTICATE GUEST\n"));
		uplink_close(f->session, SPAN(""));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_lets_in_and_nothing_else_is_tried, up,
						tear_down),
		cmocka_unit_test_setup_teardown(where_it_is_refused_the_next_is_tried, up,
						tear_down),
		cmocka_unit_test_setup_teardown(where_it_gives_up_the_next_is_tried, up,
						tear_down),
		cmocka_unit_test_setup_teardown(where_it_is_not_offered_nobody_hears_of_it, up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
