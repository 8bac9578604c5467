// SPDX-License-Identifier: MIT
// One connection, step by step: how it begins, what is read of it, what it is told, how it ends.
#include "tests/unit/io/by_hand.h"

static void a_first_byte_decides(void **state UNUSED)
{
	static const struct {
		const char *bytes; // NULL: it hangs up
		enum conn_state then;
		uint64_t n_astray;
	} rows[] = {{"", CONN_SILENT, 0},
		    {"H", CONN_OPEN, 0},
		    {"G", CONN_DEAD, 1},
		    {NULL, CONN_DEAD, 0}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = scene_new();
		int other;
		struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);

		assert_int_equal(c->state, CONN_SILENT);
		assert_int_equal(s->env.n_unknown, 1);
		assert_true(is_in(&s->env.shaking, &c->shaking));
		buf_add_str(&c->told, "192.0.2.1");
		if (rows[i].bytes)
			assert_int_equal(send(other, rows[i].bytes, strlen(rows[i].bytes), 0),
					 strlen(rows[i].bytes));
		else
			close(other);
		ready(c, LOOP_READ);
		assert_int_equal(c->state, rows[i].then);
		assert_int_equal(s->counts.refused[IO_REFUSED_ASTRAY], rows[i].n_astray);
		assert_int_equal(events(s, INBOX_OPENED), rows[i].then == CONN_OPEN);
		assert_int_equal(events(s, INBOX_CLOSED), 0);
		assert_int_equal(is_in(&s->env.shaking, &c->shaking),
				 rows[i].then == CONN_SILENT);
		if (rows[i].bytes)
			close(other);
		scene_free(s);
	}
}

static void a_handshake_takes_its_time_or_fails(void **state UNUSED)
{
	static const struct {
		enum tls_result result;
		enum conn_state then;
		bool wants_write;
		uint64_t n_refused;
	} rows[] = {{TLS_OK, CONN_OPEN, false, 0},
		    {TLS_WANT_READ, CONN_SHAKING, false, 0},
		    {TLS_WANT_WRITE, CONN_SHAKING, true, 0},
		    {TLS_BROKEN, CONN_DEAD, false, 1},
		    {TLS_CLOSED, CONN_DEAD, false, 1}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = scene_new();
		struct conn *c;

		hand.shake = rows[i].result;
		c = opened(s);
		assert_int_equal(c->state, rows[i].then);
		assert_int_equal(c->read_wants_write, rows[i].wants_write);
		assert_int_equal(s->counts.refused[IO_REFUSED_HANDSHAKE], rows[i].n_refused);
		if (rows[i].then == CONN_SHAKING) {
			hand.shake = TLS_OK;
			ready(c, LOOP_READ);
			assert_int_equal(c->state, CONN_OPEN);
		}
		scene_free(s);
	}
}

static void who_cannot_be_told_from_whom_is_lost(void **state UNUSED)
{
	struct scene *s = scene_new();
	int other;
	struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);
	int own = c->fd;

	assert_int_equal(send(other, "H", 1, 0), 1);
	hand.shake = TLS_WANT_READ;
	ready(c, LOOP_READ);
	c->fd = -1; // it is gone
	hand.shake = TLS_OK;
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_DEAD);
	assert_int_equal(events(s, INBOX_OPENED), 0);
	c->fd = own;
	close(other);
	scene_free(s);
}

