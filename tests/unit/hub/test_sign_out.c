// SPDX-License-Identifier: MIT
// Another password takes away what the old one gave: devices, tokens, sessions, rights.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/state/state.h"
#include "tests/support/hub_fixture.h"

#include "common/encode.h"
#include "common/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words, const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != ADMIN_DONE || !name_matches(span_of(says), a->words))
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

// A connection that shows certificate number `n` and logs in by the password.
static struct peer *device(struct fixture *f, const char *name, int n)
{
	struct inbox_opened facts = {.host = SPAN("192.0.2.7"), .has_pin = true};
	struct peer *p;

	memset(facts.pin, n, sizeof(facts.pin));
	(void)fixture_account(f, name);
	p = fixture_open_as(f, &facts);
	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER u 0 * :u");
	expect_later(p, "server 001 * :*");
	peer_skip(p);
	return p;
}

static struct peer *enrolled(struct fixture *f, const char *name, int n)
{
	struct peer *p = device(f, name, n);

	peer_send(p, "CERT ADD laptop");
	peer_skip(p);
	return p;
}

static struct peer *by_certificate(struct fixture *f, int n)
{
	struct inbox_opened facts = {.host = SPAN("192.0.2.7"), .has_pin = true};
	struct peer *p;

	memset(facts.pin, n, sizeof(facts.pin));
	p = fixture_open_as(f, &facts);
	peer_send(p, "CAP REQ sasl");
	peer_send(p, "AUTHENTICATE EXTERNAL");
	peer_send(p, "AUTHENTICATE +");
	return p;
}

static char *token_of(struct fixture *f, const char *name)
{
	struct buf words = {0};
	struct admin_answer *a;
	char *token;

	buf_printf(&words, "user token add %s --label bot", name);
	a = fixture_verb(f, buf_str(&words), NULL);
	token = span_dup(a->plain);
	admin_answer_free(a);
	buf_clear(&words);
	return token;
}

static struct peer *by_token(struct fixture *f, const char *token)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS :%s", token);
	peer_send(p, "NICK u");
	peer_send(p, "USER u 0 * :u");
	return p;
}

// Of ann: a device, another one, and a token, all connected.
struct ann {
	struct fixture *f;
	struct peer *here, *there, *bot;
	char token[128];
};

static struct ann ann_of(struct fixture *f)
{
	struct ann ann = {.f = f};
	char *token;

	ann.here = enrolled(f, "ann", 1);
	ann.there = enrolled(f, "ann", 2);
	token = token_of(f, "ann");
	assert_true(strlen(token) < sizeof(ann.token));
	snprintf(ann.token, sizeof(ann.token), "%s", token);
	free(token);
	ann.bot = by_token(f, ann.token);
	expect_later(ann.bot, "server 001 ann :*");
	peer_skip(ann.here);
	return ann;
}

static void nothing_lets_in(const struct ann *ann)
{
	for (int restarts = 0; restarts < 2; restarts++) {
		expect_later(by_token(ann->f, ann->token), "server 464 * :*");
		expect_later(by_certificate(ann->f, 1), "server 904 * :*");
		expect_later(by_certificate(ann->f, 2), "server 904 * :*");
		fixture_restart(ann->f, true);
		assert_int_equal(ann->f->hub->credentials.n_items, 0);
	}
}

static void a_password_by_an_administrator_revokes_everything(void **state)
{
	struct ann ann = ann_of(*state);

	verb(ann.f, "user passwd ann",
	     "changed the password of ann, ended 3 of its sessions, and revoked 3 of its devices "
	     "and tokens");
	assert_true(peer_is_closed(ann.here) && peer_is_closed(ann.there) &&
		    peer_is_closed(ann.bot));
	nothing_lets_in(&ann);
}

static void no_password_revokes_and_says_that_nothing_is_left(void **state)
{
	struct ann ann = ann_of(*state);

	verb(ann.f, "user passwd ann --no-password", "*revoked 3 of*nothing lets it in now*");
	nothing_lets_in(&ann);
}

