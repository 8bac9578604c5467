// SPDX-License-Identifier: MIT
// What a hub begins with: rows that it takes, passes by, or refuses by name.
#include "tests/support/hub_fixture.h"

#include "server/hub/history/history.h"
#include "server/hub/hub_load.h"
#include "server/hub/people/account.h"
#include "server/hub/people/throttle_private.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/room.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define DEAR "$argon2id$v=19$m=9000000,t=9,p=1$c29tZXNhbHRzb21lc2E$aGFzaGhhc2hoYXNoaGFzaA"

static struct entry an_account(account_id id, struct span name, const char *password)
{
	struct entry e = {.kind = ENTRY_ACCOUNT};

	e.account.id = id;
	e.account.name = name;
	e.account.password = span_of(password);
	return e;
}

static struct entry a_room(stream_id id, const char *name, const char *topic)
{
	struct entry e = {.kind = ENTRY_ROOM};

	e.room.id = id;
	e.room.name = span_of(name);
	e.room.topic = span_of(topic);
	return e;
}

static struct entry a_credential(int64_t id, account_id account)
{
	struct entry e = {.kind = ENTRY_CREDENTIAL};

	e.credential.id = id;
	e.credential.account = account;
	e.credential.hash[0] = (uint8_t)id;
	return e;
}

static struct entry a_dialog(stream_id id, account_id low, account_id high)
{
	return (struct entry){.kind = ENTRY_DIALOG,
			      .dialog = {.id = id, .low = low, .high = high}};
}

static struct entry an_invite(int64_t id, uint8_t hash)
{
	struct entry e = {.kind = ENTRY_INVITE};

	e.invite.id = id;
	e.invite.hash[0] = hash;
	return e;
}

static struct hub *fresh(void)
{
	static struct hub_config config;
	const uint8_t seed[32] = {1};
	struct entry e = {.kind = ENTRY_SETTING};

	config = fixture_config();
	struct hub *h = hub_new(&config, seed);
	e.setting = (struct entry_setting){SPAN(SETTING_HISTORY), SPAN("0123456789abcdef")};
	hub_load(h, &e);
	return h;
}

static bool begin(struct hub *h, char **error)
{
	return hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1000}, error);
}

// What is said of the last of these rows; NULL: they are taken.
static void expect_load(const struct entry *rows, size_t n, const char *words)
{
	struct hub *h = fresh();
	char *error = NULL;

	for (size_t i = 0; i < n; i++)
		hub_load(h, &rows[i]);
	bool is_good = begin(h, &error);
	if (is_good != (words == NULL) || (words && !strstr(error, words)))
		fail_msg("\"%s\" was said, not \"%s\"", error ? error : "", words ? words : "");
	free(error);
	hub_free(h);
}

#define EXPECT(words, ...)                                                                     \
	do {                                                                                   \
		struct entry rows_[] = {__VA_ARGS__};                                          \
		expect_load(rows_, ARRAY_LEN(rows_), words);                                   \
	} while (0)

static void two_of_a_kind_are_refused(void **state UNUSED)
{
	EXPECT(NULL, an_account(1, SPAN("ann"), ""), an_account(2, SPAN("bob"), ""));
	EXPECT("two accounts are called Ann or have the number 2",
	       an_account(1, SPAN("ann"), ""), an_account(2, SPAN("Ann"), ""));
	EXPECT("two accounts are called bob or have the number 1",
	       an_account(1, SPAN("ann"), ""), an_account(1, SPAN("bob"), ""));
	EXPECT(NULL, an_account(1, SPAN("ann"), ""), a_credential(7, 1), a_credential(8, 1));
	EXPECT("credential 7 is there twice or belongs to no account",
	       an_account(1, SPAN("ann"), ""), a_credential(7, 1), a_credential(7, 1));
	EXPECT("credential 7 is there twice or belongs to no account", a_credential(7, 1));
	EXPECT(NULL, an_invite(7, 1), an_invite(8, 2));
	EXPECT("two invites have the number 7", an_invite(7, 1), an_invite(7, 2));
	EXPECT(NULL, a_room(3, "#den", ""), a_room(4, "#hole", ""));
	EXPECT("room 3 has the number of another", a_dialog(3, 1, 2), a_room(3, "#den", ""));
}

