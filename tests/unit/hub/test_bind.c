// SPDX-License-Identifier: MIT
// ACCOUNT BIND, BINDINGS, UNBIND: an account that is there is bound by its person, and what
// comes of a binding that goes.
#include "tests/unit/hub/bearer_peer.h"
#include "tests/unit/hub/totp_peer.h"

// ann is in and has proved that it is her.
static struct peer *proved(struct fixture *f, const char *caps)
{
	struct peer *p;

	(void)fixture_account(f, "ann");
	p = fixture_login(f, "ann", caps);
	peer_send(p, "CERT PROVE " PASSWORD_B64);
	expect_later(p, "server CERT PROVE * 600");
	peer_skip(p);
	return p;
}

static struct peer *may_bind(struct fixture *f)
{
	struct peer *p = proved(f, "");

	peer_send(p, "ACCOUNT BIND");
	expect(p, "server NOTE ACCOUNT BIND_NOW 300 :*");
	return p;
}

static void binds(struct fixture *f, struct peer *p, struct identity_answer *a)
{
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, a);
}

static void a_verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: %d, " SPAN_FMT, words, (int)a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

// Proves O5.
static void who_is_in_binds_and_all_devices_are_told(void **state)
{
	struct fixture *f = *state;
	struct peer *p = may_bind(f), *other = fixture_login(f, "ann", "");

	binds(f, p, is(ISSUER, "a1", "somebody"));
	expect_later(p, "server 903 ann :*");
	expect_later(other, "server NOTICE ann :Your account was bound to " ISSUER " a1*");
	assert_ptr_equal(bound(f, ISSUER, "a1")->account, account_find(f->hub, SPAN("ann")));
	assert_null(account_find(f->hub, SPAN("somebody")));
	peer_skip(p);
	peer_send(p, "ACCOUNT BINDINGS");
	expect(p, "server NOTE ACCOUNT BINDING * oidc " ISSUER " * 20* :a1");
	fixture_restart(f, false);
	peer_close(is_in(f, is(ISSUER, "a1", NULL), "ann"));
}

static void it_takes_a_proof_and_one_login_within_five_minutes(void **state)
{
	struct fixture *f = *state;
	struct peer *p = proved(f, "");

	peer_send(p, "AUTHENTICATE OAUTHBEARER");
	expect(p, "server 907 ann :*");
	peer_send(p, "ACCOUNT BIND");
	expect(p, "server NOTE ACCOUNT BIND_NOW 300 :*");
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "server 907 ann :*");
	fixture_pass(f, 5 * MINUTE + 1);
	peer_skip(p);
	peer_send(p, "AUTHENTICATE OAUTHBEARER");
	expect(p, "server 907 ann :*");
	fixture_pass(f, 5 * MINUTE);
	peer_skip(p);
	peer_send(p, "ACCOUNT BIND");
	expect(p, "server FAIL ACCOUNT STEP_UP_REQUIRED :*");
}

