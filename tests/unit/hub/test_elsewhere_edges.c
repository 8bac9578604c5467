// SPDX-License-Identifier: MIT
// Passwords that this computer's stack judges: what counts of them, and what comes of the ones of
// who has hung up.
#include "server/hub/door/kept_yes.h"
#include "server/hub/door/login.h"
#include "common/totp.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/throttle.h"
#include "tests/unit/hub/pam_peer.h"

#define OTHER "of another day"
#define RIGHT "b2YgdGhlIGRpcmVjdG9yeQ==" // SECRET
#define BUSY "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*"

static int set_up_cache(void **state)
{
	struct hub_config config = with_pam();

	config.pam_cache_ms = 4 * HOUR;
	config.logins_per_source = 20;
	config.pam_tries = 100;
	*state = fixture_new(&config);
	return 0;
}

#define CACHE_TEST(fn) HUB_TEST_WITH(fn, set_up_cache)

static struct identity_answer *down(void)
{
	return stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN);
}

static struct account *ann(struct fixture *f)
{
	return account_find(f->hub, SPAN("ann"));
}

static struct account_binding *of_ann(struct fixture *f)
{
	return container_of(ann(f)->bindings.next, struct account_binding, in_account);
}

// Her password was right once, and is kept.
static struct peer *comes(struct fixture *f)
{
	struct peer *p = says_plain(f, "ann", SECRET);

	fixture_identified(f, stack_knows("ann"));
	fixture_settle(f);
	expect_later(p, YES);
	assert_non_null(of_ann(f)->kept);
	return p;
}

static void wants_a_code(struct fixture *f)
{
	static const uint8_t secret[TOTP_SECRET_LEN] = {1};

	factor_enable(factor_new(ann(f), secret, SPAN("app"), 0));
}

static int64_t *figures(struct fixture *f)
{
	return f->hub->figures.logins[LOGIN_PAM];
}

static bool is_known(struct fixture *f)
{
	const struct origin from = throttle_origin(f->hub, SPAN("192.0.2.1"), 1);

	return throttle_knows(f->hub, &from, SPAN("ann"));
}

static bool is_said(struct fixture *f, const char *what)
{
	return strstr(buf_str(fixture_signins(f)), what);
}

// Whoever cannot be asked for the code hears what a wrong one hears; the log knows.
static void half_a_login_is_a_guess_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct peer *p = comes(f);
	int64_t proved;

	peer_close(p);
	wants_a_code(f);
	proved = figures(f)[LOGIN_PROVED];
	buf_reset(fixture_signins(f));
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	end_hold(f);
	expect_later(p, NO);
	assert_true(is_said(f, " ann pam code "));
	assert_int_equal(figures(f)[LOGIN_WRONG], 1);
	peer_close(p);
	// The same by what is kept.
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, down());
	end_hold(f);
	expect_later(p, NO);
	assert_int_equal(figures(f)[LOGIN_WRONG], 2);
	assert_int_equal(figures(f)[LOGIN_PROVED], proved);
}

static void only_who_is_in_is_known_from_there(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	bind_pam(f, "ann");
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, down());
	expect_later(p, NO);
	assert_false(is_known(f));
	wants_a_code(f);
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	end_hold(f);
	expect_later(p, NO);
	assert_false(is_known(f));
	factor_delete(ann(f));
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	expect_later(p, YES);
	assert_true(is_known(f));
}

static void what_could_not_be_compared_is_not_right(void **state)
{
	struct fixture *f = *state;
	struct peer *p = comes(f);
	int64_t later = figures(f)[LOGIN_LATER];

	fixture_hold_hashes(f, true);
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, down());
	fixture_hash_as(f, HASH_BUSY, NULL);
	expect(p, BUSY);
	expect(p, NO);
	assert_int_equal(figures(f)[LOGIN_LATER], later + 1);
}

static void who_hung_up_is_let_in_nowhere(void **state)
{
	static const enum hash_result results[] = {HASH_OK, HASH_WRONG, HASH_BUSY};
	struct fixture *f = *state;
	struct account_binding *b;

	peer_close(comes(f));
	b = of_ann(f);
	fixture_hold_hashes(f, true);
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		struct peer *p = says_plain(f, "ann", SECRET);

		fixture_identified(f, down());
		peer_close(p);
		fixture_hash_as(f, results[i], NULL);
	}
	assert_int_equal(figures(f)[LOGIN_WRONG], 1);
	assert_int_equal(figures(f)[LOGIN_PROVED], 1);
	// Nor is anything compared, or forgotten.
	peer_close(says_plain(f, "ann", SECRET));
	fixture_identified(f, down());
	assert_non_null(b->kept);
}

static void what_is_too_old_is_not_compared(void **state)
{
	struct fixture *f = *state;
	struct peer *p;
	int64_t hashed;

	peer_close(comes(f));
	fixture_pass(f, 4 * HOUR);
	hashed = fixture_hashed(f);
	p = says_plain(f, "ann", OTHER);
	fixture_identified(f, down());
	expect(p, BUSY);
	assert_int_equal(fixture_hashed(f), hashed);
}

