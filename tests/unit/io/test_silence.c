// SPDX-License-Identifier: MIT
// While nobody knows whether the server is still the one that writes, it says nothing of it.
#include "tests/unit/io/boxes.h"

#include <string.h>

#define WAITS                                                                                  \
	":test.host NOTE * STORING_WAITS :The server waits for its store: what you say is "    \
	"kept, and said when it is back\r\n"
#define GOES_ON ":test.host NOTE * STORING_GOES_ON :The server has its store again\r\n"

struct scene {
	struct world *w;
	struct proof proof;
	struct peer ann;
	conn_id conn;
};

static void set(struct scene *s, bool is_young)
{
	int64_t at_ms = is_young ? clock_mono_ms() + LONG_MS : clock_mono_ms() - PROOF_MS - 1;

	atomic_store(&s->proof.at_ms, at_ms);
}

static struct scene *scene_new(const struct transport *transport,
			       const struct conn_times *times)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	s->w = world_made(transport, times, 0);
	s->w->config.proof = &s->proof;
	set(s, true);
	s->w->shard = shard_new(&s->w->config, s->w->loop, s->w->hub);
	return s;
}

static struct scene *scene_with_ann(void)
{
	struct scene *s = scene_new(&tls_lines, NULL);

	s->ann = peer_connect(s->w);
	s->conn = last_conn(s->w);
	send_item(s->w, OUTBOX_LOGGED_IN, s->conn, 0);
	peer_say(s->w, &s->ann, "NICK ann\r\n");
	return s;
}

static void scene_free(struct scene *s)
{
	if (s->ann.tls)
		peer_free(&s->ann);
	world_free(s->w);
	free(s);
}

static void hears(struct scene *s, const char *all)
{
	WAIT_UNTIL(strlen(peer_hears(&s->ann)) >= strlen(all), turn(s->w));
	assert_string_equal(peer_hears(&s->ann), all);
	buf_clear(&s->ann.got);
}

static void hears_nothing(struct scene *s)
{
	turns(s->w, 10);
	assert_string_equal(peer_hears(&s->ann), "");
}

static void what_may_be_stale_is_held_until_the_proof_is_young(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	set(s, false);
	send_line(s->w, s->conn, "WHO is stale\r\n", 0);
	hears(s, WAITS);
	send_line(s->w, s->conn, "and more of it\r\n", 0);
	hears_nothing(s);
	set(s, true);
	hears(s, "WHO is stale\r\nand more of it\r\n" GOES_ON);
	send_line(s->w, s->conn, "news\r\n", 0);
	hears(s, "news\r\n");
	scene_free(s);
}

static void each_outage_is_told_once(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	for (int i = 0; i < 3; i++) {
		set(s, false);
		send_line(s->w, s->conn, "one\r\n", 0);
		hears(s, WAITS);
		peer_say(s->w, &s->ann, "PING a\r\n");
		hears(s, ":test.host PONG test.host :a\r\n");
		set(s, true);
		hears(s, "one\r\n" GOES_ON);
	}
	scene_free(s);
}

// What comes too late is no proof: the look is just before the write, whatever was queued.
static void what_was_queued_before_is_held_too(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	send_line(s->w, s->conn, "queued\r\n", 0);
	set(s, false);
	hears(s, WAITS);
	hears_nothing(s);
	set(s, true);
	hears(s, "queued\r\n" GOES_ON);
	scene_free(s);
}

static void a_ping_is_answered_meanwhile_before_what_is_held(void **state)
{
	struct scene *s = scene_with_ann();
	size_t lines = count(s->w, INBOX_LINE);

	(void)state;
	set(s, false);
	peer_say(s->w, &s->ann, "PING :are you there\r\n");
	hears(s, WAITS ":test.host PONG test.host :are you there\r\n");
	send_line(s->w, s->conn, "held\r\n", 0);
	turns(s->w, 5);
	peer_say(s->w, &s->ann, "@label=7 PING b\r\nPING\r\nJOIN #den\r\n");
	hears(s, "@label=7 :test.host PONG test.host :b\r\n");
	// The hub hears the rest, and what no PONG would answer.
	assert_int_equal(count(s->w, INBOX_LINE), lines + 2);
	set(s, true);
	hears(s, "held\r\n" GOES_ON);
	peer_say(s->w, &s->ann, "PING c\r\n");
	assert_string_equal(last_heard(s->w)->text, "PING c");
	hears_nothing(s);
	scene_free(s);
}

