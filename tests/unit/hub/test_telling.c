// SPDX-License-Identifier: MIT
// Long answers are made as they are read, and whole.
#include "server/hub/people/account.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/walk.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PEOPLE 200
#define KEYS 20

static struct account *person(struct fixture *f, int i)
{
	char name[16];

	snprintf(name, sizeof(name), "person%d", i);
	return fixture_account(f, name);
}

// PEOPLE with all their keys full are in #den.
static struct room *fill(struct fixture *f)
{
	struct room *r = room_find(f->hub, SPAN("#den"));
	char value[METADATA_VALUE_MAX];

	memset(value, 'v', sizeof(value));
	for (int i = 0; i < PEOPLE; i++) {
		struct account *a = person(f, i);

		member_join(r, a, MEMBER_PLAIN);
		for (int k = 0; k < KEYS; k++) {
			char key[8];

			snprintf(key, sizeof(key), "key%d", k);
			metadata_put(&a->metadata, span_of(key),
				     span_from(value, sizeof(value)));
		}
	}
	fixture_settle(f);
	return r;
}

static struct peer *subscriber(struct fixture *f, const char *caps)
{
	struct peer *p = fixture_login(f, "alice", caps);

	peer_send(p, "METADATA * SUB key0 key1 key2 key3 key4 key5 key6 key7 key8 key9 key10");
	peer_send(p, "METADATA * SUB key11 key12 key13 key14 key15 key16 key17 key18 key19");
	peer_send(p, "JOIN #den");
	return p;
}

static size_t count(struct peer *p, const char *words)
{
	size_t n = 0;

	for (const char *line; (line = peer_next(p));)
		n += strstr(line, words) != NULL;
	return n;
}

// Proves P3.
static void a_long_answer_waits_for_its_reader(void **state)
{
	struct fixture *f = *state;
	struct peer *p = subscriber(f, "draft/metadata-2 batch");
	size_t before;

	fill(f);
	fixture_skip(f);
	before = peer_bytes(p);
	peer_reads(p, false);
	peer_send(p, "METADATA #den SYNC");
	peer_send(p, "PRIVMSG #den :and then");
	assert_in_range(peer_bytes(p) - before, OUTQ_PAUSE, OUTQ_PAUSE + 4 * TELLING_PAGE);
	peer_reads(p, true);
	assert_in_range(peer_bytes(p) - before, PEOPLE * KEYS * METADATA_VALUE_MAX, SIZE_MAX);
	expect(p, "server BATCH +* metadata #den");
	assert_int_equal(count(p, " METADATA person"), PEOPLE * KEYS);
}

static void a_long_answer_stands_whole_in_its_label(void **state)
{
	struct fixture *f = *state;
	struct peer *p = subscriber(f, "draft/metadata-3 batch labeled-response");

	fill(f);
	fixture_skip(f);
	peer_send(p, "@label=a METADATA #den SYNC");
	expect(p, "@label=a server BATCH +* labeled-response");
	expect(p, "@batch=$outer server BATCH +* metadata #den");
	for (int i = 0; i < PEOPLE * KEYS; i++)
		expect(p, "@batch=$inner server 761 alice ...");
	expect(p, "@batch=$outer server BATCH -*");
	expect(p, "server BATCH -*");
	expect_none(p);
}

static void lines_behind_a_long_answer_keep_their_place(void **state)
{
	struct fixture *f = *state;
	struct peer *p = subscriber(f, "draft/metadata-3");

	fill(f);
	fixture_skip(f);
	peer_put(p, "METADATA #den SYNC");
	peer_put(p, "TIME");
	fixture_settle(f);
	for (int i = 0; i < PEOPLE * KEYS; i++)
		expect(p, "server 761 alice ...");
	expect(p, "server 391 ...");
	expect_none(p);
}

// Proves B4.
static void whoever_leaves_in_the_middle_ends_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = subscriber(f, "draft/metadata-3");

	fill(f);
	peer_reads(p, false);
	peer_send(p, "METADATA #den SYNC");
	peer_close(p);
	p = fixture_login(f, "bob", "");
	peer_send(p, "TIME");
	expect(p, "server 391 ...");
}

static void a_room_that_goes_in_the_middle_ends_the_answer(void **state)
{
	struct fixture *f = *state;
	struct peer *p = subscriber(f, "draft/metadata-3 batch");
	struct room *r = fill(f);

	fixture_skip(f);
	peer_reads(p, false);
	peer_send(p, "METADATA #den SYNC");
	room_delete(r, SPAN("gone"));
	peer_reads(p, true);
	peer_send(p, "TIME");
	expect_later(p, "server BATCH -*");
	expect_later(p, "server 391 ...");
}

// Others are served between two pages.
static void a_long_answer_holds_up_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *p = subscriber(f, "draft/metadata-3"), *bob = fixture_login(f, "bob", "");

	fill(f);
	fixture_skip(f);
	peer_reads(p, false);
	peer_send(p, "METADATA #den SYNC");
	peer_send(bob, "PING x");
	expect(bob, "server PONG * :x");
}

// A walk among comings and goings, by a fixed random: met is who is in `seen`.
static void a_walk_meets_each_who_stays_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct room *r;
	unsigned random = 1;

	peer_send(alice, "JOIN #den");
	r = room_find(f->hub, SPAN("#den"));
	for (int round = 0; round < 40; round++) {
		unsigned met[2][48] = {{0}};
		bool gone[48] = {false};
		struct walk walks[2];

		for (int i = 0; i < 48; i++) {
			if (!member_find(r, person(f, i)))
				member_join(r, person(f, i), MEMBER_PLAIN);
		}
		walk_start(&walks[0], r);
		walk_start(&walks[1], r);
		for (int step = 0; step < 200; step++) {
			unsigned which = (random = random * 1103515245 + 12345) >> 16;
			const struct member *m;
			int i;

			if (which % 4 == 0 && !gone[(int)(which / 4 % 48)]) {
				gone[(int)(which / 4 % 48)] = true;
				member_leave(member_find(r, person(f, (int)(which / 4 % 48))));
				continue;
			}
			m = walk_next(&walks[which % 2]);
			if (m && sscanf(m->account->name, "person%d", &i) == 1)
				met[which % 2][i]++;
		}
		for (int w = 0; w < 2; w++) {
			const struct member *m;
			int i;

			while ((m = walk_next(&walks[w]))) {
				if (sscanf(m->account->name, "person%d", &i) == 1)
					met[w][i]++;
			}
			walk_end(&walks[w]);
			for (i = 0; i < 48; i++)
				assert_in_range(met[w][i], gone[i] ? 0 : 1, 1);
		}
		for (size_t i = 0; i < r->n_members; i++)
			assert_int_equal(r->members[i]->in_room, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_long_answer_waits_for_its_reader),
		HUB_TEST(a_long_answer_stands_whole_in_its_label),
		HUB_TEST(lines_behind_a_long_answer_keep_their_place),
		HUB_TEST(whoever_leaves_in_the_middle_ends_it),
		HUB_TEST(a_room_that_goes_in_the_middle_ends_the_answer),
		HUB_TEST(a_long_answer_holds_up_nobody),
		HUB_TEST(a_walk_meets_each_who_stays_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
