// SPDX-License-Identifier: MIT
#include "client/sync/delivery.h"
#include "client/app/paths.h"
#include "client/app/unsent_file.h"
#include "tests/unit/client/wire.h"
#include "client/model/own.h"
#include "client/model/target.h"

#define CAPS "message-tags server-time labeled-response batch echo-message "
#define EXACT CAPS "snug.chat/exactly-once"

struct fixture {
	struct wire wire;
	struct unsent_file *file;
	struct target *room;
	char dir[40];
};

static void open_outbox(struct fixture *f)
{
	char *error = NULL;
	f->file = unsent_file_open(f->wire.loop, f->wire.core.unsent, f->dir, &error);
	assert_non_null(f->file);
}

static void start(void **state, const char *caps)
{
	struct fixture *f = calloc(1, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/snug-delivery-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	wire_init(&f->wire, caps);
	f->room = target_need(f->wire.core.model, SPAN("#a"));
	open_outbox(f);
	wire_start(&f->wire);
	*state = f;
}

static int set_up(void **state)
{
	start(state, EXACT);
	return 0;
}

static int set_up_redacting(void **state)
{
	start(state, EXACT " draft/message-redaction");
	return 0;
}

static int set_up_plain(void **state)
{
	start(state, "multi-prefix");
	return 0;
}

static int set_up_inexact(void **state)
{
	start(state, CAPS);
	return 0;
}

static int set_up_multiline(void **state)
{
	start(state, EXACT " draft/multiline=max-bytes=4096,max-lines=3");
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	calls_lost(f->wire.core.calls);
	unsent_file_close(f->file);
	wire_clear(&f->wire);
	const char *names[] = {"outbox", "outbox.lock"};
	for (int i = 0; i < 2; i++) {
		char *path = path_join(f->dir, names[i], NULL);
		unlink(path);
		free(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static void say_at(struct fixture *f, const char *text, int64_t at_ms)
{
	assert_true(delivery_message(f->wire.core.delivery, f->room, LINE_MESSAGE,
				     span_of(text), SPAN(""), at_ms));
	// Kept at the turn's end.
	loop_turn(f->wire.loop, 0);
}

static void type(struct fixture *f, const char *text)
{
	say_at(f, text, clock_wall_ms());
}

static struct own *first_own(struct fixture *f)
{
	assert_false(list_is_empty(&f->room->own));
	return container_of(f->room->own.next, struct own, in_target);
}

static void echo(struct fixture *f, const char *label, const char *id, const char *text)
{
	struct buf line = {0};
	buf_printf(&line,
		   "@label=%s;msgid=%s;time=2026-11-22T12:00:00.000Z :ann!a@h PRIVMSG #a :%s",
		   label, id, text);
	scripted_say(&f->wire.server, buf_str(&line));
	buf_clear(&line);
	wire_settle(&f->wire);
}

static size_t times(struct fixture *f, const char *text)
{
	size_t n = 0;
	for (const char *at = buf_str(&f->wire.server.heard); (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void a_message_is_queued_sent_and_stored(void **state)
{
	struct fixture *f = *state;
	char label[80], id[80];
	type(f, "hello");
	assert_int_equal(first_own(f)->state, OWN_QUEUED);
	wire_connect(&f->wire);
	wire_tag(&f->wire, "PRIVMSG #a :hello", "label=", label);
	wire_tag(&f->wire, "PRIVMSG #a :hello", "snug.chat/id=", id);
	assert_int_equal(strlen(id), CLIENT_ID_LEN);
	assert_int_equal(first_own(f)->state, OWN_SENDING);
	echo(f, label, "m1", "hello");
	assert_true(list_is_empty(&f->room->own));
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	assert_int_equal(f->room->log.count, 1);
	assert_true(span_eq(line_id(scrollback_at(&f->room->log, 0)), SPAN("m1")));
}

static void after_a_break_the_same_id_goes_out_again(void **state)
{
	struct fixture *f = *state;
	char first[80], second[80], label[80];
	wire_connect(&f->wire);
	type(f, "hello");
	wire_tag(&f->wire, ":hello", "snug.chat/id=", first);
	wire_break(&f->wire);
	wire_tag(&f->wire, ":hello", "snug.chat/id=", second);
	assert_string_equal(first, second);
	wire_tag(&f->wire, ":hello", "label=", label);
	echo(f, label, "m1", "hello");
	assert_true(list_is_empty(&f->room->own));
	assert_int_equal(f->room->log.count, 1);
}

static void a_restart_sends_what_was_left(void **state)
{
	struct fixture *f = *state;
	char first[80], second[80];
	wire_connect(&f->wire);
	type(f, "hello");
	wire_tag(&f->wire, ":hello", "snug.chat/id=", first);
	// The program dies and starts again.
	calls_lost(f->wire.core.calls);
	unsent_file_close(f->file);
	engine_clear(&f->wire.core);
	scripted_drop(&f->wire.server);
	buf_reset(&f->wire.server.heard);
	engine_init(&f->wire.core, &f->wire.outside, &terminal_words, SPAN("ann"));
	f->room = target_need(f->wire.core.model, SPAN("#a"));
	open_outbox(f);
	wire_start(&f->wire);
	assert_int_equal(first_own(f)->state, OWN_QUEUED);
	wire_connect(&f->wire);
	wire_tag(&f->wire, ":hello", "snug.chat/id=", second);
	assert_string_equal(first, second);
}

static void order_is_kept_and_nothing_goes_twice(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 60; i++) {
		char text[32];
		snprintf(text, sizeof(text), "line-%02d.", i);
		type(f, text);
	}
	wire_connect(&f->wire);
	for (int i = 0; i < 60; i++) {
		char text[32], label[80], id[16];
		snprintf(text, sizeof(text), "line-%02d.", i);
		snprintf(id, sizeof(id), "m%02d", i);
		wire_tag(&f->wire, text, "label=", label);
		assert_int_equal(times(f, text), 1);
		echo(f, label, id, text);
	}
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	assert_int_equal(f->room->log.count, 60);
}

static void a_refusal_says_why_and_can_be_tried_again(void **state)
{
	struct fixture *f = *state;
	char label[80], line[160], first[80], second[80];
	wire_connect(&f->wire);
	type(f, "hello");
	wire_tag(&f->wire, ":hello", "label=", label);
	wire_tag(&f->wire, ":hello", "snug.chat/id=", first);
	snprintf(line, sizeof(line), "@label=%s :h 404 ann #a :You are muted", label);
	scripted_say(&f->wire.server, line);
	wire_settle(&f->wire);
	assert_int_equal(first_own(f)->state, OWN_REFUSED);
	assert_string_equal(first_own(f)->reason, "You are muted");
	buf_reset(&f->wire.server.heard);
	delivery_retry(f->wire.core.delivery, first_own(f)->local_id);
	wire_tag(&f->wire, ":hello", "snug.chat/id=", second);
	assert_string_equal(first, second);
}

static void what_is_dropped_is_gone_from_disk(void **state)
{
	struct fixture *f = *state;
	type(f, "hello");
	delivery_drop(f->wire.core.delivery, first_own(f)->local_id);
	assert_true(list_is_empty(&f->room->own));
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	wire_connect(&f->wire);
	wire_settle(&f->wire);
	assert_int_equal(times(f, "hello"), 0);
}

static void old_lines_wait_for_the_users_word(void **state)
{
	struct fixture *f = *state;
	int64_t then = clock_wall_ms() - ASK_OLDER_MS - 1000;
	say_at(f, "old", then);
	type(f, "young");
	wire_connect(&f->wire);
	assert_true(scripted_hears(&f->wire.server, ":young"));
	assert_int_equal(times(f, ":old"), 0);
	assert_int_equal(f->wire.core.model->question.id, QUESTION_OLD);
	assert_int_equal(first_own(f)->state, OWN_HELD);
	delivery_answer(f->wire.core.delivery, QUESTION_OLD, 'y');
	assert_true(scripted_hears(&f->wire.server, ":old"));
	assert_int_equal(f->wire.core.model->question.id, 0);
}

static void no_keeps_old_lines_unsent(void **state)
{
	struct fixture *f = *state;
	int64_t then = clock_wall_ms() - ASK_OLDER_MS - 1000;
	say_at(f, "old", then);
	wire_connect(&f->wire);
	delivery_answer(f->wire.core.delivery, QUESTION_OLD, 'n');
	wire_settle(&f->wire);
	assert_int_equal(times(f, ":old"), 0);
	assert_false(list_is_empty(unsent_entries(f->wire.core.unsent)));
}

static void take_text(void *arg, struct target *t UNUSED, const struct own *o)
{
	buf_add_str(arg, o->text);
}

static void old_lines_to_be_edited_go_only_to_who_takes_them(void **state)
{
	struct fixture *f = *state;
	int64_t then = clock_wall_ms() - ASK_OLDER_MS - 1000;
	struct buf taken = {0};
	struct model_watch watch = {.arg = &taken, .on_recall = take_text};
	say_at(f, "old", then);
	wire_connect(&f->wire);
	delivery_answer(f->wire.core.delivery, QUESTION_OLD, 'e');
	assert_int_equal(first_own(f)->state, OWN_HELD);
	assert_false(list_is_empty(unsent_entries(f->wire.core.unsent)));
	model_watch(f->wire.core.model, &watch);
	delivery_answer(f->wire.core.delivery, QUESTION_OLD, 'e');
	assert_string_equal(buf_str(&taken), "old");
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	assert_int_equal(own_count(f->wire.core.model), 0);
	assert_int_equal(times(f, ":old"), 0);
	model_unwatch(f->wire.core.model, &taken);
	buf_clear(&taken);
}

static void a_server_without_labels_is_understood_by_its_echo_or_pong(void **state)
{
	struct fixture *f = *state;
	wire_connect(&f->wire);
	type(f, "hello");
	assert_true(scripted_hears(&f->wire.server, "PRIVMSG #a :hello\n"));
	wire_settle(&f->wire);
	// No tags where there are none.
	assert_int_equal(times(f, "@"), 0);
	assert_true(list_is_empty(&f->room->own));
	assert_int_equal(f->room->log.count, 1);
}

static void without_exactly_once_a_broken_send_is_not_repeated_unasked(void **state)
{
	struct fixture *f = *state;
	wire_connect(&f->wire);
	type(f, "hello");
	assert_true(scripted_hears(&f->wire.server, ":hello"));
	wire_break(&f->wire);
	wire_settle(&f->wire);
	assert_int_equal(times(f, ":hello"), 0);
	assert_int_equal(f->wire.core.model->question.id, QUESTION_UNSURE);
	// History shows that it had arrived.
	scripted_say(&f->wire.server, "@msgid=m1 :ann!a@h PRIVMSG #a :hello");
	wire_settle(&f->wire);
	assert_true(list_is_empty(&f->room->own));
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
}

static void long_texts_are_split_where_the_server_takes_lines_only(void **state)
{
	struct fixture *f = *state;
	char text[900];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "one\ntwo\n", 8);
	wire_connect(&f->wire);
	type(f, text);
	assert_true(scripted_hears(&f->wire.server, "PRIVMSG #a :one\n"));
	char first[80], second[80];
	wire_tag(&f->wire, ":one", "snug.chat/id=", first);
	wire_tag(&f->wire, ":two", "snug.chat/id=", second);
	assert_memory_equal(first, second, CLIENT_ID_LEN);
	assert_string_equal(second + CLIENT_ID_LEN, "-2");
	for (struct span rest = buf_span(&f->wire.server.heard); rest.len;)
		assert_true(span_cut(&rest, '\n').len <= 510);
}

static void many_lines_are_one_message_where_the_server_takes_those(void **state)
{
	struct fixture *f = *state;
	char label[80], line[200];
	wire_connect(&f->wire);
	type(f, "one\n\ntwo\nthree");
	wire_tag(&f->wire, "BATCH +m1-1 draft/multiline #a", "label=", label);
	assert_true(scripted_hears(&f->wire.server, "@batch=m1-1 PRIVMSG #a :one\n"
						    "@batch=m1-1 PRIVMSG #a :\n"
						    "@batch=m1-1 PRIVMSG #a :two\n"
						    "BATCH -m1-1\n"));
	// Three lines are its limit: the fourth is a message of its own.
	assert_true(scripted_hears(&f->wire.server,
				   "@batch=m1-2 PRIVMSG #a :three\nBATCH -m1-2\n"));
	snprintf(line, sizeof(line),
		 "@label=%s;msgid=m1 :ann!a@h BATCH +z draft/multiline #a\r\n"
		 "@batch=z :ann!a@h PRIVMSG #a :one\r\n:h BATCH -z",
		 label);
	scripted_say(&f->wire.server, line);
	wire_tag(&f->wire, "BATCH +m1-2", "label=", label);
	snprintf(line, sizeof(line),
		 "@label=%s;msgid=m2 :ann!a@h BATCH +y draft/multiline #a\r\n"
		 "@batch=y :ann!a@h PRIVMSG #a :three\r\n:h BATCH -y",
		 label);
	scripted_say(&f->wire.server, line);
	wire_settle(&f->wire);
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	assert_int_equal(f->room->log.count, 2);
}

static void an_edit_goes_out_with_the_tag_of_its_message_and_ends_as_its_text(void **state)
{
	struct fixture *f = *state;
	char label[80], line[200];
	wire_connect(&f->wire);
	scripted_say(&f->wire.server, "@msgid=m1 :ann!a@h PRIVMSG #a :cakee");
	wire_settle(&f->wire);
	assert_true(delivery_message(f->wire.core.delivery, f->room, LINE_EDIT, SPAN("cake"),
				     SPAN("m1"), clock_wall_ms()));
	wire_tag(&f->wire, "PRIVMSG #a :cake", "label=", label);
	assert_true(scripted_hears(&f->wire.server, ";+draft/edit=m1 PRIVMSG #a :cake\n"));
	snprintf(line, sizeof(line),
		 "@label=%s;msgid=m2;+draft/edit=m1 :ann!a@h PRIVMSG #a :cake", label);
	scripted_say(&f->wire.server, line);
	wire_settle(&f->wire);
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	assert_true(span_eq(line_says(scrollback_at(&f->room->log, 0)), SPAN("cake")));
}

static void a_server_without_tags_gets_no_edit(void **state)
{
	struct fixture *f = *state;
	wire_connect(&f->wire);
	assert_false(delivery_message(f->wire.core.delivery, f->room, LINE_EDIT, SPAN("cake"),
				      SPAN("m1"), clock_wall_ms()));
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
}

static void act(struct fixture *f, enum line_kind kind, const char *text, const char *about)
{
	assert_true(delivery_message(f->wire.core.delivery, f->room, kind, span_of(text),
				     span_of(about), clock_wall_ms()));
	loop_turn(f->wire.loop, 0);
}

// What was done offline goes out in order, each once, and leaves nothing behind.
static void acts_are_kept_and_go_out_as_messages_do(void **state)
{
	static const char *const lines[] = {"TAGMSG #a\n", "REDACT #a m1 :typo\n",
					    "TOPIC #a :tea\n"};
	static const char *const echoes[] = {"TAGMSG #a", "REDACT #a m1 :typo",
					     "TOPIC #a :tea"};
	struct fixture *f = *state;

	act(f, LINE_REACTION, "!", "m0");
	act(f, LINE_REMOVAL, "typo", "m1");
	act(f, LINE_TOPIC, "tea", "cake");
	assert_int_equal(first_own(f)->state, OWN_QUEUED);
	wire_connect(&f->wire);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char label[80], line[200];

		assert_true(scripted_hears(&f->wire.server, lines[i]));
		wire_tag(&f->wire, echoes[i], "label=", label);
		snprintf(line, sizeof(line), "@label=%s :ann!a@h %s", label, echoes[i]);
		scripted_say(&f->wire.server, line);
		wire_settle(&f->wire);
	}
	assert_true(times(f, "snug.chat/id=") == 3 && times(f, ";snug.chat/was=cake ") == 1);
	assert_true(list_is_empty(&f->room->own));
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
	assert_true(list_is_empty(unsent_stored_entries(f->wire.core.unsent)));
}

static void an_act_that_is_refused_says_why(void **state)
{
	struct fixture *f = *state;
	char label[80], line[200];

	wire_connect(&f->wire);
	act(f, LINE_TOPIC, "tea", "cake");
	wire_tag(&f->wire, "TOPIC #a :tea", "label=", label);
	snprintf(line, sizeof(line), "@label=%s FAIL TOPIC TOPIC_CHANGED #a :Another one",
		 label);
	scripted_say(&f->wire.server, line);
	wire_settle(&f->wire);
	assert_int_equal(first_own(f)->state, OWN_REFUSED);
	assert_string_equal(first_own(f)->reason, "Another one");
}

static void a_server_that_knows_no_such_act_is_not_asked(void **state)
{
	struct fixture *f = *state;

	wire_connect(&f->wire);
	assert_false(delivery_message(f->wire.core.delivery, f->room, LINE_REACTION, SPAN("!"),
				      SPAN("m1"), clock_wall_ms()));
	assert_false(delivery_message(f->wire.core.delivery, f->room, LINE_REMOVAL, SPAN(""),
				      SPAN("m1"), clock_wall_ms()));
	assert_true(list_is_empty(unsent_entries(f->wire.core.unsent)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define TEST_WITH(name, setup) cmocka_unit_test_setup_teardown(name, setup, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_is_queued_sent_and_stored),
		TEST(after_a_break_the_same_id_goes_out_again),
		TEST(a_restart_sends_what_was_left),
		TEST(order_is_kept_and_nothing_goes_twice),
		TEST(a_refusal_says_why_and_can_be_tried_again),
		TEST(what_is_dropped_is_gone_from_disk),
		TEST(old_lines_wait_for_the_users_word),
		TEST(no_keeps_old_lines_unsent),
		TEST(old_lines_to_be_edited_go_only_to_who_takes_them),
		TEST_WITH(a_server_without_labels_is_understood_by_its_echo_or_pong,
			  set_up_plain),
		TEST_WITH(without_exactly_once_a_broken_send_is_not_repeated_unasked,
			  set_up_inexact),
		TEST(an_edit_goes_out_with_the_tag_of_its_message_and_ends_as_its_text),
		TEST_WITH(a_server_without_tags_gets_no_edit, set_up_plain),
		TEST_WITH(acts_are_kept_and_go_out_as_messages_do, set_up_redacting),
		TEST(an_act_that_is_refused_says_why),
		TEST_WITH(a_server_that_knows_no_such_act_is_not_asked, set_up_plain),
		TEST(long_texts_are_split_where_the_server_takes_lines_only),
		TEST_WITH(many_lines_are_one_message_where_the_server_takes_those,
			  set_up_multiline),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
