// SPDX-License-Identifier: MIT
// What CERT answers to words that it does not take, on a connection that shows a certificate.
#include "common/encode.h"
#include "tests/unit/hub/devices_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define WRONG_B64 "bm90IHRoZSBwYXNzd29yZA=="
#define TRIES 40 // more than anybody has

static void a_certificate_is_added_once_and_by_one(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = by_password(f, 1), *eve = shows(f, 1);

	peer_send(ann, "CERT ADD a\u202eb");
	expect(ann, "server FAIL CERT INVALID_LABEL :*");
	peer_send(ann, "CERT ADD laptop");
	expect(ann, "server CERT ADD $n $pin :laptop");
	peer_skip(ann);
	peer_send(ann, "CERT ADD other");
	expect(ann, "server CERT ADD $n $pin :laptop");
	expect_none(ann);
	(void)fixture_account(f, "eve");
	log_in(eve, "eve", "PASS :eve:" FIXTURE_PASSWORD);
	peer_send(eve, "CERT ADD laptop");
	expect(eve, "server FAIL CERT CERT_IN_USE :*");
	peer_send(eve, "CERT LIST");
	expect(eve, "server CERT LIST *");
	expect_none(eve);
	peer_send(ann, "CERT LIST");
	expect(ann, "server CERT LIST $n $pin 2026-* * :laptop");
	expect(ann, "server CERT LIST *");
}

static void only_what_the_account_has_is_taken_back(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = device(f, 1, "laptop");

	admin_answer_free(fixture_verb(f, "user token add ann bot", NULL));
	peer_skip(ann);
	peer_send(ann, "CERT DEL bot");
	expect(ann, "server FAIL CERT NO_SUCH_CERT bot :*");
	peer_send(ann, "CERT DEL laptop");
	expect(ann, "server FAIL CERT CONFIRM_NEEDED * :*");
	peer_send(ann, "CERT DEL laptop CONFIRMED");
	expect(ann, "server FAIL CERT CONFIRM_NEEDED * :*");
	expect_none(ann);
	peer_send(ann, "CERT DEL laptop confirm");
	expect(ann, "server CERT DEL * * :laptop");
}

static void a_label_is_cut_and_never_empty(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = by_password(f, 1), *two = by_password(f, 2);

	peer_send(ann, "CERT ADD");
	expect(ann, "server CERT ADD * * :device");
	peer_skip(two);
	peer_send(two, "CERT ADD abcdefghijklmnopqrstuvwxyz1234567890");
	expect(two, "server CERT ADD * * :abcdefghijklmnopqrstuvwxyz123456");
}

// Whoever guesses is told that it was too often, and that at once.
static void too_many_proofs_are_told_from_wrong_ones(void **state)
{
	static const char *const rows[][2] = {
		{"CERT PROVE " WRONG_B64, "server FAIL CERT WRONG_PASSWORD :*"},
		{"CERT PROVE CODE 123456", "server FAIL CERT WRONG_CODE :*"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture *f = *state;
		struct hub_config config = fixture_config();

		config.logins_per_source = 3;
		fixture_renew(f, &config);
		struct peer *ann = by_password(f, 1);
		for (int n = 0; n < TRIES; n++) {
			peer_send(ann, "%s", rows[i][0]);
			if (n < 3)
				expect(ann, rows[i][1]);
			else
				peer_skip(ann);
		}
		peer_send(ann, "%s", rows[i][0]);
		expect(ann, "server FAIL CERT TEMPORARILY_UNAVAILABLE :Too many attempts*");
		expect_none(ann);
	}
}

static void a_token_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = by_password(f, 1);
	struct buf coded = {0};

	peer_send(ann, "CERT TOKEN ADD bot");
	expect_later(ann, "server CERT TOKEN ADD * $token :*");
	peer_skip(ann);
	const char *token = fixture_var(f, "token");
	encode_b64(&coded, token, strlen(token));
	peer_send(ann, "CERT PROVE %s", buf_str(&coded));
	expect(ann, "server FAIL CERT WRONG_PASSWORD :*");
	buf_clear(&coded);
}

// One answer: that nothing can be stored.
static void a_full_disk_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = by_password(f, 1);

	fixture_disk_is(f, DISK_FULL);
	peer_send(ann, "CERT PROVE CODE 123456");
	expect(ann, "server FAIL CERT TEMPORARILY_UNAVAILABLE :The server cannot store *");
	expect_none(ann);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_certificate_is_added_once_and_by_one),
		HUB_TEST(only_what_the_account_has_is_taken_back),
		HUB_TEST(a_label_is_cut_and_never_empty),
		HUB_TEST(too_many_proofs_are_told_from_wrong_ones),
		HUB_TEST(a_token_proves_nothing),
		HUB_TEST(a_full_disk_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
