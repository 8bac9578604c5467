// SPDX-License-Identifier: MIT
// Whom what wakes, and when.
#include "server/letters/limits.h"
#include "tests/unit/hub/push_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// alice, a moderator, says it; bob is a member of #den and woken. "" nothing is done.
struct scene {
	const char *bob;   // is done by bob before, by " | "; "-" he is not connected
	const char *alice; // is said
	bool wakes;
	const char *after; // is done by bob within the delay
};

static const struct scene scenes[] = {
	// What is said to him, names him, or calls all.
	{"", "PRIVMSG bob :hello", true, ""},
	{"-", "PRIVMSG bob :hello", true, ""},
	{"", "PRIVMSG #den :hello", false, ""},
	{"", "PRIVMSG #den :hello bob", true, ""},
	{"-", "PRIVMSG #den :Bob: hello", true, ""},
	{"", "PRIVMSG #den :hello bobby, see https://bob.example/bob", false, ""},
	{"METADATA * SET display-name :Robert", "PRIVMSG #den :hi robert!", true, ""},
	{"", "PRIVMSG #den :hello @room", true, ""},
	{"-", "PRIVMSG #den :hello @room", true, ""},
	{"", "PRIVMSG #den :hello @here", true, ""},
	{"-", "PRIVMSG #den :hello @here", false, ""},
	{"AWAY :gone", "PRIVMSG #den :hello @here", false, ""},
	{"AWAY :gone", "PRIVMSG #den :hello bob", true, ""},
	{"", "INVITE bob #two", true, ""},
	{"-", "INVITE bob #two", true, ""},
	{"", "PRIVMSG #den :\001ACTION waves to bob\001", true, ""},
	// What nobody has to look at at once.
	{"", "NOTICE bob :hello", false, ""},
	{"", "NOTICE #den :hello bob", false, ""},
	{"", "PRIVMSG bob :\001VERSION\001", false, ""},
	{"", "@+typing=active TAGMSG bob", false, ""},
	{"", "PRIVMSG @#den :hello bob", false, ""},
	{"", "TOPIC #den :for bob", false, ""},
	{"", "MODE #den +v bob", false, ""},
	{"PART #den", "PRIVMSG #den :hello bob", false, ""},
	// Somebody is there, or was just now; on any device, and not away.
	{"PRIVMSG alice :yes?", "PRIVMSG bob :hello", false, ""},
	{"PRIVMSG #den :yes?", "PRIVMSG #den :hello bob", false, ""},
	{"@+typing=active TAGMSG alice", "PRIVMSG bob :hello", false, ""},
	{"MARKREAD #den timestamp=2026-01-01T00:00:00.000Z", "PRIVMSG bob :hello", false, ""},
	{"MARKREAD #den", "PRIVMSG bob :hello", true, ""},
	{"PING x", "PRIVMSG bob :hello", true, ""},
	{"PRIVMSG alice :yes? | AWAY :gone", "PRIVMSG bob :hello", true, ""},
	{"", "PRIVMSG bob :hello", false, "PRIVMSG #den :oh"},
	{"", "INVITE bob #two", false, "PRIVMSG #den :oh"},
	// It was read, or is of no matter any more, before the delay was over.
	{"AWAY :gone", "PRIVMSG bob :hello", false,
	 "MARKREAD alice timestamp=2027-01-01T00:00:00.000Z"},
	{"AWAY :gone", "PRIVMSG #den :hello bob", false,
	 "MARKREAD #den timestamp=2027-01-01T00:00:00.000Z"},
	{"AWAY :gone", "PRIVMSG #den :hello bob", true,
	 "MARKREAD alice timestamp=2027-01-01T00:00:00.000Z"},
	{"AWAY :gone", "PRIVMSG #den :hello bob", false, "PART #den"},
	{"AWAY :gone", "INVITE bob #two", false, "JOIN #two"},
	{"AWAY :gone", "INVITE bob #two", false, "DECLINE #two"},
	// What he wants to be disturbed by.
	{"QUIET ADD ignore alice", "PRIVMSG bob :hello", false, ""},
	{"QUIET ADD ignore alice", "PRIVMSG #den :hello @room", false, ""},
	{"QUIET ADD ignore alice", "INVITE bob #two", false, ""},
	{"QUIET ADD ignore carl", "PRIVMSG bob :hello", true, ""},
	{"QUIET ADD mute #den", "PRIVMSG #den :hello bob", false, ""},
	{"QUIET ADD mute #den", "PRIVMSG #den :hello @room", false, ""},
	{"QUIET ADD mute #den", "PRIVMSG bob :hello", true, ""},
	{"QUIET ADD dnd *", "PRIVMSG bob :hello", false, ""},
	{"QUIET ADD dnd *", "INVITE bob #two", false, ""},
	{"AWAY :gone", "PRIVMSG #den :hello bob", false, "QUIET ADD mute #den"},
	// What he wants of a room, or of all.
	{"QUIET ADD push #den * all", "PRIVMSG #den :hello", true, ""},
	{"QUIET ADD push #den * off", "PRIVMSG #den :hello bob", false, ""},
	{"QUIET ADD push #den * off", "PRIVMSG #den :hello @room", false, ""},
	{"QUIET ADD push #den * off", "PRIVMSG bob :hello", true, ""},
	{"QUIET ADD push #den * mentions", "PRIVMSG #den :hello", false, ""},
	{"QUIET ADD push * * all", "PRIVMSG #den :hello", true, ""},
	{"QUIET ADD push * * off", "PRIVMSG #den :hello bob", false, ""},
	{"QUIET ADD push * * off", "PRIVMSG bob :hello", false, ""},
	{"QUIET ADD push * * off", "INVITE bob #two", false, ""},
	{"QUIET ADD push * * off | QUIET ADD push #den * mentions", "PRIVMSG #den :hi bob",
	 true, ""},
	{"QUIET ADD push * * all | QUIET ADD push #den * mentions", "PRIVMSG #den :hi", false,
	 ""},
	{"QUIET ADD push #den * all | QUIET ADD ignore alice", "PRIVMSG #den :hi", false, ""},
	{"QUIET ADD push * * off | QUIET DEL push *", "PRIVMSG bob :hello", true, ""},
};

