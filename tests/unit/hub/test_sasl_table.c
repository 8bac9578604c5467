// SPDX-License-Identifier: MIT
// SASL by a mechanism of the test's own: the server speaks first, at length; the client names
// an account; the server asks again; the password is looked at elsewhere, by a ticket.
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "common/encode.h"
#include "server/hub/door/sasl.h"
#include "server/hub/journal/post.h"
#include "server/hub/state/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define YES "server 903 * :*"
#define NO "server 904 * :*"
#define ABORTED "server 906 * :*"
#define MOUNTAIN_LEN 600 // 800 bytes of base64: two whole lines and a "+"

// What became of the exchanges of a test.
struct tally {
	int begun, ended, answered, lost;
};

static struct tally tally;

// A round: of whom is spoken, once that is known.
struct riddle {
	struct account *of;
};

// What the ticket owns.
struct ride {
	account_id account;
};

static enum sasl_result start(struct exchange *x)
{
	tally.begun++;
	x->own = xcalloc(1, sizeof(struct riddle));
	for (int i = 0; i < MOUNTAIN_LEN; i++)
		buf_add_char(&x->challenge, 'm');
	return SASL_CHALLENGE;
}

static void on_hashed(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct ride *ride = arg;

	if (s) {
		struct exchange *x = s->exchange;

		x->account = account_by_id(h, ride->account);
		x->device = SPAN("riddler");
		tally.answered++;
		sasl_answer(s, job->result == HASH_OK ? SASL_DONE : SASL_REFUSED);
	} else {
		tally.lost++;
	}
	free(ride);
}

static enum sasl_result ask_elsewhere(struct exchange *x, struct span secret)
{
	const struct riddle *riddle = x->own;
	struct ride *ride = xcalloc(1, sizeof(*ride));
	struct hash_job *job = hash_job_new(HASH_VERIFY, 0, secret.at, secret.len);

	ride->account = riddle->of->id;
	snprintf(job->phc, sizeof(job->phc), "%s", riddle->of->password);
	ask_hash(x->session->hub, x->session, job, on_hashed, ride);
	return SASL_SLOW;
}

static enum sasl_result step(struct exchange *x, struct span response)
{
	struct riddle *riddle = x->own;

	if (riddle->of)
		return ask_elsewhere(x, response);
	if (span_eq(response, SPAN("later")))
		return SASL_LATER;
	if (span_eq(response, SPAN("again")))
		return SASL_CHALLENGE; // an empty one
	if (span_eq(response, SPAN("at once"))) {
		x->account = account_find(x->session->hub, SPAN("alice"));
		sasl_answer(x->session, SASL_DONE);
		return SASL_SLOW;
	}
	riddle->of = account_find(x->session->hub, response);
	if (!riddle->of)
		return SASL_REFUSED;
	buf_add_str(&x->challenge, "and the word?");
	return SASL_CHALLENGE;
}

static void end(struct exchange *x)
{
	tally.ended++;
	free(x->own);
}

static bool never(const struct hub *h UNUSED)
{
	return false;
}

static const struct mechanism riddle = {
	.name = "X-RIDDLE", .start = start, .step = step, .end = end};
static const struct mechanism hidden = {
	.name = "X-HIDDEN", .is_offered = never, .start = start, .step = step, .end = end};
static const struct mechanism *const rows[] = {&riddle, &hidden, &sasl_plain, &sasl_external,
					       NULL};

static int with_riddles(void **state)
{
	struct hub_config config = fixture_config();

	tally = (struct tally){0};
	config.mechanisms = rows;
	*state = fixture_new(&config);
	(void)fixture_account(*state, "alice");
	return 0;
}

// Of each exchange the mechanism was told the end, when it ended and not with the hub.
static int riddles_end(void **state)
{
	int open = tally.begun - tally.ended;

	assert_int_equal(fixture_tear_down(state), 0);
	return open;
}

static struct peer *opened(struct fixture *f)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP REQ :sasl labeled-response batch");
	peer_skip(p);
	return p;
}

static void put_words(struct peer *p, const char *words)
{
	struct buf text = {0};

	encode_b64(&text, words, strlen(words));
	peer_put(p, "AUTHENTICATE " SPAN_FMT, SPAN_ARG(buf_span(&text)));
	buf_clear(&text);
}

static void send_words(struct peer *p, const char *words)
{
	put_words(p, words);
	fixture_settle(peer_fixture(p));
}

static void expect_mountain(struct peer *p)
{
	char part[400 + 1];

	// Three bytes of 'm' each time.
	for (int i = 0; i < 400; i += 4)
		memcpy(part + i, "bW1t", 4);
	part[400] = '\0';
	for (int i = 0; i < 2; i++) {
		const char *line = peer_next(p);

		assert_non_null(line);
		assert_int_equal(strncmp(line, "AUTHENTICATE ", 13), 0);
		assert_string_equal(line + 13, part);
	}
	expect(p, "AUTHENTICATE +");
	expect_none(p);
}

