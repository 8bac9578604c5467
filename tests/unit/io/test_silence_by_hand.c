// SPDX-License-Identifier: MIT
// A silence, step by step: who is told, whose PING is answered, what is held, and its end.
#include "tests/unit/io/by_hand.h"

#define WAITS                                                                                  \
	":test.host NOTE * STORING_WAITS :The server waits for its store: what you say is "    \
	"kept, and said when it is back\n"
#define GOES_ON ":test.host NOTE * STORING_GOES_ON :The server has its store again\n"
#define PONG ":test.host PONG test.host :"

static void set(struct scene *s, bool is_silent)
{
	int64_t now = clock_mono_ms();

	atomic_store(&s->proof.at_ms, is_silent ? now - PROOF_MS - 1000 : now + LONG_MS);
}

static void turn_to(struct scene *s, bool is_silent)
{
	set(s, is_silent);
	silence_turn(&s->env);
}

static struct scene *scene_of_lease(void)
{
	struct scene *s = scene_new();

	set(s, false);
	return s;
}

static struct conn *speaker(struct scene *s)
{
	struct conn *c = opened(s);

	c->has_spoken = true;
	return c;
}

// What leaves when it is flushed, as often as it asks for that.
static void says(struct scene *s, struct conn *c, const char *text)
{
	buf_reset(&hand.out);
	conn_flush(c);
	while (is_in(&s->env.dirty, &c->out))
		conn_flush(c);
	assert_string_equal(buf_str(&hand.out), text);
}

static void it_is_one_until_the_proof_is_young(void **state UNUSED)
{
	struct scene *s = scene_of_lease();
	struct silence *silence = &s->env.silence;
	struct conn *c = opened(s);
	int64_t since;

	list_remove(&c->out);

	assert_false(silence_is_on(silence));
	silence_turn(&s->env);
	assert_false(silence->is_on || silence->has_begun);
	turn_to(s, true);
	assert_true(silence->is_on && silence->has_begun);
	assert_int_equal(silence->number, 1);
	since = silence->since_ms -= 5;
	list_add(&s->env.gated, &c->out);
	silence_turn(&s->env);
	assert_true(silence->is_on && silence->has_begun);
	assert_true(is_in(&s->env.gated, &c->out)); // it begins once
	assert_int_equal(silence->number, 1);
	assert_int_equal(silence->since_ms, since);
	turn_to(s, false);
	assert_false(silence->is_on || silence->has_begun);
	turn_to(s, true);
	assert_int_equal(silence->number, 2);
	scene_free(s);
}

static void who_has_something_waiting_is_told_once(void **state UNUSED)
{
	struct scene *s = scene_of_lease();
	struct conn *c = speaker(s), *idle = speaker(s), *mute = opened(s);

	turn_to(s, true);
	says(s, c, "");
	queue(c, "one\r\n", 0, false);
	queue(mute, "one\r\n", 0, false);
	says(s, c, WAITS);
	queue(c, "two\r\n", 0, false);
	says(s, c, "");
	says(s, idle, "");
	says(s, mute, ""); // it has said nothing yet: it does not know what a NOTE is
	turn_to(s, false);
	says(s, c, "one\ntwo\n" GOES_ON);
	says(s, idle, "");
	says(s, mute, "one\n");
	scene_free(s);
}

static void who_goes_or_only_asks_is_not_told(void **state UNUSED)
{
	struct scene *s = scene_of_lease();
	struct conn *closing = speaker(s), *asker;

	hand.asks = true;
	asker = opened(s);
	asker->has_spoken = true;
	turn_to(s, true);
	queue(closing, "bye\r\n", 0, false);
	conn_close(closing, 0, PARTING_LEFT, SPAN("Left"));
	says(s, closing, "");
	conn_answer(asker, &(struct web_answer){.status = 200});
	says(s, asker, "");
	assert_int_equal(asker->aside.count, 0);
	turn_to(s, false);
	says(s, closing, "bye\n");
	says(s, asker, "200\n");
	scene_free(s);
}

