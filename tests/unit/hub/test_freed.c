// SPDX-License-Identifier: MIT
// A name that somebody had is kept back, whichever way it became free, at every door by which an
// account gets a name, also behind a restart.
#include "server/hub/people/account.h"
#include "server/hub/people/freed.h"
#include "server/hub/state/state.h"
#include "tests/support/hub_fixture.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct admin_answer *run(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != code)
		fail_msg("%s: %d " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	return a;
}

static void verb(struct fixture *f, const char *words)
{
	admin_answer_free(run(f, words, ADMIN_DONE));
}

static void is_refused(struct fixture *f, const char *words)
{
	struct admin_answer *a = run(f, words, ADMIN_CONFLICT);

	assert_non_null(memmem(a->words.at, a->words.len, "--reuse", 7));
	admin_answer_free(a);
}

// zoe is an account, and then the name is free.
static void free_zoe(struct fixture *f, const char *how, bool restarts)
{
	(void)fixture_account(f, "bob");
	(void)fixture_account(f, "zoe");
	verb(f, how);
	if (restarts)
		fixture_restart(f, false);
}

static void import_is_refused(struct fixture *f)
{
	static const char *const words[] = {"user", "import", "-"};
	const struct admin_record record = {.name = SPAN("zoe")};
	struct admin_request *r = admin_request_new();
	struct admin_answer *a;

	r->words = xcalloc(ARRAY_LEN(words), sizeof(*r->words));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		r->words[r->n_words++] = span_of(words[i]);
	r->records = xmemdup(&record, sizeof(record));
	r->n_records = 1;
	a = fixture_request(f, r);
	assert_int_equal(a->code, ADMIN_FAILED);
	assert_non_null(memmem(a->words.at, a->words.len, "--reuse", 7));
	admin_answer_free(a);
}

// To a stranger it is taken, as any other that is.
static void a_stranger_is_refused(struct fixture *f)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "NICK Zoe");
	peer_send(p, "REGISTER * * :correct horse battery");
	expect(p, "server FAIL REGISTER ACCOUNT_EXISTS Zoe :The name is taken");
	peer_send(p, "REGISTER bob * :correct horse battery");
	expect(p, "server FAIL REGISTER ACCOUNT_EXISTS bob :The name is taken");
}

static void no_door_gives_it_away(void **state)
{
	struct fixture *f = *state;
	static const char *const ways[] = {"user delete zoe --confirm zoe",
					   "user rename zoe amy"};

	for (size_t i = 0; i < 2 * ARRAY_LEN(ways); i++) {
		free_zoe(f, ways[i / 2], i % 2);
		is_refused(f, "user add zoe");
		is_refused(f, "user add ZOE --no-password");
		is_refused(f, "user rename bob zoe");
		import_is_refused(f);
		a_stranger_is_refused(f);
		assert_null(account_new(f->hub, SPAN("zoe"), SPAN("")));
		assert_null(account_find(f->hub, SPAN("zoe")));
		fixture_renew(f, NULL);
	}
}

static void on_purpose_it_is_given(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		free_zoe(f, "user delete zoe --confirm zoe", restarts);
		verb(f, "user add zoe --reuse");
		verb(f, "user rename zoe amy");
		is_refused(f, "user rename bob zoe");
		verb(f, "user rename bob zoe --reuse");
		is_refused(f, "user add bob");
		fixture_restart(f, false);
		assert_non_null(account_find(f->hub, SPAN("zoe")));
		assert_false(name_is_freed(f->hub, SPAN("zoe"), 0));
		fixture_renew(f, NULL);
	}
}

static void a_name_that_nobody_had_needs_no_option_and_takes_it(void **state)
{
	struct fixture *f = *state;

	verb(f, "user add zoe --reuse");
	verb(f, "user rename zoe ZOE");
	verb(f, "user rename zoe amy --reuse");
	assert_int_equal(f->hub->freed.n_items, 1);
}

static void an_account_may_have_its_own_again(void **state)
{
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		free_zoe(f, "user rename zoe amy", restarts);
		verb(f, "user rename amy zoe");
		is_refused(f, "user add amy");
		assert_int_equal(f->hub->freed.n_items, 1);
		fixture_renew(f, NULL);
	}
}

// No list of names: what is stored of it is a hash under the key of this database.
static void what_is_kept_is_no_name(void **state)
{
	struct fixture *f = *state;
	struct fixture *other = fixture_new(NULL);
	struct span hash, others;
	size_t cursor = 0;

	free_zoe(f, "user delete zoe --confirm zoe", true);
	free_zoe(other, "user delete zoe --confirm zoe", true);
	hash = span_from(map_next(&f->hub->freed, &cursor), 32);
	cursor = 0;
	other->hub->token_key[0] ^= 1;
	assert_false(name_is_freed(other->hub, SPAN("zoe"), 0));
	other->hub->token_key[0] ^= 1;
	assert_true(name_is_freed(other->hub, SPAN("zoe"), 0));
	others = span_from(map_next(&other->hub->freed, &cursor), 32);
	assert_null(memmem(hash.at, hash.len, "zoe", 3));
	assert_null(memmem(others.at, others.len, "zoe", 3));
	fixture_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(no_door_gives_it_away),
		HUB_TEST(on_purpose_it_is_given),
		HUB_TEST(a_name_that_nobody_had_needs_no_option_and_takes_it),
		HUB_TEST(an_account_may_have_its_own_again),
		HUB_TEST(what_is_kept_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