static void begin(struct peer *p)
{
	peer_send(p, "AUTHENTICATE X-RIDDLE");
	expect_mountain(p);
}

static void name_alice(struct peer *p)
{
	send_words(p, "alice");
	expect(p, "AUTHENTICATE YW5kIHRoZSB3b3JkPw=="); // and the word?
	expect_none(p);
}

// Proves A11.
static void what_is_offered_is_what_the_table_says(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP LS 302");
	assert_non_null(strstr(peer_next(p), " sasl=X-RIDDLE,PLAIN,EXTERNAL "));
	peer_send(p, "AUTHENTICATE X-HIDDEN");
	expect_later(p, "server 908 * X-RIDDLE,PLAIN,EXTERNAL :*");
	expect(p, NO);
	peer_send(p, "AUTHENTICATE X-RIDDLER");
	expect(p, "server 908 * X-RIDDLE,PLAIN,EXTERNAL :*");
	expect(p, NO);
	peer_send(p, "AUTHENTICATE +");
	expect(p, "server 908 * X-RIDDLE,PLAIN,EXTERNAL :*");
	expect(p, NO);
	peer_send(p, "AUTHENTICATE x-riddle");
	expect_mountain(p);
	assert_int_equal(tally.begun, 1);
	peer_close(p);
}

static void two_rounds_and_a_ticket_log_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	begin(p);
	name_alice(p);
	send_words(p, FIXTURE_PASSWORD);
	expect(p, "server 900 * alice!* alice :You are now logged in as alice");
	expect(p, YES);
	expect_none(p);
	peer_send(p, "NICK whatever");
	peer_send(p, "USER user 0 * :Real");
	peer_send(p, "CAP END");
	expect_later(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "riddler");
	assert_int_equal(tally.answered, 1);
}

static void an_empty_challenge_and_an_answer_at_once_are_answers_too(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	begin(p);
	send_words(p, "again");
	expect(p, "AUTHENTICATE +");
	expect_none(p);
	send_words(p, "at once");
	expect(p, "server 900 * alice!* alice :*");
	expect(p, YES);
	expect_none(p);
	assert_int_equal(tally.answered, 0);
}

static void a_refusal_in_each_round_looks_the_same_and_may_be_tried_again(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	begin(p);
	send_words(p, "nobody");
	expect(p, NO);
	expect_none(p);
	begin(p);
	name_alice(p);
	send_words(p, "a wrong password");
	expect(p, NO);
	expect_none(p);
	begin(p);
	send_words(p, "later");
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, NO);
	expect_none(p);
	assert_int_equal(tally.ended, 3);
	begin(p);
	name_alice(p);
	send_words(p, FIXTURE_PASSWORD);
	expect_later(p, YES);
}

static void the_other_rows_work_beside_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	peer_send(p, "AUTHENTICATE EXTERNAL");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE +");
	expect(p, NO);
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	peer_send(
		p,
		"AUTHENTICATE AGFsaWNlAGNvcnJlY3QgaG9yc2UgYmF0dGVyeQ=="); // alice and the password
	expect_later(p, YES);
	assert_int_equal(tally.begun, 0);
}

// 400 bytes of base64.
static const char *part(void)
{
	static char text[400 + 1];

	memset(text, 'A', sizeof(text) - 1);
	return text;
}

// The states in which an exchange waits for its client.
enum pause { AT_START, IN_A_RESPONSE, IN_ROUND_TWO, IN_ITS_RESPONSE, PLACES };

static void bring_to(struct peer *p, enum pause place)
{
	begin(p);
	if (place >= IN_ROUND_TWO)
		name_alice(p);
	if (place == IN_A_RESPONSE || place == IN_ITS_RESPONSE)
		peer_send(p, "AUTHENTICATE %s", part());
	expect_none(p);
}

static void an_asterisk_aborts_in_each_state(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	for (enum pause place = 0; place < PLACES; place++) {
		bring_to(p, place);
		peer_send(p, "AUTHENTICATE *");
		expect(p, ABORTED);
		expect_none(p);
		assert_int_equal(tally.ended, place + 1);
	}
	// Nothing of them is left: the first response is the first again.
	begin(p);
	name_alice(p);
	send_words(p, FIXTURE_PASSWORD);
	expect_later(p, YES);
}

static void an_asterisk_behind_a_ticket_waits_for_what_comes_of_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	begin(p);
	name_alice(p);
	put_words(p, "a wrong password");
	peer_put(p, "AUTHENTICATE *");
	fixture_settle(f);
	expect(p, NO);
	expect(p, ABORTED);
	begin(p);
	name_alice(p);
	put_words(p, FIXTURE_PASSWORD);
	peer_put(p, "AUTHENTICATE *");
	fixture_settle(f);
	expect_later(p, YES);
	expect(p, "server 907 * :*");
	expect_none(p);
}

