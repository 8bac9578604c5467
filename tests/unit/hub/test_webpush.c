// SPDX-License-Identifier: MIT
// WEBPUSH: where devices are woken, until when, and by which key of the server.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/subscription.h"
#include "server/letters/limits.h"
#include "tests/unit/hub/push_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t count(struct fixture *f, const char *name)
{
	return account_find(f->hub, span_of(name))->n_subscriptions;
}

static void a_device_is_tried_before_it_is_told_that_it_is_woken(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);
	const struct push *push;

	peer_send(p, "@label=7 WEBPUSH REGISTER " PUSH_URL "1 " PUSH_KEYS);
	expect_none(p);
	push = fixture_push(f);
	assert_non_null(push);
	assert_string_equal(push->endpoint, PUSH_URL "1");
	assert_non_null(strstr(push->text, " :chat.test NOTE WEBPUSH REGISTERED :"));
	assert_int_equal(push->target.auth[0], 0x05);
	assert_int_equal(push->target.vapid[1], 1);
	assert_string_equal(push->topic, "");
	// What it says meanwhile is answered; who else has the key gets nothing.
	peer_send(p, "PING x");
	expect(p, "server PONG chat.test x");
	fixture_pushed(f, 201, 0);
	expect(p, "@label=7 server WEBPUSH REGISTER " PUSH_URL "1");
	// A client says it again at each start: at once, and without another push.
	peer_send(p, "@label=8 WEBPUSH REGISTER " PUSH_URL "1 " PUSH_KEYS);
	expect(p, "@label=8 server WEBPUSH REGISTER " PUSH_URL "1");
	assert_null(fixture_push(f));
	assert_int_equal(count(f, "bob"), 1);
	fixture_restart(f, true);
	assert_int_equal(count(f, "bob"), 1);
}

static void what_is_stored_is_so_before_it_is_said(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);

	peer_send(p, "WEBPUSH REGISTER " PUSH_URL "1 " PUSH_KEYS);
	fixture_disk_holds(f);
	fixture_pushed(f, 201, 0);
	expect_none(p);
	fixture_disk_works(f);
	expect(p, "server WEBPUSH REGISTER " PUSH_URL "1");
}

static void each_way_of_failing_has_its_code(void **state)
{
	static const struct {
		unsigned status; // 0: see result
		enum pushed_result result;
		const char *code;
	} rows[] = {
		{410, 0, "INTERNAL_ERROR"},
		{404, 0, "INTERNAL_ERROR"},
		{403, 0, "INTERNAL_ERROR"},
		{429, 0, "INTERNAL_ERROR"},
		{500, 0, "INTERNAL_ERROR"},
		{0, PUSHED_UNREACHABLE, "INTERNAL_ERROR"},
		{0, PUSHED_FORBIDDEN, "FORBIDDEN"},
		{0, PUSHED_KEYS, "INVALID_PARAMS"},
		{0, PUSHED_OUTDATED, "INTERNAL_ERROR"},
	};
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);
	char line[200];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_send(p, "@label=%zu WEBPUSH REGISTER " PUSH_URL "1 " PUSH_KEYS, i);
		if (rows[i].status)
			fixture_pushed(f, rows[i].status, 0);
		else
			fixture_pushed_as(f, rows[i].result);
		snprintf(line, sizeof(line),
			 "@label=%zu server FAIL WEBPUSH %s REGISTER " PUSH_URL "1 :*", i,
			 rows[i].code);
		expect(p, line);
		assert_int_equal(count(f, "bob"), 0);
	}
	fixture_restart(f, false);
	assert_int_equal(count(f, "bob"), 0);
}