// Its own answer may be held, and nobody asks twice.
static void a_ping_that_came_just_before_is_answered(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	peer_say(s->w, &s->ann, "PING old\r\nPING new\r\n");
	assert_string_equal(last_heard(s->w)->text, "PING new");
	hears_nothing(s);
	set(s, false);
	// Anybody's look begins it.
	send_line(s->w, s->conn, "held\r\n", 0);
	hears(s, WAITS ":test.host PONG test.host :new\r\n");
	scene_free(s);
}

// Nothing is written, so nothing would look: a commit that hangs is seen all the same.
static void who_waits_for_the_gate_is_told(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	send_line(s->w, s->conn, "gated\r\n", 1);
	hears_nothing(s);
	set(s, false);
	hears(s, WAITS);
	send_durable(s->w, 1);
	hears_nothing(s);
	set(s, true);
	hears(s, "gated\r\n" GOES_ON);
	scene_free(s);
}

static void the_gate_stays_shut_when_the_silence_is_over(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	send_line(s->w, s->conn, "free\r\n", 0);
	send_line(s->w, s->conn, "gated\r\n", 1);
	set(s, false);
	hears(s, WAITS);
	set(s, true);
	hears(s, "free\r\n");
	hears_nothing(s);
	send_durable(s->w, 1);
	hears(s, "gated\r\n" GOES_ON);
	scene_free(s);
}

static void nobody_is_late_while_it_lasts(void **state)
{
	const struct conn_times times = {LONG_MS, 50, 10, 50, 50};
	struct scene *s = scene_new(&tls_lines, &times);
	struct peer bob;

	(void)state;
	set(s, false);
	s->ann = peer_connect(s->w);
	s->conn = last_conn(s->w);
	send_item(s->w, OUTBOX_LOGGED_IN, s->conn, 0);
	bob = peer_connect(s->w); // never logs in
	hears(s, "PING :test.host\r\n");
	// Each of these times is over several times.
	for (int64_t until = clock_mono_ms() + 300; clock_mono_ms() < until;) // time: all over
		turn(s->w);
	assert_string_equal(peer_hears(&s->ann), "");
	assert_string_equal(peer_hears(&bob), "");
	assert_false(s->ann.closed || bob.closed);
	set(s, true);
	WAIT_UNTIL(s->ann.closed && bob.closed,
		   (turn(s->w), peer_hears(&s->ann), peer_hears(&bob)));
	assert_non_null(strstr(peer_hears(&s->ann), "Ping timeout"));
	assert_non_null(strstr(peer_hears(&bob), "Registration timed out"));
	peer_free(&bob);
	scene_free(s);
}

// Last words say something, too.
static void an_end_waits_as_well(void **state)
{
	struct scene *s = scene_with_ann();

	(void)state;
	set(s, false);
	send_line(s->w, s->conn, "you are out\r\n", 0);
	send_parting(s->w, s->conn, 0, PARTING_REFUSED, "out");
	hears_nothing(s);
	assert_false(s->ann.closed);
	set(s, true);
	WAIT_UNTIL(s->ann.closed, (turn(s->w), peer_hears(&s->ann)));
	assert_string_equal(peer_hears(&s->ann), "you are out\r\n");
	scene_free(s);
}

