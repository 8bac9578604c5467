// SPDX-License-Identifier: MIT
// Tokens and certificates by the command line: labels, rates, bounds, what is told.
#include "tests/unit/hub/verb_rows.h"

#define PIN "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk"
#define OTHER_PIN "CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo"
#define HEX "0909090909090909090909090909090909090909090909090909090909090909"
#define L33 "123456789012345678901234567890123"

static const char shown_once[] = "done+: token * of alice, called *: it stands in the "
				 "password's place and is shown only once";

static void a_token_has_a_label_a_rate_and_an_end(void **state)
{
	static const char rate[] = "usage=: --rate wants lines a minute or a second, from 1/m "
				   "to 1000/s, as in 30/m or 2/s, not *";
	const struct verb_row rows[] = {
		HEARD("user token add nobody", "not found=: there is no account nobody", ""),
		HEARD("user token add alice a --label b",
		      "usage=: two labels, a and --label b: give one", ""),
		HEARD("user token add alice " L33, "usage=: a label has at most 32 bytes", ""),
		HEARD("user token add alice --label " L33,
		      "usage=: --label has at most 32 bytes; usage: *", ""),
		HEARD("user token add alice a\u202eb",
		      "usage=: U+202E may not stand in a label", ""),
		HEARD("user token add alice --label a\u202eb",
		      "usage=: U+202E may not stand in --label; usage: *", ""),
		HEARD("user token add alice --rate 0/m", rate, ""),
		HEARD("user token add alice --rate 30", rate, ""),
		HEARD("user token add alice --rate 30/h", rate, ""),
		HEARD("user token add alice --rate /m", rate, ""),
		HEARD("user token add alice --rate 1001/s", rate, ""),
		HEARD("user token add alice --rate 60001/m", rate, ""),
		HEARD("user token add alice --expires 0d", "usage=: --expires 0d *", ""),
		HEARD("user token add alice --lease some",
		      "usage=: --lease wants none, for a token that lets in although nobody says "
		      "any more that its account may, not some",
		      ""),
		HEARD("user token add alice --rate 1000/s", shown_once, NULL),
		HEARD("user token add alice --label two --rate 60000/m", shown_once, NULL),
		HEARD("user token add alice bot --rate 2/s --no-presence --lease none --expires 2d",
		      shown_once, NULL),
		HEARD("user token list alice",
		      "done: 3 of alice\n?|token|token||0s|0|0|60000/m|yes|no|account\n"
		      "?|token|two||0s|0|0|60000/m|yes|no|account\n"
		      "?|token|bot||0s|0|172800s|120/m|no|no|none",
		      NULL),
		HEARD("user cert list alice", "done: 0 of alice", NULL),
		HEARD("user token revoke alice none",
		      "not found=: alice has none with the number or label \"none\"", ""),
		HEARD("user cert del alice two", "not found=: *", ""),
		HEARD("user token revoke alice two",
		      "done+: revoked of alice: token * (two), *", NULL),
		HEARD("user token revoke alice two --if-exists", "done=: alice has none *",
		      NULL),
		HEARD("user revoke-all nobody", "not found=: there is no account nobody", ""),
		HEARD("user revoke-all bob",
		      "done=: revoked 0 devices and tokens of bob and ended 0 of its sessions; its "
		      "password still lets in (user passwd changes it)",
		      ""),
		HEARD("user revoke-all alice",
		      "done+: revoked 2 devices and tokens of alice and ended 1 of its sessions; its "
		      "password still lets in (user passwd changes it)",
		      "ERROR :*All your devices were signed out by an administrator*"),
	};
	struct fixture *f = *state;

	(void)fixture_account(f, "bob");
	VERB_ROWS(f, fixture_login(f, "alice", ""), rows);
}

