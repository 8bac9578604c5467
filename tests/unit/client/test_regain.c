// SPDX-License-Identifier: MIT
// A server that was put back to an older copy, and what of ours was not in it: rooms of a server
// that stores by number and by id, names its history, and forgets what a copy does not have.
#include "client/app/paths.h"
#include "client/app/unsent_file.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "tests/unit/client/wire.h"

#define CAPS                                                                                   \
	"message-tags server-time labeled-response batch echo-message draft/chathistory "      \
	"snug.chat/exactly-once snug.chat/sequence"
#define STORED_ROOM 64
#define N_ROOMS 3

struct stored {
	char id[80], text[40], msgid[16], reply[16];
	int room, seq;
};

struct fixture {
	struct wire wire;
	struct unsent_file *file;
	struct stored stored[STORED_ROOM];
	int n_stored, n_ever, n_asked;
	const char *refusal; // NULL: none; "": nothing is said
	char history[8];
	char dir[40];
};

static const char *const rooms[N_ROOMS] = {"#a", "#b", "cem"};

static int room_at(struct span name)
{
	for (int i = 0; i < N_ROOMS; i++)
		if (span_eq(span_of(rooms[i]), name))
			return i;
	fail_msg("no such room");
	return 0;
}

static void tag_of(const struct msg *m, const char *key, char *out, size_t size)
{
	struct span value;

	out[0] = '\0';
	if (msg_tag(m, span_of(key), &value))
		snprintf(out, size, SPAN_FMT, SPAN_ARG(value));
}

static int last_seq(const struct fixture *f, int room)
{
	int last = 0;

	for (int i = 0; i < f->n_stored; i++)
		last = f->stored[i].room == room ? f->stored[i].seq : last;
	return last;
}

static void add_line(struct buf *out, const struct stored *s, const char *tags)
{
	buf_printf(out,
		   "@%smsgid=%s;time=2026-11-22T12:%02d:%02d.000Z;snug.chat/seq=%d "
		   ":ann!a@h PRIVMSG %s :%s",
		   tags, s->msgid, atoi(s->msgid + 1) / 60, atoi(s->msgid + 1) % 60, s->seq,
		   rooms[s->room], s->text);
}

static struct stored *store(struct fixture *f, int room, const char *id, const char *text)
{
	int seq = last_seq(f, room) + 1;
	struct stored *s = &f->stored[f->n_stored++];

	assert_true(f->n_stored < STORED_ROOM);
	*s = (struct stored){.room = room, .seq = seq};
	snprintf(s->id, sizeof(s->id), "%s", id);
	snprintf(s->text, sizeof(s->text), "%s", text);
	snprintf(s->msgid, sizeof(s->msgid), "m%03d", ++f->n_ever);
	return s;
}

static void on_said(struct fixture *f, const struct msg *m)
{
	char id[80], label[40], text[40], tags[60];
	struct buf line = {0};
	struct stored *s = NULL;

	tag_of(m, "snug.chat/id", id, sizeof(id));
	tag_of(m, "label", label, sizeof(label));
	for (int i = 0; i < f->n_stored; i++)
		s = strcmp(f->stored[i].id, id) == 0 ? &f->stored[i] : s;
	snprintf(text, sizeof(text), SPAN_FMT, SPAN_ARG(msg_param(m, 1)));
	if (!s)
		s = store(f, room_at(msg_param(m, 0)), id, text);
	tag_of(m, "+reply", s->reply, sizeof(s->reply));
	if (!s->reply[0])
		tag_of(m, "+draft/edit", s->reply, sizeof(s->reply));
	snprintf(tags, sizeof(tags), "label=%s;", label);
	add_line(&line, s, tags);
	scripted_say(&f->wire.server, buf_str(&line));
	buf_clear(&line);
}