static void devices_are_kept_when_that_is_asked_for(void **state)
{
	struct ann ann = ann_of(*state);

	verb(ann.f, "user passwd ann --keep-devices", "*ended 3 of*revoked 0 of*");
	assert_true(peer_is_closed(ann.bot));
	expect_later(by_token(ann.f, ann.token), "server 001 ann :*");
	expect_later(by_certificate(ann.f, 2), "server 903 * :*");
}

static void revoke_all_leaves_the_password(void **state)
{
	struct ann ann = ann_of(*state);
	struct admin_answer *a;

	verb(ann.f, "user revoke-all ann",
	     "revoked 3 devices and tokens of ann and ended 3 of its sessions; its password still "
	     "lets in*");
	assert_true(peer_is_closed(ann.here) && peer_is_closed(ann.there) &&
		    peer_is_closed(ann.bot));
	a = fixture_verb(ann.f, "audit list --limit 1", NULL);
	assert_true(span_eq(a->cells[2].text, SPAN("user revoke-all")));
	assert_true(span_eq(a->cells[3].text, SPAN("ann")));
	admin_answer_free(a);
	nothing_lets_in(&ann);
	expect_later(fixture_login_loud(ann.f, "ann", ""), "server 001 ann :*");
}

static void passwd_line(struct buf *line, const char *old, const char *fresh)
{
	buf_add_str(line, "PASSWD ");
	encode_b64(line, old, strlen(old));
	buf_add_char(line, ' ');
	encode_b64(line, fresh, strlen(fresh));
}

static void passwd(struct peer *p, const char *others)
{
	struct buf line = {0};

	passwd_line(&line, FIXTURE_PASSWORD, "seven wet otters");
	peer_send(p, "%s%s", buf_str(&line), others);
	buf_clear(&line);
}

static void passwd_tells_what_still_lets_in(void **state)
{
	struct ann ann = ann_of(*state);

	passwd(ann.here, " FORGET");
	expect(ann.here, "server FAIL PASSWD INVALID_PARAMS :*KEEP or REVOKE*");
	passwd(ann.here, "");
	expect(ann.here, "server PASSWD *");
	expect(ann.here, "server NOTE PASSWD DEVICES_LEFT :2 other devices*");
	assert_true(peer_is_closed(ann.there) && peer_is_closed(ann.bot));
	expect_later(by_token(ann.f, ann.token), "server 001 ann :*");
}

// Proves A23.
static void passwd_signs_out_all_but_its_own_device(void **state)
{
	struct ann ann = ann_of(*state);

	peer_send(ann.here, "CERT OTHERS");
	expect(ann.here, "server CERT OTHERS 1 1");
	passwd(ann.here, " REVOKE");
	expect(ann.here, "server PASSWD * 2");
	expect_none(ann.here);
	peer_send(ann.here, "CERT OTHERS");
	expect(ann.here, "server CERT OTHERS 0 0");
	for (int restarts = 0; restarts < 2; restarts++) {
		expect_later(by_token(ann.f, ann.token), "server 464 * :*");
		expect_later(by_certificate(ann.f, 2), "server 904 * :*");
		expect_later(by_certificate(ann.f, 1), "server 903 * :*");
		fixture_restart(ann.f, true);
	}
}

static void nickserv_signs_out_when_told_to(void **state)
{
	struct ann ann = ann_of(*state);
	struct buf old = {0};

	// A first password without blanks.
	passwd_line(&old, FIXTURE_PASSWORD, "seven-wet-otters");
	peer_send(ann.here, "%s", buf_str(&old));
	peer_skip(ann.here);
	peer_send(ann.here, "PRIVMSG NickServ :PASSWD seven-wet-otters eight-wet-otters");
	expect(ann.here, "NickServ NOTICE ann :Your password is changed*");
	expect(ann.here, "NickServ NOTICE ann :2 other devices*REVOKE*");
	peer_send(ann.here,
		  "PRIVMSG NickServ :SET PASSWORD eight-wet-otters nine-wet-otters REVOKE");
	expect(ann.here, "NickServ NOTICE ann :Your password is changed*");
	expect(ann.here, "NickServ NOTICE ann :Signed out: 2 other*");
	expect_later(by_token(ann.f, ann.token), "server 464 * :*");
	buf_clear(&old);
}