// What is heard of one read.
static void lines_are_what_they_are(void **state UNUSED)
{
	static const struct {
		const char *bytes;
		size_t n_lines, n_bad;
		enum inbox_fault fault;
		const char *tags, *command; // bad
	} rows[] = {
		{"PING a\r\n", 1, 0, 0, NULL, NULL},
		{"PING a\r\nPING b\n", 2, 0, 0, NULL, NULL},
		{"\r\n\r\n", 0, 0, 0, NULL, NULL},
		{"!!! is no command\r\n", 1, 0, 0, NULL, NULL},
		{"@a=b\r\n", 0, 1, FAULT_SYNTAX, "a=b", ""},
		{":bob\r\n", 0, 1, FAULT_SYNTAX, "", ""},
		{"@l=1 PING 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\r\n", 0, 1, FAULT_PARAMS,
		 "l=1", "PING"},
		{"@l=1 :bob PriVmsg \xff\r\n", 0, 1, FAULT_BYTES, "l=1", "PriVmsg"},
		{"PRIVMSG\xff\r\n", 0, 1, FAULT_BYTES, "", "PRIVMSG"},
		{"@l=\xff PING \r\n", 0, 1, FAULT_BYTES, "", "PING"},
		{"[] \xff\r\n", 0, 1, FAULT_BYTES, "", ""},
		{"{x \xff\r\n", 0, 1, FAULT_BYTES, "", ""},
		{"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ \xff\r\n", 0, 1, FAULT_BYTES, "",
		 "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = scene_new();
		struct conn *c = opened(s);
		uint32_t credit = c->credit;

		comes(c, rows[i].bytes);
		if (events(s, INBOX_LINE) != rows[i].n_lines ||
		    events(s, INBOX_BAD) != rows[i].n_bad)
			fail_msg("row %zu", i);
		assert_int_equal(credit - c->credit, rows[i].n_lines + rows[i].n_bad);
		assert_int_equal(c->has_spoken, rows[i].n_lines > 0);
		if (rows[i].n_bad) {
			const struct inbox_event *e = last_event(s);

			assert_int_equal(e->fault, rows[i].fault);
			if (!span_eq(e->msg.tags, span_of(rows[i].tags)) ||
			    !span_eq(e->msg.command, span_of(rows[i].command)))
				fail_msg("row %zu: " SPAN_FMT ", " SPAN_FMT, i,
					 SPAN_ARG(e->msg.tags), SPAN_ARG(e->msg.command));
		}
		scene_free(s);
	}
}

static void a_nul_in_tags_tells_nothing(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	size_t room;
	static const char line[] = "@a\0b PING\r\n";

	memcpy(frame_space(&c->frame, &room), line, sizeof(line) - 1);
	frame_fed(&c->frame, sizeof(line) - 1);
	conn_read(c);
	assert_int_equal(events(s, INBOX_BAD), 1);
	assert_int_equal(last_event(s)->msg.tags.len, 0);
	scene_free(s);
}

static void a_line_that_is_too_long_is_told_and_a_flood_ends_it(void **state UNUSED)
{
	static char text[FRAME_EMPTY_MAX + 2];
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	memset(text, 'x', 700);
	memcpy(text, "PING ", 5);
	memcpy(text + 700, "\r\nPING b\r\n", 11);
	comes(c, text);
	assert_int_equal(events(s, INBOX_BAD), 1);
	assert_int_equal(events(s, INBOX_LINE), 1);
	memset(text, '\n', FRAME_EMPTY_MAX + 1);
	comes(c, text);
	assert_int_equal(c->state, CONN_CLOSING);
	assert_int_equal(events(s, INBOX_CLOSED), 1);
	conn_flush(c);
	assert_non_null(strstr(buf_str(&hand.out), "ERROR :Closing link: Too many bytes"));
	scene_free(s);
}

static void only_a_first_line_can_be_astray(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	comes(c, "PING a\r\nGET /\r\n");
	assert_int_equal(events(s, INBOX_LINE), 2);
	c = opened(s);
	comes(c, "GET /\r\nPING a\r\n");
	assert_int_equal(events(s, INBOX_LINE), 2);
	assert_int_equal(c->state, CONN_CLOSING);
	assert_int_equal(s->counts.refused[IO_REFUSED_ASTRAY], 1);
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "elsewhere\n");
	scene_free(s);
}

