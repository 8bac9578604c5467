// SPDX-License-Identifier: MIT
// Guests (guest.h): one room, its people, and an end.
#include "server/hub/people/account.h"
#include "server/hub/people/invite.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSPHRASE "a quite long passphrase"
#define DAY_MS (24LL * 60 * 60 * 1000)
#define CAPS                                                                                   \
	"batch draft/chathistory draft/read-marker draft/metadata-2 message-tags "             \
	"soju.im/search draft/message-redaction draft/channel-rename"

static void verb(struct fixture *f, const char *words, enum admin_code code, const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	char *text = span_dup(a->words);

	if (a->code != code || !strstr(text, says))
		fail_msg("%s: %d, %s", words, a->code, text);
	free(text);
	admin_answer_free(a);
}

// The token of the link that the verb prints; free() it.
static char *token_of(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	char *plain = span_dup(a->plain), *at = strstr(plain, ",invite="), *token;

	assert_int_equal(a->code, ADMIN_DONE);
	assert_non_null(at);
	token = span_dup(span_from(at + strlen(",invite="), SECRET_TEXT_LEN));
	free(plain);
	admin_answer_free(a);
	return token;
}

static void register_by(struct peer *p, const char *token, const char *name)
{
	peer_send(p, "CAP REQ :" CAPS);
	peer_send(p, "PASS %s", token);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER u 0 * :%s", name);
	peer_send(p, "REGISTER * * :" PASSPHRASE);
	peer_send(p, "CAP END");
}

// gus comes as a guest of #den for a week.
static struct peer *guest_of(struct fixture *f)
{
	char *token = token_of(f, "invite create --room #den --guest --until 7d");
	struct peer *p = fixture_open(f);

	register_by(p, token, "gus");
	expect_later(p, "gus JOIN #den");
	fixture_skip(f);
	free(token);
	return p;
}

static struct peer *den(struct fixture *f, const char *name)
{
	struct peer *p = fixture_login(f, name, "");

	peer_join(p, "#den");
	return p;
}

static void what_a_guests_invite_lacks_is_named(void **state)
{
	struct fixture *f = *state;

	verb(f, "room add #den", ADMIN_DONE, "");
	verb(f, "invite create --guest --room #den", ADMIN_USAGE, "--until 7d");
	verb(f, "invite create --until 7d --room #den", ADMIN_USAGE, "--guest");
	verb(f, "invite create --guest --until 7d", ADMIN_USAGE, "--room NAME");
	verb(f, "invite create --guest --until never --room #den", ADMIN_USAGE, "ends");
	verb(f, "invite create --guest --until soon --room #den", ADMIN_USAGE, "soon");
	verb(f, "invite create --guest --until 2001-01-01T00:00:00.000Z --room #den",
	     ADMIN_USAGE, "over already");
	verb(f, "invite create --guest --until 2036-01-01T00:00:00.000Z --room #den",
	     ADMIN_DONE, "for guests, into #den");
}

// Whatever it asks is answered as if neither #open nor ann, who is there, existed.
static const char *const questions[] = {
	"LIST",
	"LIST #open",
	"NAMES #open",
	"WHO #open",
	"WHO *",
	"WHO ann",
	"WHO a*",
	"WHOIS ann",
	"WHOIS bob",
	"WHOWAS ann",
	"WHOWAS gone",
	"USERHOST ann",
	"ISON ann",
	"MONITOR + ann",
	"MONITOR S",
	"TOPIC #open",
	"MODE #open",
	"MODE #open b",
	"MODE ann",
	"MODE #den +v ann",
	"PART #open",
	"JOIN #open",
	"JOIN #open key",
	"JOIN #new",
	"KNOCK #open",
	"KICK #open ann",
	"INVITE ann #open",
	"INVITE ann #den",
	"RENAME #open #x",
	"PRIVMSG #open :x",
	"PRIVMSG ann :x",
	"NOTICE ann :x",
	"TAGMSG ann",
	"METADATA #open LIST",
	"METADATA ann LIST",
	"MARKREAD #open",
	"MARKREAD ann",
	"REDACT #open 0000000000001",
	"REDACT ann 0000000000001",
	"CHATHISTORY LATEST #open * 10",
	"CHATHISTORY LATEST ann * 10",
	"CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z "
	"timestamp=2040-01-01T00:00:00.000Z 50",
	"SEARCH text=words",
	"PRIVMSG NickServ :INFO ann",
	"PRIVMSG ChanServ :INFO #open",
	"PRIVMSG ChanServ :INVITE #open ann",
};