// One that has proved who it is and is not in yet.
static void passwd_ends_who_is_halfway_in(void **state)
{
	struct fixture *f = *state;
	struct peer *here = enrolled(f, "ann", 1), *half = by_certificate(f, 1);

	expect_later(half, "server 903 * :*");
	passwd(here, "");
	assert_true(peer_is_closed(half));
	assert_false(peer_is_closed(here));
}

// The old one was being looked at when the new one came.
static void a_password_that_was_changed_meanwhile_is_wrong(void **state)
{
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "ann");
	struct peer *p = fixture_open(f);

	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	p = fixture_open(f);
	peer_send(p, "CAP REQ sasl");
	peer_send(p, "AUTHENTICATE PLAIN");
	peer_skip(p);
	peer_put(p, "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=");
	verb(f, "user passwd ann --no-password", "*");
	expect_later(p, "server 904 * :*");
	assert_string_equal(a->password, "");
}

static void a_password_is_not_set_for_who_has_the_name_by_then(void **state)
{
	struct fixture *f = *state;
	struct peer *root;

	(void)fixture_admin_account(f, "root");
	(void)fixture_account(f, "zoe");
	root = fixture_login(f, "root", "");
	peer_put(root, "PRIVMSG Snug :user passwd zoe --generate");
	peer_put(root, "PRIVMSG Snug :user delete zoe --confirm zoe");
	peer_put(root, "PRIVMSG Snug :user add zoe --no-password --reuse");
	fixture_settle(f);
	expect_later(root, "Snug NOTICE root :*deleted meanwhile*");
	assert_string_equal(account_find(f->hub, SPAN("zoe"))->password, "");
}

static struct peer *opered(struct fixture *f)
{
	struct peer *bob = fixture_login(f, "bob", "");

	(void)fixture_admin_account(f, "root");
	peer_send(bob, "OPER root :" FIXTURE_PASSWORD);
	expect(bob, "bob MODE bob +o");
	expect(bob, "server 381 bob :*");
	assert_true(peer_session(bob)->oper);
	return bob;
}

static void rights_by_a_password_end_with_it(void **state)
{
	struct fixture *f = *state;
	static const char *const verbs[] = {
		"user passwd root", "user revoke-all root", "user disable root --confirm root",
		"user role root user --confirm root", "user delete root --confirm root"};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		struct peer *bob = opered(f);

		verb(f, verbs[i], "*");
		assert_false(peer_session(bob)->oper);
		expect(bob, "server MODE bob -o");
		assert_int_equal(f->hub->n_opers, 0);
		fixture_renew(f, NULL);
	}
}

static void a_token_gives_nobody_else_its_rights(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");
	char *token;

	(void)fixture_admin_account(f, "root");
	token = token_of(f, "root");
	peer_send(bob, "OPER root %s", token);
	expect(bob, "server 491 bob :*password*");
	assert_false(peer_session(bob)->oper);
	free(token);
}

static void who_is_enabled_again_is_said_to_have_its_devices(void **state)
{
	struct ann ann = ann_of(*state);

	verb(ann.f, "user disable ann", "disabled ann and ended 3 sessions");
	expect_later(by_token(ann.f, ann.token), "server 464 * :*");
	verb(ann.f, "user rename ann amy", "*");
	verb(ann.f, "user enable amy", "*3 devices and tokens let in again*revoke-all*");
	expect_later(by_token(ann.f, ann.token), "server 001 amy :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_password_by_an_administrator_revokes_everything),
		HUB_TEST(no_password_revokes_and_says_that_nothing_is_left),
		HUB_TEST(devices_are_kept_when_that_is_asked_for),
		HUB_TEST(revoke_all_leaves_the_password),
		HUB_TEST(passwd_tells_what_still_lets_in),
		HUB_TEST(passwd_signs_out_all_but_its_own_device),
		HUB_TEST(nickserv_signs_out_when_told_to),
		HUB_TEST(passwd_ends_who_is_halfway_in),
		HUB_TEST(a_password_that_was_changed_meanwhile_is_wrong),
		HUB_TEST(a_password_is_not_set_for_who_has_the_name_by_then),
		HUB_TEST(rights_by_a_password_end_with_it),
		HUB_TEST(a_token_gives_nobody_else_its_rights),
		HUB_TEST(who_is_enabled_again_is_said_to_have_its_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