static void who_somebody_is_elsewhere_is_said_once_and_in_form(void **state UNUSED)
{
	struct entry b = {.kind = ENTRY_BINDING}, again, f = {.kind = ENTRY_FACTOR};
	const char *words = "binding 7 is there twice, belongs to no account, or is to nobody";

	b.binding.id = 7;
	b.binding.account = 1;
	b.binding.way = IDENTITY_OIDC;
	b.binding.issuer = SPAN("https://id.example");
	b.binding.subject = SPAN("17");
	EXPECT(NULL, an_account(1, SPAN("ann"), ""), b);
	EXPECT(words, b);
	EXPECT(words, an_account(1, SPAN("ann"), ""), b, b);
	again = b;
	again.binding.subject = SPAN("");
	EXPECT(words, an_account(1, SPAN("ann"), ""), again);
	f.factor.account = 1;
	f.factor.id = 9;
	EXPECT(NULL, an_account(1, SPAN("ann"), ""), f);
	EXPECT("a second factor is there twice or belongs to no account: 9", f);
	EXPECT("a second factor is there twice or belongs to no account: 9",
	       an_account(1, SPAN("ann"), ""), f, f);
}

// Of two people there is one dialog, and the lower number stands first.
static void a_dialog_that_is_another_is_refused(void **state UNUSED)
{
	const char *words = "has the number of another or its two people";

	EXPECT(NULL, a_dialog(3, 1, 2), a_dialog(4, 1, 3), a_dialog(5, 1, 1));
	EXPECT(NULL, a_dialog(3, 1, 2), a_dialog(3, 1, 2));
	EXPECT(words, a_dialog(3, 1, 2), a_dialog(3, 1, 3));
	EXPECT(words, a_dialog(3, 1, 2), a_dialog(4, 1, 2));
	EXPECT(words, a_room(3, "#den", ""), a_dialog(3, 1, 2));
	EXPECT(words, a_dialog(3, 2, 1));
}

static void half_of_a_password_to_come_is_refused(void **state UNUSED)
{
	struct entry e = an_account(1, SPAN("ann"), "");

	e.account.next_ms = 1;
	EXPECT("account 1 has half of a password that is to come", e);
	e.account.next_password = SPAN("$phc$");
	EXPECT(NULL, e);
	e.account.next_ms = 0;
	EXPECT("account 1 has half of a password that is to come", e);
}

static void names_that_none_can_have_are_refused(void **state UNUSED)
{
	EXPECT("account 1 has a name that none can have", an_account(1, SPAN("a b"), ""));
	EXPECT("room 3 has a name that none can have", a_room(3, "den", ""));
	EXPECT("the password of account 1 was hashed at a cost",
	       an_account(1, SPAN("ann"), DEAR));
	struct entry e = an_account(1, SPAN("ann"), "");

	e.account.next_ms = 1;
	e.account.next_password = SPAN(DEAR);
	EXPECT("the password of account 1 was hashed at a cost", e);
}

static void texts_that_are_no_line_are_refused(void **state UNUSED)
{
	static char text[ROW_TEXT_MAX + 2];
	struct entry e = an_account(1, SPAN("ann"), "");

	memset(text, 'x', ROW_TEXT_MAX + 1);
	e.account.realname = span_from(text, ROW_TEXT_MAX);
	EXPECT(NULL, e);
	e.account.realname = span_from(text, ROW_TEXT_MAX + 1);
	EXPECT("realname of a row of kind ACCOUNT is no line of at most 4096 bytes", e);
	const struct span wrong[] = {SPAN("a\nb"), SPAN("a\rb"), SPAN("a\0b"), SPAN("a\xff")};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		e.account.realname = wrong[i];
		EXPECT("realname of a row of kind ACCOUNT is no line", e);
	}
	// The command line once took line ends in these.
	EXPECT(NULL, a_room(3, "#den", "two\r\nlines"));
	struct entry room = a_room(3, "#den", "");
	room.room.topic = SPAN("a\0b");
	EXPECT("topic of a row of kind ROOM is no line", room);
}

