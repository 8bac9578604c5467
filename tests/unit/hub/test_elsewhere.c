// SPDX-License-Identifier: MIT
// Passwords that this computer's stack judges: whom it is asked about, how often, and what its
// word comes to.
#include "server/hub/people/throttle.h"
#include "server/hub/web/file_who.h"
#include "tests/unit/hub/pam_peer.h"

static void who_is_new_gets_an_account_by_a_right_password(void **state)
{
	struct fixture *f = *state;
	struct peer *p = says_plain(f, "ann@desk", SECRET);
	struct account *ann;

	is_asked_about(f, "ann");
	fixture_identified(f, stack_knows("ann"));
	expect(p, "server 900 * ann!* ann *");
	expect(p, YES);
	ann = account_find(f->hub, SPAN("ann"));
	assert_non_null(ann);
	assert_int_equal(ann->role, ROLE_USER);
	assert_string_equal(ann->password, "");
	assert_string_equal(peer_session(p)->device, "desk");
	assert_null(fixture_identity(f));
	assert_int_equal(f->hub->figures.logins[LOGIN_PAM][LOGIN_PROVED], 1);
	peer_close(p);
	// From now on by the binding.
	p = says_pass(f, "ANN", SECRET);
	is_asked_about(f, "ann");
	fixture_identified(f, stack_knows("ann"));
	expect_later(p, "server 001 ann *");
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann pam "));
}

static void an_account_of_its_own_is_never_asked_about(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	(void)fixture_account(f, "ann");
	p = says_plain(f, "ann", SECRET);
	end_hold(f);
	expect_later(p, NO);
	peer_close(p);
	p = says_plain(f, "ann", FIXTURE_PASSWORD);
	assert_null(fixture_identity(f));
	expect_later(p, YES);
	peer_close(p);
	p = says_pass(f, "ann", SECRET);
	end_hold(f);
	expect(p, "server 464 * :Password incorrect");
}

static void nor_is_anybody_new_where_nobody_is_made(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = with_pam();
	struct peer *p;

	config.sign_in_makes = false;
	fixture_renew(f, &config);
	p = says_plain(f, "ann", SECRET);
	end_hold(f);
	expect_later(p, NO);
	peer_close(p);
	bind_pam(f, "ann");
	p = says_plain(f, "ann", SECRET);
	is_asked_about(f, "ann");
	fixture_identified(f, stack_knows("ann"));
	expect_later(p, YES);
}

static void a_bound_one_has_no_password_here(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	bind_pam(f, "ann");
	p = says_plain(f, "ann", FIXTURE_PASSWORD);
	assert_string_equal(fixture_identity(f)->name, "ann");
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
	end_hold(f);
	expect_later(p, NO);
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann pam wrong "));
}

static void another_service_is_another_directory(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = with_pam();
	struct peer *p;

	bind_pam(f, "ann");
	config.pam_service = SPAN("other");
	hub_configure(f->hub, &config);
	p = says_plain(f, "ann", SECRET);
	is_held(f);
	peer_close(p);
}

// Proves A25.
static void so_many_wrong_ones_a_day_are_passed_on_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	bind_pam(f, "ann");
	for (int i = 0; i < 3; i++)
		guess(f);
	p = says_plain(f, "ann", SECRET);
	fixture_signins(f)->len = 0;
	is_held(f);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_UNKNOWN));
	end_hold(f);
	expect_later(p, NO);
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann pam tries "));
	peer_close(p);
	p = says_pass(f, "ANN", SECRET);
	is_held(f);
	peer_close(p);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_UNKNOWN));
	fixture_pass(f, DAY);
	guess(f);
}

// Proves A25.
static void those_that_are_under_way_count(void **state)
{
	struct fixture *f = *state;
	struct peer *p[4];

	bind_pam(f, "ann");
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		p[i] = says_plain(f, "ann", SECRET);
	for (size_t i = 0; i < 3; i++) {
		is_asked_about(f, "ann");
		peer_close(p[i]);
		fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
	}
	is_held(f);
	// Who hung up has guessed all the same.
	assert_int_equal(f->hub->figures.logins[LOGIN_PAM][LOGIN_WRONG], 3);
}

