// SPDX-License-Identifier: MIT
// What is asked over HTTP: refused, answered, or asked of the hub, once.
#include "tests/unit/io/web_peer.h"

#define LAST "Connection: close\r\n"
#define METRICS "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9464\r\n\r\n"
#define HOOK "POST /hook/abc HTTP/1.1\r\n" HEAD

static void answer(struct world *w, conn_id conn, unsigned status, entry_no after,
		   const char *text)
{
	struct outbox *out = outbox_new();

	outbox_answer(
		out, conn,
		&(struct web_answer){
			.status = status, .retry_s = 7, .after = after, .body = span_of(text)});
	post(w, out);
	turns(w, 5);
}

static void a_question_is_asked_and_its_answer_waits_for_the_gate(void **state UNUSED)
{
	struct world *w = world_with(&web_plain, NULL, 0);
	struct web_peer p = web_open(w, true);
	conn_id conn;

	web_say(w, &p, SPAN(METRICS));
	assert_int_equal(w->n_heard, 1);
	assert_int_equal(w->heard[0].kind, INBOX_ASKED);
	conn = w->heard[0].conn;
	answer(w, conn, 200, 5, "snug_up 1\n");
	assert_int_equal(web_hears(&p).len, 0);
	send_durable(w, 5);
	turns(w, 5);
	assert_true(web_has_heard(&p, "HTTP/1.1 200 OK\r\n"));
	assert_true(web_has_heard(&p, "Retry-After: 7\r\n"));
	assert_true(web_has_heard(&p, "Connection: close\r\n"));
	assert_true(web_has_heard(&p, "\r\n\r\nsnug_up 1\n"));
	assert_true(p.closed);
	answer(w, conn, 500, 0, "twice");
	assert_false(web_has_heard(&p, "twice"));
	assert_int_equal(w->n_heard, 1);
	web_free(&p);
	world_free(w);
}

static void who_leaves_before_the_answer_is_not_missed(void **state UNUSED)
{
	struct world *w = world_with(&web_plain, NULL, 0);
	struct web_peer p = web_open(w, true);

	web_say(w, &p, SPAN(METRICS));
	web_free(&p);
	turns(w, 3);
	answer(w, w->heard[0].conn, 200, 0, "late");
	turns(w, 5);
	assert_int_equal(w->n_heard, 1);
	world_free(w);
}

