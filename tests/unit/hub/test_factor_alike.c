// SPDX-License-Identifier: MIT
// Whoever cannot be asked for a code learns nothing of the password of an account that wants
// one: a right one goes the way of a wrong one. No clock tells: it is one job that the hashers
// are asked for, alike in all but the password; one turn behind it; an answer of the same
// bytes, which waits for nothing that is stored; and as many attempts until there are too many.
#include "server/hub/people/account.h"
#include "tests/unit/hub/totp_peer.h"

#define WRONG "not-the-password"

struct scene {
	struct fixture *fixture;
	struct peer *bob; // is in
};

static struct peer *by_plain(struct scene *c, const char *password)
{
	return at_login(c->fixture, false, password);
}

static struct peer *by_plain_with_replies(struct scene *c, const char *password)
{
	struct peer *p = fixture_open(c->fixture);

	peer_send(p, "CAP REQ standard-replies");
	peer_skip(p);
	first_step(p, password);
	return p;
}

static struct peer *by_pass(struct scene *c, const char *password)
{
	struct peer *p = fixture_open(c->fixture);

	peer_send(p, "PASS :ann:%s", password);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	return p;
}

// PASS has no second step, whatever the client asks for.
static struct peer *by_pass_asking(struct scene *c, const char *password)
{
	struct peer *p = fixture_open(c->fixture);

	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	peer_send(p, "PASS :ann:%s", password);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	peer_send(p, "CAP END");
	return p;
}

// Somebody who is in as another account.
static struct peer *by_oper(struct scene *c, const char *password)
{
	peer_skip(c->bob);
	peer_send(c->bob, "OPER ann :%s", password);
	return c->bob;
}

typedef struct peer *way_fn(struct scene *c, const char *password);

static const struct {
	const char *name;
	way_fn *asks;
} ways[] = {
	{"PLAIN", by_plain}, {"PLAIN with standard-replies", by_plain_with_replies},
	{"PASS", by_pass},   {"PASS of who could be asked", by_pass_asking},
	{"OPER", by_oper},
};

struct seen {
	struct buf asked, answer;
	int64_t n_hashed;
	bool is_closed;
};

static void set_up(struct scene *c, struct fixture *f, int64_t per_source)
{
	struct hub_config config = fixture_config();
	struct app app;

	config.logins_per_source = per_source;
	fixture_renew(f, &config);
	(void)enrolled(f, &app);
	c->fixture = f;
	c->bob = fixture_login(f, "bob", "");
	fixture_pass(f, 10 * MINUTE_MS);
	fixture_skip(f);
}

static void try_one(struct fixture *f, way_fn *asks, const char *password, struct seen *seen)
{
	struct scene c;
	struct peer *p;
	int64_t before;

	set_up(&c, f, 0);
	before = fixture_hashed(f);
	fixture_hold_hashes(f, true);
	p = asks(&c, password);
	expect_none(p);
	fixture_disk_holds(f);
	fixture_hash_in_a_turn(f, &seen->asked);
	for (const char *line; (line = peer_next(p));)
		buf_printf(&seen->answer, "%s\n", line);
	seen->is_closed = peer_is_closed(p);
	fixture_settle(f);
	expect_none(p);
	seen->n_hashed = fixture_hashed(f) - before;
	fixture_disk_works(f);
}

static void seen_clear(struct seen *seen)
{
	buf_clear(&seen->asked);
	buf_clear(&seen->answer);
}

// Proves A14, B18.
static void a_right_one_goes_the_way_of_a_wrong_one(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct seen wrong = {0}, right = {0};

		try_one(f, ways[i].asks, WRONG, &wrong);
		try_one(f, ways[i].asks, FIXTURE_PASSWORD, &right);
		print_message("           %s\n", ways[i].name);
		assert_true(wrong.answer.len > 0);
		assert_string_equal(buf_str(&wrong.answer), buf_str(&right.answer));
		assert_string_equal(buf_str(&wrong.asked), buf_str(&right.asked));
		assert_int_equal(wrong.n_hashed, 1);
		assert_int_equal(right.n_hashed, 1);
		assert_int_equal(wrong.is_closed, right.is_closed);
		seen_clear(&wrong);
		seen_clear(&right);
	}
}

static bool is_later(struct peer *p)
{
	bool is = false;

	for (const char *line; (line = peer_next(p));)
		is = is || strstr(line, "TEMPORARILY_UNAVAILABLE") || strstr(line, " 263 ");
	return is;
}

// How many are looked at until the next one is told to come later.
static int tries_until_later(struct fixture *f, way_fn *asks, const char *password)
{
	struct scene c;
	int n = 0;

	set_up(&c, f, 3);
	for (;; n++) {
		struct peer *p = asks(&c, password);

		fixture_settle(f);
		if (is_later(p) || n > 20)
			return n;
	}
}

// Proves A14.
static void a_right_one_counts_as_a_wrong_one(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		int wrong = tries_until_later(f, ways[i].asks, WRONG);

		print_message("           %s: %d\n", ways[i].name, wrong);
		assert_in_range(wrong, 1, 20);
		assert_int_equal(tries_until_later(f, ways[i].asks, FIXTURE_PASSWORD), wrong);
	}
}

static void who_can_be_asked_has_it_hashed_anew(void **state)
{
	struct fixture *f = *state;
	struct buf asked = {0};
	struct scene c;
	struct peer *p;

	set_up(&c, f, 0);
	fixture_hold_hashes(f, true);
	p = at_login(f, true, FIXTURE_PASSWORD);
	fixture_hash_in_a_turn(f, &asked);
	fixture_settle(f);
	expect(p, "AUTHENTICATE 2FA-REQUIRED");
	assert_string_equal(fixture_account(f, "ann")->password, "$dearer$");
	buf_clear(&asked);
}

static void oper_by_a_right_password_is_told_to_the_account(void **state)
{
	struct fixture *f = *state;
	struct peer *desk;
	struct scene c;

	set_up(&c, f, 0);
	desk = by_key(f, 1);
	peer_skip(desk);
	(void)by_oper(&c, WRONG);
	fixture_settle(f);
	expect_none(desk);
	(void)by_oper(&c, FIXTURE_PASSWORD);
	fixture_settle(f);
	expect(desk, "server NOTICE ann :Somebody at * gave your password, and no right*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_right_one_goes_the_way_of_a_wrong_one),
		HUB_TEST(a_right_one_counts_as_a_wrong_one),
		HUB_TEST(who_can_be_asked_has_it_hashed_anew),
		HUB_TEST(oper_by_a_right_password_is_told_to_the_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