static void numbers_beyond_what_is_counted_are_refused(void **state UNUSED)
{
	struct entry room = a_room(3, "#den", "");

	room.room.keep_ms = -1; // for ever
	room.room.keep_bytes = INT64_MAX;
	room.room.limit = INT64_MAX;
	EXPECT(NULL, room);
	room.room.keep_ms = -2;
	EXPECT("keep_ms of a row of kind ROOM is -2", room);
	room = a_room(3, "#den", "");
	room.room.limit = -1;
	EXPECT("limit of a row of kind ROOM is -1", room);
	room = a_room(3, "#den", "");
	room.room.created_ms = INT64_MAX / 2;
	EXPECT(NULL, room);
	room.room.created_ms++;
	EXPECT("created_ms of a row of kind ROOM is", room);
	EXPECT("id of a row of kind ROOM is -3", a_room(-3, "#den", ""));
	struct entry a = an_account(1, SPAN("ann"), "");
	a.account.role = ROLE_ADMIN + 1;
	EXPECT("role of a row of kind ACCOUNT is", a);
}

static void what_is_no_state_is_refused(void **state UNUSED)
{
	struct entry e = {.kind = ENTRY_AUDIT};

	EXPECT("is no part of a stored state", e);
	e.kind = ENTRY_SETTING;
	e.setting = (struct entry_setting){SPAN("token_key"), SPAN("short")};
	EXPECT("the setting token_key is 5 bytes long, not 32", e);
	e.setting = (struct entry_setting){SPAN(SETTING_TERM), SPAN("9223372036854775808")};
	EXPECT("the setting term is no number", e);
	e.setting = (struct entry_setting){SPAN("of another time"), SPAN("?")};
	EXPECT(NULL, e);
}

static void where_a_device_is_woken_is_an_address(void **state UNUSED)
{
	struct entry e = {.kind = ENTRY_SUBSCRIPTION};

	e.subscription.id = 7;
	e.subscription.account = 1;
	e.subscription.endpoint = SPAN("https://push.example/1");
	EXPECT(NULL, an_account(1, SPAN("ann"), ""), e);
	e.subscription.endpoint = SPAN("push");
	EXPECT("subscription 7 has no address of a push service",
	       an_account(1, SPAN("ann"), ""), e);
}

// Of nobody, or there already.
static void load_twice(struct hub *h)
{
	static const struct entry rows[] = {
		{.kind = ENTRY_MEMBER, .member = {.room = 3, .account = 9}},
		{.kind = ENTRY_BAN, .ban = {.room = 3, .mask = {"*!*@*", 5}}},
		{.kind = ENTRY_SAVED, .saved = {.account = 1, .message = 7, .stream = 3}},
		{.kind = ENTRY_SLIP, .slip = {.id = 50, .account = 9}},
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++)
		hub_load(h, &rows[i / 2]);
}

