// SPDX-License-Identifier: MIT
// Messages on their way out: what may be sent, when, how often, and what became of it.
#include "tests/unit/client/core.h"

static uint64_t put(struct core *c, const char *room, enum line_kind kind, const char *text)
{
	struct target *t = core_room(c, room);

	assert_true(delivery_message(c->e.delivery, t, kind, span_of(text), SPAN(""),
				     c->world.wall_ms));
	return container_of(t->own.prev, struct own, in_target)->local_id;
}

static uint64_t say(struct core *c, const char *text)
{
	uint64_t id = put(c, "#den", LINE_MESSAGE, text);

	unsent_kept(c->e.unsent, id, NULL);
	return id;
}

static enum own_state state_of(struct core *c, uint64_t id)
{
	const struct own *own = own_find(c->e.model, id, NULL);

	assert_non_null(own);
	return own->state;
}

// What the target says of it; NULL: it is on its way.
static const char *wrong(struct core *c, struct target *t, enum line_kind kind,
			 struct span text)
{
	static char words[160];

	if (delivery_message(c->e.delivery, t, kind, text, SPAN("m1"), NOW_MS))
		return NULL;
	assert_true(t->log.count > 0);
	const struct log_line *l = scrollback_at(&t->log, t->log.count - 1);
	assert_int_equal(l->kind, LINE_ERROR);
	snprintf(words, sizeof(words), SPAN_FMT, SPAN_ARG(line_says(l)));
	return words;
}

static void what_cannot_be_sent_is_refused_in_words(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");

	assert_string_equal(wrong(c, c->e.model->server, LINE_MESSAGE, SPAN("hi")),
			    "there is nobody to talk to here: go to a room or a person first");
	assert_string_equal(wrong(c, t, LINE_MESSAGE, SPAN("\xff")),
			    "not sent: this is not UTF-8 text");
	// Offline nobody knows what the server can.
	assert_null(wrong(c, t, LINE_EDIT, SPAN("hi")));
	core_log_in(c, "batch");
	assert_string_equal(wrong(c, t, LINE_EDIT, SPAN("hi")),
			    "this server knows no edits: nothing was sent");
	assert_null(wrong(c, t, LINE_MESSAGE, SPAN("hi")));
}

static void without_a_place_to_keep_it_nothing_is_sent(void **state)
{
	struct core *c = *state;

	assert_string_equal(wrong(c, core_room(c, "#den"), LINE_MESSAGE, SPAN("hi")),
			    "nothing can be sent: there is no place to keep unsent messages");
}

static void nothing_leaves_before_it_is_kept(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_EXACT);
	uint64_t id = put(c, "#den", LINE_MESSAGE, "hi");
	assert_int_equal(state_of(c, id), OWN_KEEPING);
	// Neither a second try nor a new login hurries it.
	delivery_retry(c->e.delivery, id);
	assert_int_equal(state_of(c, id), OWN_KEEPING);
	core_break(c, CORE_EXACT);
	assert_int_equal(state_of(c, id), OWN_KEEPING);
	core_expect_said(c, "PRIVMSG", 0);
	unsent_kept(c->e.unsent, id, NULL);
	assert_int_equal(state_of(c, id), OWN_SENDING);
	core_expect_said(c, " PRIVMSG #den :hi\n", 1);
	assert_int_equal(c->n_sent, 1);
}

static void take_text(void *arg, struct target *t UNUSED, const struct own *o)
{
	buf_add_str(arg, o->text);
}