static void what_is_no_endpoint_and_no_key_is_refused(void **state)
{
	static const char *const rows[] = {
		"http://push.example/1 " PUSH_KEYS,
		"https:///1 " PUSH_KEYS,
		"https://:443/1 " PUSH_KEYS,
		"https://me@push.example/1 " PUSH_KEYS,
		"push.example " PUSH_KEYS,
		"https://p\xc3\xb6sh.example/1 " PUSH_KEYS,
		PUSH_URL "1",
		PUSH_URL "1 auth=BTBZMqHH6r4Tts7J_aSIgg",
		PUSH_URL "1 p256dh=" PUSH_POINT,
		PUSH_URL "1 p256dh=" PUSH_POINT ";auth=BTBZMqHH6r4Tts7J_aSI",
		PUSH_URL "1 p256dh=AAAA;auth=BTBZMqHH6r4Tts7J_aSIgg",
		PUSH_URL "1 p256dh=!;auth=!",
	};
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_send(p, "WEBPUSH REGISTER %s", rows[i]);
		expect(p, "server FAIL WEBPUSH INVALID_PARAMS REGISTER * :*");
		assert_null(fixture_push(f));
	}
	peer_send(p, "WEBPUSH FORGET " PUSH_URL "1");
	expect(p, "server FAIL WEBPUSH INVALID_PARAMS FORGET " PUSH_URL "1 :*");
	// Others write base64 with its padding, and keys that are of no matter here.
	peer_send(p, "WEBPUSH REGISTER " PUSH_URL "1 x=y;p256dh=" PUSH_POINT
		     "=;auth=BTBZMqHH6r4Tts7J_aSIgg==");
	fixture_pushed(f, 201, 0);
	expect(p, "server WEBPUSH REGISTER " PUSH_URL "1");
}

static void sixteen_devices_are_woken_and_one_more_is_not(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);
	char name[8];

	for (int i = 0; i < SUBSCRIPTIONS_PER_ACCOUNT; i++) {
		snprintf(name, sizeof(name), "%d", i);
		push_subscribe(p, name);
	}
	peer_send(p, "WEBPUSH REGISTER " PUSH_URL "more " PUSH_KEYS);
	expect(p, "server FAIL WEBPUSH MAX_REGISTRATIONS REGISTER " PUSH_URL "more :*");
	peer_send(p, "WEBPUSH UNREGISTER " PUSH_URL "3");
	expect(p, "server WEBPUSH UNREGISTER " PUSH_URL "3");
	peer_send(p, "WEBPUSH UNREGISTER " PUSH_URL "3");
	expect(p, "server WEBPUSH UNREGISTER " PUSH_URL "3");
	push_subscribe(p, "more");
}

static void it_goes_with_the_device_and_the_account(void **state)
{
	static const char *const verbs[] = {"user token revoke bob phone", "user disable bob",
					    "user delete bob --confirm bob",
					    "user push remove bob all", "user revoke-all bob"};
	struct fixture *f = *state;
	char text[TOKEN_TEXT_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		struct account *a = fixture_account(f, "bob");
		struct peer *p = fixture_open(f);

		if (a->disabled)
			admin_answer_free(fixture_verb(f, "user enable bob", NULL));
		(void)token_new(a, SPAN("phone"), 0, text);
		peer_send(p, "CAP REQ :" PUSH_CAPS);
		peer_send(p, "PASS :bob:%s", text);
		peer_send(p, "NICK bob");
		peer_send(p, "USER b 0 * :x");
		peer_send(p, "CAP END");
		push_subscribe(p, "1");
		assert_int_equal(f->hub->subscriptions.n_items, 1);
		admin_answer_free(fixture_verb(f, verbs[i], NULL));
		if (f->hub->subscriptions.n_items)
			fail_msg("%s leaves it", verbs[i]);
		fixture_restart(f, false);
		assert_int_equal(f->hub->subscriptions.n_items, 0);
		a = account_find(f->hub, SPAN("bob"));
		if (a)
			admin_answer_free(fixture_verb(f, "user revoke-all bob", NULL));
	}
}

static void who_came_by_the_password_goes_with_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);

	push_subscribe(p, "1");
	admin_answer_free(
		fixture_verb(f, "user passwd bob --keep-devices", "battery horse two"));
	assert_int_equal(count(f, "bob"), 0);
}

// Another person uses the same browser: the first is not shown there what is theirs.
static void the_same_device_is_one_accounts_alone(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", PUSH_CAPS),
		    *carl = fixture_login(f, "carl", PUSH_CAPS);

	push_subscribe(bob, "1");
	push_subscribe(carl, "1");
	assert_int_equal(count(f, "bob"), 0);
	assert_int_equal(count(f, "carl"), 1);
	// Who has learned the address, and not the secret, takes nothing away.
	peer_send(bob, "WEBPUSH REGISTER " PUSH_URL "1 p256dh=" PUSH_POINT
		       ";auth=AAAAAAAAAAAAAAAAAAAAAA");
	fixture_pushed(f, 201, 0);
	assert_int_equal(count(f, "carl"), 1);
}