static void it_is_used_up_by_a_yes_and_by_a_no_but_not_by_a_question(void **state)
{
	struct fixture *f = *state;
	struct peer *p = may_bind(f);

	bearer_says(p, "", "auth=Bearer \x01"); // what is needed?
	end_failure(p);
	expect_later(p, "server 904 ann :*");
	binds(f, p, says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	end_failure(p);
	expect_later(p, "server 904 ann :*");
	binds(f, p, says(IDENTITY_NO, IDENTITY_WHY_EXPIRED));
	end_failure(p);
	expect_later(p, "server 904 ann :*");
	peer_send(p, "AUTHENTICATE OAUTHBEARER");
	expect(p, "server 907 ann :*");
	assert_null(bound(f, ISSUER, "a1"));
}

// Proves O6.
static void what_is_bound_to_another_account_is_not_bound(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	peer_close(is_in(f, is(ISSUER, "b1", "bob"), "bob"));
	p = may_bind(f);
	binds(f, p, is(ISSUER, "b1", "bob"));
	end_failure(p);
	expect_later(p, "server 904 ann :This identity is bound to another account");
	assert_string_equal(bound(f, ISSUER, "b1")->account->name, "bob");
}

static void where_nobody_signs_in_elsewhere_nothing_is_bound(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	fixture_renew(f, NULL);
	p = proved(f, "");
	peer_send(p, "ACCOUNT BIND");
	expect(p, "server FAIL ACCOUNT NOT_CONFIGURED :*");
	peer_send(p, "ACCOUNT BINDINGS");
	expect(p, "server NOTE ACCOUNT NO_BINDINGS :*");
	peer_send(p, "ACCOUNT UNBIND 7");
	expect(p, "server FAIL ACCOUNT NO_SUCH_BINDING 7 :*");
	peer_send(p, "ACCOUNT UNBIND");
	expect(p, "server FAIL ACCOUNT NO_SUCH_BINDING * :*");
}

static void one_takes_back_what_one_bound_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct peer *p = may_bind(f);

	binds(f, p, is(ISSUER, "a1", NULL));
	expect_later(p, "server 903 ann :*");
	peer_skip(p);
	peer_send(p, "ACCOUNT BINDINGS");
	expect(p, "server NOTE ACCOUNT BINDING $n oidc " ISSUER " * * :*");
	peer_send(p, "ACCOUNT UNBIND %s", fixture_var(f, "n"));
	expect_later(p, "server NOTE ACCOUNT UNBOUND :" ISSUER " a1");
	assert_null(bound(f, ISSUER, "a1"));
	fixture_restart(f, false);
	assert_null(bound(f, ISSUER, "a1"));
	// Of an account that was made by it: whoever left would stay.
	p = is_in(f, is(ISSUER, "z1", "zoe"), "zoe");
	peer_send(p, "ACCOUNT BINDINGS");
	expect(p, "server NOTE ACCOUNT BINDING $m oidc " ISSUER " * * :*");
	peer_send(p, "ACCOUNT UNBIND %s", fixture_var(f, "m"));
	expect(p, "server FAIL ACCOUNT NOT_YOURS * :*");
	a_verb(f, "user unbind zoe", ADMIN_DONE);
	expect_later(p, "server NOTICE zoe :An administrator unbound your account*");
	assert_null(bound(f, ISSUER, "z1"));
}

static void the_last_way_in_stays(void **state)
{
	struct fixture *f = *state;
	struct peer *p = may_bind(f);

	binds(f, p, is(ISSUER, "a1", NULL));
	expect_later(p, "server 903 ann :*");
	a_verb(f, "user passwd ann --no-password --keep-devices", ADMIN_DONE);
	p = is_in(f, is(ISSUER, "a1", NULL), "ann");
	peer_send(p, "ACCOUNT BINDINGS");
	expect(p, "server NOTE ACCOUNT BINDING $n oidc " ISSUER " * * :*");
	peer_send(p, "ACCOUNT UNBIND %s", fixture_var(f, "n"));
	expect(p, "server FAIL ACCOUNT LAST_WAY_IN * :*");
}

static void an_administrator_binds_and_takes_back(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "ann");
	(void)fixture_account(f, "bob");
	a_verb(f, "user bind ann --issuer " ISSUER " --subject a1 --tenant t", ADMIN_DONE);
	a_verb(f, "user bind ann --issuer " ISSUER " --subject a1 --tenant t", ADMIN_CONFLICT);
	a_verb(f, "user bind ann --issuer " ISSUER " --subject a1 --tenant t --if-missing",
	       ADMIN_DONE);
	a_verb(f, "user bind bob --issuer " ISSUER " --subject a1 --tenant t", ADMIN_CONFLICT);
	a_verb(f, "user bind bob --issuer " ISSUER " --subject a1", ADMIN_DONE);
	a_verb(f, "user bind bob --issuer ftp://x --subject a1", ADMIN_USAGE);
	a_verb(f, "user unbind ann 1", ADMIN_NOT_FOUND);
	a_verb(f, "user unbind ann", ADMIN_DONE);
	a_verb(f, "user unbind ann", ADMIN_NOT_FOUND);
	a_verb(f, "user unbind ann --if-exists", ADMIN_DONE);
	for (int i = 0; i < BINDINGS_MAX; i++) {
		char words[100];

		snprintf(words, sizeof(words), "user bind ann --issuer krb5:R%d --subject ann",
			 i);
		a_verb(f, words, ADMIN_DONE);
	}
	a_verb(f, "user bind ann --issuer pam:snug --subject ann", ADMIN_CONFLICT);
	peer_close(is_in(f, is(ISSUER, "a1", NULL), "bob"));
}

