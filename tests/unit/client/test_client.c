// SPDX-License-Identifier: MIT
// The program's own composition root (client/app/client.c), in a world made by hand.
#include "tests/unit/client/client_fixture.h"

static void a_line_without_a_time_gets_that_of_our_clock(void **state)
{
	struct fixture *f = *state;

	log_in(f);
	loose_world_pass(&f->world, 5000);
	hear(f, ":bob!b@h PRIVMSG #den :hi");
	assert_int_equal(newest(f)->at_ms, NOW_MS + 5000);
}

static void what_is_typed_is_stored_at_the_servers_time(void **state)
{
	struct fixture *f = *state;

	log_in(f);
	type(f, "hello");
	assert_int_equal(first_own(f), OWN_SENDING);
	answer(f, ";msgid=m1;time=2026-11-22T12:00:07.000Z :ann!a@h PRIVMSG #den :hello");
	assert_int_equal(own_count(f->client->core.model), 0);
	assert_int_equal(newest(f)->at_ms, NOW_MS + 7000);
}

// A refusal of the fives is an answer, as one of the fours is: it is told once, beside the
// message, and no line of the room.
static void a_refusal_goes_to_whoever_asked(void **state)
{
	static const char *const refusals[] = {
		" :h 404 ann #den :not here",
		" :h 502 ann #den :not you",
		" :h FAIL PRIVMSG DISK_FULL #den :no room",
	};
	struct fixture *f = *state;

	log_in(f);
	size_t before = den(f)->log.count;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		type(f, "hello");
		answer(f, refusals[i]);
		assert_int_equal(first_own(f), OWN_REFUSED);
		assert_int_equal(den(f)->log.count, before);
		type(f, "/drop");
		assert_int_equal(own_count(f->client->core.model), 0);
	}
}

static void a_server_that_falls_silent_is_left_and_met_again(void **state)
{
	struct fixture *f = *state;
	char first[80], second[80];

	log_in(f);
	type(f, "hello");
	last_tag(f, "snug.chat/id", first);
	loose_world_pass(&f->world, LAGGING_MS + 1001);
	assert_int_equal(f->client->core.model->link.state, LINK_LAGGING);
	loose_world_break(&f->world);
	assert_int_equal(f->client->core.model->link.state, LINK_OFFLINE);
	assert_int_equal(first_own(f), OWN_QUEUED);
	assert_int_equal(f->world.n_opened, 1);
	loose_world_pass(&f->world, f->client->core.model->link.next_at_ms - f->world.wall_ms);
	assert_int_equal(f->world.n_opened, 2);
	welcome(f);
	last_tag(f, "snug.chat/id", second);
	assert_string_equal(first, second);
}

static void another_key_is_refused_with_both(void **state)
{
	struct fixture *f = *state;
	struct login_order login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""};

	f->world.pin[0] = 1;
	client_connect(f->client, &login);
	assert_false(loose_world_answer(&f->world));
	const struct link_status *link = &f->client->core.model->link;
	assert_int_equal(link->state, LINK_REFUSED);
	assert_non_null(strstr(link->text, "h shows another key than the one that was trusted: "
					   "it shows sha256:AQAA"));
	assert_non_null(strstr(link->text, "snug trust h"));
	loose_world_pass(&f->world, 3600 * 1000);
	assert_int_equal(f->world.n_opened, 1);
}

static void rooms_are_in_the_profile_a_second_later(void **state)
{
	struct fixture *f = *state;
	struct profile kept;
	char *error = NULL;

	log_in(f);
	loose_world_pass(&f->world, 1000);
	assert_int_equal(profile_load(&kept, &f->paths, "den", &error), PROFILE_OK);
	assert_int_equal(kept.n_rooms, 1);
	assert_string_equal(kept.rooms[0], "#den");
	assert_non_null(strstr(kept.caps, "echo-message"));
	profile_clear(&kept);
}

static void the_next_run_shows_and_sends_what_was_left(void **state)
{
	struct fixture *f = *state;

	type(f, "said offline");
	assert_int_equal(first_own(f), OWN_QUEUED);
	end(f);
	start(f);
	assert_int_equal(first_own(f), OWN_QUEUED);
	log_in(f);
	assert_true(loose_world_said(&f->world, " PRIVMSG #den :said offline\n"));
}