static void where_nothing_is_kept_nothing_is_learned(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	f->hub->config.pam_cache_ms = 0;
	bind_pam(f, "ann");
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	expect_later(p, YES);
	assert_int_equal(of_ann(f)->n_kept, 0);
}

static void what_was_not_hashed_is_not_kept(void **state)
{
	struct fixture *f = *state;
	int64_t hashed;

	fixture_hold_hashes(f, true);
	(void)says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	fixture_hash_as(f, HASH_BUSY, NULL);
	assert_null(of_ann(f)->kept);
	// Nor that of who became an administrator meanwhile, or was one before.
	(void)says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	ann(f)->role = ROLE_ADMIN;
	fixture_hash(f);
	assert_null(of_ann(f)->kept);
	hashed = fixture_hashed(f);
	fixture_hold_hashes(f, false);
	(void)says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	assert_int_equal(fixture_hashed(f), hashed);
}

static void what_is_kept_goes_when_nothing_is_to_be(void **state)
{
	struct fixture *f = *state;
	struct account_binding *b;
	unsigned n_kept;

	peer_close(comes(f));
	b = of_ann(f);
	kept_yes_configured(f->hub);
	assert_non_null(b->kept);
	// A wrong one is compared; what was said of it meanwhile holds.
	fixture_hold_hashes(f, true);
	kept_yes_refused(b, SPAN(OTHER));
	binding_forget(b);
	fixture_settle(f);
	fixture_hash_as(f, HASH_BUSY, NULL);
	n_kept = b->n_kept;
	kept_yes_refused(b, SPAN(OTHER)); // one may be on its way
	assert_int_equal(b->n_kept, n_kept + 1);
	f->hub->config.pam_cache_ms = 0;
	kept_yes_configured(f->hub);
	assert_int_equal(b->n_kept, n_kept + 2);
}

static void who_is_not_asked_about_counts_for_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	f->hub->config.pam_tries = 1;
	bind_pam(f, "ann");
	guess(f);
	p = says_plain(f, "ann", SECRET);
	is_held(f);
	fixture_identified(f, down());
	expect_later(p, NO);
	peer_close(p);
	(void)says_plain(f, "ann", SECRET);
	is_held(f);
}

// She is in, and proves that it is her.
static struct peer *is_here(struct fixture *f)
{
	struct peer *p = comes(f);

	enter(p);
	expect_later(p, "server 001 ann *");
	peer_send(p, "CAP REQ :standard-replies");
	peer_skip(p);
	return p;
}

static void proves(struct fixture *f, struct peer *p, struct identity_answer *a,
		   const char *what)
{
	peer_send(p, "CERT PROVE " RIGHT);
	assert_non_null(fixture_identity(f));
	fixture_identified(f, a);
	expect_later(p, what);
}

#define WRONG "server FAIL CERT WRONG_PASSWORD :*"
#define PROVED "server CERT PROVE * 600"

static void wrong_ones(struct fixture *f, struct peer *p, int n)
{
	for (int i = 0; i < n; i++)
		proves(f, p, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG), WRONG);
}

static void a_proof_counts_as_a_login_does(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_here(f);

	for (int i = 0; i < 6; i++)
		proves(f, p, stack_knows("ann"), PROVED);
	wrong_ones(f, p, 4);
	proves(f, p, stack_knows("ann"), PROVED); // and begins anew
	wrong_ones(f, p, 4);
	proves(f, p, down(), "server FAIL CERT TEMPORARILY_UNAVAILABLE :*");
	wrong_ones(f, p, 1);
	peer_send(p, "CERT PROVE " RIGHT);
	assert_null(fixture_identity(f));
	expect_later(p, "server FAIL CERT TEMPORARILY_UNAVAILABLE :*");
}

static void who_hung_up_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_here(f);

	peer_send(p, "CERT PROVE " RIGHT);
	assert_non_null(fixture_identity(f));
	peer_close(p);
	fixture_identified(f, stack_knows("ann"));
	assert_null(fixture_identity(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CACHE_TEST(half_a_login_is_a_guess_and_no_more),
		CACHE_TEST(only_who_is_in_is_known_from_there),
		CACHE_TEST(what_could_not_be_compared_is_not_right),
		CACHE_TEST(who_hung_up_is_let_in_nowhere),
		CACHE_TEST(what_is_too_old_is_not_compared),
		CACHE_TEST(where_nothing_is_kept_nothing_is_learned),
		CACHE_TEST(what_was_not_hashed_is_not_kept),
		CACHE_TEST(what_is_kept_goes_when_nothing_is_to_be),
		CACHE_TEST(who_is_not_asked_about_counts_for_nobody),
		CACHE_TEST(a_proof_counts_as_a_login_does),
		CACHE_TEST(who_hung_up_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
