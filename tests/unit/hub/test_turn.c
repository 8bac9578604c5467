// SPDX-License-Identifier: MIT
// The turn of a bare hub: what comes in letters, what it keeps of it, and what leaves for shards.
#include "common/die.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/hub.h"
#include "server/hub/hub_load.h"
#include "server/hub/people/account.h"
#include "server/letters/journal.h"
#include "server/letters/letter.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define ANN CONN_ID(0, 7, 1)
#define BOB CONN_ID(1, 8, 1)

static struct hub *loading(void)
{
	struct hub_config config = fixture_config();
	uint8_t seed[32] = {2};
	struct hub *h;

	config.n_shards = 2;
	h = hub_new(&config, seed);
	hub_load(h,
		 &(struct entry){.kind = ENTRY_SETTING,
				 .setting = {SPAN(SETTING_HISTORY), SPAN("0123456789abcdef")}});
	return h;
}

static struct hub *begun(struct hub *h)
{
	char *error = NULL;

	assert_true(hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1000}, &error));
	return h;
}

static void turn(struct hub *h, struct letter *letters)
{
	hub_turn(h, (struct hub_time){.mono_ms = 2, .wall_ms = 2000}, letters);
}

static void drop(struct hub *h)
{
	struct hub_out out;

	hub_take(h, &out);
	hub_out_free(&out);
}

static void open(struct hub *h, conn_id conn)
{
	struct inbox *in = inbox_new(CONN_SHARD(conn));

	inbox_add(in, INBOX_OPENED, conn)->opened.host = SPAN("192.0.2.1");
	turn(h, &in->letter);
	drop(h);
}

static void put(struct inbox *in, conn_id conn, const char *line)
{
	assert_int_equal(msg_parse(&inbox_add(in, INBOX_LINE, conn)->msg, span_of(line)),
			 MSG_OK);
}

static size_t count(const struct outbox *o, enum outbox_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; o && i < o->n_items; i++)
		n += o->items[i].kind == kind;
	return n;
}

static void becomes_durable(struct hub *h, entry_no upto, enum disk_state disk)
{
	struct durable *d = xcalloc(1, sizeof(*d));

	d->letter.kind = LETTER_DURABLE;
	d->upto = d->applied = upto;
	d->disk = disk;
	turn(h, &d->letter);
}

static void each_line_that_ran_is_credited_once(void **state UNUSED)
{
	struct hub *h = begun(loading());
	struct inbox *in = inbox_new(0);
	struct hub_out out;

	open(h, ANN);
	open(h, BOB);
	put(in, ANN, "PING a");
	put(in, ANN, "PING b");
	put(in, BOB, "PING c");
	turn(h, &in->letter);
	hub_take(h, &out);
	for (unsigned i = 0; i < 2; i++) {
		const struct outbox *o = out.outboxes[i];

		assert_int_equal(count(o, OUTBOX_CREDIT), 1);
		assert_int_equal(count(o, OUTBOX_ANSWER), 0);
		for (size_t k = 0; k < o->n_items; k++) {
			if (o->items[k].kind == OUTBOX_CREDIT)
				assert_int_equal(o->items[k].count, i ? 1 : 2);
		}
	}
	hub_out_free(&out);
	in = inbox_new(0);
	put(in, ANN, "QUIT");
	put(in, ANN, "PING d");
	inbox_add(in, INBOX_BAD, ANN)->fault = FAULT_TOO_LONG;
	turn(h, &in->letter);
	hub_take(h, &out);
	assert_int_equal(count(out.outboxes[0], OUTBOX_CREDIT), 0);
	assert_int_equal(count(out.outboxes[0], OUTBOX_CLOSE), 1);
	assert_int_equal(count(out.outboxes[0], OUTBOX_LINE), 1);
	assert_null(out.outboxes[1]);
	hub_out_free(&out);
	hub_free(h);
}

