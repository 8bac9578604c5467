// SPDX-License-Identifier: MIT
// Leases beside the login: files over HTTP, and pushes.
#include "tests/unit/hub/bearer_peer.h"
#include "tests/unit/hub/files_peer.h"
#include "tests/unit/hub/push_fixture.h"

#include "server/hub/files/file_link.h"
#include "server/hub/people/lease.h"
#include "server/hub/web/file_who.h"

#define RECHECK (12 * HOUR)

static int set_up_all(void **state)
{
	struct hub_config config = files_config();

	config.oidc.issuer = SPAN(ISSUER);
	*state = fixture_new(&config);
	return 0;
}

static void bind_to_issuer(struct fixture *f, const char *name, const char *memory)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN(ISSUER), span_of(name), SPAN("")};

	binding_yes(binding_new(fixture_account(f, name), &to, true), span_of(memory));
}

static void add_token(struct fixture *f, const char *words, char out[static 128])
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	snprintf(out, 128, SPAN_FMT, SPAN_ARG(span_trim(a->plain)));
	admin_answer_free(a);
}

static bool may_by_basic(struct fixture *f, const char *token)
{
	struct buf pair = {0}, field = {0};
	struct web_question q = {.host = SPAN("192.0.2.9")};
	struct file_asker who;

	buf_printf(&pair, "ann:%s", token);
	buf_add_str(&field, "Basic ");
	encode_b64(&field, pair.at, pair.len);
	q.authorization = buf_span(&field);
	who = file_who(f->hub, &q, true);
	buf_clear(&pair);
	buf_clear(&field);
	assert_true(who.account || who.status == 401);
	return who.account != NULL;
}

static bool may_by_link(struct fixture *f)
{
	struct web_question q = {.host = SPAN("192.0.2.9"), .file = {{7}}};
	char link[FILE_LINK_TEXT + 1];
	struct buf query = {0};
	struct file_asker who;

	file_link_sign(f->hub, &q.file, account_find(f->hub, SPAN("ann")), link);
	buf_printf(&query, "s=%s", link);
	q.query = buf_span(&query);
	who = file_who(f->hub, &q, true);
	buf_clear(&query);
	assert_true(who.account || who.status == 401);
	return who.account != NULL;
}

// Proves O8.
static void files_are_for_whom_the_issuer_still_knows(void **state)
{
	struct fixture *f = *state;
	char token[128], excepted[128];

	bind_to_issuer(f, "ann", "");
	add_token(f, "user token add ann bot", token);
	assert_true(may_by_basic(f, token));
	assert_true(may_by_link(f));
	fixture_pass(f, RECHECK + MINUTE);
	assert_false(may_by_basic(f, token));
	assert_false(may_by_link(f));
	add_token(f, "user token add ann free --lease none", excepted);
	assert_false(may_by_basic(f, token));
	assert_true(may_by_basic(f, excepted));
	assert_true(may_by_link(f)); // it is what its clients are given
	peer_close(is_in(f, is(ISSUER, "ann", NULL), "ann"));
	assert_true(may_by_basic(f, token));
}

// Proves O8.
static void nobody_is_woken_whom_the_issuer_does_not_know_any_more(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f);

	bind_to_issuer(f, "bob", "");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :bob: hello");
	fixture_pass(f, PUSH_DELAY + 1);
	assert_non_null(fixture_push(f));
	fixture_pushed(f, 201, 0);
	// What waits when the lease ends does not leave, and what comes then neither.
	fixture_pass(f, RECHECK - MINUTE);
	peer_send(alice, "PRIVMSG #den :bob: are you there");
	fixture_pass(f, 2 * MINUTE);
	while (fixture_push(f))
		fixture_pushed(f, 201, 0);
	peer_send(alice, "PRIVMSG #den :bob: secret");
	fixture_pass(f, MINUTE);
	assert_null(fixture_push(f));
	assert_int_equal(account_find(f->hub, SPAN("bob"))->n_subscriptions, 1);
	peer_close(is_in(f, is(ISSUER, "bob", NULL), "bob"));
	peer_send(alice, "PRIVMSG #den :bob: again");
	fixture_pass(f, MINUTE);
	assert_non_null(fixture_push(f));
}

static void whoever_is_woken_is_asked_after_as_who_is_here(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)push_alice(f);
	bob = push_bob(f);
	bind_to_issuer(f, "bob", "m");
	peer_close(is_in(f, is(ISSUER, "bob", NULL), "bob"));
	peer_close(bob);
	for (int i = 0; i < 4; i++) {
		fixture_pass(f, RECHECK * 5 / 8 + 2 * MINUTE);
		assert_non_null(fixture_identity(f));
		fixture_identified(f, is(ISSUER, "bob", NULL));
	}
	assert_true(lease_lets_in(account_find(f->hub, SPAN("bob")), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(files_are_for_whom_the_issuer_still_knows, set_up_all),
		HUB_TEST_WITH(nobody_is_woken_whom_the_issuer_does_not_know_any_more,
			      set_up_all),
		HUB_TEST_WITH(whoever_is_woken_is_asked_after_as_who_is_here, set_up_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