static void the_key_is_told_to_who_asks_for_pushes(void **state)
{
	static const char *const caps[] = {"draft/webpush", "soju.im/webpush", ""};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(caps); i++) {
		struct peer *p = fixture_login(f, "bob", caps[i]);
		const char *line;
		bool is_told = false;

		peer_send(p, "VERSION");
		while ((line = peer_next(p)))
			is_told = is_told || strstr(line, " VAPID=BAEAAAAA");
		assert_int_equal(is_told, caps[i][0] != '\0');
		peer_send(p, "WEBPUSH UNREGISTER " PUSH_URL "x");
		expect(p, caps[i][0] ? "server WEBPUSH UNREGISTER *"
				     : "server 421 bob WEBPUSH :*");
	}
}

static void where_it_is_off_there_is_nothing_of_it(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = fixture_config();
	struct peer *p;

	config.push = false;
	fixture_renew(f, &config);
	p = fixture_open(f);
	peer_send(p, "CAP LS 302");
	for (const char *line; (line = peer_next(p));)
		assert_null(strstr(line, "webpush"));
	peer_send(p, "CAP REQ draft/webpush");
	expect(p, "server CAP * NAK :draft/webpush");
	peer_send(p, "CAP REQ soju.im/webpush");
	expect(p, "server CAP * NAK :soju.im/webpush");
}

static void one_of_which_nothing_is_heard_is_tried_and_let_go(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);
	const int64_t day = 24LL * 60 * 60 * 1000;
	int tests = 0;

	push_subscribe(p, "1");
	for (int64_t passed = 0; passed < SUBSCRIPTION_KEEP_MS - day / 2; passed += day / 2) {
		fixture_pass(f, day / 2);
		for (; fixture_push(f); tests++)
			fixture_pushed(f, 403, 0);
		assert_int_equal(count(f, "bob"), 1);
	}
	assert_in_range(tests, 27, 31);
	fixture_pass(f, day);
	assert_int_equal(count(f, "bob"), 0);
	assert_null(fixture_push(f));
}

static void one_that_answers_is_kept(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);

	push_subscribe(p, "1");
	for (int days = 0; days < 70; days++) {
		fixture_pass(f, 24LL * 60 * 60 * 1000);
		while (fixture_push(f))
			fixture_pushed(f, 201, 0);
	}
	assert_int_equal(count(f, "bob"), 1);
}

static void an_administrator_sees_and_ends_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", PUSH_CAPS);
	struct admin_answer *a;
	char words[80];

	push_subscribe(p, "secret");
	a = fixture_verb(f, "user push list bob", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[2].text, SPAN("https://push.example")));
	snprintf(words, sizeof(words), "user push remove bob %lld",
		 (long long)a->cells[0].number);
	admin_answer_free(a);
	a = fixture_verb(f, "user push remove bob 99", NULL);
	assert_int_equal(a->code, ADMIN_NOT_FOUND);
	admin_answer_free(a);
	a = fixture_verb(f, words, NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	assert_int_equal(count(f, "bob"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_device_is_tried_before_it_is_told_that_it_is_woken),
		HUB_TEST(what_is_stored_is_so_before_it_is_said),
		HUB_TEST(each_way_of_failing_has_its_code),
		HUB_TEST(what_is_no_endpoint_and_no_key_is_refused),
		HUB_TEST(sixteen_devices_are_woken_and_one_more_is_not),
		HUB_TEST(it_goes_with_the_device_and_the_account),
		HUB_TEST(who_came_by_the_password_goes_with_it),
		HUB_TEST(the_same_device_is_one_accounts_alone),
		HUB_TEST(the_key_is_told_to_who_asks_for_pushes),
		HUB_TEST(where_it_is_off_there_is_nothing_of_it),
		HUB_TEST(one_of_which_nothing_is_heard_is_tried_and_let_go),
		HUB_TEST(one_that_answers_is_kept),
		HUB_TEST(an_administrator_sees_and_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