static void what_leaves_says_up_to_where_it_is_stored(void **state UNUSED)
{
	struct hub *h = begun(loading());
	struct inbox *in = inbox_new(0);
	struct hub_out out;

	open(h, ANN);
	becomes_durable(h, 5, DISK_FINE);
	hub_take(h, &out);
	assert_int_equal(out.outboxes[0]->durable, 5);
	assert_int_equal(out.outboxes[1]->durable, 5);
	hub_out_free(&out);
	becomes_durable(h, 3, DISK_FINE); // said late
	assert_true(h->durable == 5 && h->applied == 5);
	hub_take(h, &out);
	assert_null(out.outboxes[0]);
	put(in, ANN, "PING a");
	turn(h, &in->letter);
	hub_take(h, &out);
	assert_int_equal(out.outboxes[0]->durable, 5);
	assert_null(out.outboxes[1]);
	hub_out_free(&out);
	hub_free(h);
}

static void nothing(struct hub *h UNUSED, struct timer *t UNUSED)
{
}

static void an_engine_is_away_since_it_went(void **state UNUSED)
{
	struct hub *h = begun(loading());

	becomes_durable(h, 1, DISK_FINE);
	becomes_durable(h, 1, DISK_FINE);
	assert_int_equal(h->away_since_ms, 0);
	timer_set(h, &h->on_ask_again, 1000, nothing);
	becomes_durable(h, 1, DISK_FINE);
	assert_true(h->on_ask_again.is_set); // a reader alone has lost it
	becomes_durable(h, 1, DISK_AWAY);
	assert_int_equal(h->away_since_ms, 2000);
	h->away_since_ms = 7;
	becomes_durable(h, 1, DISK_AWAY);
	assert_int_equal(h->away_since_ms, 7);
	assert_true(h->on_ask_again.is_set);
	becomes_durable(h, 1, DISK_LOW);
	assert_false(h->on_ask_again.is_set);
	assert_int_equal(h->disk, DISK_LOW);
	hub_free(h);
}

static void its_clock_never_goes_back(void **state UNUSED)
{
	struct hub *h = begun(loading());

	hub_turn(h, (struct hub_time){.mono_ms = 500, .wall_ms = 2000}, NULL);
	hub_turn(h, (struct hub_time){.mono_ms = 499, .wall_ms = 1500}, NULL);
	assert_int_equal(h->now.mono_ms, 500);
	assert_int_equal(h->now.wall_ms, 1500);
	hub_turn(h, (struct hub_time){.mono_ms = 501, .wall_ms = 1500}, NULL);
	assert_int_equal(h->now.mono_ms, 501);
	hub_free(h);
}

static void what_the_server_keeps_is_kept_where_the_disk_takes_it(void **state UNUSED)
{
	struct hub *h = begun(loading());
	entry_no head = h->head;

	// Nothing is known of the disk before its first word.
	assert_false(hub_save_clock(h, SPAN("a")) || hub_save_key(h, SPAN("b")));
	becomes_durable(h, head, DISK_LOW);
	assert_false(hub_save_clock(h, SPAN("a")) || hub_save_key(h, SPAN("b")));
	hub_reloaded(h, SPAN("motd"));
	assert_int_equal(h->head, head);
	becomes_durable(h, head, DISK_FINE);
	assert_true(hub_save_clock(h, SPAN("a")) && hub_save_key(h, SPAN("b")));
	hub_reloaded(h, SPAN("motd"));
	assert_int_equal(h->head, head + 3);
	hub_stop(h, SPAN("bye"));
	head = h->head;
	assert_false(hub_save_clock(h, SPAN("a")) || hub_save_key(h, SPAN("b")));
	hub_reloaded(h, SPAN("motd"));
	assert_int_equal(h->head, head);
	hub_free(h);
}

static void load_setting(struct hub *h, const char *key, struct span value)
{
	hub_load(h, &(struct entry){.kind = ENTRY_SETTING, .setting = {span_of(key), value}});
}

static void what_was_kept_is_there_until_it_has_begun(void **state UNUSED)
{
	static const char key[] = "0123456789abcdef0123456789abcdef";
	struct hub *h = loading();

	load_setting(h, SETTING_CLOCK, SPAN("tick"));
	load_setting(h, SETTING_KEY, SPAN("pin"));
	load_setting(h, SETTING_TERM, SPAN("17"));
	load_setting(h, SETTING_LOCKDOWN, SPAN("members 5"));
	load_setting(h, "token_key", span_of(key));
	assert_true(span_eq(hub_clock(h).saved, SPAN("tick")));
	assert_true(span_eq(hub_served_key(h), SPAN("pin")));
	assert_int_equal(h->term, 17);
	assert_int_equal(h->lockdown, LOCKDOWN_MEMBERS);
	begun(h);
	assert_memory_equal(h->token_key, key, sizeof(h->token_key));
	assert_memory_equal(h->history, "0123456789abcdef", sizeof(h->history));
	assert_int_equal(h->head, 0);
	hub_free(h);
}

