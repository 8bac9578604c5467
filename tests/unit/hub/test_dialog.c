// SPDX-License-Identifier: MIT
// Conversations of two: who is in one, how it is called, and what becomes of it when people go
// and come back; and the ids that all messages have.
#include "server/hub/door/evict.h"
#include "server/hub/history/history.h"
#include "server/hub/people/account.h"
#include "server/hub/people/freed.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct people {
	struct hub *h;
	struct account *ann, *bob, *carl;
	struct dialog *ann_bob, *ann_carl, *bob_carl, *bob_bob;
};

static struct people meet(struct fixture *f)
{
	struct people p = {.h = f->hub};

	p.ann = fixture_account(f, "ann");
	p.bob = fixture_account(f, "bob");
	p.carl = fixture_account(f, "carl");
	p.ann_bob = dialog_of(p.h, p.bob, p.ann, true);
	p.ann_carl = dialog_of(p.h, p.ann, p.carl, true);
	p.bob_carl = dialog_of(p.h, p.bob, p.carl, true);
	p.bob_bob = dialog_of(p.h, p.bob, p.bob, true);
	return p;
}

// As the one that an erasure puts in the place of an account.
static struct account *back(struct hub *h, account_id id, const char *name)
{
	struct account *a = account_new_erased(h, id, span_of(name));

	dialogs_return(a);
	return a;
}

static void expect_gone(const struct dialog *d, const char *name)
{
	if (name)
		assert_string_equal(d->gone, name);
	else
		assert_null(d->gone);
}

static void there_is_one_of_two_whoever_begins(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann"), *bob = fixture_account(f, "bob");
	struct dialog *d;

	assert_null(dialog_of(f->hub, ann, bob, false));
	d = dialog_of(f->hub, bob, ann, true);
	assert_int_equal(d->ids[0], ann->id);
	assert_int_equal(d->ids[1], bob->id);
	assert_ptr_equal(d->low, ann);
	assert_ptr_equal(d->high, bob);
	assert_ptr_equal(dialog_of(f->hub, ann, bob, true), d);
	assert_ptr_equal(dialog_of(f->hub, ann, bob, false), d);
	assert_ptr_equal(dialog_other(d, ann), bob);
	assert_ptr_equal(dialog_other(d, bob), ann);
	assert_ptr_equal(history_stream(f->hub, d->stream.id), &d->stream);
	assert_ptr_equal(dialog_named(ann, SPAN("BOB")), d);
	assert_null(dialog_named(ann, SPAN("ann")));
	assert_null(dialog_named(ann, SPAN("nobody")));
	assert_null(dialog_named(ann, SPAN("")));
}

static void who_is_deleted_is_called_as_before(void **state)
{
	struct people p = meet(*state);

	account_delete(p.bob);
	expect_gone(p.ann_bob, "bob");
	expect_gone(p.bob_carl, "bob");
	expect_gone(p.ann_carl, NULL);
	expect_gone(p.bob_bob, NULL);
	assert_ptr_equal(p.ann_bob->low, p.ann);
	assert_null(p.ann_bob->high);
	assert_null(p.bob_carl->low);
	assert_ptr_equal(p.bob_carl->high, p.carl);
	assert_null(p.bob_bob->low);
	assert_null(p.bob_bob->high);
	assert_ptr_equal(dialog_named(p.ann, SPAN("Bob")), p.ann_bob);
	assert_ptr_equal(dialog_named(p.ann, SPAN("carl")), p.ann_carl);
	assert_null(dialog_named(p.ann, SPAN("bo")));
	// When both are gone it is called as who went first.
	account_delete(p.ann);
	expect_gone(p.ann_bob, "bob");
	expect_gone(p.ann_carl, "ann");
}

static void who_takes_a_name_gets_none_of_the_conversations(void **state)
{
	struct people p = meet(*state);
	account_id bob = p.bob->id;
	struct buf name = {0};

	account_delete(p.bob);
	account_delete(p.carl);
	dialogs_give_way(p.h, SPAN("BOB"));
	buf_printf(&name, "bob~%lld", (long long)bob);
	expect_gone(p.ann_bob, buf_str(&name));
	expect_gone(p.bob_carl, buf_str(&name));
	expect_gone(p.ann_carl, "carl");
	assert_null(dialog_named(p.ann, SPAN("bob")));
	assert_ptr_equal(dialog_named(p.ann, buf_span(&name)), p.ann_bob);
	buf_clear(&name);
}

