// SPDX-License-Identifier: MIT
// Rooms that new accounts join (newcomer.h).
#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/member.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSPHRASE "a quite long passphrase"

static void verb(struct fixture *f, const char *words, const char *secret, enum admin_code code,
		 const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, secret);
	char *text = span_dup(a->words);

	if (a->code != code || !strstr(text, says))
		fail_msg("%s: %d, %s", words, a->code, text);
	free(text);
	admin_answer_free(a);
}

static int with_lobby(void **state)
{
	struct fixture *f = fixture_new(NULL);

	*state = f;
	verb(f, "room add #lobby --private", NULL, ADMIN_DONE, "");
	verb(f, "room add #other", NULL, ADMIN_DONE, "");
	verb(f, "room set #lobby --welcome yes", NULL, ADMIN_DONE, "");
	return 0;
}
#define TEST(fn) HUB_TEST_WITH(fn, with_lobby)

static void is_in(struct fixture *f, const char *name, const char *room, bool wanted)
{
	struct account *a = account_find(f->hub, span_of(name));
	struct room *r = room_find(f->hub, span_of(room));

	assert_non_null(a);
	assert_non_null(r);
	if ((member_find(r, a) != NULL) != wanted)
		fail_msg("%s is%s in %s", name, wanted ? " not" : "", room);
}

static struct peer *registers(struct fixture *f, const char *token, const char *name)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP LS 302");
	if (token)
		peer_send(p, "PASS %s", token);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER u 0 * :%s", name);
	peer_send(p, "REGISTER * * :" PASSPHRASE);
	peer_send(p, "CAP END");
	return p;
}

static char *token_of(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	char *plain = span_dup(a->plain), *at = strstr(plain, ",invite="), *token;

	assert_non_null(at);
	token = span_dup(span_from(at + strlen(",invite="), SECRET_TEXT_LEN));
	free(plain);
	admin_answer_free(a);
	return token;
}

static void whoever_registers_is_in_it(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = registers(f, NULL, "ann");

	expect_later(ann, "ann JOIN #lobby");
	is_in(f, "ann", "#other", false);
	fixture_restart(f, true);
	is_in(f, "ann", "#lobby", true);
}

static void whoever_comes_by_an_invite_is_in_both(void **state)
{
	struct fixture *f = *state;
	char *token = token_of(f, "invite create --room #other");

	(void)registers(f, token, "ann");
	is_in(f, "ann", "#lobby", true);
	is_in(f, "ann", "#other", true);
	free(token);
}

static void an_account_of_the_command_line_is_in_it(void **state)
{
	struct fixture *f = *state;

	verb(f, "user add ann --no-password", NULL, ADMIN_DONE, "made");
	verb(f, "user add bob --password-stdin", "a good one of bob", ADMIN_DONE, "made");
	is_in(f, "ann", "#lobby", true);
	is_in(f, "bob", "#lobby", true);
}

static void guests_and_who_is_imported_are_not(void **state)
{
	struct fixture *f = *state;
	char *token = token_of(f, "invite create --room #other --guest --until 7d");
	const struct admin_record record = {.name = SPAN("ann")};
	struct admin_request *r = admin_request_new();
	struct admin_answer *a;

	(void)registers(f, token, "gus");
	is_in(f, "gus", "#lobby", false);
	is_in(f, "gus", "#other", true);
	free(token);
	r->words = xcalloc(3, sizeof(*r->words));
	r->words[r->n_words++] = SPAN("user");
	r->words[r->n_words++] = SPAN("import");
	r->words[r->n_words++] = SPAN("-");
	r->records = xmemdup(&record, sizeof(record));
	r->n_records = 1;
	a = fixture_request(f, r);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	is_in(f, "ann", "#lobby", false);
}

static void who_is_banned_or_finds_it_full_is_not(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");

	verb(f, "room grant #lobby bob", NULL, ADMIN_DONE, "");
	peer_send(bob, "MODE #lobby +b eve*!*@*");
	(void)registers(f, NULL, "eve");
	is_in(f, "eve", "#lobby", false);
	peer_send(bob, "MODE #lobby +l 2");
	(void)registers(f, NULL, "ann");
	(void)registers(f, NULL, "carol");
	is_in(f, "ann", "#lobby", true);
	is_in(f, "carol", "#lobby", false);
}

static void it_follows_the_room_and_ends_when_told(void **state)
{
	struct fixture *f = *state;

	verb(f, "room set #lobby --welcome maybe", NULL, ADMIN_USAGE, "yes or no");
	verb(f, "room set #lobby --name #hall", NULL, ADMIN_DONE, "");
	fixture_restart(f, true);
	(void)registers(f, NULL, "ann");
	is_in(f, "ann", "#hall", true);
	verb(f, "room set #hall --topic x", NULL, ADMIN_DONE, "");
	(void)registers(f, NULL, "bob");
	is_in(f, "bob", "#hall", true);
	verb(f, "room set #hall --welcome no", NULL, ADMIN_DONE, "");
	(void)registers(f, NULL, "carol");
	is_in(f, "carol", "#hall", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whoever_registers_is_in_it),
		TEST(whoever_comes_by_an_invite_is_in_both),
		TEST(an_account_of_the_command_line_is_in_it),
		TEST(guests_and_who_is_imported_are_not),
		TEST(who_is_banned_or_finds_it_full_is_not),
		TEST(it_follows_the_room_and_ends_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
