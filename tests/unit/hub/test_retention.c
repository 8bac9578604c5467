// SPDX-License-Identifier: MIT
#include "server/hub/files/shared_file.h"
#include "server/hub/pages/retention.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAPS "batch message-tags draft/chathistory"
#define HOUR_MS (60LL * 60 * 1000)

static struct admin_answer *verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: code %d, not %d: " SPAN_FMT, words, a->code, code,
			 SPAN_ARG(a->words));
	return a;
}

static void done(struct fixture *f, const char *words)
{
	admin_answer_free(verb(f, words, ADMIN_DONE));
}

static void says(struct fixture *f, const char *words, const char *expected)
{
	struct admin_answer *a = verb(f, words, ADMIN_DONE);

	if (!span_eq(a->words, span_of(expected)))
		fail_msg("%s: " SPAN_FMT ", not %s", words, SPAN_ARG(a->words), expected);
	admin_answer_free(a);
}

// #den of alice, with two old messages and a new one an hour later.
static struct peer *set_up(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", CAPS);

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :one");
	peer_send(alice, "PRIVMSG #den :two");
	fixture_pass(f, HOUR_MS);
	peer_send(alice, "PRIVMSG #den :three");
	fixture_skip(f);
	return alice;
}

// A batch that ends the history holds just this message.
static void expect_only(struct peer *p, const char *text)
{
	fixture_tidy(peer_fixture(p));
	peer_send(p, "CHATHISTORY LATEST #den * 50");
	expect(p, "@draft/chathistory-end server BATCH +* chathistory #den");
	if (*text)
		expect(p, text);
	expect(p, "server BATCH -*");
	expect_none(p);
}

static void without_a_bound_nothing_wakes_the_hub(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(hub_wakes_at(f->hub), INT64_MAX);
}

static void what_is_too_old_goes_by_itself(void **state)
{
	struct hub_config config = fixture_config();
	struct hub_figures figures;
	struct fixture *f = *state;

	config.history_keep_ms = HOUR_MS / 2;
	fixture_renew(f, &config);
	struct peer *alice = set_up(f);
	expect_only(alice, "alice PRIVMSG #den :three");
	hub_figures(f->hub, &figures);
	assert_int_equal(figures.expired, 2);
	fixture_pass(f, HOUR_MS);
	fixture_skip(f);
	expect_only(alice, "");
}

static void a_bound_that_is_set_later_holds_at_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = set_up(f);

	done(f, "room set den --keep 30m");
	fixture_pass(f, 2000);
	fixture_skip(f);
	expect_only(alice, "alice PRIVMSG #den :three");
	fixture_restart(f, true);
	assert_true(hub_wakes_at(f->hub) < INT64_MAX);
}

static void a_room_may_keep_for_ever(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *alice = set_up(f);

	done(f, "room set den --keep forever");
	config.history_keep_ms = HOUR_MS / 2;
	hub_configure(f->hub, &config);
	fixture_pass(f, 2000);
	says(f, "history prune --dry-run", "messages that would go: 0");
	done(f, "room set den --keep server");
	says(f, "history prune --dry-run", "messages that would go: 2");
	(void)alice;
}

static void a_rehearsal_tells_what_would_go_and_removes_nothing(void **state)
{
	struct fixture *f = *state;

	(void)set_up(f);
	says(f, "history prune --dry-run", "messages that would go: 0");
	room_find(f->hub, SPAN("#den"))->keep_ms = HOUR_MS / 2;
	room_post(room_find(f->hub, SPAN("#den")));
	struct admin_answer *a = verb(f, "history prune --dry-run", ADMIN_DONE);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[0].text, SPAN("#den")));
	assert_int_equal(a->cells[1].number, 2);
	assert_true(a->cells[2].number > 6);
	admin_answer_free(a);
	says(f, "history prune --dry-run --room den", "messages that would go: 2");
	admin_answer_free(verb(f, "history prune --room lair", ADMIN_NOT_FOUND));
	says(f, "history prune", "messages let go: 2");
	says(f, "history prune", "messages let go: 0");
	fixture_tidy(f);
	says(f, "history prune", "messages let go: 0");
}

static void keep_for_half_an_hour(struct fixture *f, const char *name)
{
	struct room *r = room_find(f->hub, span_of(name));

	r->keep_ms = HOUR_MS / 2;
	room_post(r);
}

