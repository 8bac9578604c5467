// SPDX-License-Identifier: MIT
// What is stored of a person, as lines of JSON: which, and from where the next page goes on.
#include "common/encode.h"
#include "common/names.h"
#include "server/hub/history/marker.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/dossier.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GONE 424242 // nobody, and no stream

static struct account *account(struct fixture *f, const char *name)
{
	return account_find(f->hub, span_of(name));
}

static stream_id stream_of(struct fixture *f, const char *room)
{
	return room_find(f->hub, span_of(room))->stream.id;
}

static int count(const struct buf *out, const char *pattern)
{
	struct span rest = buf_span(out);
	int n = 0;

	while (rest.len)
		n += name_matches(span_of(pattern), span_cut(&rest, '\n'));
	return n;
}

static struct dossier *begun(struct fixture *f, const char *name, struct buf *out)
{
	struct dossier *d = dossier_named(f->hub, span_of(name));

	assert_non_null(d);
	dossier_begin(d, out);
	return d;
}

static void expect_place(const struct dossier *d, const char *expected)
{
	struct buf place = {0};

	dossier_place_next(d, &place);
	assert_string_equal(buf_str(&place), expected);
	buf_clear(&place);
}

static void who_has_nothing_is_a_name(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};

	(void)fixture_account(f, "bob");
	dossier_free(begun(f, "bob", &out));
	assert_int_equal(count(&out, "*"), 2);
	assert_int_equal(count(&out, "{\"record\":\"export\",\"version\":1,"
				     "\"server\":\"chat.test\",\"time\":\"2026-*\"}"),
			 1);
	assert_int_equal(count(&out, "{\"record\":\"account\",\"name\":\"bob\",*"
				     "\"role\":\"user\",\"class\":\"person\",\"password\":true,"
				     "\"disabled\":false,*\"replay\":0}"),
			 1);
	assert_null(dossier_named(f->hub, SPAN("nobody")));
	buf_clear(&out);
}

// What is quiet for bob, and where.
static void hush_all(struct fixture *f, struct account *bob)
{
	stream_id den = stream_of(f, "#den");

	(void)hush_put(bob, HUSH_IGNORE, account(f, "ann")->id, 0, SPAN(""));
	(void)hush_put(bob, HUSH_IGNORE, GONE, 0, SPAN(""));
	(void)hush_put(bob, HUSH_MUTE, den, 0, SPAN(""));
	(void)hush_put(bob, HUSH_DND, 0, 0, SPAN(""));
	(void)hush_put(bob, HUSH_HOURS, 0, 0, SPAN("22:00-07:00"));
	(void)hush_put(bob, HUSH_PUSH, 0, 0, SPAN("all"));
	(void)hush_put(bob, HUSH_PUSH, den, 0, SPAN("none"));
}

// One invite is bob's, one is not; one of his files has a place, one has none.
static void give(struct fixture *f, struct account *bob)
{
	struct invite wanted = {.room = stream_of(f, "#den"),
				.uses_max = 3,
				.maker = bob->id,
				.creator = (char[]){"bob"},
				.note = (char[]){"his"}};
	struct shared_file sent = {.id = {{1}},
				   .account = bob,
				   .stream = history_stream(f->hub, wanted.room),
				   .name = (char[]){"dog"},
				   .type = (char[]){"image/png"}};
	char token[SECRET_TEXT_LEN + 1];

	(void)invite_new(f->hub, &wanted, token);
	wanted.maker = account(f, "ann")->id;
	wanted.note = (char[]){"hers"};
	(void)invite_new(f->hub, &wanted, token);
	(void)shared_file_new(f->hub, &sent);
	fixture_file(f, "bob");
}