// Proves A25.
static void those_that_were_wrong_outlive_a_restart(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	bind_pam(f, "ann");
	guess(f);
	fixture_restart(f, false);
	guess(f);
	fixture_restart(f, true);
	fixture_pass(f, 2 * HOUR);
	guess(f);
	fixture_restart(f, true);
	p = says_plain(f, "ann", SECRET);
	is_held(f);
	peer_close(p);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_UNKNOWN));
	fixture_pass(f, DAY);
	guess(f);
}

// Proves A25.
static void a_refusal_is_told_when_it_is_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	bind_pam(f, "ann");
	p = says_plain(f, "ann", SECRET);
	fixture_disk_holds(f);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
	end_hold(f);
	fixture_settle(f);
	expect_none(p);
	fixture_commit(f);
	expect_later(p, NO);
	fixture_disk_works(f);
}

// Names that nobody has are people's passwords, at times.
static void a_name_that_the_directory_does_not_know_is_not_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *p = says_plain(f, "nobody", SECRET);

	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_UNKNOWN));
	end_hold(f);
	expect_later(p, NO);
	fixture_restart(f, false);
	assert_true(throttle_may_pass_on(f->hub, SPAN("nobody"), 1));
}

static void a_right_one_and_one_that_nobody_judged_do_not_count(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	bind_pam(f, "ann");
	for (int i = 0; i < 5; i++) {
		p = says_plain(f, "ann", SECRET);
		is_asked_about(f, "ann");
		fixture_identified(f, i % 2 ? stack_knows("ann")
					    : stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
		expect_later(p, i % 2 ? YES : NO);
		peer_close(p);
	}
	guess(f);
	guess(f);
	p = says_plain(f, "ann", SECRET);
	is_asked_about(f, "ann");
	fixture_identified(f, stack_knows("ann"));
	expect_later(p, YES);
	peer_close(p);
	// Two wrong ones are still two.
	guess(f);
	p = says_plain(f, "ann", SECRET);
	is_held(f);
	peer_close(p);
}

static void nobody_can_say_is_told_apart(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	peer_send(p, "CAP REQ standard-replies");
	peer_skip(p);
	plain_of(p, "", "ann", SECRET);
	fixture_identified(f, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect_later(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	assert_non_null(strstr(buf_str(fixture_signins(f)), " pam down "));
	peer_close(p);
	p = says_pass(f, "ann", SECRET);
	fixture_identified(f, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect(p, "server FAIL PASS TEMPORARILY_UNAVAILABLE :*");
}

static void read_all(struct peer *p, struct buf *out)
{
	const char *line;

	while ((line = peer_next(p)) != NULL)
		buf_printf(out, "%s\n", line);
}

// Proves A25.
static void every_refusal_says_and_asks_the_same(void **state)
{
	static const char *const names[] = {"own", "bound", "nobody", "full"};
	struct fixture *f = *state;
	struct buf first = {0};

	(void)fixture_account(f, "own");
	bind_pam(f, "bound");
	bind_pam(f, "full");
	for (int i = 0; i < 3; i++) {
		struct peer *p = says_plain(f, "full", SECRET);

		fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
		end_hold(f);
		peer_close(p);
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct peer *p = says_plain(f, names[i], SECRET);
		struct buf said = {0};

		if (strcmp(names[i], "own") != 0)
			fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
		expect_none(p);
		end_hold(f);
		read_all(p, i ? &said : &first);
		if (i)
			assert_string_equal(buf_str(&said), buf_str(&first));
		buf_clear(&said);
		peer_close(p);
	}
	buf_clear(&first);
}

static void a_role_is_never_given(void **state)
{
	struct fixture *f = *state;
	struct identity_answer *a = stack_knows("ann");
	struct peer *p;

	(void)fixture_admin_account(f, "bob");
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, a);
	expect_later(p, YES);
	assert_int_equal(account_find(f->hub, SPAN("ann"))->role, ROLE_USER);
}

static void a_disabled_account_is_refused_like_a_wrong_password(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;
	struct peer *p;

	bind_pam(f, "ann");
	a = fixture_verb(f, "user disable ann", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	p = says_plain(f, "ann", SECRET);
	fixture_identified(f, stack_knows("ann"));
	expect_none(p);
	end_hold(f);
	expect_later(p, NO);
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann pam disabled "));
}

static void a_token_is_nobody_elses_business(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;
	struct peer *p;
	char *token;

	bind_pam(f, "ann");
	a = fixture_verb(f, "user token add ann desk", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	token = span_dup(span_trim(a->plain));
	p = says_pass(f, "ann", token);
	free(token);
	admin_answer_free(a);
	assert_null(fixture_identity(f));
	expect_later(p, "server 001 ann *");
}

// Proves A25.
static void a_password_sends_no_file_and_nobody_is_asked_about_it(void **state)
{
	static const char *const names[] = {"ann", "own", "nobody"};
	struct fixture *f = *state;

	bind_pam(f, "ann");
	(void)fixture_account(f, "own");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct web_question q = {.host = SPAN("192.0.2.9")};
		struct buf pair = {0}, field = {0};
		struct file_asker who;

		buf_printf(&pair, "%s:" SECRET, names[i]);
		buf_add_str(&field, "Basic ");
		encode_b64(&field, pair.at, pair.len);
		q.authorization = buf_span(&field);
		who = file_who(f->hub, &q, true);
		buf_clear(&pair);
		buf_clear(&field);
		fixture_settle(f);
		assert_null(who.account);
		assert_int_equal(who.status, 401);
		assert_non_null(strstr(who.why, "make an app token"));
		assert_null(fixture_identity(f));
	}
}

static void whoever_may_not_come_in_any_more_is_out_at_half_a_lease(void **state)
{
	struct fixture *f = *state;
	const struct identity_question *q;
	struct peer *p = says_plain(f, "ann", SECRET);

	fixture_identified(f, stack_knows("ann"));
	expect_later(p, YES);
	enter(p);
	expect_later(p, "server 001 ann *");
	peer_skip(p);
	fixture_pass(f, 8 * HOUR);
	q = fixture_identity(f);
	assert_non_null(q);
	assert_int_equal(q->act, IDENTITY_STANDING);
	assert_string_equal(q->name, "ann");
	assert_int_equal(q->secret.len, 0);
	fixture_identified(f, stack_knows("ann"));
	expect_none(p);
	fixture_pass(f, 8 * HOUR);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_DISABLED));
	expect_later(p, "ERROR *");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAM_TEST(who_is_new_gets_an_account_by_a_right_password),
		PAM_TEST(an_account_of_its_own_is_never_asked_about),
		PAM_TEST(nor_is_anybody_new_where_nobody_is_made),
		PAM_TEST(a_bound_one_has_no_password_here),
		PAM_TEST(another_service_is_another_directory),
		PAM_TEST(so_many_wrong_ones_a_day_are_passed_on_and_no_more),
		PAM_TEST(those_that_are_under_way_count),
		PAM_TEST(those_that_were_wrong_outlive_a_restart),
		PAM_TEST(a_refusal_is_told_when_it_is_stored),
		PAM_TEST(a_name_that_the_directory_does_not_know_is_not_stored),
		PAM_TEST(a_right_one_and_one_that_nobody_judged_do_not_count),
		PAM_TEST(nobody_can_say_is_told_apart),
		PAM_TEST(every_refusal_says_and_asks_the_same),
		PAM_TEST(a_role_is_never_given),
		PAM_TEST(a_disabled_account_is_refused_like_a_wrong_password),
		PAM_TEST(a_token_is_nobody_elses_business),
		PAM_TEST(a_password_sends_no_file_and_nobody_is_asked_about_it),
		PAM_TEST(whoever_may_not_come_in_any_more_is_out_at_half_a_lease),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