static void who_comes_back_is_called_as_the_account_is(void **state)
{
	struct people p = meet(*state);
	account_id bob = p.bob->id;

	account_delete(p.bob);
	p.bob = back(p.h, bob, "erased-bob");
	assert_ptr_equal(p.ann_bob->high, p.bob);
	assert_ptr_equal(p.ann_bob->low, p.ann);
	assert_ptr_equal(p.bob_carl->low, p.bob);
	assert_ptr_equal(p.bob_carl->high, p.carl);
	assert_ptr_equal(p.bob_bob->low, p.bob);
	assert_ptr_equal(p.bob_bob->high, p.bob);
	assert_ptr_equal(p.ann_carl->low, p.ann);
	assert_ptr_equal(p.ann_carl->high, p.carl);
	expect_gone(p.ann_bob, NULL);
	expect_gone(p.bob_carl, NULL);
	assert_int_equal(p.bob->dialogs.n_items, 3);
	assert_ptr_equal(dialog_of(p.h, p.bob, p.ann, false), p.ann_bob);
	assert_ptr_equal(dialog_of(p.h, p.bob, p.carl, false), p.bob_carl);
	assert_ptr_equal(dialog_of(p.h, p.bob, p.bob, false), p.bob_bob);
	assert_ptr_equal(dialog_named(p.ann, SPAN("erased-bob")), p.ann_bob);
}

// ... also when somebody else has the name meanwhile.
static void who_comes_back_beside_a_namesake_is_called_as_the_account_is(void **state)
{
	struct fixture *f = *state;
	struct people p = meet(f);
	account_id bob = p.bob->id;

	account_delete(p.bob);
	assert_int_not_equal(fixture_account(f, "bob")->id, bob);
	assert_non_null(strchr(p.ann_bob->gone, '~'));
	(void)back(p.h, bob, "erased-bob");
	expect_gone(p.ann_bob, NULL);
	expect_gone(p.bob_carl, NULL);
}

// Of two who were gone the one whose name it has keeps it to himself, whoever comes first.
static void of_two_who_were_gone_the_name_stays_the_ones_whose_it_was(void **state)
{
	struct people p = meet(*state);
	account_id ann = p.ann->id, bob = p.bob->id;

	account_delete(p.bob);
	account_delete(p.ann);
	dialogs_give_way(p.h, SPAN("bob"));
	p.ann = back(p.h, ann, "erased-ann");
	assert_ptr_equal(dialog_of(p.h, p.ann, p.carl, false), p.ann_carl);
	assert_non_null(p.ann_bob->gone);
	assert_ptr_equal(p.ann_bob->low, p.ann);
	p.bob = back(p.h, bob, "erased-bob");
	expect_gone(p.ann_bob, NULL);
	account_delete(p.ann);
	account_delete(p.bob);
	assert_string_equal(p.ann_bob->gone, "erased-ann");
	p.ann = back(p.h, ann, "erased-ann");
	expect_gone(p.ann_bob, NULL);
}

static void all_of_it_outlives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct people p = meet(f);
	struct dialog *d;

	account_delete(p.bob);
	fixture_settle(f);
	fixture_restart(f, false);
	p.ann = fixture_account(f, "ann");
	p.carl = fixture_account(f, "carl");
	d = dialog_named(p.ann, SPAN("bob"));
	assert_non_null(d);
	assert_ptr_equal(d->low, p.ann);
	assert_null(d->high);
	assert_int_equal(p.ann->dialogs.n_items, 2);
	assert_non_null(dialog_named(p.carl, SPAN("bob")));
	expect_gone(dialog_of(f->hub, p.ann, p.carl, false), NULL);
}

// As an older server left it: nobody may have the name, but for one that none can have.
static void what_conversations_call_the_deleted_is_kept_back(void **state)
{
	static const char *const names[] = {"dora", "eve~7", ""};
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		dialog_load(f->hub, &(struct entry_dialog){.id = 900 + (stream_id)i,
							   .low = ann->id,
							   .high = 800 + (account_id)i,
							   .gone = span_of(names[i])});
	assert_int_equal(name_was_of(f->hub, SPAN("dora")), 0);
	dialogs_start(f->hub);
	assert_int_equal(name_was_of(f->hub, SPAN("dora")), 800);
	assert_int_equal(f->hub->freed.n_items, 1);
	name_keep_back(f->hub, SPAN("dora"), 77);
	dialogs_start(f->hub);
	assert_int_equal(name_was_of(f->hub, SPAN("dora")), 77);
}

static message_id low_bits(message_id id)
{
	return id & ((1U << MESSAGE_RANDOM_BITS) - 1);
}

static void ids_have_the_time_and_grow(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;
	message_id last = 0, id;
	bool differ = false;

	for (int i = 0; i < 1000; i++) {
		h->now.wall_ms += i % 100 == 0;
		id = history_new_id(h);
		assert_true(id > last);
		differ |= last && id - last > 1;
		last = id;
	}
	assert_true(differ);
	h->now.wall_ms += 1000;
	id = history_new_id(h);
	assert_int_equal(id >> MESSAGE_RANDOM_BITS, h->now.wall_ms);
	assert_int_equal(h->last_message, id);
	// One that is the first of its time is random.
	h->now.wall_ms++;
	assert_true(low_bits(history_new_id(h)) != 1);
}