static void a_ping_is_answered_here_meanwhile(void **state UNUSED)
{
	static const struct {
		const char *line;
		bool is_lasting, is_silent, is_taken;
		const char *answer;
	} rows[] = {
		{"PING a\r\n", false, true, true, WAITS PONG "a\n"},
		{"ping :a b\r\n", false, true, true, WAITS PONG "a b\n"},
		{"@label=7 PING a\r\n", false, true, true, WAITS "@label=7 " PONG "a\n"},
		{"@other=7 PING a\r\n", false, true, true, WAITS PONG "a\n"},
		{"PING\r\n", false, true, false, ""},
		{"PING :\r\n", false, true, false, ""},
		{"PONG a\r\n", false, true, false, ""},
		{"PING a\r\n", false, false, false, ""},
		{"PING a\r\n", true, true, false, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = scene_of_lease();
		struct conn *c = speaker(s);

		if (rows[i].is_lasting)
			atomic_store(&s->proof.at_ms, INT64_MAX);
		else
			turn_to(s, rows[i].is_silent);
		comes(c, rows[i].line);
		if ((events(s, INBOX_LINE) == 0) != rows[i].is_taken)
			fail_msg("row %zu", i);
		says(s, c, rows[i].answer);
		// One that is not a PING, or cannot be answered later, is not kept.
		assert_int_equal(c->pong != NULL, !rows[i].is_taken && !rows[i].is_silent);
		scene_free(s);
	}
}

static void whoever_takes_no_answers_gets_no_more(void **state UNUSED)
{
	static char long_ping[400];
	struct scene *s = scene_of_lease();
	struct conn *c = speaker(s);
	size_t n;

	memset(long_ping, 'x', sizeof(long_ping) - 1);
	memcpy(long_ping, "PING ", 5);
	memcpy(long_ping + sizeof(long_ping) - 3, "\r\n", 2);
	c->credit = 100;
	turn_to(s, true);
	for (n = 0; n < 100 && events(s, INBOX_LINE) == 0; n++)
		comes(c, long_ping);
	assert_in_range(n, 10, 14); // 4096 bytes aside
	scene_free(s);
}

// Who asked shortly before is answered; its own answer may be held.
static void who_asked_shortly_before_is_answered(void **state UNUSED)
{
	struct scene *s = scene_of_lease();
	struct conn *c = speaker(s), *early = speaker(s), *none = speaker(s),
		    *closing = speaker(s);

	comes(c, "PING old\r\nPING new\r\n");
	comes(early, "PING early\r\n");
	comes(closing, "PING x\r\n");
	early->pinged_at -= 3 * PROOF_MS;
	none->pinged_at = loop_now(s->loop);
	conn_close(closing, 0, PARTING_LEFT, SPAN("Left"));
	assert_int_equal(events(s, INBOX_LINE), 4);
	turn_to(s, true);
	says(s, c, WAITS PONG "new\n");
	says(s, early, "");
	says(s, none, "");
	says(s, closing, "");
	assert_int_equal(closing->aside.count, 0);
	turn_to(s, false);
	scene_free(s);
}

// What waited for the gate is looked at, and what is offered already is not cut.
static void what_waits_is_held_and_goes_on(void **state UNUSED)
{
	struct scene *s = scene_of_lease();
	struct conn *gated = speaker(s), *offered = speaker(s);

	queue(gated, "later\r\n", 9, false);
	says(s, gated, "");
	assert_true(is_in(&s->env.gated, &gated->out));
	queue(offered, "half\r\n", 0, false);
	hand.write = TLS_WANT_WRITE;
	conn_flush(offered);
	assert_true(offered->is_offered);
	turn_to(s, true);
	assert_true(is_in(&s->env.dirty, &gated->out));
	hand.write = TLS_OK;
	says(s, gated, WAITS);
	assert_true(is_in(&s->env.held, &gated->out));
	offered->write_blocked = false;
	conn_flush(offered);
	assert_true(is_in(&s->env.held, &offered->out));
	assert_int_equal(offered->aside.count, 1);
	turn_to(s, false);
	says(s, offered, "half\n" WAITS GOES_ON);
	scene_free(s);
}

// It is looked for again while something depends on it, and not before the last look.
static void it_is_looked_for_while_it_counts(void **state UNUSED)
{
	struct scene *s = scene_of_lease();
	struct conn *c = speaker(s);

	silence_turn(&s->env);
	assert_false(s->env.silence.looks_again);
	queue(c, "later\r\n", 9, false);
	conn_flush(c);
	silence_turn(&s->env);
	assert_true(s->env.silence.looks_again);
	s->env.silence.looks_again = false;
	s->env.durable = 9;
	list_remove(&c->out);
	turn_to(s, true);
	assert_true(s->env.silence.looks_again);
	s->env.silence.looks_again = false;
	atomic_store(&s->proof.at_ms, INT64_MAX);
	list_add(&s->env.gated, &c->out);
	silence_turn(&s->env);
	assert_false(s->env.silence.looks_again);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_one_until_the_proof_is_young),
		cmocka_unit_test(who_has_something_waiting_is_told_once),
		cmocka_unit_test(who_goes_or_only_asks_is_not_told),
		cmocka_unit_test(a_ping_is_answered_here_meanwhile),
		cmocka_unit_test(whoever_takes_no_answers_gets_no_more),
		cmocka_unit_test(who_asked_shortly_before_is_answered),
		cmocka_unit_test(what_waits_is_held_and_goes_on),
		cmocka_unit_test(it_is_looked_for_while_it_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