static void as_much_is_read_as_there_is_credit(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	size_t n_reads;

	c->credit = 1;
	comes(c, "PING a\r\nPING b\r\n");
	assert_int_equal(events(s, INBOX_LINE), 1);
	n_reads = hand.n_reads;
	assert_false(conn_can_read(c));
	ready(c, LOOP_READ);
	assert_int_equal(hand.n_reads, n_reads);
	conn_give_credit(c, 0);
	list_remove(&c->ready);
	conn_give_credit(c, 2);
	assert_true(is_in(&s->env.ready, &c->ready));
	list_remove(&c->ready);
	conn_give_credit(c, 1);
	assert_false(is_in(&s->env.ready, &c->ready)); // with credit left all was taken
	conn_read(c);
	assert_int_equal(events(s, INBOX_LINE), 2);
	scene_free(s);
}

static void what_the_transport_holds_is_read_on_in_turns(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	size_t before = hand.n_reads;

	c->credit = 1000;
	hand.has_more = true;
	comes(c, "PING a\r\n");
	assert_int_equal(hand.n_reads - before, 16);
	assert_int_equal(events(s, INBOX_LINE), 16);
	assert_true(is_in(&s->env.ready, &c->ready));
	list_remove(&c->ready);
	hand.has_more = false;
	hand.read = TLS_OK;
	conn_read(c);
	assert_false(is_in(&s->env.ready, &c->ready));
	scene_free(s);
}

static void what_is_for_the_transport_alone_is_no_sign_of_life(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	int64_t since;

	conn_logged_in(c);
	for (int idle = 0; idle < 2; idle++) {
		c->since -= 1000;
		since = c->since;
		hand.was_idle = idle;
		comes(c, "PING a\r\n");
		assert_int_equal(c->since == since, idle);
	}
	scene_free(s);
}

static void an_end_that_the_transport_wants_comes_behind_the_lines(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	hand.parts = true;
	comes(c, "PING a\r\n");
	assert_int_equal(events(s, INBOX_LINE), 1);
	assert_int_equal(c->state, CONN_CLOSING);
	assert_true(span_eq(last_event(s)->reason, SPAN("Told so")));
	scene_free(s);
}

static void a_read_that_ends_it(void **state UNUSED)
{
	static const struct {
		enum tls_result result;
		enum conn_state then;
		bool wants_write;
		const char *why;
	} rows[] = {{TLS_WANT_READ, CONN_OPEN, false, NULL},
		    {TLS_WANT_WRITE, CONN_OPEN, true, NULL},
		    {TLS_CLOSED, CONN_DEAD, false, "Connection closed"},
		    {TLS_BROKEN, CONN_DEAD, false, "Connection lost"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = scene_new();
		struct conn *c = opened(s);

		hand.read = rows[i].result;
		ready(c, LOOP_READ);
		assert_int_equal(c->state, rows[i].then);
		assert_int_equal(c->read_wants_write, rows[i].wants_write);
		conn_mourn(&s->env);
		assert_int_equal(events(s, INBOX_CLOSED), rows[i].why != NULL);
		if (rows[i].why)
			assert_true(span_eq(last_event(s)->reason, span_of(rows[i].why)));
		conn_mourn(&s->env);
		assert_int_equal(events(s, INBOX_CLOSED), rows[i].why != NULL);
		scene_free(s);
	}
}

static void words_of_the_transport_are_flushed(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	list_remove(&c->out);
	comes(c, "PING a\r\n");
	list_remove(&c->out);
	hand.has_words = true;
	hand.read = TLS_OK;
	conn_read(c);
	assert_true(is_in(&s->env.dirty, &c->out));
	scene_free(s);
}

static void strangers_share_the_time_of_a_turn(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	hand.in = "PING a\r\nPING b\r\n";
	hand.read = TLS_OK;
	s->env.strangers_us = 1000000;
	conn_on_ready(c, LOOP_READ);
	assert_int_equal(events(s, INBOX_LINE), 0);
	assert_true(c->was_put_off);
	s->env.strangers_us = 0;
	conn_on_ready(c, LOOP_READ);
	assert_int_equal(events(s, INBOX_LINE), 2);
	assert_true(s->env.strangers_us > 0);
	// Who is in takes none of it.
	conn_logged_in(c);
	s->env.strangers_us = 1000000;
	hand.in = "PING c\r\n";
	hand.read = TLS_OK;
	conn_on_ready(c, LOOP_READ);
	assert_int_equal(events(s, INBOX_LINE), 3);
	assert_int_equal(s->env.strangers_us, 1000000);
	scene_free(s);
}

// What is asked is asked once; there is no session.
static void a_question_is_no_session(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c;

	hand.asks = true;
	c = opened(s);
	assert_int_equal(events(s, INBOX_OPENED), 0);
	assert_int_equal(events(s, INBOX_ASKED), 1);
	assert_true(span_eq(last_event(s)->asked.host, SPAN("192.0.2.1")));
	conn_answer(c, &(struct web_answer){.status = 200, .after = 5});
	conn_answer(c, &(struct web_answer){.status = 500});
	conn_flush(c);
	assert_int_equal(c->state, CONN_OPEN);
	assert_true(is_in(&s->env.gated, &c->out));
	s->env.durable = 5;
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "200\n");
	assert_int_equal(c->state, CONN_LINGERING);
	conn_end(c, SPAN("Gone"));
	conn_mourn(&s->env);
	assert_int_equal(events(s, INBOX_CLOSED), 0);
	scene_free(s);
}

