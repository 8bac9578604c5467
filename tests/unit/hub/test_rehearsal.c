// SPDX-License-Identifier: MIT
// Who could log in, tried without a secret (rehearsal.h).
#include "tests/support/hub_fixture.h"

#include "server/hub/people/credential.h"
#include "server/hub/people/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words, const char *secret)
{
	struct admin_answer *a = fixture_verb(f, words, secret);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

static struct credential *token(struct fixture *f, const char *name)
{
	char text[TOKEN_TEXT_MAX + 1];

	return token_new(fixture_account(f, name), span_of(name), 0, text);
}

static void what_lets_in_is_counted_and_the_first_named(void **state)
{
	struct fixture *f = *state;
	struct rehearsal r;

	verb(f, "user add ann", "sesame-sesame");
	verb(f, "user add bob", "sesame-sesame");
	rehearse_credentials(f->hub, &r);
	assert_int_equal(r.accounts, 2);
	assert_int_equal(r.credentials, 0);
	assert_int_equal(r.let_in, 0);
	token(f, "ann");
	token(f, "bob");
	rehearse_credentials(f->hub, &r);
	assert_int_equal(r.credentials, 2);
	assert_int_equal(r.n_let_in, 2);
	verb(f, "user disable ann", NULL);
	rehearse_credentials(f->hub, &r);
	assert_int_equal(r.n_let_in, 1);
	assert_string_equal(r.let_in_as, "bob");
	assert_int_equal(r.lost, 0);
}

static void one_that_its_hash_does_not_find_is_lost(void **state)
{
	struct fixture *f = *state;
	struct credential *c;
	struct rehearsal r;

	verb(f, "user add ann", "sesame-sesame");
	c = token(f, "ann");
	c->hash[0] ^= 1;
	rehearse_credentials(f->hub, &r);
	assert_int_equal(r.lost, c->id);
	assert_int_equal(r.n_let_in, 0);
	c->hash[0] ^= 1;
}

static void one_that_is_over_lets_nobody_in(void **state)
{
	struct fixture *f = *state;
	struct rehearsal r;

	verb(f, "user add ann", "sesame-sesame");
	token(f, "ann")->expires_ms = 1;
	rehearse_credentials(f->hub, &r);
	assert_int_equal(r.credentials, 1);
	assert_int_equal(r.n_let_in, 0);
	assert_int_equal(r.lost, 0);
}

static void the_password_that_is_tried_is_one_that_lets_in(void **state)
{
	struct fixture *f = *state;
	const char *name = NULL;
	struct hash_job *job;

	assert_null(rehearse_password(f->hub, &name));
	verb(f, "user add ann --no-password", NULL);
	assert_null(rehearse_password(f->hub, &name));
	verb(f, "user add bob", "sesame-sesame");
	job = rehearse_password(f->hub, &name);
	assert_non_null(job);
	assert_string_equal(name, "bob");
	assert_int_equal(job->kind, HASH_VERIFY);
	assert_string_equal(job->phc, fixture_account(f, "bob")->password);
	hash_job_free(job);
	verb(f, "user disable bob", NULL);
	assert_null(rehearse_password(f->hub, &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_lets_in_is_counted_and_the_first_named),
		HUB_TEST(one_that_its_hash_does_not_find_is_lost),
		HUB_TEST(one_that_is_over_lets_nobody_in),
		HUB_TEST(the_password_that_is_tried_is_one_that_lets_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