static struct peer *world(struct fixture *f, bool has_others)
{
	struct peer *bob = den(f, "bob"), *gone = fixture_login(f, "gone", ""), *gus;

	gus = guest_of(f);
	peer_send(gone, "QUIT");
	if (has_others) {
		struct peer *ann = fixture_login(f, "ann", "draft/metadata-2");

		peer_send(ann, "JOIN #open");
		peer_send(ann, "TOPIC #open :words");
		peer_send(ann, "PRIVMSG #open :words");
		peer_send(ann, "METADATA * SET url :x");
		peer_send(bob, "JOIN #open");
	}
	peer_send(bob, "MODE #den +o gus");
	fixture_pass(f, 1000);
	fixture_skip(f);
	return gus;
}

static void other_rooms_and_people_are_as_if_they_were_not_there(void **state)
{
	struct fixture *f = *state, *other = fixture_new(NULL);
	struct peer *with = world(f, true), *without = world(other, false);
	unsigned lines = 0;

	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		const char *a, *b;

		peer_send(with, "%s", questions[i]);
		peer_send(without, "%s", questions[i]);
		do {
			a = peer_next(with);
			b = peer_next(without);
			if (a && b && (strstr(a, "BATCH ") || strstr(a, " 317 ")))
				continue; // a random name; times
			if (!a != !b || (a && strcmp(a, b) != 0))
				fail_msg("%s\n    with: %s\n    without: %s", questions[i],
					 a ? a : "nothing", b ? b : "nothing");
			lines++;
		} while (a && b);
	}
	print_message("%zu questions, %u lines\n", ARRAY_LEN(questions), lines);
	fixture_free(other);
}

static void a_guest_takes_part_in_its_room_alone(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = den(f, "bob"), *gus = guest_of(f);

	peer_send(gus, "PRIVMSG #den :hello");
	expect_later(bob, "gus PRIVMSG #den :hello");
	peer_send(gus, "JOIN #new");
	expect(gus, "server FAIL JOIN GUEST #new :*");
	peer_send(gus, "INVITE bob #den");
	expect(gus, "server FAIL INVITE GUEST #den :*");
	peer_send(gus, "PART #den");
	peer_send(gus, "JOIN #den");
	expect_later(gus, "gus JOIN #den");
}

static void it_writes_to_the_people_of_its_room(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = den(f, "bob"), *ann = fixture_login(f, "ann", "");
	struct peer *gus = guest_of(f);

	peer_send(gus, "PRIVMSG bob :psst");
	expect_later(bob, "gus PRIVMSG bob :psst");
	peer_send(gus, "PRIVMSG ann :psst");
	expect(gus, "server 401 gus ann :*");
	// Whoever writes to it is answered, also when the room is left.
	peer_send(ann, "PRIVMSG gus :who are you");
	expect(gus, "ann PRIVMSG gus :who are you");
	peer_send(gus, "PRIVMSG ann :a guest");
	expect_later(ann, "gus PRIVMSG ann :a guest");
	peer_send(gus, "PART #den");
	peer_send(gus, "PRIVMSG bob :still here");
	expect_later(bob, "gus PRIVMSG bob :still here");
}

static void nobody_brings_a_guest_elsewhere(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = den(f, "bob");

	(void)guest_of(f);
	peer_join(bob, "#other");
	peer_send(bob, "INVITE gus #other");
	expect(bob, "server FAIL INVITE GUEST gus :*");
	verb(f, "room grant #other gus", ADMIN_CONFLICT, "guest");
	verb(f, "room add #third --founder gus", ADMIN_CONFLICT, "guest");
	verb(f, "user role gus admin", ADMIN_CONFLICT, "--full");
	verb(f, "user set gus --full", ADMIN_DONE, "ends at");
	verb(f, "user role gus admin", ADMIN_DONE, "");
	verb(f, "room grant #other gus", ADMIN_DONE, "");
}