static void a_key_of_tokens_is_made_once(void **state UNUSED)
{
	const uint8_t none[32] = {0};
	struct hub *h = begun(loading());

	assert_memory_not_equal(h->token_key, none, sizeof(none));
	assert_int_equal(h->head, 1);
	hub_free(h);
}

// It would stand in a table as it is.
static void of_a_row_that_cannot_be_nothing_is_taken(void **state UNUSED)
{
	struct hub *h = loading();
	char *error = NULL;

	hub_load(h, &(struct entry){.kind = ENTRY_ACCOUNT,
				    .account = {.id = 1,
						.name = SPAN("ann"),
						.realname = SPAN("a\nb"),
						.password = SPAN("")}});
	assert_int_equal(h->accounts.n_items, 0);
	hub_load(h, &(struct entry){.kind = ENTRY_ROOM,
				    .room = {.id = 2, .name = SPAN("#den"), .limit = -2}});
	assert_int_equal(h->rooms.n_items, 0);
	assert_false(hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1}, &error));
	assert_non_null(strstr(error, "realname of a row of kind ACCOUNT"));
	free(error);
	hub_free(h);
}

static void a_stop_is_said_to_each_shard_once(void **state UNUSED)
{
	struct hub *h = begun(loading());
	struct hub_out out;

	open(h, ANN);
	hub_stop(h, SPAN("bye"));
	hub_stop(h, SPAN("bye"));
	hub_take(h, &out);
	assert_int_equal(count(out.outboxes[0], OUTBOX_DRAIN), 1);
	assert_int_equal(count(out.outboxes[1], OUTBOX_DRAIN), 1);
	assert_int_equal(count(out.outboxes[0], OUTBOX_CLOSE), 1);
	hub_out_free(&out);
	open(h, BOB); // who comes now is sent away
	assert_true(session_find(h, BOB)->closing);
	hub_free(h);
}

static void who_is_in_is_counted_by_class(void **state)
{
	int64_t classes[CLASS_BRIDGE + 1];
	struct fixture *f = *state;

	(void)fixture_open(f);
	(void)fixture_login(f, "ann", "");
	(void)fixture_login(f, "ann", "");
	(void)fixture_login(f, "robot", "");
	fixture_account(f, "robot")->class = CLASS_BOT;
	hub_count_classes(f->hub, classes);
	assert_int_equal(classes[CLASS_PERSON], 2);
	assert_int_equal(classes[CLASS_BOT], 1);
	assert_int_equal(classes[CLASS_BRIDGE], 0);
}

// What one gave back oneself comes back by no reload that is about something else.
static void a_reload_gives_no_rights_that_it_is_not_about(void **state)
{
	struct fixture *f = *state;
	struct peer *root;

	(void)fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "");
	peer_send(root, "MODE root -o");
	expect(root, "root MODE root -o");
	hub_configure(f->hub, &f->config);
	fixture_settle(f);
	expect_none(root);
	f->config.admin_2fa = true;
	hub_configure(f->hub, &f->config);
	f->config.admin_2fa = false;
	hub_configure(f->hub, &f->config);
	fixture_settle(f);
	expect_later(root, "server MODE root +o");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_that_ran_is_credited_once),
		cmocka_unit_test(what_leaves_says_up_to_where_it_is_stored),
		cmocka_unit_test(an_engine_is_away_since_it_went),
		cmocka_unit_test(its_clock_never_goes_back),
		cmocka_unit_test(what_the_server_keeps_is_kept_where_the_disk_takes_it),
		cmocka_unit_test(what_was_kept_is_there_until_it_has_begun),
		cmocka_unit_test(a_key_of_tokens_is_made_once),
		cmocka_unit_test(of_a_row_that_cannot_be_nothing_is_taken),
		cmocka_unit_test(a_stop_is_said_to_each_shard_once),
		HUB_TEST(who_is_in_is_counted_by_class),
		HUB_TEST(a_reload_gives_no_rights_that_it_is_not_about),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