static void do_all(struct peer *p, const char *lines)
{
	char one[200];

	while (lines[0]) {
		const char *end = strstr(lines, " | ");
		int len = end ? (int)(end - lines) : (int)strlen(lines);

		snprintf(one, sizeof(one), "%.*s", len, lines);
		peer_send(p, "%s", one);
		lines += end ? len + 3 : len;
	}
}

static void each_scene_wakes_or_does_not(void **state)
{
	struct fixture *f = *state;
	size_t n_wakes = 0;

	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		const struct scene *s = &scenes[i];
		struct peer *alice, *bob;
		bool wakes;

		fixture_renew(f, NULL);
		alice = push_alice(f);
		bob = push_bob(f);
		if (s->bob[0] == '-')
			peer_close(bob);
		else
			do_all(bob, s->bob);
		peer_send(alice, "%s", s->alice);
		if (fixture_push(f))
			fail_msg("%s: before the delay is over", s->alice);
		do_all(bob, s->after);
		fixture_pass(f, PUSH_DELAY + 100);
		wakes = fixture_push(f) != NULL;
		n_wakes += wakes;
		if (wakes != s->wakes)
			fail_msg("%zu: %s / %s / %s: %s", i, s->bob, s->alice, s->after,
				 wakes ? "wakes" : "does not wake");
	}
	assert_int_equal(ARRAY_LEN(scenes), 62);
	assert_int_equal(n_wakes, 23);
}

static void an_hour_later_nobody_is_there(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f);

	peer_send(bob, "PRIVMSG alice :yes?");
	fixture_pass(f, ATTENDED_MS - PUSH_DELAY - 1000);
	peer_send(alice, "PRIVMSG bob :one");
	fixture_pass(f, PUSH_DELAY);
	assert_null(fixture_push(f));
	fixture_pass(f, 1000);
	peer_send(alice, "PRIVMSG bob :two");
	fixture_pass(f, PUSH_DELAY);
	assert_non_null(strstr(fixture_push(f)->text, " PRIVMSG bob :two"));
}

static void another_device_where_somebody_is_counts(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = push_alice(f), *bob = push_bob(f),
		    *desk = fixture_login(f, "bob", "");

	peer_send(bob, "AWAY :gone");
	peer_send(desk, "PRIVMSG #den :here");
	peer_send(alice, "PRIVMSG bob :one");
	fixture_pass(f, PUSH_DELAY);
	assert_null(fixture_push(f));
	peer_close(desk);
	peer_send(alice, "PRIVMSG bob :two");
	fixture_pass(f, PUSH_DELAY);
	assert_non_null(fixture_push(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_scene_wakes_or_does_not),
		HUB_TEST(an_hour_later_nobody_is_there),
		HUB_TEST(another_device_where_somebody_is_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