static void what_cannot_be_kept_goes_back_to_where_it_was_typed(void **state)
{
	struct core *c = *state;
	struct buf taken = {0};
	struct model_watch watch = {.arg = &taken, .on_recall = take_text};
	struct target *t = core_room(c, "#den");

	uint64_t id = put(c, "#den", LINE_MESSAGE, "first");
	unsent_kept(c->e.unsent, id, "No space");
	assert_int_equal(own_count(c->e.model), 0);
	assert_true(span_eq(line_says(core_newest(t)),
			    SPAN("not queued: the disk says: No space")));
	model_watch(c->e.model, &watch);
	id = put(c, "#den", LINE_MESSAGE, "second");
	unsent_kept(c->e.unsent, id, "No space");
	assert_string_equal(buf_str(&taken), "second");
	assert_int_equal(own_count(c->e.model), 0);
	// Of one that is gone meanwhile it is no news.
	size_t before = t->log.count;
	id = put(c, "#den", LINE_MESSAGE, "third");
	delivery_drop(c->e.delivery, id);
	unsent_kept(c->e.unsent, id, "No space");
	unsent_kept(c->e.unsent, id, NULL);
	assert_int_equal(t->log.count, before);
	model_unwatch(c->e.model, &taken);
	buf_clear(&taken);
}

static void what_is_on_its_way_is_not_called_back_nor_sent_twice(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_EXACT);
	uint64_t id = say(c, "hi");
	delivery_drop(c->e.delivery, id);
	delivery_retry(c->e.delivery, id);
	assert_int_equal(state_of(c, id), OWN_SENDING);
	delivery_drop(c->e.delivery, id + 1);
	delivery_retry(c->e.delivery, id + 1);
	core_expect_said(c, ":hi\n", 1);
	assert_int_equal(c->n_done, 0);
	core_answer(c, ":hi\n", ";msgid=m1 :ann!a@h PRIVMSG #den :hi");
	assert_int_equal(c->n_done, 1);
	assert_int_equal(own_count(c->e.model), 0);
}

// Our clock stands in where the server tells no time.
static void a_stored_line_has_the_servers_id_time_and_number(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_EXACT);
	say(c, "one");
	core_answer(c, ":one\n",
		    ";msgid=m1;time=2026-11-22T11:59:00.000Z;snug.chat/seq=7 :ann!a@h PRIVMSG "
		    "#den :one");
	assert_int_equal(core_newest(t)->at_ms, NOW_MS - 60000);
	assert_int_equal(core_newest(t)->seq, 7);
	say(c, "two");
	loose_world_pass(&c->world, 5000);
	core_answer(c, ":two\n",
		    ";msgid=m2;time=soon;snug.chat/seq=x :ann!a@h PRIVMSG #den :two");
	assert_int_equal(core_newest(t)->at_ms, NOW_MS + 5000);
	assert_int_equal(core_newest(t)->seq, 0);
	assert_true(span_eq(line_id(core_newest(t)), SPAN("m2")));
}

static void a_window_of_messages_is_on_its_way(void **state)
{
	struct core *c = *state;
	for (int i = 0; i < 20; i++) {
		char text[16];
		snprintf(text, sizeof(text), "line-%02d.", i);
		say(c, text);
	}
	core_log_in(c, CORE_EXACT);
	core_expect_said(c, ":line-", 16);
	core_answer(c, ":line-03.", ";msgid=m3 :ann!a@h PRIVMSG #den :line-03.");
	core_expect_said(c, ":line-", 17);
	core_expect_said(c, ":line-16.", 1);
}

static void of_several_lines_the_first_refusal_is_told(void **state)
{
	struct core *c = *state;
	struct target *t = NULL;
	core_log_in(c, CORE_EXACT);
	uint64_t id = say(c, "one\ntwo\nthree");
	core_answer(c, ":one\n", ";msgid=m1 :ann!a@h PRIVMSG #den :one");
	core_answer(c, ":two\n", " :h 404 ann #den :first reason");
	assert_int_equal(state_of(c, id), OWN_SENDING);
	core_answer(c, ":three\n", " :h FAIL PRIVMSG DISK_FULL #den :second reason");
	assert_int_equal(state_of(c, id), OWN_REFUSED);
	assert_string_equal(own_find(c->e.model, id, &t)->reason, "first reason");
	assert_int_equal(c->n_done, 0);
	// It stays, also over a new login, until the user says what becomes of it.
	core_break(c, CORE_EXACT);
	assert_int_equal(state_of(c, id), OWN_REFUSED);
	core_expect_said(c, "PRIVMSG", 0);
	delivery_drop(c->e.delivery, id);
	assert_int_equal(c->n_done, 1);
}

