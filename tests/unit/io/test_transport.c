// SPDX-License-Identifier: MIT
// A shard over a transport of another kind: the same core, other bytes.
#include "tests/unit/io/boxes.h"

#include <poll.h>

static struct world *box_world(void)
{
	return world_with(&boxes, NULL, 0);
}

static void the_greeting_opens_and_lines_follow(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);

	assert_int_equal(w->n_heard, 1);
	assert_int_equal(w->heard[0].kind, INBOX_OPENED);
	box_say(w, &p, BOX_LINE, SPAN("NICK ann"));
	box_say(w, &p, BOX_LINE, SPAN("USER a 0 * :b"));
	assert_int_equal(w->n_heard, 3);
	assert_string_equal(w->heard[1].text, "NICK ann");
	assert_string_equal(w->heard[2].text, "USER a");
	send_line(w, last_conn(w), "echo\r\n", 0);
	turns(w, 3);
	assert_string_equal(box_hears(&p), "L echo\n");
	box_say(w, &p, BOX_END, SPAN(""));
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	assert_string_equal(last_heard(w)->text, "Connection closed");
	box_free(&p);
	world_free(w);
}

static void who_begins_otherwise_gets_no_answer(void **state UNUSED)
{
	struct world *w = box_world();
	int tls = raw_connect(w), half = raw_connect(w), wrong = raw_connect(w);
	char byte;

	assert_int_equal(send(tls, "\x16\x03\x01", 3, 0), 3);
	assert_int_equal(send(half, "HEL", 3, 0), 3);
	assert_int_equal(send(wrong, "HELP!\n", 6, 0), 6);
	turns(w, 5);
	assert_true(recv(tls, &byte, 1, 0) <= 0 && errno != EAGAIN);
	assert_true(recv(wrong, &byte, 1, 0) <= 0 && errno != EAGAIN);
	assert_true(recv(half, &byte, 1, 0) < 0 && errno == EAGAIN);
	assert_int_equal(w->n_heard, 0);
	assert_int_equal(send(half, "LO\n", 3, 0), 3);
	turns(w, 5);
	assert_int_equal(recv(half, &byte, 1, 0), 1);
	assert_int_equal(count(w, INBOX_OPENED), 1);
	close(tls);
	close(half);
	close(wrong);
	world_free(w);
}

static struct mailbox *told; // the hub's, while a test asks
static int n_told, n_untold; // connections closed with a letter to the hub on its way, without

static void notes_whether_the_hub_is_told(struct carrier *c)
{
	struct pollfd p = {.fd = mailbox_fd(told), .events = POLLIN};

	if (c->own)
		*(poll(&p, 1, 0) == 1 ? &n_told : &n_untold) += 1;
	boxes_close(c);
}

// Whoever sees that it is closed may ask on another connection: the hub must know by then.
static void the_hub_is_told_before_the_socket_is_closed(void **state UNUSED)
{
	struct transport noting = boxes;
	struct world *w;
	struct box_peer p[2];

	noting.close = notes_whether_the_hub_is_told;
	w = world_with(&noting, NULL, 0);
	told = w->hub;
	for (size_t i = 0; i < 2; i++)
		p[i] = box_connect(w);
	shutdown(p[0].fd, SHUT_WR);
	WAIT_UNTIL(n_told + n_untold == 1, turn(w));
	box_say(w, &p[1], BOX_END, SPAN(""));
	WAIT_UNTIL(n_told + n_untold == 2, turn(w));
	assert_int_equal(n_untold, 0);
	assert_int_equal(count(w, INBOX_CLOSED), 2);
	for (size_t i = 0; i < 2; i++)
		box_free(&p[i]);
	world_free(w);
}

static void who_is_astray_is_shown_the_door(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);

	box_say(w, &p, BOX_LINE, SPAN("TUBE 1"));
	assert_int_equal(count(w, INBOX_LINE), 0);
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	assert_true(span_starts(span_of(box_hears(&p)), SPAN("L no tubes\n")));
	box_free(&p);
	// Words that are another transport's business are a line here.
	p = box_connect(w);
	box_say(w, &p, BOX_LINE, SPAN("GET /"));
	assert_string_equal(last_heard(w)->text, "GET /");
	box_free(&p);
	world_free(w);
}

static void a_box_is_one_line_or_a_fault(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);
	char text[700];

	memset(text, 'a', sizeof(text));
	box_say(w, &p, BOX_LINE, SPAN("PING a\nNICK bob"));
	box_say(w, &p, BOX_LINE, SPAN("PING a\r\nNICK bob\r\n"));
	box_say(w, &p, BOX_LINE, span_from(text, sizeof(text)));
	box_say(w, &p, BOX_LINE, SPAN(""));
	box_say(w, &p, BOX_LINE, SPAN("PING b"));
	assert_int_equal(count(w, INBOX_BAD), 3);
	assert_int_equal(w->heard[1].fault, FAULT_BYTES);
	assert_int_equal(w->heard[2].fault, FAULT_BYTES);
	assert_int_equal(w->heard[3].fault, FAULT_TOO_LONG);
	assert_int_equal(count(w, INBOX_LINE), 1);
	assert_string_equal(last_heard(w)->text, "PING b");
	box_free(&p);
	world_free(w);
}