// bob, who is and has one of everything.
static void fill(struct fixture *f)
{
	const uint8_t secret[TOTP_SECRET_LEN] = {1};
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");
	struct account *a = account(f, "bob");

	peer_join(ann, "#den");
	peer_join(ann, "#lair");
	peer_send(ann, "MODE #lair +s");
	peer_join(bob, "#den");
	peer_join(bob, "#lair");
	marker_load(f->hub, &(struct entry_marker){a->id, stream_of(f, "#den"), 6});
	marker_load(f->hub, &(struct entry_marker){a->id, stream_of(f, "#lair"), 7});
	marker_load(f->hub, &(struct entry_marker){a->id, GONE, 5});
	peer_send(bob, "PART #lair");
	peer_send(bob, "AWAY :lunch");
	peer_send(ann, "PRIVMSG bob :hi");
	member_set_role(member_find(room_find(f->hub, SPAN("#den")), a),
			MEMBER_VOICE | MEMBER_MODERATOR);
	metadata_put(&a->metadata, SPAN("pronouns"), SPAN("he"));
	(void)factor_new(a, secret, SPAN("phone"), 0);
	hush_all(f, a);
	give(f, a);
}

static void each_thing_that_one_has_is_a_line(void **state)
{
	static const char *const once[] = {
		"{\"record\":\"account\",\"name\":\"bob\",*,\"away\":\"lunch\"}",
		"{\"record\":\"metadata\",\"key\":\"pronouns\",\"value\":\"he\"}",
		"{\"record\":\"second_factor\",\"label\":\"phone\",\"enabled\":\"no\",*}",
		"{\"record\":\"room\",\"in\":\"#den\",\"role\":\"moderator\",*}",
		"{\"record\":\"room\",*}",
		"{\"record\":\"conversation\",\"in\":\"ann\"}",
		"{\"record\":\"read\",\"in\":\"#den\",\"time\":\"1970-01-01T00:00:00.006Z\"}",
		"{\"record\":\"read\",\"time\":\"1970-01-01T00:00:00.007Z\"}",
		"{\"record\":\"read\",\"time\":\"1970-01-01T00:00:00.005Z\"}",
		"{\"record\":\"quiet\",\"kind\":\"ignore\",\"about\":\"ann\"}",
		"{\"record\":\"quiet\",\"kind\":\"ignore\"}",
		"{\"record\":\"quiet\",\"kind\":\"mute\",\"in\":\"#den\"}",
		"{\"record\":\"quiet\",\"kind\":\"dnd\"}",
		"{\"record\":\"quiet\",\"kind\":\"hours\",\"hours\":\"22:00-07:00\"}",
		"{\"record\":\"quiet\",\"kind\":\"push\",\"level\":\"all\"}",
		"{\"record\":\"quiet\",\"kind\":\"push\",\"in\":\"#den\",\"level\":\"none\"}",
		"{\"record\":\"invite\",\"in\":\"#den\",*\"uses_left\":3,\"note\":\"his\"}",
		"{\"record\":\"invite\",*}",
		"{\"record\":\"file\",\"file\":\"AQ*\",\"name\":\"dog\",*,\"in\":\"#den\"}",
		"{\"record\":\"file\",\"file\":\"AA*\",\"name\":\"cat\",*\"sent\":\"2026-*Z\"}",
	};
	struct fixture *f = *state;
	struct buf out = {0};

	fill(f);
	dossier_free(begun(f, "bob", &out));
	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		if (count(&out, once[i]) != 1)
			fail_msg("%d times: %s\nin\n%s", count(&out, once[i]), once[i],
				 buf_str(&out));
	}
	assert_int_equal(count(&out, "*cat*\"in\":*"), 0);
	assert_int_equal(count(&out, "*#lair*"), 0);
	buf_clear(&out);
}

static void what_is_no_place_is_refused(void **state)
{
	static const struct {
		const char *place;
		bool is_one;
	} rows[] = {
		{"written-5", true},  {"written-0", true},    {"heard-1-2", true},
		{"", false},          {"written", false},     {"written-", false},
		{"written-x", false}, {"written-5-5", false}, {"heard-5", false},
		{"heard-1-x", false}, {"spoken-1-2", false},  {"spoken-1", false},
	};
	struct fixture *f = *state;
	const struct account *bob = fixture_account(f, "bob");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dossier *d = dossier_new(f->hub, bob->id);

		if (dossier_go_to(d, span_of(rows[i].place)) != rows[i].is_one)
			fail_msg("\"%s\"", rows[i].place);
		dossier_free(d);
	}
}

