// SPDX-License-Identifier: MIT
// A yes of PAM that is kept: when it lets in, when it does not, and what ends it.
#include "server/hub/door/step_up.h"
#include "tests/unit/hub/pam_peer.h"
#include "tests/unit/hub/totp_peer.h"

#define OTHER "of another day"

static struct hub_config with_cache(int64_t cache_ms)
{
	struct hub_config config = with_pam();

	config.pam_cache_ms = cache_ms;
	return config;
}

static int set_up_cache(void **state)
{
	struct hub_config config = with_cache(4 * HOUR);

	*state = fixture_new(&config);
	return 0;
}

#define CACHE_TEST(fn) HUB_TEST_WITH(fn, set_up_cache)

// ann gives the password, of which the stack says this.
static struct peer *gives(struct fixture *f, const char *secret, struct identity_answer *a)
{
	struct peer *p = says_plain(f, "ann", secret);

	assert_non_null(fixture_identity(f)->name);
	fixture_identified(f, a);
	fixture_settle(f);
	return p;
}

static void comes(struct fixture *f, const char *secret)
{
	struct peer *p = gives(f, secret, stack_knows("ann"));

	expect_later(p, YES);
	peer_close(p);
}

static struct peer *gives_while_nobody_can_say(struct fixture *f, const char *secret)
{
	return gives(f, secret, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
}

static void is_let_in(struct fixture *f, const char *secret)
{
	struct peer *p = gives_while_nobody_can_say(f, secret);

	expect_later(p, YES);
	peer_close(p);
}

static void is_told_later(struct fixture *f, const char *secret)
{
	struct peer *p = gives_while_nobody_can_say(f, secret);

	expect_later(p, NO);
	peer_close(p);
}

static void is_refused_by_it(struct fixture *f, const char *secret, enum identity_why why)
{
	struct peer *p = gives(f, secret, stack_says(IDENTITY_NO, why));

	end_hold(f);
	fixture_settle(f);
	expect_later(p, NO);
	peer_close(p);
}

static void does(struct fixture *f, const char *words, const char *secret)
{
	struct admin_answer *a = fixture_verb(f, words, secret);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

static struct account *ann(struct fixture *f)
{
	return account_find(f->hub, SPAN("ann"));
}

static struct account_binding *of_ann(struct fixture *f)
{
	return container_of(ann(f)->bindings.next, struct account_binding, in_account);
}

static void nothing_is_kept_unless_it_is_set(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = with_pam();

	fixture_renew(f, &config);
	comes(f, SECRET);
	assert_int_equal(fixture_hashed(f), 0);
	is_told_later(f, SECRET);
}

// Proves A25.
static void who_came_in_comes_in_again_while_nobody_can_say(void **state)
{
	struct fixture *f = *state;
	struct buf *log = fixture_signins(f);
	struct peer *p;
	int64_t yes_ms;

	comes(f, SECRET);
	yes_ms = of_ann(f)->yes_ms;
	fixture_pass(f, HOUR);
	log->len = 0;
	p = says_pass(f, "ANN@desk", SECRET);
	fixture_identified(f, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect_later(p, "server 001 ann *");
	assert_non_null(strstr(buf_str(log), " ann pam cached desk"));
	assert_int_equal(f->hub->figures.kept_logins, 1);
	assert_int_equal(f->hub->figures.logins[LOGIN_PAM][LOGIN_PROVED], 2);
	// It lets in, and proves nothing else; the lease goes on from the last yes.
	assert_false(step_up_is_proved(peer_session(p)));
	assert_int_equal(of_ann(f)->yes_ms, yes_ms);
	peer_close(p);
	log->len = 0;
	p = gives(f, SECRET, stack_knows("ann"));
	expect_later(p, YES);
	assert_true(step_up_is_proved(peer_session(p)));
	assert_null(strstr(buf_str(log), "cached"));
}

static void what_is_kept_is_a_verifier_and_in_no_database(void **state)
{
	struct fixture *f = *state;

	comes(f, SECRET);
	assert_non_null(of_ann(f)->kept);
	assert_null(strstr(of_ann(f)->kept, SECRET));
	assert_string_equal(ann(f)->password, "");
	fixture_restart(f, false);
	assert_null(of_ann(f)->kept);
	is_told_later(f, SECRET);
}

static void it_lasts_no_longer_than_it_is_set(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = with_cache(HOUR);

	comes(f, SECRET);
	fixture_pass(f, 4 * HOUR - MINUTE);
	is_let_in(f, SECRET);
	fixture_pass(f, 2 * MINUTE);
	is_told_later(f, SECRET);
	comes(f, SECRET);
	fixture_pass(f, 2 * HOUR);
	hub_configure(f->hub, &config);
	is_told_later(f, SECRET);
	config = with_pam();
	hub_configure(f->hub, &config);
	assert_null(of_ann(f)->kept);
}

// Proves A25.
static void a_no_of_the_stack_is_a_no(void **state)
{
	struct fixture *f = *state;

	comes(f, SECRET);
	is_refused_by_it(f, SECRET, IDENTITY_WHY_WRONG);
	is_told_later(f, SECRET);
	// One that was mistyped, or guessed, ends nothing.
	comes(f, SECRET);
	is_refused_by_it(f, OTHER, IDENTITY_WHY_WRONG);
	is_let_in(f, SECRET);
	fixture_pass(f, DAY);
	comes(f, SECRET);
	is_refused_by_it(f, OTHER, IDENTITY_WHY_DISABLED);
	is_told_later(f, SECRET);
}

static void a_newer_password_is_the_one_that_is_kept(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	comes(f, SECRET);
	comes(f, OTHER);
	is_told_later(f, SECRET);
	is_let_in(f, OTHER);
	// Of who hung up, too.
	p = says_plain(f, "ann", SECRET);
	peer_close(p);
	fixture_identified(f, stack_knows("ann"));
	fixture_settle(f);
	is_told_later(f, OTHER);
	is_let_in(f, SECRET);
}

static void a_hash_that_was_under_way_is_of_then(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	fixture_hold_hashes(f, true);
	p = gives(f, SECRET, stack_knows("ann"));
	expect_later(p, YES);
	peer_close(p);
	does(f, "user revoke-all ann", NULL);
	fixture_hold_hashes(f, false);
	fixture_settle(f);
	assert_null(of_ann(f)->kept);
	comes(f, SECRET);
	p = says_plain(f, "ann", SECRET);
	fixture_hold_hashes(f, true);
	fixture_identified(f, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	does(f, "user revoke-all ann", NULL);
	fixture_hold_hashes(f, false);
	fixture_settle(f);
	expect_later(p, NO);
}

// Proves A25.
static void no_administrator_comes_in_by_it(void **state)
{
	struct fixture *f = *state;

	(void)fixture_admin_account(f, "bob");
	comes(f, SECRET);
	does(f, "user role ann admin --confirm ann", NULL);
	is_told_later(f, SECRET);
	comes(f, SECRET);
	assert_null(of_ann(f)->kept);
	is_told_later(f, SECRET);
}

// Proves A25.
static void what_shuts_out_ends_it(void **state)
{
	static const struct {
		const char *words, *secret, *back;
	} verbs[] = {
		{"user passwd ann", "battery horse correct", NULL},
		{"user revoke-all ann", NULL, NULL},
		{"user disable ann", NULL, "user enable ann"},
		{"user unbind ann", NULL, "user bind ann --issuer pam:snug --subject ann"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		comes(f, SECRET);
		is_let_in(f, SECRET);
		does(f, verbs[i].words, verbs[i].secret);
		if (verbs[i].back)
			does(f, verbs[i].back, NULL);
		is_told_later(f, SECRET);
	}
}

static void whoever_may_come_in_no_more_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct peer *p = gives(f, SECRET, stack_knows("ann"));

	expect_later(p, YES);
	enter(p);
	expect_later(p, "server 001 ann *");
	fixture_pass(f, 8 * HOUR);
	assert_int_equal(fixture_identity(f)->act, IDENTITY_STANDING);
	peer_close(gives_while_nobody_can_say(f, SECRET));
	fixture_swap_identities(f);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_DISABLED));
	assert_null(of_ann(f)->kept);
}

// Proves A25.
static void guesses_count_as_everywhere(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = with_cache(4 * HOUR);
	struct buf *log = fixture_signins(f);
	int64_t hashed;
	struct peer *p;

	config.logins_per_source = 20;
	fixture_renew(f, &config);
	comes(f, SECRET);
	hashed = fixture_hashed(f);
	log = fixture_signins(f);
	for (int i = 0; i < 5; i++) {
		is_told_later(f, OTHER);
		assert_non_null(strstr(buf_str(log), " ann pam wrong "));
		log->len = 0;
	}
	assert_int_equal(fixture_hashed(f), hashed + 5);
	// The right one waits, too, and nobody is asked.
	p = says_plain(f, "ann", SECRET);
	assert_null(fixture_identity(f));
	expect_later(p, NO);
	peer_close(p);
	fixture_pass(f, MINUTE);
	is_let_in(f, SECRET);
	// None of them reached the stack: three still may.
	for (int i = 0; i < 3; i++)
		is_refused_by_it(f, OTHER, IDENTITY_WHY_WRONG);
}

static void a_second_factor_is_asked_for_behind_it(void **state)
{
	struct fixture *f = *state;
	struct app app = {.fixture = f};
	struct peer *p = gives(f, SECRET, stack_knows("ann"));

	expect_later(p, YES);
	enter(p);
	app_enable(f, &app, p);
	peer_close(p);
	p = gives_while_nobody_can_say(f, SECRET); // who cannot be asked for a code
	end_hold(f);
	expect_later(p, NO);
	peer_close(p);
	p = opened(f);
	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	plain_of(p, "", "ann", SECRET);
	fixture_identified(f, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect_later(p, REQUIRED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CACHE_TEST(nothing_is_kept_unless_it_is_set),
		CACHE_TEST(who_came_in_comes_in_again_while_nobody_can_say),
		CACHE_TEST(what_is_kept_is_a_verifier_and_in_no_database),
		CACHE_TEST(it_lasts_no_longer_than_it_is_set),
		CACHE_TEST(a_no_of_the_stack_is_a_no),
		CACHE_TEST(a_newer_password_is_the_one_that_is_kept),
		CACHE_TEST(a_hash_that_was_under_way_is_of_then),
		CACHE_TEST(no_administrator_comes_in_by_it),
		CACHE_TEST(what_shuts_out_ends_it),
		CACHE_TEST(whoever_may_come_in_no_more_is_forgotten),
		CACHE_TEST(guesses_count_as_everywhere),
		CACHE_TEST(a_second_factor_is_asked_for_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