// Deeper checks are the database's own: what belongs to nobody is passed by.
static void rows_of_nobody_are_passed_by(void **state UNUSED)
{
	struct entry member = {.kind = ENTRY_MEMBER, .member = {.room = 3, .account = 1}},
		     ban = {.kind = ENTRY_BAN, .ban = {.room = 9, .mask = SPAN("x!*@*")}},
		     marker = {.kind = ENTRY_MARKER, .marker = {.account = 9, .stream = 3}},
		     cursor = {.kind = ENTRY_CURSOR, .cursor = {.account = 9}},
		     read = {.kind = ENTRY_RULES_READ, .rules_read = {.account = 9, .room = 3}},
		     hush = {.kind = ENTRY_HUSH, .hush = {.account = 9}},
		     saved = {.kind = ENTRY_SAVED, .saved = {.account = 9, .stream = 3}},
		     report = {.kind = ENTRY_REPORT, .report = {.account = 9, .room = 3}},
		     nobodys = {.kind = ENTRY_SUBSCRIPTION,
				.subscription = {.id = 5, .account = 9}},
		     lost = {.kind = ENTRY_SUBSCRIPTION,
			     .subscription = {.id = 6, .account = 1, .device = 77}},
		     data = {.kind = ENTRY_METADATA,
			     .metadata = {.account = 9, .key = SPAN("k")}};
	struct hub *h = fresh();
	char *error = NULL;
	const struct entry rows[] = {an_account(1, SPAN("ann"), ""),
				     member,
				     a_room(3, "#den", "one"),
				     ban,
				     marker,
				     cursor,
				     read,
				     hush,
				     saved,
				     report,
				     nobodys,
				     lost,
				     data,
				     a_room(3, "#den", "two"),
				     member,
				     member};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		hub_load(h, &rows[i]);
	load_twice(h);
	assert_true(begin(h, &error));
	struct room *r = room_by_id(h, 3);
	assert_string_equal(r->topic, "two");
	assert_int_equal(r->n_members, 1);
	assert_int_equal(h->subscriptions.n_items, 0);
	assert_int_equal(h->rooms.n_items, 1);
	assert_int_equal(h->room_names.n_items, 1);
	assert_int_equal(bans_count(r, BAN_BAN), 1);
	assert_int_equal(account_by_id(h, 1)->n_saved, 1);
	assert_int_equal(hub_new_id(h), 51);
	hub_free(h);
}

static struct entry a_ban(enum ban_kind kind, const char *mask, account_id account)
{
	struct entry e = {.kind = ENTRY_BAN};

	e.ban.room = 3;
	e.ban.kind = kind;
	e.ban.mask = span_of(mask);
	e.ban.account = account;
	e.ban.at_ms = 1000;
	return e;
}

static void is_next(struct list **item, const char *mask, account_id account)
{
	const struct ban *b;

	*item = (*item)->next;
	b = container_of(*item, struct ban, in_list);
	assert_string_equal(b->mask, mask);
	assert_int_equal(b->account, account);
}

// Once a mask held the name itself. An invitation was nobody's any more when its account was.
static void masks_from_before_ids_stood_in_them_get_theirs(void **state UNUSED)
{
	struct entry young = an_account(2, SPAN("eve"), "");
	struct hub *h = fresh();
	char *error = NULL;

	young.account.created_ms = 2000;
	const struct entry rows[] = {
		an_account(1, SPAN("ann"), ""), young,
		a_room(3, "#den", ""),          a_ban(BAN_BAN, "ANN!*@*", 0),
		a_ban(BAN_BAN, "~m:~a:", 1),    a_ban(BAN_BAN, "nobody!*@*", 0),
		a_ban(BAN_BAN, "!*@*", 9),      a_ban(BAN_EXCEPT, "~account:Ann", 0),
		a_ban(BAN_INVITED, "ann", 0),   a_ban(BAN_INVITED, "eve", 0),
		a_ban(BAN_INVITED, "nobody", 0)};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		hub_load(h, &rows[i]);
	assert_true(begin(h, &error));
	struct list *bans = &room_by_id(h, 3)->bans, *item = bans;
	is_next(&item, "ANN!*@*", 1);
	is_next(&item, "~m:~a:ann", 1);
	is_next(&item, "nobody!*@*", 0);
	is_next(&item, "~account:Ann", 1);
	is_next(&item, "ann", 1);
	assert_ptr_equal(item->next, bans);
	hub_free(h);
}

static struct entry head(stream_id stream, message_id id, int64_t time_ms)
{
	struct entry e = {.kind = ENTRY_STREAM_HEAD};

	e.stream_head.stream = stream;
	e.stream_head.id = id;
	e.stream_head.time_ms = time_ms;
	return e;
}