// In the order in which rooms began.
static void who_goes_to_a_place_is_there(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");
	char den[40], next[40], behind[40];

	peer_join(bob, "#den");
	peer_join(fixture_login(f, "ann", ""), "#attic");
	peer_join(bob, "#yard");
	snprintf(den, sizeof(den), "heard-%lld-7", (long long)stream_of(f, "#den"));
	snprintf(behind, sizeof(behind), "heard-%lld-7", (long long)stream_of(f, "#attic"));
	snprintf(next, sizeof(next), "heard-%lld-0", (long long)stream_of(f, "#yard"));
	const char *const rows[][2] = {
		{"written-5", "written-5"}, {"heard-99999-7", "*"}, {den, den}, {behind, next}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dossier *d = dossier_named(f->hub, SPAN("bob"));

		assert_true(dossier_go_to(d, span_of(rows[i][0])));
		expect_place(d, rows[i][1]);
		dossier_free(d);
	}
}

// The answer to a question of the store, as far as it counts here.
static struct rows *answer(message_id id, bool more)
{
	struct rows *rows = rows_new(1);

	rows->more = more;
	rows_add_target(rows)->id = id;
	rows_add_message(rows)->id = id;
	rows->messages[0].sender = SPAN("ann");
	return rows;
}

static void take(struct dossier *d, struct rows *rows)
{
	struct buf out = {0};

	assert_true(dossier_take(d, rows, &out));
	rows_free(rows);
	buf_clear(&out);
}

static void expect_question(struct fixture *f, struct dossier *d, enum query_kind kind,
			    stream_id stream, message_id from)
{
	struct query *q = query_new(QUERY_PAGE, 1);

	assert_true(dossier_ask(d, q));
	assert_int_equal(q->kind, kind);
	assert_int_equal(q->account, account(f, "bob")->id);
	assert_int_equal(q->stream, stream);
	assert_int_equal(q->from.id, from);
	assert_int_equal(q->from.is_set, from || !stream);
	assert_int_equal(q->events, stream != 0);
	query_free(q);
}

static void it_goes_on_from_page_to_page_and_past_what_was_left(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");
	struct query *q = query_new(QUERY_PAGE, 1);
	struct buf out = {0};
	stream_id den, yard;
	struct dossier *d;

	peer_join(bob, "#den");
	peer_join(bob, "#attic");
	peer_join(bob, "#yard");
	den = stream_of(f, "#den");
	yard = stream_of(f, "#yard");
	d = begun(f, "bob", &out);
	expect_question(f, d, QUERY_WRITTEN, 0, 0);
	take(d, answer(9, true));
	expect_place(d, "written-9");
	expect_question(f, d, QUERY_WRITTEN, 0, 9);
	take(d, answer(12, false));
	expect_question(f, d, QUERY_PAGE, den, 0);
	take(d, answer(5, true));
	expect_question(f, d, QUERY_PAGE, den, 5);
	take(d, answer(6, false));
	peer_send(bob, "PART #attic");
	admin_answer_free(fixture_verb(f, "room delete den --confirm #den", NULL));
	expect_question(f, d, QUERY_PAGE, yard, 0);
	take(d, answer(7, true));
	expect_question(f, d, QUERY_PAGE, yard, 7);
	peer_send(bob, "PART #yard");
	assert_false(dossier_ask(d, q));
	query_free(q);
	dossier_free(d);
	buf_clear(&out);
}

static void all_is_told_behind_the_last_one(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");
	struct query *q = query_new(QUERY_PAGE, 1);
	struct buf out = {0};
	struct dossier *d;

	peer_join(bob, "#den");
	d = begun(f, "bob", &out);
	take(d, answer(1, false));
	take(d, answer(1, false));
	assert_false(dossier_ask(d, q));
	expect_place(d, "*");
	query_free(q);
	dossier_free(d);
	buf_clear(&out);
}