static void an_answer_that_does_not_come_is_told(void **state UNUSED)
{
	const struct conn_times times = {PATIENCE_MS, 100, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_with(&web_plain, &times, 0);
	struct web_peer p = web_open(w, true);

	web_say(w, &p, SPAN(METRICS));
	WAIT_UNTIL(web_has_heard(&p, "HTTP/1.1 503 "), turn(w));
	WAIT_UNTIL((web_hears(&p), p.closed), turn(w));
	assert_int_equal(w->n_heard, 1);
	web_free(&p);
	world_free(w);
}

static unsigned status_of(struct world *w, bool is_plain, const char *bytes)
{
	struct web_peer p = web_open(w, is_plain);
	unsigned status;

	web_say(w, &p, span_of(bytes));
	WAIT_UNTIL((web_hears(&p), p.closed), turn(w));
	assert_true(span_starts(buf_span(&p.got), SPAN("HTTP/1.1 ")));
	status = (unsigned)strtoul(buf_str(&p.got) + 9, NULL, 10);
	web_free(&p);
	return status;
}

static void a_private_route_is_served_privately_alone(void **state UNUSED)
{
	struct world *w = world_with(&web_plain, NULL, 0);

	assert_int_equal(status_of(w, true, "GET /metrics HTTP/1.1\r\nHost: evil\r\n\r\n"),
			 421);
	assert_int_equal(status_of(w, true,
				   "GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
				   "Origin: http://localhost\r\n\r\n"),
			 403);
	assert_int_equal(status_of(w, true, "GET / HTTP/1.1\r\n" HEAD "\r\n"), 404);
	assert_int_equal(status_of(w, true, UPGRADE "\r\n"), 404);
	assert_int_equal(status_of(w, true, HOOK "Content-Length: 0\r\n\r\n"), 404);
	assert_int_equal(status_of(w, true, "HEAD /metrics HTTP/1.1\r\n" HEAD "\r\n"), 405);
	assert_int_equal(w->n_heard, 0);
	world_free(w);
}

static void what_is_refused_is_refused_before_its_body(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);

	assert_int_equal(status_of(w, false, "GET / HTTP/1.1\r\n" HEAD LAST "\r\n"), 200);
	assert_int_equal(status_of(w, false,
				   "GET / HTTP/1.1\r\nHost: HERE.example:8443\r\n" LAST "\r\n"),
			 200);
	assert_int_equal(status_of(w, false, "GET / HTTP/1.1\r\nHost: evil\r\n\r\n"), 421);
	assert_int_equal(status_of(w, false, "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n"), 421);
	assert_int_equal(status_of(w, false, "GET /metrics HTTP/1.1\r\n" HEAD "\r\n"), 404);
	assert_int_equal(status_of(w, false, "GET /hook/a/b HTTP/1.1\r\n" HEAD "\r\n"), 404);
	assert_int_equal(status_of(w, false, "GET /hook/ HTTP/1.1\r\n" HEAD "\r\n"), 404);
	assert_int_equal(status_of(w, false, "GET /hook/a HTTP/1.1\r\n" HEAD "\r\n"), 405);
	assert_int_equal(status_of(w, false, HOOK "Content-Length: 16385\r\n\r\n"), 413);
	assert_int_equal(status_of(w, false, "NICK ann\r\n"), 400);
	assert_int_equal(status_of(w, false, "cap LS 302\r\n"), 400);
	assert_int_equal(status_of(w, false, UPGRADE "\r\nNICK ann"), 400);
	assert_int_equal(status_of(w, false, UPGRADE "Origin: null\r\n\r\n"), 403);
	assert_int_equal(status_of(w, false, UPGRADE "Origin: http://localhost\r\n\r\n"), 403);
	assert_int_equal(status_of(w, false, UPGRADE "Origin: https://localhost.evil\r\n\r\n"),
			 403);
	assert_int_equal(status_of(w, false, UPGRADE "Origin: https://localhost:8443\r\n\r\n"),
			 403);
	assert_int_equal(status_of(w, false, "GET /socket HTTP/1.1\r\n" HEAD "\r\n") / 100, 4);
	assert_int_equal(w->n_heard, 0);
	world_free(w);
}

static void a_body_comes_whole_however_it_comes(void **state UNUSED)
{
	static const char bytes[] =
		HOOK "Content-Type: application/json\r\nIdempotency-Key: k\r\n"
		     "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello";
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	for (const char *at = bytes; *at; at++) {
		assert_int_equal(w->n_heard, 0);
		web_say(w, &p, span_from(at, 1));
	}
	assert_true(web_has_heard(&p, "HTTP/1.1 100 Continue\r\n\r\n"));
	assert_int_equal(w->n_heard, 1);
	assert_string_equal(w->heard[0].text, "0 abc application/json k hello");
	answer(w, w->heard[0].conn, 200, 0, "ok");
	assert_true(web_has_heard(&p, "\r\n\r\nok"));
	web_free(&p);
	world_free(w);
}

static void nothing_waits_behind_a_body(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);

	assert_int_equal(status_of(w, false, HOOK "Content-Length: 2\r\n\r\nokNICK ann\r\n"),
			 400);
	assert_int_equal(w->n_heard, 0);
	world_free(w);
}

// Proves B40.
static void half_a_head_lasts_no_longer_than_a_handshake(void **state UNUSED)
{
	const struct conn_times times = {100, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_with(&web_plain, &times, 0);
	struct web_peer p = web_open(w, true);

	web_say(w, &p, SPAN("GET /metrics HTTP/1.1\r\nHost: loc"));
	WAIT_UNTIL((web_hears(&p), p.closed), turn(w));
	assert_int_equal(p.got.len, 0);
	assert_int_equal(w->n_heard, 0);
	web_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_asked_and_its_answer_waits_for_the_gate),
		cmocka_unit_test(who_leaves_before_the_answer_is_not_missed),
		cmocka_unit_test(an_answer_that_does_not_come_is_told),
		cmocka_unit_test(a_private_route_is_served_privately_alone),
		cmocka_unit_test(what_is_refused_is_refused_before_its_body),
		cmocka_unit_test(a_body_comes_whole_however_it_comes),
		cmocka_unit_test(nothing_waits_behind_a_body),
		cmocka_unit_test(half_a_head_lasts_no_longer_than_a_handshake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