// Ahead of the clock the distances are random.
static void ids_ahead_of_the_clock_are_not_foretold(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;
	message_id last = message_id_from(h->now.wall_ms + 1000000);
	int n_far = 0;

	h->last_message = last;
	for (int i = 0; i < 100; i++) {
		message_id id = history_new_id(h);

		assert_in_range(id - last, 1, 1U << MESSAGE_RANDOM_BITS);
		n_far += id - last > 1;
		last = id;
	}
	assert_in_range(n_far, 90, 100);
}

static void the_heads_of_streams_only_rise(void **state)
{
	struct people p = meet(*state);
	const struct stream *s = &p.ann_bob->stream;
	struct entry_stream_head row = {
		.stream = s->id, .seq = 3, .id = 5000, .time_ms = 70, .said_ms = 60};

	p.h->last_message = 6000;
	p.h->last_ms = 80;
	stream_head_load(p.h, &row);
	assert_int_equal(p.h->last_message, 6000);
	assert_int_equal(p.h->last_ms, 80);
	assert_int_equal(s->seq, 3);
	assert_int_equal(s->last, 5000);
	assert_int_equal(s->last_ms, 70);
	assert_int_equal(s->said_ms, 60);
	row = (struct entry_stream_head){.stream = 424242, .id = 7000, .time_ms = 90};
	stream_head_load(p.h, &row);
	assert_int_equal(p.h->last_message, 7000);
	assert_int_equal(p.h->last_ms, 90);
}

static void an_event_is_no_word(void **state)
{
	struct people p = meet(*state);
	struct stream *s = &p.ann_bob->stream;
	struct entry_message m = {.kind = MESSAGE_NOTICE, .account = p.ann->id};
	int64_t said_ms;

	m.sender = SPAN("ann");
	history_append(p.h, s, &m);
	said_ms = s->said_ms;
	assert_int_equal(said_ms, m.time_ms);
	assert_int_equal(s->seq, 1);
	p.h->now.wall_ms += 1000;
	history_event(p.h, s, NULL, MESSAGE_TOPIC, SPAN(":x"), &m);
	assert_int_equal(s->said_ms, said_ms);
	assert_int_equal(s->last_ms, said_ms + 1000);
	assert_int_equal(m.seq, 0);
	assert_int_equal(s->seq, 1);
	// The time of one stream never stands still, nor does any go back.
	history_event(p.h, s, p.ann, MESSAGE_TOPIC, SPAN(":y"), &m);
	assert_int_equal(m.time_ms, said_ms + 1001);
	history_event(p.h, &p.bob_bob->stream, p.bob, MESSAGE_TOPIC, SPAN(":y"), &m);
	assert_int_equal(m.time_ms, said_ms + 1001);
}

static void what_was_before_rises_in_its_stream(void **state)
{
	struct people p = meet(*state);
	struct stream *s = &p.ann_bob->stream;
	struct entry_message m = {
		.time_ms = 1000, .kind = MESSAGE_PRIVMSG, .sender = SPAN("x")};
	message_id newest = message_id_from(5000);

	history_append_past(p.h, s, &m);
	assert_int_equal(s->seq, 1);
	assert_int_equal(s->last, m.id);
	assert_int_equal(m.id >> MESSAGE_RANDOM_BITS, 1000);
	assert_int_equal(s->last_ms, 1000);
	s->last = newest;
	s->last_ms = 5000;
	m.time_ms = 2000;
	history_append_past(p.h, s, &m);
	assert_int_equal(s->said_ms, 2000);
	assert_int_equal(s->last, newest);
	assert_int_equal(s->last_ms, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(there_is_one_of_two_whoever_begins),
		HUB_TEST(who_is_deleted_is_called_as_before),
		HUB_TEST(who_takes_a_name_gets_none_of_the_conversations),
		HUB_TEST(who_comes_back_is_called_as_the_account_is),
		HUB_TEST(who_comes_back_beside_a_namesake_is_called_as_the_account_is),
		HUB_TEST(of_two_who_were_gone_the_name_stays_the_ones_whose_it_was),
		HUB_TEST(all_of_it_outlives_a_restart),
		HUB_TEST(what_conversations_call_the_deleted_is_kept_back),
		HUB_TEST(ids_have_the_time_and_grow),
		HUB_TEST(ids_ahead_of_the_clock_are_not_foretold),
		HUB_TEST(the_heads_of_streams_only_rise),
		HUB_TEST(an_event_is_no_word),
		HUB_TEST(what_was_before_rises_in_its_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