static void only_an_answer_is_taken(void **state)
{
	static const struct {
		enum rows_result result;
		bool is_taken;
	} rows[] = {{ROWS_OK, true},
		    {ROWS_NO_PLACE, true},
		    {ROWS_TOO_MUCH, false},
		    {ROWS_FAILED, false},
		    {ROWS_AWAY, false}};
	struct fixture *f = *state;

	(void)fixture_account(f, "bob");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dossier *d = dossier_named(f->hub, SPAN("bob"));
		struct rows *r = rows_new(1);
		struct buf out = {0};

		r->result = rows[i].result;
		assert_int_equal(dossier_take(d, r, &out), rows[i].is_taken);
		rows_free(r);
		dossier_free(d);
		buf_clear(&out);
	}
}

// What ann wrote, what bob did, an event, and a reaction to what he may not read.
static struct rows *heard(struct fixture *f)
{
	static char tags[] = "+draft/reply=0000000000001;+draft/react=x";
	account_id ann = account(f, "ann")->id, bob = account(f, "bob")->id;
	const struct {
		account_id account;
		enum message_kind kind;
		const char *text, *tags;
	} all[] = {{ann, MESSAGE_PRIVMSG, "said", ""},
		   {ann, MESSAGE_NOTICE, "noted", ""},
		   {ann, MESSAGE_TAGMSG, "", "+draft/react=y"},
		   {bob, MESSAGE_PRIVMSG, "mine", ""},
		   {ann, MESSAGE_JOIN, "", ""},
		   {ann, MESSAGE_TAGMSG, "", tags}};
	struct rows *rows = rows_new(1);

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		*rows_add_message(rows) = (struct entry_message){
			.id = history_new_id(f->hub),
			.stream = stream_of(f, "#den"),
			.account = all[i].account,
			.sender = SPAN("x"),
			.kind = all[i].kind,
			.text = span_of(all[i].text),
			.tags = span_of(all[i].tags),
		};
	return rows;
}

static void others_are_told_as_far_as_one_may_read_them(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");
	struct buf out = {0};
	struct dossier *d;
	struct rows *rows;

	peer_join(ann, "#den");
	peer_send(ann, "MODE #den +H");
	peer_join(bob, "#den");
	d = begun(f, "bob", &out);
	take(d, answer(1, false));
	buf_reset(&out);
	rows = heard(f);
	assert_true(dossier_take(d, rows, &out));
	assert_int_equal(count(&out, "*"), 3);
	assert_int_equal(count(&out, "{\"record\":\"heard\",\"in\":\"#den\",*\"said\"}"), 1);
	assert_int_equal(count(&out, "{\"record\":\"heard\",\"in\":\"#den\",*\"noted\"}"), 1);
	assert_int_equal(count(&out, "{\"record\":\"heard\",*\"TAGMSG\",*react=y\"}"), 1);
	rows_free(rows);
	dossier_free(d);
	buf_clear(&out);
}

static void of_who_is_gone_there_is_nothing(void **state)
{
	struct fixture *f = *state;
	struct query *q = query_new(QUERY_PAGE, 1);
	struct buf out = {0};

	for (int written = 0; written < 2; written++) {
		const struct account *bob = fixture_account(f, "bob");
		struct dossier *d = dossier_new(f->hub, written ? bob->id : GONE);

		if (written)
			take(d, answer(1, false));
		admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
		dossier_begin(d, &out);
		assert_false(dossier_go_to(d, SPAN("written-1")));
		assert_false(dossier_ask(d, q));
		struct rows *rows = answer(1, false);
		assert_true(dossier_take(d, rows, &out));
		assert_int_equal(out.len, 0);
		rows_free(rows);
		dossier_free(d);
	}
	query_free(q);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_has_nothing_is_a_name),
		HUB_TEST(each_thing_that_one_has_is_a_line),
		HUB_TEST(what_is_no_place_is_refused),
		HUB_TEST(who_goes_to_a_place_is_there),
		HUB_TEST(it_goes_on_from_page_to_page_and_past_what_was_left),
		HUB_TEST(all_is_told_behind_the_last_one),
		HUB_TEST(only_an_answer_is_taken),
		HUB_TEST(others_are_told_as_far_as_one_may_read_them),
		HUB_TEST(of_who_is_gone_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