static void what_was_lost_goes_again_what_was_answered_does_not(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_EXACT);
	uint64_t first = say(c, "one"), second = say(c, "two");
	core_answer(c, ":one\n", ";msgid=m1 :ann!a@h PRIVMSG #den :one");
	assert_null(own_find(c->e.model, first, NULL));
	loose_world_break(&c->world);
	assert_int_equal(state_of(c, second), OWN_QUEUED);
	uplink_retry(c->e.session);
	core_welcome(c, CORE_EXACT);
	core_expect_said(c, ":one\n", 0);
	core_expect_said(c, ":two\n", 1);
	assert_int_equal(c->e.model->question.id, 0);
}

// Many lines.

static void limits_of_many_lines_are_kept_or_lines_are_sent(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_EXACT " draft/multiline=max-bytes=4096,max-lines=2");
	put(c, "#den", LINE_ACTION, "waves\nand bows");
	unsent_kept(c->e.unsent, 1, NULL);
	core_expect_said(c, "BATCH", 0);
	say(c, "one line");
	core_expect_said(c, "BATCH", 0);
	say(c, "1\n2\n3\n4\n5");
	core_expect_said(c, " BATCH +", 3);
	core_expect_said(c, "\nBATCH -", 3);
	core_expect_said(c, "-2 BATCH +m3-2 draft/multiline #den\n", 1);
	char text[900];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	say(c, text);
	core_expect_said(c, ";draft/multiline-concat PRIVMSG #den :xx", 1);
}

static void a_server_whose_limits_hold_no_line_gets_lines(void **state)
{
	static const char *const values[] = {"", "=max-bytes=100,max-lines=5", "=max-lines=5",
					     "=max-bytes=9999999"};
	struct core *c = *state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		char caps[400];
		snprintf(caps, sizeof(caps), "%s draft/multiline%s", CORE_EXACT, values[i]);
		if (i)
			core_break(c, caps);
		else
			core_log_in(c, caps);
		uint64_t id = say(c, "1\n2");
		core_expect_said(c, "BATCH", 0);
		core_expect_said(c, " PRIVMSG #den :1\n", 1);
		core_answer(c, ":1\n", " :h 404 ann #den :no");
		core_answer(c, ":2\n", " :h 404 ann #den :no");
		delivery_drop(c->e.delivery, id);
	}
}

// Without a word about lines there are a hundred.
static void an_edit_that_does_not_fit_goes_on_as_a_message(void **state)
{
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	core_log_in(c, CORE_EXACT);
	assert_true(delivery_message(c->e.delivery, t, LINE_EDIT, SPAN("one\ntwo"), SPAN("m1"),
				     NOW_MS));
	unsent_kept(c->e.unsent, 1, NULL);
	core_expect_said(c, ";+draft/edit=m1 PRIVMSG #den :one\n", 1);
	core_expect_said(c, "-2 PRIVMSG #den :two\n", 1);
	core_expect_said(c, "+draft/edit", 1);
}

// Questions.