static bool is_oper(const struct peer *p)
{
	return peer_session(p)->oper;
}

static struct identity_answer *of_group(const char *subject, const char *name, bool is_admin)
{
	struct identity_answer *a = is(ISSUER, subject, name);

	a->is_admin = is_admin;
	return a;
}

// Proves O7.
static void an_administrator_by_a_group_is_none_without_it_at_once(void **state)
{
	struct fixture *f = *state;
	struct account *ann;
	struct peer *p = is_in(f, of_group("a1", "ann", true), "ann"), *second;

	ann = account_find(f->hub, SPAN("ann"));
	assert_int_equal(ann->role, ROLE_ADMIN);
	assert_true(is_oper(p));
	second = is_in(f, of_group("a1", "ann", false), "ann");
	assert_int_equal(ann->role, ROLE_USER);
	assert_false(is_oper(p));
	assert_false(is_oper(second));
	expect_later(p, "server MODE ann -o");
	peer_close(second);
	// And comes back, also behind a restart; it goes with the binding.
	second = is_in(f, of_group("a1", "ann", true), "ann");
	assert_true(is_oper(p));
	fixture_restart(f, false);
	ann = account_find(f->hub, SPAN("ann"));
	assert_int_equal(ann->role, ROLE_ADMIN);
	p = is_in(f, of_group("a1", "ann", true), "ann");
	a_verb(f, "user unbind ann", ADMIN_DONE);
	assert_int_equal(ann->role, ROLE_USER);
	assert_false(is_oper(p));
}

static void an_administrator_by_hand_stays_one(void **state)
{
	struct fixture *f = *state;
	struct account *ann;

	(void)fixture_admin_account(f, "root");
	peer_close(is_in(f, of_group("a1", "ann", true), "ann"));
	ann = account_find(f->hub, SPAN("ann"));
	a_verb(f, "user role ann admin --confirm ann", ADMIN_DONE);
	peer_close(is_in(f, of_group("a1", "ann", false), "ann"));
	assert_int_equal(ann->role, ROLE_ADMIN);
	// ... and what the group says is nothing to somebody who was one before.
	peer_close(is_in(f, of_group("a1", "ann", true), "ann"));
	peer_close(is_in(f, of_group("a1", "ann", false), "ann"));
	assert_int_equal(ann->role, ROLE_ADMIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(who_is_in_binds_and_all_devices_are_told),
		ISSUER_TEST(it_takes_a_proof_and_one_login_within_five_minutes),
		ISSUER_TEST(it_is_used_up_by_a_yes_and_by_a_no_but_not_by_a_question),
		ISSUER_TEST(what_is_bound_to_another_account_is_not_bound),
		ISSUER_TEST(where_nobody_signs_in_elsewhere_nothing_is_bound),
		ISSUER_TEST(one_takes_back_what_one_bound_and_nothing_else),
		ISSUER_TEST(the_last_way_in_stays),
		ISSUER_TEST(an_administrator_binds_and_takes_back),
		ISSUER_TEST(an_administrator_by_a_group_is_none_without_it_at_once),
		ISSUER_TEST(an_administrator_by_hand_stays_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