static void a_guest_has_its_mode_until_it_is_a_full_account(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = den(f, "bob"), *gus = guest_of(f);

	peer_send(bob, "MODE bob");
	expect_later(bob, "server 221 bob +");
	fixture_skip(f);
	peer_send(gus, "MODE gus -g");
	peer_send(gus, "MODE gus");
	expect(gus, "server 221 gus +g");
	verb(f, "user set gus --replay 7", ADMIN_DONE, "");
	expect_none(gus);
	verb(f, "user set gus --full", ADMIN_DONE, "ends at");
	expect(gus, "server MODE gus -g");
	peer_send(gus, "MODE gus");
	expect(gus, "server 221 gus +");
	expect_none(bob);
}

static void an_invite_withdrawn_while_it_is_used_makes_no_member(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);
	char *token;

	(void)den(f, "bob");
	token = token_of(f, "invite create --room #den --guest --until 7d");
	fixture_hold_hashes(f, true);
	register_by(p, token, "gus");
	verb(f, "room delete #den --confirm #den", ADMIN_DONE, "");
	verb(f, "invite revoke 1", ADMIN_NOT_FOUND, "");
	{
		struct admin_answer *a = fixture_verb(f, "invite list --all", NULL);
		char words[64];

		assert_int_equal(a->n_rows, 1);
		snprintf(words, sizeof(words), "invite revoke %lld",
			 (long long)a->cells[0].number);
		admin_answer_free(a);
		verb(f, words, ADMIN_DONE, "");
	}
	fixture_hold_hashes(f, false);
	fixture_settle(f);
	assert_true(fixture_account(f, "gus")->guest_room != 0);
	assert_true(fixture_account(f, "gus")->expires_ms != 0);
	peer_send(p, "JOIN #mine");
	expect_later(p, "server FAIL JOIN GUEST #mine :*");
	free(token);
}

static void a_guests_invite_ends_with_the_time_or_the_room(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *q = fixture_open(f);
	char *token;

	f->config.registration = REGISTRATION_INVITE;
	hub_configure(f->hub, &f->config);
	(void)den(f, "bob");
	token = token_of(f, "invite create --room #den --guest --until 1d --expires never "
			    "--uses 9");
	verb(f, "room delete #den --confirm #den", ADMIN_DONE, "");
	register_by(p, token, "gus");
	expect_later(p, "server FAIL REGISTER INVITE_REQUIRED gus :*");
	free(token);
	(void)den(f, "carol");
	token = token_of(f, "invite create --room #den --guest --until 1d --expires never "
			    "--uses 9");
	fixture_pass(f, 2 * DAY_MS);
	register_by(q, token, "gus");
	expect_later(q, "server FAIL REGISTER INVITE_REQUIRED gus :*");
	free(token);
}

static void a_guest_leaves_when_its_time_is_over(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = den(f, "bob"), *gus = guest_of(f);

	fixture_restart(f, true);
	bob = fixture_login(f, "bob", "");
	fixture_skip(f);
	assert_true(fixture_account(f, "gus")->guest_room != 0);
	gus = fixture_open(f);
	peer_send(gus, "PASS :gus:" PASSPHRASE);
	peer_send(gus, "NICK gus");
	peer_send(gus, "USER u 0 * :gus");
	expect_later(gus, "gus JOIN #den");
	fixture_pass(f, 7 * DAY_MS);
	expect_later(gus, "ERROR :*time is over*");
	assert_true(peer_is_closed(gus));
	expect_later(bob, "server KICK #den gus :The guest's time is over");
	assert_true(fixture_account(f, "gus")->disabled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_a_guests_invite_lacks_is_named),
		HUB_TEST(other_rooms_and_people_are_as_if_they_were_not_there),
		HUB_TEST(a_guest_takes_part_in_its_room_alone),
		HUB_TEST(it_writes_to_the_people_of_its_room),
		HUB_TEST(nobody_brings_a_guest_elsewhere),
		HUB_TEST(a_guest_has_its_mode_until_it_is_a_full_account),
		HUB_TEST(an_invite_withdrawn_while_it_is_used_makes_no_member),
		HUB_TEST(a_guests_invite_ends_with_the_time_or_the_room),
		HUB_TEST(a_guest_leaves_when_its_time_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