static void old_ones_are_counted_and_asked_about(void **state)
{
	struct core *c = *state;
	say(c, "first");
	loose_world_pass(&c->world, 60000);
	say(c, "second");
	loose_world_pass(&c->world, ASK_OLDER_MS + 1);
	say(c, "young");
	core_log_in(c, CORE_EXACT);
	const struct question *q = &c->e.model->question;
	assert_int_equal(q->id, QUESTION_OLD);
	assert_non_null(strstr(q->text, "send 2 lines from 2026-11-22 12:00?"));
	core_expect_said(c, ":young\n", 1);
	core_expect_said(c, "PRIVMSG", 1);
	// Another question's answer is none to this.
	delivery_answer(c->e.delivery, QUESTION_DEVICE, 'y');
	assert_int_equal(q->id, QUESTION_OLD);
	core_expect_said(c, "PRIVMSG", 1);
	// It is asked anew, whatever became of the connection.
	loose_world_break(&c->world);
	assert_int_equal(q->id, 0);
	uplink_retry(c->e.session);
	core_welcome(c, CORE_EXACT);
	assert_int_equal(q->id, QUESTION_OLD);
	delivery_answer(c->e.delivery, QUESTION_OLD, 'd');
	assert_int_equal(q->id, 0);
	assert_int_equal(own_count(c->e.model), 1);
	assert_int_equal(c->n_done, 2);
	core_expect_said(c, ":first\n", 0);
}

static void unsure_ones_come_before_old_ones(void **state)
{
	struct core *c = *state;
	core_log_in(c, CORE_CAPS);
	say(c, "sent");
	loose_world_break(&c->world);
	say(c, "never sent");
	uplink_retry(c->e.session);
	core_welcome(c, CORE_CAPS);
	const struct question *q = &c->e.model->question;
	assert_int_equal(q->id, QUESTION_UNSURE);
	assert_non_null(strstr(q->text, "1 line may have been sent"));
	core_expect_said(c, ":never sent\n", 1);
	core_expect_said(c, ":sent\n", 0);
	delivery_answer(c->e.delivery, QUESTION_UNSURE, 'y');
	core_expect_said(c, ":sent\n", 1);
}

static void history_shows_what_became_of_an_unsure_one(void **state)
{
	static const char *const others[] = {
		"@msgid=x1 :bob!b@h PRIVMSG #den :sent", ":ann!a@h PRIVMSG #den :sent",
		"@msgid=x2 :ann!a@h PRIVMSG #dev :sent",
		"@msgid=x3 :ann!a@h PRIVMSG #den :something else",
		"@msgid=x4;time=2026-11-22T11:58:59.000Z :ann!a@h PRIVMSG #den :sent"};
	struct core *c = *state;
	core_log_in(c, CORE_CAPS);
	core_hear(c, ":ann!a@h JOIN #dev");
	uint64_t id = say(c, "sent");
	core_break(c, CORE_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		core_hear(c, others[i]);
		assert_int_equal(state_of(c, id), OWN_HELD);
	}
	core_hear(c, "@msgid=x5;time=2026-11-22T12:00:01.000Z :ann!a@h PRIVMSG #den :sent");
	assert_null(own_find(c->e.model, id, NULL));
	assert_int_equal(c->n_done, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORE(what_cannot_be_sent_is_refused_in_words),
		cmocka_unit_test_setup_teardown(without_a_place_to_keep_it_nothing_is_sent,
						core_set_up, core_tear_down),
		CORE(nothing_leaves_before_it_is_kept),
		CORE(what_cannot_be_kept_goes_back_to_where_it_was_typed),
		CORE(what_is_on_its_way_is_not_called_back_nor_sent_twice),
		CORE(a_stored_line_has_the_servers_id_time_and_number),
		CORE(a_window_of_messages_is_on_its_way),
		CORE(of_several_lines_the_first_refusal_is_told),
		CORE(what_was_lost_goes_again_what_was_answered_does_not),
		CORE(limits_of_many_lines_are_kept_or_lines_are_sent),
		CORE(a_server_whose_limits_hold_no_line_gets_lines),
		CORE(an_edit_that_does_not_fit_goes_on_as_a_message),
		CORE(old_ones_are_counted_and_asked_about),
		CORE(unsure_ones_come_before_old_ones),
		CORE(history_shows_what_became_of_an_unsure_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