// Whichever was stored last.
static void a_rehearsal_has_rooms_in_the_order_of_their_making(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	for (const char *const *name = (const char *const[]){"#den", "#attic", NULL}; *name;
	     name++) {
		peer_join(alice, *name);
		peer_send(alice, "PRIVMSG %s :one", *name);
	}
	fixture_pass(f, HOUR_MS);
	keep_for_half_an_hour(f, "#attic");
	keep_for_half_an_hour(f, "#den");
	struct admin_answer *a = verb(f, "history prune --dry-run", ADMIN_DONE);
	assert_int_equal(a->n_rows, 2);
	assert_true(span_eq(a->cells[0].text, SPAN("#den")));
	assert_true(span_eq(a->cells[a->n_columns].text, SPAN("#attic")));
	admin_answer_free(a);
}

static void a_page_before_what_went_ends_the_history(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " server-time echo-message");

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :one");
	expect(alice, "@msgid=$one alice PRIVMSG #den :one");
	fixture_pass(f, HOUR_MS);
	peer_send(alice, "PRIVMSG #den :two");
	peer_skip(alice);
	done(f, "room set den --keep 30m");
	done(f, "history prune");
	fixture_tidy(f);
	peer_send(alice, "CHATHISTORY AFTER #den msgid=%s 50", fixture_var(f, "one"));
	expect(alice, "@draft/chathistory-end server BATCH +* chathistory #den");
	expect(alice, "alice PRIVMSG #den :two");
	expect(alice, "server BATCH -*");
	peer_send(alice, "CHATHISTORY BEFORE #den msgid=%s 50", fixture_var(f, "one"));
	expect(alice, "@draft/chathistory-end server BATCH +* chathistory #den");
	expect(alice, "server BATCH -*");
}

static void who_catches_up_from_memory_gets_nothing_that_went(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = set_up(f);
	struct peer *bob = fixture_login(f, "bob@phone", "");

	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :seen");
	expect_later(bob, "alice PRIVMSG #den :seen");
	peer_stall(bob);
	peer_send(alice, "PRIVMSG #den :secret");
	fixture_pass(f, HOUR_MS);
	peer_send(alice, "PRIVMSG #den :fresh");
	done(f, "room set den --keep 30m");
	done(f, "history prune");
	peer_drain(bob);
	fixture_settle(f);
	expect(bob, "alice PRIVMSG #den :fresh");
}

static void a_disk_that_is_low_is_pruned_all_the_same(void **state)
{
	struct fixture *f = *state;

	(void)set_up(f);
	room_find(f->hub, SPAN("#den"))->keep_ms = HOUR_MS / 2;
	room_post(room_find(f->hub, SPAN("#den")));
	fixture_settle(f);
	fixture_disk_is(f, DISK_LOW);
	says(f, "history prune", "messages let go: 2");
	fixture_disk_is(f, DISK_FULL);
	admin_answer_free(verb(f, "history prune", ADMIN_FAILED));
}

// Each bound alone has the timer set, and nothing else does.
static void one_bound_is_enough_to_look(void **state)
{
	static const struct {
		int64_t keep_ms, keep_bytes, total, room_ms, room_bytes;
		bool is_bounded;
	} rows[] = {{0, 0, 0, 0, 0, false},      {HOUR_MS, 0, 0, 0, 0, true},
		    {0, 1000, 0, 0, 0, true},    {0, 0, 1000, 0, 0, true},
		    {0, 0, 0, HOUR_MS, 0, true}, {0, 0, 0, 0, 1000, true},
		    {0, 0, 0, -1, -1, false}};
	struct fixture *f = *state;

	peer_join(fixture_login(f, "alice", CAPS), "#den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct room *den = room_find(f->hub, SPAN("#den"));

		f->hub->config.history_keep_ms = rows[i].keep_ms;
		f->hub->config.history_keep_bytes = rows[i].keep_bytes;
		f->hub->config.history_keep_total = rows[i].total;
		den->keep_ms = rows[i].room_ms;
		den->keep_bytes = rows[i].room_bytes;
		timer_stop(&f->hub->on_retention);
		retention_changed(f->hub);
		assert_int_equal(f->hub->on_retention.is_set, rows[i].is_bounded);
	}
}