// What is said in one breath is queued as one, and still is a box for each line.
static void lines_that_are_queued_together_leave_one_by_one(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);
	struct outbox *out = outbox_new();

	for (int i = 0; i < 3; i++) {
		outbox_line(out, i == 1 ? SPAN("two\r\n") : SPAN("one\r\n"), 0, false);
		outbox_to(out, last_conn(w));
	}
	post(w, out);
	send_line(w, last_conn(w), "a :b \r\n", 0);
	turns(w, 3);
	assert_string_equal(box_hears(&p), "L one\nL two\nL one\nL a :b \n");
	box_free(&p);
	world_free(w);
}

static void a_line_is_seen_only_when_its_entry_is_durable(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);
	conn_id conn = last_conn(w);

	send_line(w, conn, "one\r\n", 0);
	send_line(w, conn, "two\r\n", 7);
	send_line(w, conn, "PONG\r\n", 0);
	turns(w, 5);
	assert_string_equal(box_hears(&p), "L one\n");
	send_durable(w, 6);
	turns(w, 5);
	assert_string_equal(box_hears(&p), "L one\n");
	send_durable(w, 7);
	turns(w, 5);
	assert_string_equal(box_hears(&p), "L one\nL two\nL PONG\n");
	box_free(&p);
	world_free(w);
}

// The transport's own answer needs no line, no credit and no entry on disk.
static void a_ping_of_the_transport_is_answered_past_the_gate(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);

	box_say(w, &p, BOX_PING, SPAN("x"));
	assert_string_equal(box_hears(&p), "O x\n");
	send_line(w, last_conn(w), "gated\r\n", 3);
	turns(w, 3);
	box_say(w, &p, BOX_PING, SPAN("y"));
	assert_string_equal(box_hears(&p), "O x\nO y\n");
	send_durable(w, 3);
	turns(w, 3);
	assert_string_equal(box_hears(&p), "O x\nO y\nL gated\n");
	assert_int_equal(w->n_heard, 1);
	box_free(&p);
	world_free(w);
}

static void without_credit_nothing_is_read(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);

	for (int i = 0; i < 100; i++)
		box_say(w, &p, BOX_LINE, SPAN("PING a"));
	assert_int_equal(count(w, INBOX_LINE), CREDIT_UNKNOWN);
	send_item(w, OUTBOX_CREDIT, last_conn(w), 100);
	turns(w, 20);
	assert_int_equal(count(w, INBOX_LINE), 100);
	box_free(&p);
	world_free(w);
}

// Each line has its number, so that a box that was cut or doubled is seen.
static size_t check_numbers(const char *got, char kind)
{
	size_t n = 0, next = 0;

	for (const char *at = got; *at; at = strchr(at, '\n') + 1) {
		size_t number;

		n++;
		if (at[0] != kind)
			continue;
		assert_int_equal(sscanf(at + 2, "%zu ", &number), 1);
		assert_int_equal(number, next);
		next++;
	}
	assert_true(next > 0);
	return n;
}

static void a_reader_that_stops_is_stalled_and_every_box_stays_whole(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);
	conn_id conn = last_conn(w);
	char text[1001], ping[32];

	memset(text, 'x', sizeof(text));
	memcpy(text + 998, "\r\n", 3);
	for (int i = 0; i < 9000; i++) {
		char number[8];

		snprintf(number, sizeof(number), "%06d", i);
		memcpy(text, number, 6);
		text[6] = ' ';
		send_line(w, conn, text, 0);
		if (i % 100 == 0)
			turn(w);
	}
	turns(w, 3);
	assert_int_equal(count(w, INBOX_STALLED), 1);
	for (int i = 0; i < 30; i++) {
		snprintf(ping, sizeof(ping), "%d ", i);
		box_say(w, &p, BOX_PING, span_of(ping));
		box_hears(&p);
	}
	WAIT_UNTIL(count(w, INBOX_DRAINED), (box_hears(&p), turn(w)));
	box_say(w, &p, BOX_PING, SPAN("30 last"));
	WAIT_UNTIL(strstr(box_hears(&p), "O 30 last\n") && !p.raw.len, turn(w));
	assert_int_equal(count(w, INBOX_DRAINED), 1);
	assert_true(check_numbers(box_hears(&p), 'L') > OUTQ_MAX / 1000 - 10);
	check_numbers(box_hears(&p), 'O');
	assert_int_equal(count(w, INBOX_STALLED), 1);
	box_free(&p);
	world_free(w);
}