// Since when it lies there is the clock's to say.
static void what_lay_for_long_waits_for_a_word(void **state)
{
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;

	type(f, "said offline");
	loose_world_pass(&f->world, ASK_OLDER_MS + 1);
	log_in(f);
	assert_int_equal(first_own(f), OWN_HELD);
	const struct question *q = &f->client->core.model->question;
	assert_int_equal(q->id, QUESTION_OLD);
	assert_non_null(strstr(q->text, "send 1 line from 2026-11-22 12:00?"));
	assert_false(loose_world_said(&f->world, "said offline"));
	i->answer(i->arg, q->id, 'y');
	assert_true(loose_world_said(&f->world, " PRIVMSG #den :said offline\n"));
}

// The next run meets an older copy of the database, and the face is asked.
static void what_the_server_lost_goes_out_again_when_the_user_says_so(void **state)
{
	struct fixture *f = *state;
	char first[80], second[80];

	f->history = "one";
	log_in(f);
	type(f, "hello");
	last_tag(f, "snug.chat/id", first);
	answer(f, ";msgid=m1;snug.chat/seq=7 :ann!a@h PRIVMSG #den :hello");
	assert_int_equal(own_count(f->client->core.model), 0);
	end(f);
	start(f); // another client
	const struct intents *i = &f->client->seat.intents;
	f->history = "two";
	log_in(f);
	assert_true(loose_world_said(
		&f->world,
		" CHATHISTORY BETWEEN #den snug.chat/seq=6@two snug.chat/seq=8@two 1\n"));
	answer(f, " :h FAIL CHATHISTORY HISTORY_CHANGED BETWEEN #den :no");
	assert_int_equal(first_own(f), OWN_LOST);
	const struct question *q = &f->client->core.model->question;
	assert_int_equal(q->id, QUESTION_LOST);
	assert_non_null(strstr(q->text, "the server lost 1 line of yours"));
	assert_false(loose_world_said(&f->world, "PRIVMSG"));
	i->answer(i->arg, q->id, 'y');
	last_tag(f, "snug.chat/id", second);
	assert_string_equal(first, second);
	answer(f, ";msgid=m9;snug.chat/seq=7 :ann!a@h PRIVMSG #den :hello");
	assert_int_equal(own_count(f->client->core.model), 0);
	assert_true(span_eq(line_id(newest(f)), SPAN("m9")));
}

static void remove_message(struct fixture *f, const char *id)
{
	const struct intents *i = &f->client->seat.intents;

	i->remove(i->arg, den(f), span_of(id));
}

static bool restore(struct fixture *f, bool any)
{
	const struct intents *i = &f->client->seat.intents;

	return i->restore(i->arg, any);
}

static void a_removal_can_be_taken_back_for_a_while(void **state)
{
	struct fixture *f = *state;

	log_in(f);
	assert_false(restore(f, true));
	remove_message(f, "m1");
	loose_world_pass(&f->world, 1000);
	remove_message(f, "m2");
	loose_world_pass(&f->world, REMOVAL_WAITS_MS - 1001);
	assert_false(loose_world_said(&f->world, "REDACT"));
	assert_true(restore(f, false)); // the newest
	loose_world_pass(&f->world, 1);
	loop_turn(f->loop, 0); // kept
	assert_true(loose_world_said(&f->world, "REDACT #den m1\n"));
	assert_false(restore(f, true));
	loose_world_pass(&f->world, 2 * REMOVAL_WAITS_MS);
	assert_false(loose_world_said(&f->world, "REDACT #den m2"));
}

static void a_removal_is_sent_at_once_when_the_program_ends(void **state)
{
	struct fixture *f = *state;

	log_in(f);
	remove_message(f, "m1");
	f->client->seat.intents.quit(&f->client->seat, SPAN(""));
	assert_true(loose_world_said(&f->world, "REDACT #den m1\nQUIT"));
	end(f);
	start(f);
	log_in(f);
	assert_false(loose_world_said(&f->world, "REDACT"));
}

