// SPDX-License-Identifier: MIT
// Every list that people fill has an end: each is filled to its bound, the
// next one is refused in words, and nothing was added.
#include "tests/support/hub_fixture.h"

#include "server/hub/people/credential.h"
#include "server/hub/rooms/room.h"
#include "server/hub/people/whowas.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct bound {
	const char *name;
	size_t max;
	const char *before; // sent once, NULL: nothing
	const char *line;   // with %zu
	const char *refused;
	size_t (*count)(struct peer *p); // NULL: the answer tells all
};

static size_t monitored(struct peer *p)
{
	return peer_session(p)->n_monitored;
}

static size_t subscribed(struct peer *p)
{
	return peer_session(p)->metadata_subs.n_items;
}

static size_t own_keys(struct peer *p)
{
	return peer_session(p)->account->metadata.n_items;
}

static size_t early_keys(struct peer *p)
{
	return peer_session(p)->early_metadata.n_items;
}

static size_t own_rooms(struct peer *p)
{
	return peer_session(p)->account->n_members;
}

static size_t bans(struct peer *p)
{
	const struct room *r = room_find(peer_session(p)->hub, SPAN("#den"));
	size_t n = 0;

	list_for_each(item, &r->bans)
		n++;
	return n;
}

static const struct bound after_login[] = {
	{"bans", BANS_PER_ROOM, "JOIN #den", "MODE #den +b n%zu", "server 478 alice #den *",
	 bans},
	{"exceptions", BANS_PER_ROOM, "JOIN #den", "MODE #den +e n%zu",
	 "server 478 alice #den *", bans},
	{"invite exceptions", BANS_PER_ROOM, "JOIN #den", "MODE #den +I n%zu",
	 "server 478 alice #den *", bans},
	{"mutes", BANS_PER_ROOM, "JOIN #den", "MODE #den +b ~m:n%zu", "server 478 alice #den *",
	 bans},
	{"watched names", MONITOR_MAX, NULL, "MONITOR + n%zu", "server 734 alice *", monitored},
	{"keys of an account", METADATA_KEYS_MAX, NULL, "METADATA * SET k%zu :v",
	 "server FAIL METADATA LIMIT_REACHED *", own_keys},
	{"keys of a room", METADATA_KEYS_MAX, "JOIN #den", "METADATA #den SET k%zu :v",
	 "server FAIL METADATA LIMIT_REACHED *", NULL},
	{"subscriptions", METADATA_SUBS_MAX, NULL, "METADATA * SUB k%zu",
	 "server FAIL METADATA TOO_MANY_SUBS *", subscribed},
	{"rooms of an account", ROOMS_PER_ACCOUNT, NULL, "JOIN #r%zu", "server 405 alice *",
	 own_rooms},
};

static const struct bound before_login[] = {
	{"keys before the login", METADATA_KEYS_MAX, "CAP REQ :draft/metadata-2",
	 "METADATA * SET k%zu :v", "server FAIL METADATA LIMIT_REACHED *", early_keys},
};

static void send_nth(struct peer *p, const struct bound *b, size_t n)
{
	char line[128];
	size_t at = 0;

	for (const char *from = b->line; *from; from++) {
		if (*from == '%') {
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%zu", n);
			from += 2; // of %zu
		} else {
			line[at++] = *from;
		}
	}
	line[at] = '\0';
	peer_send(p, "%s", line);
}

// Is the refusal among what came?
static bool is_refused(struct peer *p, const struct bound *b)
{
	struct span rest = span_of(b->refused), word;
	bool found = false;

	(void)span_cut(&rest, ' ');
	word = span_cut(&rest, '*');
	for (const char *line; (line = peer_next(p));)
		found |= memmem(line, strlen(line), word.at, word.len) != NULL;
	return found;
}

static void fill(struct peer *p, const struct bound *b)
{
	if (b->before)
		peer_send(p, "%s", b->before);
	peer_skip(p);
	for (size_t i = 0; i < b->max; i++)
		send_nth(p, b, i);
	if (is_refused(p, b))
		fail_msg("%s: refused before their bound of %zu", b->name, b->max);
	if (b->count && b->count(p) != b->max)
		fail_msg("%s: %zu, not %zu", b->name, b->count(p), b->max);
	send_nth(p, b, b->max);
	if (!is_refused(p, b))
		fail_msg("%s: the one over %zu is not refused", b->name, b->max);
	if (b->count && b->count(p) != b->max)
		fail_msg("%s: grew over its bound", b->name);
}