static void who_may_ask_again_does(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c;

	hand.asks = hand.again = true;
	c = opened(s);
	conn_answer(c, &(struct web_answer){.status = 200});
	conn_flush(c);
	assert_int_equal(c->state, CONN_SHAKING);
	assert_true(is_in(&s->env.shaking, &c->shaking));
	ready(c, LOOP_READ);
	assert_int_equal(events(s, INBOX_ASKED), 2);
	conn_answer(c, &(struct web_answer){.status = 201});
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "200\n201\n");
	// Who does not come back is no failed handshake.
	hand.shake = TLS_CLOSED;
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_DEAD);
	assert_int_equal(s->counts.refused[IO_REFUSED_HANDSHAKE], 0);
	scene_free(s);
}

static void a_session_is_given_no_answer(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	conn_answer(c, &(struct web_answer){.status = 200});
	conn_flush(c);
	assert_int_equal(hand.out.len, 0);
	conn_answer(c, &(struct web_answer){.then = WEB_TAKES});
	assert_int_equal(last_event(s)->kind, INBOX_ASKED);
	assert_int_equal(last_event(s)->asked.route, ROUTE_FILE_PUT_GONE);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_byte_decides),
		cmocka_unit_test(a_handshake_takes_its_time_or_fails),
		cmocka_unit_test(who_cannot_be_told_from_whom_is_lost),
		cmocka_unit_test(lines_are_what_they_are),
		cmocka_unit_test(a_nul_in_tags_tells_nothing),
		cmocka_unit_test(a_line_that_is_too_long_is_told_and_a_flood_ends_it),
		cmocka_unit_test(only_a_first_line_can_be_astray),
		cmocka_unit_test(as_much_is_read_as_there_is_credit),
		cmocka_unit_test(what_the_transport_holds_is_read_on_in_turns),
		cmocka_unit_test(what_is_for_the_transport_alone_is_no_sign_of_life),
		cmocka_unit_test(an_end_that_the_transport_wants_comes_behind_the_lines),
		cmocka_unit_test(a_read_that_ends_it),
		cmocka_unit_test(words_of_the_transport_are_flushed),
		cmocka_unit_test(strangers_share_the_time_of_a_turn),
		cmocka_unit_test(a_question_is_no_session),
		cmocka_unit_test(who_may_ask_again_does),
		cmocka_unit_test(a_session_is_given_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