static void a_close_waits_for_the_gate_and_ends_with_the_transports_words(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);
	conn_id conn = last_conn(w);

	send_line(w, conn, "ERROR :bye\r\n", 0);
	send_parting(w, conn, 5, PARTING_REFUSED, "Banned");
	turns(w, 5);
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	assert_string_equal(box_hears(&p), "L ERROR :bye\n");
	assert_false(p.closed);
	send_line(w, conn, "late\r\n", 0);
	send_durable(w, 5);
	turns(w, 5);
	assert_string_equal(box_hears(&p), "L ERROR :bye\nE Banned\n");
	assert_true(p.closed);
	box_free(&p);
	world_free(w);
}

// An answer of the transport's own that finds no room leaves when there is some.
static void an_answer_waits_for_room(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);

	boxes_are_stuck = true;
	box_say(w, &p, BOX_PING, SPAN("x"));
	assert_string_equal(box_hears(&p), "");
	boxes_are_stuck = false;
	turns(w, 3);
	assert_string_equal(box_hears(&p), "O x\n");
	box_free(&p);
	world_free(w);
}

// So do the last words, once; the connection stays until they have left.
static void last_words_wait_for_room(void **state UNUSED)
{
	struct world *w = box_world();
	struct box_peer p = box_connect(w);

	send_line(w, last_conn(w), "bye\r\n", 0);
	turns(w, 3);
	boxes_are_stuck = true;
	send_parting(w, last_conn(w), 0, PARTING_LEFT, "Quit");
	turns(w, 5);
	assert_string_equal(box_hears(&p), "L bye\n");
	assert_false(p.closed);
	boxes_are_stuck = false;
	turns(w, 3);
	assert_string_equal(box_hears(&p), "L bye\nE Quit\n");
	assert_true(p.closed);
	box_free(&p);
	world_free(w);
}

static void silence_is_told_in_both_languages(void **state UNUSED)
{
	const struct conn_times times = {PATIENCE_MS, 100, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_with(&boxes, &times, 0);
	struct box_peer p = box_connect(w);

	WAIT_UNTIL(p.closed, (turn(w), box_hears(&p)));
	assert_string_equal(box_hears(&p), "L ERROR :Closing link: Registration timed out\n"
					   "E Registration timed out\n");
	box_free(&p);
	world_free(w);
}

// Two listeners of one shard, each with its own transport: whoever comes talks as it does.
static void each_listener_has_its_transport(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);
	struct listening sockets[2] = {w->socket};
	struct net_address tls_address = w->address, box_address;
	struct outbox *out = outbox_new();
	struct peer p;
	struct box_peer q;
	conn_id first;

	assert_true(net_parse(&box_address, SPAN("127.0.0.1:0")));
	sockets[1] = (struct listening){net_listen(&box_address), &boxes};
	assert_true(sockets[1].fd >= 0 && net_bound(sockets[1].fd, &box_address));
	shard_free(w->shard);
	w->config.sockets = sockets;
	w->config.n_sockets = 2;
	w->config.tls = world_tls(w, "second");
	w->config.names = NULL;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	p = peer_connect(w);
	first = last_conn(w);
	w->address = box_address;
	q = box_connect(w);
	w->address = tls_address;
	outbox_line(out, SPAN("to both\r\n"), 0, false);
	outbox_to(out, first);
	outbox_to(out, last_conn(w));
	post(w, out);
	turns(w, 5);
	assert_string_equal(peer_hears(&p), "to both\r\n");
	assert_string_equal(box_hears(&q), "L to both\n");
	peer_free(&p);
	box_free(&q);
	close(sockets[1].fd);
	world_free(w);
}

static void a_transport_is_found_by_its_scheme(void **state UNUSED)
{
	assert_ptr_equal(transport_find(SPAN("ircs")), &tls_lines);
	assert_ptr_equal(transport_find(SPAN("IRCs")), &tls_lines);
	assert_null(transport_find(SPAN("irc")));
	assert_null(transport_find(SPAN("ircss")));
	assert_null(transport_find(SPAN("boxes")));
	assert_null(transport_find(SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_greeting_opens_and_lines_follow),
		cmocka_unit_test(who_begins_otherwise_gets_no_answer),
		cmocka_unit_test(the_hub_is_told_before_the_socket_is_closed),
		cmocka_unit_test(who_is_astray_is_shown_the_door),
		cmocka_unit_test(a_box_is_one_line_or_a_fault),
		cmocka_unit_test(lines_that_are_queued_together_leave_one_by_one),
		cmocka_unit_test(a_line_is_seen_only_when_its_entry_is_durable),
		cmocka_unit_test(a_ping_of_the_transport_is_answered_past_the_gate),
		cmocka_unit_test(without_credit_nothing_is_read),
		cmocka_unit_test(a_reader_that_stops_is_stalled_and_every_box_stays_whole),
		cmocka_unit_test(a_close_waits_for_the_gate_and_ends_with_the_transports_words),
		cmocka_unit_test(an_answer_waits_for_room),
		cmocka_unit_test(last_words_wait_for_room),
		cmocka_unit_test(silence_is_told_in_both_languages),
		cmocka_unit_test(each_listener_has_its_transport),
		cmocka_unit_test(a_transport_is_found_by_its_scheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