static void only_a_server_that_is_up_and_has_not_asked_looks(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;

	h->config.history_keep_ms = HOUR_MS;
	h->loading = true;
	retention_changed(h);
	h->loading = false;
	h->config.n_shards = 0;
	retention_changed(h);
	h->config.n_shards = 1;
	h->retention_asked_ms = 1;
	retention_changed(h);
	assert_false(h->on_retention.is_set);
	h->retention_asked_ms = 0;
	retention_changed(h);
	assert_true(h->on_retention.is_set);
}

static void who_stops_or_has_no_bound_any_more_asks_nothing(void **state)
{
	struct fixture *f = *state;

	for (int stops = 0; stops < 2; stops++) {
		int64_t asked = fixture_asked(f);

		f->hub->config.history_keep_ms = HOUR_MS;
		retention_changed(f->hub);
		f->hub->config.history_keep_ms = stops ? HOUR_MS : 0;
		f->hub->stopping = stops;
		fixture_pass(f, 5000);
		assert_int_equal(fixture_asked(f), asked);
		assert_false(f->hub->on_retention.is_set);
	}
	f->hub->stopping = false;
}

// What may not be stored, or could not be read, is looked for a minute later again.
static void what_does_not_go_now_goes_later(void **state)
{
	for (int fails = 0; fails < 2; fails++) {
		struct fixture *f = *state;
		struct hub_figures figures;

		fixture_renew(f, NULL);
		(void)set_up(f);
		if (fails)
			fixture_readers_fail(f, true);
		else
			fixture_disk_is(f, DISK_FULL);
		f->hub->config.history_keep_ms = HOUR_MS / 2;
		retention_changed(f->hub);
		fixture_pass(f, 30000);
		hub_figures(f->hub, &figures);
		assert_int_equal(figures.expired, 0);
		fixture_readers_fail(f, false);
		fixture_disk_is(f, DISK_FINE);
		fixture_pass(f, 60000);
		hub_figures(f->hub, &figures);
		assert_int_equal(figures.expired, 2);
	}
}

static void what_went_of_a_stream_only_rises(void **state)
{
	struct fixture *f = *state;
	const struct file_id none = {0};
	const struct stream *den;

	(void)set_up(f);
	den = &room_find(f->hub, SPAN("#den"))->stream;
	retention_expire(f->hub, &(struct rows_target){.stream = den->id, .id = 5});
	assert_int_equal(den->expired, 5);
	retention_expire(f->hub, &(struct rows_target){.stream = den->id, .id = 3});
	assert_int_equal(den->expired, 5);
	retention_expire(f->hub, &(struct rows_target){.stream = 424242, .id = 9});
	assert_int_equal(den->expired, 5);
	// With a message its file goes.
	fixture_file(f, "alice");
	shared_file_bind(shared_file_find(f->hub, &none), history_stream(f->hub, den->id), 8);
	retention_expire(f->hub, &(struct rows_target){.stream = den->id, .id = 7});
	assert_non_null(shared_file_find(f->hub, &none));
	retention_expire(f->hub, &(struct rows_target){.stream = den->id, .id = 8});
	assert_null(shared_file_find(f->hub, &none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(without_a_bound_nothing_wakes_the_hub),
		HUB_TEST(what_is_too_old_goes_by_itself),
		HUB_TEST(a_bound_that_is_set_later_holds_at_once),
		HUB_TEST(a_room_may_keep_for_ever),
		HUB_TEST(a_rehearsal_tells_what_would_go_and_removes_nothing),
		HUB_TEST(a_rehearsal_has_rooms_in_the_order_of_their_making),
		HUB_TEST(a_page_before_what_went_ends_the_history),
		HUB_TEST(who_catches_up_from_memory_gets_nothing_that_went),
		HUB_TEST(a_disk_that_is_low_is_pruned_all_the_same),
		HUB_TEST(one_bound_is_enough_to_look),
		HUB_TEST(only_a_server_that_is_up_and_has_not_asked_looks),
		HUB_TEST(who_stops_or_has_no_bound_any_more_asks_nothing),
		HUB_TEST(what_does_not_go_now_goes_later),
		HUB_TEST(what_went_of_a_stream_only_rises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