static void the_newest_of_all_streams_is_where_it_goes_on(void **state UNUSED)
{
	static const message_id ids[][2] = {{100, 50}, {50, 100}};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct hub *h = fresh();
		struct hub_high high;
		char *error = NULL;
		struct entry heads[] = {head(5, ids[i][0], (int64_t)ids[i][0] * 7),
					head(6, ids[i][1], (int64_t)ids[i][1] * 7)};

		for (size_t k = 0; k < ARRAY_LEN(heads); k++)
			hub_load(h, &heads[k]);
		assert_true(begin(h, &error));
		hub_high(h, &high);
		assert_int_equal(high.last, 100);
		assert_int_equal(hub_clock(h).newest_ms, 700);
		assert_true(hub_new_id(h) > 6);
		hub_free(h);
	}
}

// Attempts that were counted.

static size_t add_row(char *out, char kind, const char *key, size_t len, int64_t failures)
{
	out[0] = (char)(len + 1);
	out[1] = kind;
	memcpy(out + 2, key, len);
	memset(out + 2 + len, 0, 24);
	out[2 + len] = (char)failures;
	return len + 26;
}

static size_t count_throttles(const char *saved, size_t len)
{
	struct hub *h = fresh();
	struct entry e = {.kind = ENTRY_SETTING};
	char *error = NULL;
	size_t n = 0;

	e.setting = (struct entry_setting){SPAN("throttles"), span_from(saved, len)};
	hub_load(h, &e);
	assert_true(begin(h, &error));
	list_for_each(item, &h->throttle_order)
		n += container_of(item, struct throttle, in_order)->failures == 5;
	hub_free(h);
	return n;
}

static void attempts_are_counted_on_as_far_as_they_can_be_read(void **state UNUSED)
{
	char saved[400] = {1};
	size_t first = 1 + add_row(saved + 1, 'a', "ann", 3, 5);
	size_t both = first + add_row(saved + first, 'a', "bob", 3, 5);

	assert_int_equal(count_throttles(saved, 0), 0);
	assert_int_equal(count_throttles(saved, 1), 0);
	assert_int_equal(count_throttles(saved, first), 1);
	assert_int_equal(count_throttles(saved, both), 2);
	// Cut off, of a version that nobody knows, twice the same.
	assert_int_equal(count_throttles(saved, both - 1), 1);
	assert_int_equal(count_throttles(saved, first + 1), 1);
	saved[0] = 2;
	assert_int_equal(count_throttles(saved, both), 0);
	saved[0] = 1;
	(void)add_row(saved + first, 'a', "ann", 3, 5);
	assert_int_equal(count_throttles(saved, both), 1);
	// A key without a name, a source without a number, a key longer than any.
	saved[first] = 1;
	assert_int_equal(count_throttles(saved, sizeof(saved)), 1);
	both = first + add_row(saved + first, 'g', "8 bytes.", 8, 5);
	assert_int_equal(count_throttles(saved, both), 1);
	both = first + add_row(saved + first, 'g', "8 bytes.a", 9, 5);
	assert_int_equal(count_throttles(saved, both), 2);
	saved[first] = (char)250;
	assert_int_equal(count_throttles(saved, sizeof(saved)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_of_a_kind_are_refused),
		cmocka_unit_test(who_somebody_is_elsewhere_is_said_once_and_in_form),
		cmocka_unit_test(a_dialog_that_is_another_is_refused),
		cmocka_unit_test(half_of_a_password_to_come_is_refused),
		cmocka_unit_test(names_that_none_can_have_are_refused),
		cmocka_unit_test(texts_that_are_no_line_are_refused),
		cmocka_unit_test(numbers_beyond_what_is_counted_are_refused),
		cmocka_unit_test(what_is_no_state_is_refused),
		cmocka_unit_test(where_a_device_is_woken_is_an_address),
		cmocka_unit_test(rows_of_nobody_are_passed_by),
		cmocka_unit_test(masks_from_before_ids_stood_in_them_get_theirs),
		cmocka_unit_test(the_newest_of_all_streams_is_where_it_goes_on),
		cmocka_unit_test(attempts_are_counted_on_as_far_as_they_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