static void a_connection_that_closes_ends_the_exchange_in_each_state(void **state)
{
	struct fixture *f = *state;

	for (enum pause place = 0; place < PLACES; place++) {
		struct peer *p = opened(f);

		bring_to(p, place);
		peer_close(p);
		assert_int_equal(tally.ended, place + 1);
	}
}

static void a_connection_that_closes_while_a_ticket_is_out_is_not_let_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	begin(p);
	name_alice(p);
	put_words(p, FIXTURE_PASSWORD);
	peer_close(p);
	assert_int_equal(tally.lost, 1);
	assert_int_equal(tally.answered, 0);
	assert_true(list_is_empty(&fixture_account(f, "alice")->sessions));
}

static void an_end_of_registration_or_a_password_ends_the_exchange(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	bring_to(p, IN_ITS_RESPONSE);
	peer_send(p, "PASS alice:" FIXTURE_PASSWORD);
	expect_none(p);
	assert_int_equal(tally.ended, 1);
	peer_send(p, "PASS nothing");
	bring_to(p, IN_ROUND_TWO);
	peer_send(p, "NICK whatever");
	peer_send(p, "USER user 0 * :Real");
	peer_send(p, "CAP END");
	expect(p, ABORTED);
	assert_int_equal(tally.ended, 2);
}

static void a_part_over_400_bytes_is_905_in_each_state(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	for (enum pause place = 0; place < PLACES; place++) {
		bring_to(p, place);
		peer_send(p, "AUTHENTICATE %sA", part());
		expect(p, "server 905 * :*");
		expect_none(p);
		assert_int_equal(tally.ended, place + 1);
	}
}

// Proves A10.
static void all_responses_together_are_bounded(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	// One that does not end.
	bring_to(p, IN_ROUND_TWO);
	for (int i = 0; i < 27; i++)
		peer_send(p, "AUTHENTICATE %s", part());
	expect_none(p);
	peer_send(p, "AUTHENTICATE %s", part());
	expect(p, NO);
	expect_none(p);
	// Many that do: 5 bytes each.
	begin(p);
	for (int i = 0; i < SASL_MAX / 5; i++) {
		send_words(p, "again");
		expect(p, "AUTHENTICATE +");
	}
	send_words(p, "again");
	expect(p, NO);
	expect_none(p);
}

static void what_is_no_base64_fails_in_each_round(void **state)
{
	static const char *const texts[] = {"!!!!", "YQ=", "YWxpY2U", "=AAA", "YWxp Y2U="};
	struct fixture *f = *state;
	struct peer *p = opened(f);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		bring_to(p, AT_START);
		peer_send(p, "AUTHENTICATE :%s", texts[i]);
		expect(p, NO);
		bring_to(p, IN_ROUND_TWO);
		peer_send(p, "AUTHENTICATE :%s", texts[i]);
		expect(p, NO);
		expect_none(p);
	}
	assert_int_equal(tally.answered, 0);
}

static void a_label_holds_challenges_and_what_came_of_a_ticket(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	begin(p);
	peer_send(p, "@label=c AUTHENTICATE YWxpY2U=");
	expect(p, "@label=c AUTHENTICATE YW5kIHRoZSB3b3JkPw==");
	peer_send(p, "@label=d AUTHENTICATE Y29ycmVjdCBob3JzZSBiYXR0ZXJ5"); // the password
	expect(p, "@label=d server BATCH +* labeled-response");
	expect(p, "@batch=* server 900 * alice!* alice :*");
	expect(p, "@batch=* " YES);
	expect(p, "server BATCH -*");
	expect_none(p);
}

#define RIDDLE_TEST(fn) cmocka_unit_test_setup_teardown(fn, with_riddles, riddles_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIDDLE_TEST(what_is_offered_is_what_the_table_says),
		RIDDLE_TEST(two_rounds_and_a_ticket_log_in),
		RIDDLE_TEST(an_empty_challenge_and_an_answer_at_once_are_answers_too),
		RIDDLE_TEST(a_refusal_in_each_round_looks_the_same_and_may_be_tried_again),
		RIDDLE_TEST(the_other_rows_work_beside_it),
		RIDDLE_TEST(an_asterisk_aborts_in_each_state),
		RIDDLE_TEST(an_asterisk_behind_a_ticket_waits_for_what_comes_of_it),
		RIDDLE_TEST(a_connection_that_closes_ends_the_exchange_in_each_state),
		RIDDLE_TEST(a_connection_that_closes_while_a_ticket_is_out_is_not_let_in),
		RIDDLE_TEST(an_end_of_registration_or_a_password_ends_the_exchange),
		RIDDLE_TEST(a_part_over_400_bytes_is_905_in_each_state),
		RIDDLE_TEST(all_responses_together_are_bounded),
		RIDDLE_TEST(what_is_no_base64_fails_in_each_round),
		RIDDLE_TEST(a_label_holds_challenges_and_what_came_of_a_ticket),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