// Proves B13.
static void what_is_full_refuses_one_more(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(after_login); i++) {
		struct peer *p = fixture_login(f, "alice", "draft/metadata-2");

		fill(p, &after_login[i]);
		peer_close(p);
		assert_int_equal(f->hub->monitors.n_items, 0);
		fixture_renew(f, NULL);
	}
	for (size_t i = 0; i < ARRAY_LEN(before_login); i++) {
		fill(fixture_open(f), &before_login[i]);
		fixture_renew(f, NULL);
	}
	print_message("           %zu lists\n",
		      ARRAY_LEN(after_login) + ARRAY_LEN(before_login));
}

static void a_room_has_so_many_open_invitations(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");
	char name[16];

	peer_join(p, "#den");
	for (size_t i = 0; i <= BANS_PER_ROOM; i++) {
		snprintf(name, sizeof(name), "u%zu", i);
		fixture_account(f, name);
		peer_skip(p);
		peer_send(p, "INVITE %s #den", name);
	}
	assert_int_equal(bans(p), BANS_PER_ROOM);
	assert_null(strstr(peer_next(p), " 341 "));
}

static void an_account_has_so_many_connections(void **state)
{
	struct fixture *f = *state;
	struct peer *over;

	for (size_t i = 0; i < SESSIONS_PER_ACCOUNT; i++)
		(void)fixture_login(f, "alice", "");
	over = fixture_open(f);
	peer_send(over, "PASS :alice:" FIXTURE_PASSWORD);
	peer_send(over, "NICK alice");
	peer_send(over, "USER alice 0 * :x");
	expect_later(over, "ERROR :*too many connections*");
	assert_true(peer_is_closed(over));
}

static void an_account_has_so_many_tokens_and_certificates(void **state)
{
	struct fixture *f = *state;
	const struct inbox_opened opened = {
		.host = SPAN("192.0.2.7"), .source = 7, .has_pin = true, .pin = {1, 2, 3}};
	const struct account *a = fixture_account(f, "alice");
	struct peer *p = fixture_open_as(f, &opened);

	for (size_t i = 0; i <= CREDENTIALS_PER_ACCOUNT; i++) {
		struct admin_answer *answer = fixture_verb(f, "user token add alice", NULL);

		assert_int_equal(answer->code,
				 i < CREDENTIALS_PER_ACCOUNT ? ADMIN_DONE : ADMIN_CONFLICT);
		admin_answer_free(answer);
	}
	peer_send(p, "PASS :alice:" FIXTURE_PASSWORD);
	peer_send(p, "NICK alice");
	peer_send(p, "USER alice 0 * :x");
	peer_skip(p);
	peer_send(p, "CERT ADD");
	expect(p, "server FAIL CERT TOO_MANY_CERTS :*");
	peer_send(p, "PRIVMSG NickServ :CERT ADD");
	expect(p, "NickServ NOTICE alice :There are too many*");
	assert_int_equal(credentials_count(a), CREDENTIALS_PER_ACCOUNT);
}

static void an_account_has_so_many_devices_with_a_place_of_their_own(void **state)
{
	struct fixture *f = *state;
	const struct account *a = fixture_account(f, "alice");
	char name[32];

	for (size_t i = 0; i < 80; i++) {
		struct peer *p;

		snprintf(name, sizeof(name), "alice@d%zu", i);
		p = fixture_login(f, name, "");
		peer_send(p, "JOIN #den");
		peer_close(p);
	}
	assert_int_equal(a->cursors.n_items, 64);
}

static void there_are_so_many_invites(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i <= INVITES_MAX; i++) {
		struct admin_answer *answer = fixture_verb(f, "invite create", NULL);

		assert_int_equal(answer->code, i < INVITES_MAX ? ADMIN_DONE : ADMIN_CONFLICT);
		admin_answer_free(answer);
	}
	assert_int_equal(f->hub->invites.n_items, INVITES_MAX);
}

static void whowas_forgets_the_oldest(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < WHOWAS_MAX + 8; i++)
		peer_close(fixture_login(f, "alice", ""));
	assert_int_equal(f->hub->n_whowas, WHOWAS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_is_full_refuses_one_more),
		HUB_TEST(a_room_has_so_many_open_invitations),
		HUB_TEST(an_account_has_so_many_connections),
		HUB_TEST(an_account_has_so_many_tokens_and_certificates),
		HUB_TEST(an_account_has_so_many_devices_with_a_place_of_their_own),
		HUB_TEST(there_are_so_many_invites),
		HUB_TEST(whowas_forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
