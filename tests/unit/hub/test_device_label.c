// SPDX-License-Identifier: MIT
// A label names one device or token of an account.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/journal/post.h"
#include "tests/support/hub_fixture.h"

#include "common/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words, enum admin_code code, const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code || !name_matches(span_of(says), a->words))
		fail_msg("%s: code %d: " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static struct peer *device(struct fixture *f, int n, const char *caps)
{
	struct inbox_opened facts = {.host = SPAN("192.0.2.7"), .has_pin = true};
	struct peer *p;

	memset(facts.pin, n, sizeof(facts.pin));
	(void)fixture_account(f, "ann");
	p = fixture_open_as(f, &facts);
	if (*caps)
		peer_send(p, "CAP REQ :%s", caps);
	peer_send(p, "PASS :ann:" FIXTURE_PASSWORD);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	if (*caps)
		peer_send(p, "CAP END");
	expect_later(p, "server 001 * :*");
	peer_skip(p);
	return p;
}

static const struct credential *called(struct fixture *f, const char *label)
{
	const struct credential *found = NULL;

	list_for_each(item, &account_find(f->hub, SPAN("ann"))->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (!span_eq(span_of(c->label), span_of(label)))
			continue;
		assert_null(found);
		found = c;
	}
	return found;
}

static void a_taken_label_gets_a_number_by_every_way_in(void **state)
{
	static const char pin[] = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk";
	struct fixture *f = *state;
	struct peer *one = device(f, 1, ""), *two = device(f, 2, ""), *three = device(f, 3, ""),
		    *four = device(f, 4, "soju.im/client-cert");
	struct buf words = {0};

	peer_send(one, "CERT ADD laptop");
	expect(one, "server CERT ADD * * :laptop");
	expect_none(one);
	peer_send(two, "CERT ADD laptop");
	expect(two, "server CERT ADD * * :laptop-2");
	expect(two, "server NOTE CERT LABEL_TAKEN laptop :*laptop-2");
	fixture_skip(f);
	peer_send(three, "PRIVMSG NickServ :CERT ADD laptop");
	expect(three, "NickServ NOTICE ann :Certificate * (laptop-3) may log in*");
	expect(three, "NickServ NOTICE ann :It is called laptop-3: another*");
	fixture_skip(f);
	peer_send(four, "CLIENTCERT CREATE laptop");
	expect(four, "server CLIENTCERT CREATE");
	expect(four, "server NOTE CLIENTCERT LABEL_TAKEN laptop :*laptop-4");
	verb(f, "user token add ann --label laptop", ADMIN_DONE, "token * called laptop-5*");
	verb(f, "user token add ann", ADMIN_DONE, "token * called token:*");
	verb(f, "user token add ann", ADMIN_DONE, "token * called token-2:*");
	buf_printf(&words, "user cert add ann %s --label laptop", pin);
	verb(f, buf_str(&words), ADMIN_DONE, "certificate * called laptop-6, may log in");
	fixture_restart(f, true);
	for (int i = 2; i <= 6; i++) {
		buf_reset(&words);
		buf_printf(&words, "laptop-%d", i);
		assert_non_null(called(f, buf_str(&words)));
	}
	buf_clear(&words);
}

static void a_label_stays_within_its_length_and_is_no_number(void **state)
{
	static const char longest[] = "abcdefghijklmnopqrstuvwxyz1234\xc3\xa4";
	struct fixture *f = *state;
	struct peer *one = device(f, 1, ""), *two = device(f, 2, ""), *three = device(f, 3, "");

	peer_send(one, "CERT ADD %s", longest);
	expect(one, "server CERT ADD * * :abcdefghijklmnopqrstuvwxyz1234\xc3\xa4");
	peer_send(two, "CERT ADD %s", longest);
	expect(two, "server CERT ADD * * :abcdefghijklmnopqrstuvwxyz1234-2");
	fixture_skip(f);
	peer_send(three, "CERT ADD 1");
	expect(three, "server CERT ADD * * :1-2");
}

static void what_is_revoked_is_said_in_full(void **state)
{
	struct fixture *f = *state;
	struct peer *one = device(f, 1, ""), *two = device(f, 2, "");

	peer_send(one, "CERT ADD laptop");
	peer_send(two, "CERT ADD laptop");
	peer_skip(two);
	peer_send(two, "CERT DEL laptop-2");
	expect(two,
	       "server FAIL CERT CONFIRM_NEEDED * :This very connection came by laptop-2: CERT DEL *");
	assert_non_null(called(f, "laptop-2"));
	fixture_pass(f, 7 * 24 * 60 * 60 * 1000LL);
	peer_send(two, "CERT PROVE Y29ycmVjdCBob3JzZSBiYXR0ZXJ5");
	expect(two, "server CERT PROVE * 600");
	peer_send(two, "CERT DEL laptop");
	expect(two, "server CERT DEL * * :laptop");
	assert_true(peer_is_closed(one));
	verb(f, "user cert del ann laptop", ADMIN_NOT_FOUND, "*");
	verb(f, "user cert del ann laptop-2", ADMIN_DONE,
	     "revoked of ann: certificate * (laptop-2), added 2026-*, last used never");
	verb(f, "user token add ann --label bot", ADMIN_DONE, "*");
	verb(f, "user token revoke ann bot", ADMIN_DONE,
	     "revoked of ann: token * (bot), added 2026-*, last used never");
}

// As an older server left it.
static void put_row(struct fixture *f, int64_t id, enum credential_kind kind, const char *label)
{
	struct entry e = {.kind = ENTRY_CREDENTIAL};

	e.credential = (struct entry_credential){
		.id = id,
		.account = account_find(f->hub, SPAN("ann"))->id,
		.kind = kind,
		.label = span_of(label),
		.created_ms = 1,
	};
	memset(e.credential.hash, (int)id, sizeof(e.credential.hash));
	post(f->hub, &e);
}

static void equal_labels_of_an_older_database_are_made_different(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "ann");
	put_row(f, 101, CREDENTIAL_CERT, "laptop");
	put_row(f, 102, CREDENTIAL_CERT, "laptop");
	put_row(f, 103, CREDENTIAL_CERT, "laptop-2");
	put_row(f, 104, CREDENTIAL_TOKEN, "laptop");
	put_row(f, 105, CREDENTIAL_CERT, "101");
	post(f->hub, &(struct entry){.kind = ENTRY_CURSOR,
				     .cursor = {account_find(f->hub, SPAN("ann"))->id,
						SPAN("laptop"), 7}});
	fixture_settle(f);
	for (int i = 0; i < 2; i++) {
		fixture_restart(f, i);
		assert_int_equal(called(f, "laptop")->id, 101);
		assert_int_equal(called(f, "laptop-3")->id, 102);
		assert_int_equal(called(f, "laptop-2")->id, 103);
		assert_int_equal(called(f, "laptop-4")->id, 104);
		assert_int_equal(called(f, "101-2")->id, 105);
		assert_int_equal(account_find(f->hub, SPAN("ann"))->cursors.n_items, 3);
	}
	// The name that is free again is nobody else's by that.
	verb(f, "user cert del ann laptop", ADMIN_DONE, "*certificate 101 *");
	fixture_restart(f, false);
	assert_null(called(f, "laptop"));
	assert_int_equal(called(f, "laptop-3")->id, 102);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_taken_label_gets_a_number_by_every_way_in),
		HUB_TEST(a_label_stays_within_its_length_and_is_no_number),
		HUB_TEST(what_is_revoked_is_said_in_full),
		HUB_TEST(equal_labels_of_an_older_database_are_made_different),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