static void a_server_that_stops_does_not_wait_for_it(void **state)
{
	const struct conn_times times = {LONG_MS, LONG_MS, LONG_MS, LONG_MS, 20};
	struct scene *s = scene_new(&tls_lines, &times);
	struct letter *stop = xcalloc(1, sizeof(*stop));

	(void)state;
	s->ann = peer_connect(s->w);
	set(s, false);
	send_line(s->w, last_conn(s->w), "held\r\n", 0);
	stop->kind = LETTER_STOP;
	mailbox_put(shard_mailbox(s->w->shard), stop);
	WAIT_UNTIL(shard_is_done(s->w->shard), turn(s->w));
	assert_string_equal(peer_hears(&s->ann), "");
	scene_free(s);
}

// Of a record that the socket took half of, the rest would be said: so it waits, and with it
// what else could pass.
static void half_a_record_waits(void **state)
{
	struct scene *s = scene_new(&boxes, NULL);
	struct box_peer p = box_connect(s->w);

	(void)state;
	boxes_are_stuck = true;
	send_line(s->w, last_conn(s->w), "half\r\n", 0);
	turns(s->w, 5);
	set(s, false);
	boxes_are_stuck = false;
	box_say(s->w, &p, BOX_LINE, SPAN("PING x"));
	turns(s->w, 20);
	assert_string_equal(box_hears(&p), "");
	set(s, true);
	WAIT_UNTIL(strstr(box_hears(&p), "PONG"), turn(s->w));
	assert_non_null(strstr(box_hears(&p), "L half\nL :test.host NOTE * STORING_WAITS"));
	box_free(&p);
	scene_free(s);
}

// What the hub cannot be given yet waits, and a PING behind it is answered.
static void a_ping_behind_what_must_wait_is_answered(void **state)
{
	struct scene *s = scene_with_ann();
	size_t lines;

	(void)state;
	for (int i = 0; i < 2 * CONN_CREDIT; i++)
		peer_say(s->w, &s->ann, "WHO #den\r\n");
	peer_say(s->w, &s->ann, "PING early\r\n");
	lines = count(s->w, INBOX_LINE);
	assert_in_range(lines, 1, 2 * CONN_CREDIT);
	set(s, false);
	send_line(s->w, s->conn, "held\r\n", 0);
	hears(s, WAITS ":test.host PONG test.host :early\r\n");
	peer_say(s->w, &s->ann, "bad \xff PING x\r\nLIST\r\nPING late\r\nJOIN #end\r\n");
	hears(s, ":test.host PONG test.host :late\r\n");
	assert_int_equal(count(s->w, INBOX_LINE), lines);
	set(s, true);
	hears(s, "held\r\n" GOES_ON);
	assert_int_equal(count(s->w, INBOX_LINE), lines);
	// In their order, and no PING twice.
	send_item(s->w, OUTBOX_CREDIT, s->conn, 2 * CONN_CREDIT);
	WAIT_UNTIL(!strcmp(last_heard(s->w)->text, "JOIN #end"), turn(s->w));
	assert_string_equal(s->w->heard[s->w->n_heard - 2].text, "LIST");
	assert_int_equal(s->w->heard[s->w->n_heard - 3].fault, FAULT_BYTES);
	assert_string_equal(s->w->heard[s->w->n_heard - 4].text, "WHO #den");
	assert_int_equal(count(s->w, INBOX_LINE), 1 + 2 * CONN_CREDIT + 2);
	scene_free(s);
}

// So much is kept for each, and then it is not read: nothing is lost by that.
static void what_waits_is_bounded_and_comes_whole(void **state)
{
	enum { LINES = 100 };
	struct scene *s = scene_with_ann();
	char line[400];

	(void)state;
	for (int i = 0; i < CONN_CREDIT; i++)
		peer_say(s->w, &s->ann, "WHO #den\r\n");
	set(s, false);
	send_line(s->w, s->conn, "held\r\n", 0);
	hears(s, WAITS);
	for (int i = 0; i < LINES; i++) {
		snprintf(line, sizeof(line), "NOTE %d %0300d\r\n", i, i);
		peer_say(s->w, &s->ann, line);
	}
	peer_say(s->w, &s->ann, "PING deep\r\n");
	hears_nothing(s);
	set(s, true);
	hears(s, "held\r\n" GOES_ON);
	send_item(s->w, OUTBOX_CREDIT, s->conn, 2 * LINES);
	WAIT_UNTIL(!strcmp(last_heard(s->w)->text, "PING deep"), turn(s->w));
	for (int i = 0; i < LINES; i++) {
		snprintf(line, sizeof(line), "NOTE %d", i);
		assert_string_equal(s->w->heard[s->w->n_heard - 1 - LINES + (size_t)i].text,
				    line);
	}
	scene_free(s);
}