static void a_certificate_is_named_by_its_pin_once(void **state)
{
	static const char pin[] = "usage=: a pin is the SHA-256 of the key, in base64url or "
				  "hex";
	const struct verb_row rows[] = {
		HEARD("user cert add alice nonsense", pin, ""),
		HEARD("user cert add alice CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ", pin, ""),
		HEARD("user cert add alice " PIN "JCQkJ", pin, ""),
		HEARD("user cert add alice " HEX "09", pin, ""),
		HEARD("user cert add alice x" HEX, pin, ""),
		HEARD("user cert add alice " HEX " --label " L33,
		      "usage=: --label has at most 32 bytes; *", ""),
		HEARD("user cert add alice " HEX,
		      "done+: certificate * of alice, called device, may log in", NULL),
		HEARD("user cert add alice " PIN,
		      "conflict=: this certificate is one of alice already", ""),
		HEARD("user cert add alice " PIN " --if-missing",
		      "done=: this certificate is one of alice already", ""),
		HEARD("user cert add bob " PIN,
		      "conflict=: this certificate belongs to alice already", ""),
		HEARD("user cert add bob " PIN " --if-missing",
		      "conflict=: this certificate belongs to alice already", ""),
		HEARD("user cert add alice " OTHER_PIN " --label box",
		      "done+: certificate * of alice, called box, may log in", NULL),
		HEARD("user cert list alice",
		      "done: 2 of alice\n?|cert|device|" PIN "|0s|0|0||yes|yes|account\n"
		      "?|cert|box|" OTHER_PIN "|0s|0|0||yes|yes|account",
		      NULL),
		HEARD("user token list alice", "done: 0 of alice", NULL),
		HEARD("user token revoke alice box", "not found=: *", ""),
		HEARD("user cert del alice " PIN,
		      "done+: revoked of alice: certificate * (device), *", NULL),
		HEARD("user cert del alice box",
		      "done+: revoked of alice: certificate * (box), *", NULL),
	};
	struct fixture *f = *state;

	(void)fixture_account(f, "bob");
	VERB_ROWS(f, fixture_login(f, "alice", ""), rows);
}

// Who could be in already is told of another way in; the first one of an account is no news.
static void who_may_be_in_is_told_of_another_device(void **state)
{
	const struct verb_row rows[] = {
		HEARD("user token add alice one", shown_once,
		      "server NOTE CERT DEVICE_ADDED * :An administrator (shell) made an app token "
		      "one that lets in as you. If that was not you: CERT TOKEN DEL one, then *"),
		HEARD("user cert add alice " PIN " --label two", "done+: *",
		      "server NOTE CERT DEVICE_ADDED * :An administrator (shell) made a certificate "
		      "two that lets in as you. If that was not you: CERT DEL two, then *"),
		HEARD("user passwd alice --no-password --keep-devices", "done+: *", NULL),
		HEARD("user revoke-all alice", "done+: revoked 2 *; its password is none",
		      NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, fixture_login(f, "alice", "standard-replies snug.chat/devices"), rows);
}

static void an_account_has_so_many_and_no_more(void **state)
{
	static const char full[] =
		"conflict=: alice has 64 certificates and tokens: revoke one "
		"first";
	const struct verb_row rows[] = {
		HEARD("user token add alice", full, ""),
		HEARD("user cert add alice " PIN, full, ""),
		HEARD("user token revoke alice t1", "done+: *", NULL),
		HEARD("user cert add alice " PIN, "done+: *", NULL),
		HEARD("user token add alice", full, ""),
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	for (int i = 0; i < 64; i++) {
		char words[64];

		snprintf(words, sizeof(words), "user token add alice t%d", i);
		admin_answer_free(fixture_verb(f, words, NULL));
	}
	VERB_ROWS(f, alice, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_token_has_a_label_a_rate_and_an_end),
		HUB_TEST(a_certificate_is_named_by_its_pin_once),
		HUB_TEST(who_may_be_in_is_told_of_another_device),
		HUB_TEST(an_account_has_so_many_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