// CHATHISTORY BETWEEN room snug.chat/seq=LOW@H snug.chat/seq=HIGH@H 1; of others nothing.
static void on_asked(struct fixture *f, const struct msg *m)
{
	int low = 0, high = 0, room;
	char label[40], history[8] = "", bound[60];
	struct buf out = {0};

	tag_of(m, "label", label, sizeof(label));
	if (!span_starts(msg_param(m, 2), SPAN("snug.chat/seq="))) {
		buf_printf(&out, "@label=%s :h BATCH +p chathistory x\r\n:h BATCH -p", label);
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	f->n_asked++;
	room = room_at(msg_param(m, 1));
	snprintf(bound, sizeof(bound), SPAN_FMT, SPAN_ARG(msg_param(m, 2)));
	assert_int_equal(sscanf(bound, "snug.chat/seq=%d@%7s", &low, history), 2);
	snprintf(bound, sizeof(bound), SPAN_FMT, SPAN_ARG(msg_param(m, 3)));
	assert_int_equal(sscanf(bound, "snug.chat/seq=%d@%7s", &high, history), 2);
	assert_string_equal(history, f->history);
	if (f->refusal) {
		buf_printf(&out, "@label=%s %s", label, f->refusal);
	} else if (high > last_seq(f, room) + 1) {
		buf_printf(&out, "@label=%s :h FAIL CHATHISTORY HISTORY_CHANGED BETWEEN x :no",
			   label);
	} else {
		buf_printf(&out, "@label=%s :h BATCH +p chathistory %s\r\n", label,
			   rooms[room]);
		for (int i = 0; i < f->n_stored; i++) {
			const struct stored *s = &f->stored[i];
			if (s->room != room || s->seq <= low || s->seq >= high)
				continue;
			add_line(&out, s, "batch=p;");
			buf_add_str(&out, "\r\n");
		}
		buf_add_str(&out, ":h BATCH -p");
	}
	if (!f->refusal || f->refusal[0])
		scripted_say(&f->wire.server, buf_str(&out));
	buf_clear(&out);
}

static void script(struct scripted *server, struct span line)
{
	struct fixture *f =
		container_of(container_of(server, struct wire, server), struct fixture, wire);
	char text[160];
	struct msg m;

	wire_script(server, line);
	if (span_eq(line, SPAN("CAP END"))) {
		snprintf(text, sizeof(text),
			 ":h 005 ann snug.chat/HISTORY=%s :are\r\n:ann!a@h JOIN #a\r\n"
			 ":ann!a@h JOIN #b",
			 f->history);
		scripted_say(server, text);
	}
	if (msg_parse(&m, line) != MSG_OK)
		return;
	if (span_eq(m.command, SPAN("PRIVMSG")))
		on_said(f, &m);
	else if (span_eq(m.command, SPAN("CHATHISTORY")))
		on_asked(f, &m);
}

static void begin(struct fixture *f)
{
	char *error = NULL;

	engine_init(&f->wire.core, &f->wire.outside, &terminal_words, SPAN("ann"));
	f->file = unsent_file_open(f->wire.loop, f->wire.core.unsent, f->dir, &error);
	assert_non_null(f->file);
	wire_start(&f->wire);
}

static void end(struct fixture *f)
{
	calls_lost(f->wire.core.calls);
	unsent_file_close(f->file);
	engine_clear(&f->wire.core);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/snug-regain-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->history, sizeof(f->history), "h1");
	wire_init(&f->wire, CAPS);
	engine_clear(&f->wire.core);
	f->wire.server.on_line = script;
	begin(f);
	wire_connect(&f->wire);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"outbox", "outbox.lock"};
	struct fixture *f = *state;

	end(f);
	scripted_clear(&f->wire.server);
	loop_free(f->wire.loop);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path = path_join(f->dir, names[i], NULL);
		unlink(path);
		free(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static void settle(struct fixture *f)
{
	wire_settle(&f->wire);
	WAIT_UNTIL(!regain_is_asking(f->wire.core.regain) &&
			   catchup_n_open(f->wire.core.catchup) == 0,
		   wire_settle(&f->wire));
}

static struct target *room(struct fixture *f, int i)
{
	return target_need(f->wire.core.model, span_of(rooms[i]));
}

static void say(struct fixture *f, int i, enum line_kind kind, const char *text,
		const char *about)
{
	assert_true(delivery_message(f->wire.core.delivery, room(f, i), kind, span_of(text),
				     span_of(about), clock_wall_ms()));
	loop_turn(f->wire.loop, 0);
	WAIT_UNTIL(own_count(f->wire.core.model) == 0, wire_settle(&f->wire));
}

// Of each room what was said behind its first `kept` messages is gone, and another history
// begins.
static void put_back(struct fixture *f, const char *history, const int kept[N_ROOMS])
{
	int n = 0;

	for (int i = 0; i < f->n_stored; i++) {
		if (f->stored[i].seq <= kept[f->stored[i].room])
			f->stored[n++] = f->stored[i];
	}
	f->n_stored = n;
	snprintf(f->history, sizeof(f->history), "%s", history);
}

// What the server has of a room, and what the model shows of it: the same.
static void expect(struct fixture *f, int i, const char *texts)
{
	const struct scrollback *log = &room(f, i)->log;
	struct buf has = {0}, shown = {0};

	for (int k = 0; k < f->n_stored; k++) {
		if (f->stored[k].room == i)
			buf_printf(&has, "%s ", f->stored[k].text);
	}
	for (size_t k = 0; k < log->count; k++) {
		const struct log_line *l = scrollback_at(log, k);
		if (l->id_len)
			buf_printf(&shown, SPAN_FMT " ", SPAN_ARG(line_says(l)));
	}
	assert_string_equal(buf_str(&has), texts);
	assert_string_equal(buf_str(&shown), texts);
	buf_clear(&has);
	buf_clear(&shown);
}

static int question(const struct fixture *f)
{
	return f->wire.core.model->question.id;
}

static void answer(struct fixture *f, char choice)
{
	delivery_answer(f->wire.core.delivery, question(f), choice);
	loop_turn(f->wire.loop, 0);
	settle(f);
}

static void three_in_each(struct fixture *f)
{
	char text[8];

	for (int n = 1; n <= 3; n++) {
		for (int i = 0; i < N_ROOMS; i++) {
			snprintf(text, sizeof(text), "%d-%d", i, n);
			say(f, i, LINE_MESSAGE, text, "");
		}
	}
}

static void what_a_copy_has_not_is_sent_again_once(void **state)
{
	struct fixture *f = *state;

	three_in_each(f);
	assert_int_equal(question(f), 0);
	put_back(f, "h2", (int[]){1, 3, 0});
	// Numbers are given a second time before we are back.
	store(f, 0, "another", "else");
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(question(f), QUESTION_LOST);
	assert_non_null(strstr(f->wire.core.model->question.text, "lost 5 lines of yours"));
	assert_int_equal(own_count(f->wire.core.model), 5);
	assert_false(scripted_heard(&f->wire.server, "PRIVMSG"));
	answer(f, 'y');
	assert_int_equal(own_count(f->wire.core.model), 0);
	expect(f, 1, "1-1 1-2 1-3 ");
	expect(f, 2, "2-1 2-2 2-3 ");
	assert_int_equal(f->n_stored, 10);
	// Nothing more is lost, and nothing is asked again.
	f->n_asked = 0;
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(f->n_asked, 0);
	assert_int_equal(question(f), 0);
}

static void it_is_remembered_over_a_restart(void **state)
{
	struct fixture *f = *state;

	three_in_each(f);
	end(f);
	put_back(f, "h2", (int[]){2, 2, 2});
	scripted_drop(&f->wire.server);
	begin(f);
	wire_connect(&f->wire);
	settle(f);
	assert_int_equal(question(f), QUESTION_LOST);
	assert_int_equal(own_count(f->wire.core.model), 3);
	// Unanswered, over another one.
	end(f);
	scripted_drop(&f->wire.server);
	begin(f);
	wire_connect(&f->wire);
	settle(f);
	assert_int_equal(own_count(f->wire.core.model), 3);
	assert_int_equal(question(f), QUESTION_LOST);
	answer(f, 'y');
	assert_int_equal(f->n_stored, 9);
	assert_int_equal(own_count(f->wire.core.model), 0);
}

static void no_keeps_them_and_drop_lets_them_go(void **state)
{
	struct fixture *f = *state;

	three_in_each(f);
	put_back(f, "h2", (int[]){2, 3, 3});
	wire_break(&f->wire);
	settle(f);
	answer(f, 'n');
	assert_int_equal(own_count(f->wire.core.model), 1);
	assert_int_equal(f->n_stored, 8);
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(question(f), QUESTION_LOST);
	answer(f, 'd');
	assert_int_equal(own_count(f->wire.core.model), 0);
	expect(f, 1, "1-1 1-2 1-3 ");
	assert_int_equal(f->n_stored, 8);
}

static void what_edits_or_answers_a_lost_one_follows_it(void **state)
{
	struct fixture *f = *state;
	char was[16];

	say(f, 0, LINE_MESSAGE, "helo", "");
	snprintf(was, sizeof(was), "%s", f->stored[0].msgid);
	say(f, 0, LINE_EDIT, "hello", was);
	say(f, 0, LINE_MESSAGE, "yes", was);
	put_back(f, "h2", (int[]){0, 0, 0});
	wire_break(&f->wire);
	settle(f);
	answer(f, 'y');
	assert_int_equal(own_count(f->wire.core.model), 0);
	assert_int_equal(f->n_stored, 3);
	assert_string_equal(f->stored[0].text, "helo");
	assert_string_not_equal(f->stored[0].msgid, was);
	assert_string_equal(f->stored[1].reply, f->stored[0].msgid);
	assert_string_equal(f->stored[2].reply, f->stored[0].msgid);
}

static void what_was_taken_back_is_not_offered_and_not_on_disk(void **state)
{
	struct fixture *f = *state;
	struct buf text = {0};
	char *path = path_join(f->dir, "outbox", NULL);

	say(f, 0, LINE_MESSAGE, "xylophone", "");
	say(f, 0, LINE_MESSAGE, "kept", "");
	assert_true(path_read(path, &text));
	assert_non_null(strstr(buf_str(&text), "xylophone"));
	scripted_say(&f->wire.server, ":ann!a@h REDACT #a m001 :");
	settle(f);
	buf_reset(&text);
	assert_true(path_read(path, &text));
	assert_null(strstr(buf_str(&text), "xylophone"));
	assert_non_null(strstr(buf_str(&text), "kept"));
	put_back(f, "h2", (int[]){0, 0, 0});
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(own_count(f->wire.core.model), 1);
	buf_clear(&text);
	free(path);
}

// Of twelve messages seven are there: found by halving.
static void few_questions_find_where_it_begins(void **state)
{
	struct fixture *f = *state;
	char text[8];

	for (int i = 1; i <= 12; i++) {
		snprintf(text, sizeof(text), "n%d", i);
		say(f, 0, LINE_MESSAGE, text, "");
	}
	put_back(f, "h2", (int[]){7, 0, 0});
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(own_count(f->wire.core.model), 5);
	assert_true(f->n_asked <= 5);
	answer(f, 'y');
	expect(f, 0, "n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 ");
}

// Nothing stands under its number: it went with what was too old, not with a copy.
static void what_expired_is_not_lost(void **state)
{
	struct fixture *f = *state;

	three_in_each(f);
	put_back(f, "h2", (int[]){3, 3, 3});
	for (int i = 0; i < f->n_stored; i++) {
		if (f->stored[i].room == 0 && f->stored[i].seq < 3)
			f->stored[i].room = N_ROOMS; // of no room
	}
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(question(f), 0);
	assert_int_equal(own_count(f->wire.core.model), 0);
}

// Each room once, and then not before the next connection.
static void what_is_not_answered_is_asked_again_later(void **state)
{
	static const char *const refusals[] = {"", ":h 403 ann x :no",
					       ":h FAIL CHATHISTORY NOT_NOW BETWEEN x :later"};
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct fixture *f = *state;
		bool is_mute = !refusals[i][0];
		three_in_each(f);
		put_back(f, "h2", (int[]){1, 3, 0});
		f->refusal = refusals[i];
		f->n_asked = 0;
		wire_break(&f->wire);
		WAIT_UNTIL(f->n_asked == (is_mute ? 1 : N_ROOMS), wire_settle(&f->wire));
		wire_settle(&f->wire);
		assert_int_equal(f->n_asked, is_mute ? 1 : N_ROOMS);
		assert_int_equal(regain_is_asking(f->wire.core.regain), is_mute);
		assert_int_equal(question(f), 0);
		f->refusal = NULL;
		wire_break(&f->wire);
		settle(f);
		assert_int_equal(question(f), QUESTION_LOST);
		assert_int_equal(own_count(f->wire.core.model), 5);
		tear_down(state);
		set_up(state);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_copy_has_not_is_sent_again_once),
		TEST(it_is_remembered_over_a_restart),
		TEST(no_keeps_them_and_drop_lets_them_go),
		TEST(what_edits_or_answers_a_lost_one_follows_it),
		TEST(what_was_taken_back_is_not_offered_and_not_on_disk),
		TEST(few_questions_find_where_it_begins),
		TEST(what_expired_is_not_lost),
		TEST(what_is_not_answered_is_asked_again_later),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