// The proof ages while a record leaves: nothing that comes behind it in the same turn does.
static struct scene *ages;

static enum tls_result write_and_age(struct carrier *c, struct outq *q, entry_no durable,
				     char *record)
{
	enum tls_result result = boxes_write(c, q, durable, record);

	set(ages, false);
	return result;
}

static struct scene *scene_that_ages(struct transport *transport)
{
	*transport = boxes;
	transport->write = write_and_age;
	ages = scene_new(transport, NULL);
	return ages;
}

static void each_record_is_a_write_of_its_own(void **state)
{
	static struct transport transport;
	struct scene *s = scene_that_ages(&transport);
	struct box_peer p = box_connect(s->w);
	conn_id conn = last_conn(s->w);
	char line[1000];

	(void)state;
	snprintf(line, sizeof(line), "%0990d\r\n", 1);
	for (int i = 0; i < 2 * RECORD_MAX / 990; i++)
		send_line(s->w, conn, line, 0);
	send_line(s->w, conn, "last\r\n", 0);
	turns(s->w, 20);
	assert_non_null(strstr(box_hears(&p), "0001"));
	assert_null(strstr(box_hears(&p), "last"));
	WAIT_UNTIL(strstr(box_hears(&p), "last"), (set(s, true), turn(s->w)));
	box_free(&p);
	scene_free(s);
}

static void last_words_are_a_write_too(void **state)
{
	static struct transport transport;
	struct scene *s = scene_that_ages(&transport);
	struct box_peer ann = box_connect(s->w), bob;
	conn_id conn = last_conn(s->w);

	(void)state;
	bob = box_connect(s->w);
	send_line(s->w, conn, "the proof ages\r\n", 0);
	send_parting(s->w, last_conn(s->w), 0, PARTING_REFUSED, "you are out");
	turns(s->w, 20);
	assert_non_null(strstr(box_hears(&ann), "the proof ages"));
	assert_string_equal(box_hears(&bob), "");
	set(s, true);
	WAIT_UNTIL(strstr(box_hears(&bob), "you are out"), turn(s->w));
	box_free(&ann);
	box_free(&bob);
	scene_free(s);
}

static void without_a_lease_the_hub_answers(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);

	(void)state;
	peer_say(w, &p, "PING a\r\n");
	assert_string_equal(last_heard(w)->text, "PING a");
	assert_string_equal(peer_hears(&p), "");
	peer_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_stale_is_held_until_the_proof_is_young),
		cmocka_unit_test(each_outage_is_told_once),
		cmocka_unit_test(what_was_queued_before_is_held_too),
		cmocka_unit_test(a_ping_is_answered_meanwhile_before_what_is_held),
		cmocka_unit_test(a_ping_that_came_just_before_is_answered),
		cmocka_unit_test(who_waits_for_the_gate_is_told),
		cmocka_unit_test(the_gate_stays_shut_when_the_silence_is_over),
		cmocka_unit_test(nobody_is_late_while_it_lasts),
		cmocka_unit_test(an_end_waits_as_well),
		cmocka_unit_test(a_server_that_stops_does_not_wait_for_it),
		cmocka_unit_test(half_a_record_waits),
		cmocka_unit_test(a_ping_behind_what_must_wait_is_answered),
		cmocka_unit_test(what_waits_is_bounded_and_comes_whole),
		cmocka_unit_test(each_record_is_a_write_of_its_own),
		cmocka_unit_test(last_words_are_a_write_too),
		cmocka_unit_test(without_a_lease_the_hub_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