static void a_removal_waits_for_a_connection(void **state)
{
	struct fixture *f = *state;

	remove_message(f, "m1");
	remove_message(f, "m2");
	loose_world_pass(&f->world, REMOVAL_WAITS_MS);
	// What is older is taken back by who means that.
	assert_false(restore(f, false));
	assert_true(restore(f, true));
	log_in(f);
	loop_turn(f->loop, 0);
	assert_true(loose_world_said(&f->world, "REDACT #den m1\n"));
	assert_false(loose_world_said(&f->world, "REDACT #den m2"));
	answer(f, " :ann!a@h REDACT #den m1");
	// A crash loses none.
	remove_message(f, "m3");
	loose_world_break(&f->world);
	end(f);
	start(f);
	log_in(f);
	loop_turn(f->loop, 0);
	assert_true(loose_world_said(&f->world, "REDACT #den m3\n"));
	assert_false(loose_world_said(&f->world, "REDACT #den m1"));
}

static void gather(struct fixture *f, int n)
{
	struct buf names = {0};

	buf_add_str(&names, ":h 353 ann = #den :ann");
	for (int i = 1; i < n; i++)
		buf_printf(&names, " p%d", i);
	hear(f, buf_str(&names));
	hear(f, ":h 366 ann #den :End");
	buf_clear(&names);
}

static void a_crowd_is_called_by_who_said_yes(void **state)
{
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;
	const struct question *q = &f->client->core.model->question;

	log_in(f);
	gather(f, 20);
	type(f, "@room the first cake");
	assert_int_equal(q->id, 0);
	assert_true(loose_world_said(&f->world, " PRIVMSG #den :@room the first cake\n"));
	gather(f, 21);
	type(f, "`@room` is a word");
	assert_int_equal(q->id, 0);
	type(f, "@room cake");
	assert_int_equal(q->id, QUESTION_CALL);
	assert_string_equal(q->text, "tell all 21 of #den?");
	assert_false(loose_world_said(&f->world, ":@room cake\n"));
	i->answer(i->arg, q->id, 'n');
	assert_true(span_eq(line_says(newest(f)), SPAN("not sent: nobody was told")));
	type(f, "/me brings cake, @here");
	assert_int_equal(q->id, QUESTION_CALL);
	i->answer(i->arg, q->id, 'y');
	loop_turn(f->loop, 0);
	assert_int_equal(q->id, 0);
	assert_true(
		loose_world_said(&f->world, " PRIVMSG #den :\1ACTION brings cake, @here\1\n"));
	assert_false(loose_world_said(&f->world, ":@room cake\n"));
	assert_int_equal(own_count(f->client->core.model), 3);
}

// A second one, and what is done to the held line, answer the question too.
static void a_call_that_waits_goes_out_once_or_not(void **state)
{
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;
	const struct question *q = &f->client->core.model->question;

	log_in(f);
	gather(f, 21);
	type(f, "@room one");
	type(f, "@room two");
	i->retry(i->arg, UINT64_MAX);
	loop_turn(f->loop, 0);
	assert_int_equal(q->id, 0);
	assert_true(loose_world_said(&f->world, " PRIVMSG #den :@room two\n"));
	assert_false(loose_world_said(&f->world, ":@room one\n"));
	type(f, "@room three");
	i->drop(i->arg, UINT64_MAX);
	assert_int_equal(q->id, 0);
	assert_false(loose_world_said(&f->world, ":@room three\n"));
	type(f, "@room four");
	end(f);
	start(f); // the next run knows nothing of it
	log_in(f);
	assert_false(loose_world_said(&f->world, ":@room four\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_without_a_time_gets_that_of_our_clock),
		TEST(what_is_typed_is_stored_at_the_servers_time),
		TEST(a_refusal_goes_to_whoever_asked),
		TEST(a_server_that_falls_silent_is_left_and_met_again),
		TEST(another_key_is_refused_with_both),
		TEST(rooms_are_in_the_profile_a_second_later),
		TEST(the_next_run_shows_and_sends_what_was_left),
		TEST(what_lay_for_long_waits_for_a_word),
		TEST(what_the_server_lost_goes_out_again_when_the_user_says_so),
		TEST(a_removal_can_be_taken_back_for_a_while),
		TEST(a_removal_is_sent_at_once_when_the_program_ends),
		TEST(a_removal_waits_for_a_connection),
		TEST(a_crowd_is_called_by_who_said_yes),
		TEST(a_call_that_waits_goes_out_once_or_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
