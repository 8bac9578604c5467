// SPDX-License-Identifier: MIT
// A server that makes things up without end: each thing that it can make us hold has its bound
// (docs/CLIENT.md), and what is within stays.
#include "client/api/assemble.h"
#include "client/app/client_private.h"
#include "client/api/requests.h"
#include "tests/unit/client/wire.h"
#include "tests/unit/client/model_fixture.h"

static PRINTF(2, 3) void sayf(struct model *m, const char *format, ...)
{
	struct buf line = {0};
	struct msg msg;
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	assert_int_equal(msg_parse(&msg, buf_span(&line)), MSG_OK);
	handle_line(m, &msg, 1000000);
	buf_clear(&line);
}

static void rooms_without_end_are_not_made(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;

	assert_int_equal(m->bounds.targets, MODEL_TARGETS_MAX);
	m->bounds.targets = 20;
	for (int i = 0; i < 100; i++) {
		sayf(m, ":ann!a@h JOIN #r%d", i);
		sayf(m, ":x%d!x@h PRIVMSG ann :hi", i);
	}
	assert_int_equal(m->n_targets, 20);
	// What has no place of its own is read in the server's, which is no room for that.
	assert_false(m->server->joined);
	assert_int_equal(m->server->n_members, 0);
	assert_true(span_eq(line_says(scrollback_at(&m->server->log, m->server->log.count - 1)),
			    SPAN("hi")));
}

static void people_are_listed_in_rooms_up_to_a_number(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct target *den = target_find(m, SPAN("#den"));

	m->bounds.memberships = 50;
	for (int i = 0; i < 200; i++) {
		sayf(m, ":x%d!x@h JOIN #den", i);
		sayf(m, ":srv 353 ann = #den :@y%d z%d", i, i);
	}
	assert_int_equal(den->n_members, 50);
	assert_int_equal(m->n_memberships, 50);
	// The place of those who went is for others.
	sayf(m, ":ann!a@h PART #den");
	assert_int_equal(m->n_memberships, 0);
	sayf(m, ":ann!a@h JOIN #pit");
	sayf(m, ":srv 353 ann = #pit :ann @bob");
	assert_int_equal(m->n_memberships, 2);
}

// Proves B13.
static void senders_without_end_make_room_for_each_other(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct target *den = target_find(m, SPAN("#den"));

	m->bounds.people = 5000;
	for (int i = 0; i < 30000; i++) {
		sayf(m, ":x%d!x@h PRIVMSG #den :hi", i);
		assert_true(m->people.n_items <= 5001);
	}
	// The newest stay, those who are in the room as well.
	assert_true(den->log.count > 1000);
	assert_string_equal(scrollback_at(&den->log, den->log.count - 1)->from->name, "x29999");
	assert_non_null(person_find(m, SPAN("bob")));
}

static void what_is_known_of_somebody_is_short(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	char away[2000];

	memset(away, 'a', sizeof(away) - 1);
	away[sizeof(away) - 1] = '\0';
	sayf(m, ":bob!b@h AWAY :%s", away);
	sayf(m, ":bob!b@h ACCOUNT %s", away);
	assert_true(strlen(person_find(m, SPAN("bob"))->away) <= 400);
	assert_true(strlen(person_find(m, SPAN("bob"))->account) <= 128);
	sayf(m, "@account=%s :cem!c@h PRIVMSG #den :hi", away);
	sayf(m, ":srv 301 ann cem :%s", away);
	assert_true(strlen(person_find(m, SPAN("cem"))->account) <= 128);
	assert_true(strlen(person_find(m, SPAN("cem"))->away) <= 400);
}

static size_t bytes_of_logs(const struct model *m)
{
	size_t bytes = 0;

	for (size_t i = 0; i < m->n_targets; i++)
		bytes += m->targets[i]->log.bytes;
	return bytes;
}

static void of_all_logs_the_longest_gives_way(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	char text[400];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	m->bounds.log_bytes = 200000;
	sayf(m, ":ann!a@h JOIN #quiet");
	sayf(m, ":bob!b@h PRIVMSG #quiet :stays");
	for (int i = 0; i < 5000; i++)
		sayf(m, "@+draft/reply=%.200s :bob!b@h PRIVMSG #den :%s", text, text);
	// Sums are made every 256 lines.
	assert_true(bytes_of_logs(m) <= 200000 + 256 * 1000);
	assert_int_equal(target_find(m, SPAN("#quiet"))->log.count, 1);
	assert_true(target_find(m, SPAN("#den"))->log.count > 100);
}

static void a_page_of_history_without_end_is_not_kept(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct scrollback *log = &target_find(m, SPAN("#den"))->log;

	m->line_max = 50;
	sayf(m, "@msgid=live;time=2026-11-22T13:00:00.000Z :bob!b@h PRIVMSG #den :now");
	sayf(m, "BATCH +p chathistory #den");
	for (int i = 0; i < 1000; i++)
		sayf(m,
		     "@batch=p;msgid=m%d;time=2026-11-22T12:%02d:%02d.000Z :bob!b@h PRIVMSG #den :x",
		     i, i / 60, i % 60);
	sayf(m, "BATCH -p");
	assert_int_equal(log->count, 100);
	assert_non_null(scrollback_find(log, SPAN("m999")));
	assert_non_null(scrollback_find(log, SPAN("live")));
	// Asked for backwards: what is left out behind a page is a hole.
	sayf(m, "BATCH +p chathistory #den");
	sayf(m, "@batch=p;msgid=old;time=2026-11-22T11:00:00.000Z :bob!b@h PRIVMSG #den :x");
	sayf(m, "BATCH -p");
	assert_int_equal(log->count, 100);
	assert_true(span_eq(line_id(scrollback_at(log, 0)), SPAN("old")));
	assert_true(scrollback_at(log, 1)->flags & LINE_GAP);
}

static void empty_lines_without_end_are_no_long_message(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct assembly a = {0};
	struct msg open, line, end;
	const struct scrollback *log = &target_find(m, SPAN("#den"))->log;

	sayf(m, ":bob!b@h BATCH +m draft/multiline #den");
	for (int i = 0; i < 300000; i++)
		say(m, "@batch=m PRIVMSG #den :");
	say(m, "BATCH -m");
	assert_true(scrollback_at(log, log->count - 1)->text_len <= 256 * 1024);
	assert_int_equal(msg_parse(&open, SPAN(":b!b@h BATCH +m draft/multiline #den")),
			 MSG_OK);
	assert_int_equal(msg_parse(&line, SPAN("@batch=m PRIVMSG #den :")), MSG_OK);
	assert_int_equal(msg_parse(&end, SPAN("BATCH -m")), MSG_OK);
	assert_null(assembly_take(&a, &open));
	for (int i = 0; i < 300000; i++)
		assert_null(assembly_take(&a, &line));
	assert_true(assembly_take(&a, &end)->params[1].len <= 256 * 1024);
	assembly_clear(&a);
}

// Proves C4.
static void batches_without_end_are_not_opened(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	size_t count = 0;

	for (int i = 0; i < 1000; i++)
		sayf(m, "BATCH +b%d chathistory #den", i);
	list_for_each(item, &m->batches)
		count++;
	assert_int_equal(count, 32);
}

static void reactions_without_end_stop_counting(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct scrollback *log = &target_find(m, SPAN("#den"))->log;
	char text[3000];

	sayf(m, "@msgid=a :bob!b@h PRIVMSG #den :hi");
	struct log_line *l = scrollback_find(log, SPAN("a"));
	size_t before = log->bytes;
	for (int i = 0; i < 3000; i++)
		sayf(m, "@+draft/react=x;+draft/reply=a :x%d!x@h TAGMSG #den", i);
	assert_int_equal(l->extra->n_reactions, 1);
	assert_int_equal(l->extra->reactions[0].n_who, 1000);
	assert_true(log->bytes >= before + 1000 * sizeof(struct person *));
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	sayf(m, "@+draft/react=%s;+draft/reply=a :bob!b@h TAGMSG #den", text);
	for (int i = 0; i < 100; i++)
		sayf(m, "@+draft/react=r%d;+draft/reply=a :bob!b@h TAGMSG #den", i);
	assert_int_equal(l->extra->n_reactions, 64);
}

static void no_send(void *arg, struct span line, bool secret)
{
	(void)arg;
	(void)line;
	(void)secret;
}

static void capabilities_that_nobody_asked_for_are_not_kept(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	struct login_flow l = {0};
	struct login_order order = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""};
	struct msg msg;
	char line[64];

	login_start(&l, &order, no_send, NULL);
	for (int i = 0; i < 5000; i++) {
		snprintf(line, sizeof(line), ":srv CAP * ACK :made-up-%d batch", i);
		say(m, line);
		assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
		assert_int_equal(login_line(&l, &msg), LOGIN_MORE);
	}
	assert_int_equal(m->n_caps, MODEL_CAPS_MAX);
	assert_string_equal(buf_str(&l.enabled), "batch ");
	login_clear(&l);
}

static void rooms_without_end_are_not_kept_for_the_next_time(void **state)
{
	struct profile p = {0};
	struct client c = {.profile = &p, .core.model = ((struct fixture *)*state)->m};
	struct msg msg;
	char line[64];

	for (int i = 0; i < MODEL_TARGETS_MAX + 100; i++) {
		snprintf(line, sizeof(line), ":ann!a@h JOIN #r%d", i);
		assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
		client_note_membership(&c, &msg);
	}
	assert_int_equal(p.n_rooms, MODEL_TARGETS_MAX);
	profile_clear(&p);
}

// Answers with more than was asked for.

static void say_too_much(struct scripted *s, struct span line)
{
	struct buf out = {0};
	struct msg m;
	struct span label;

	assert_int_equal(msg_parse(&m, line), MSG_OK);
	if (!span_eq(m.command, SPAN("CHATHISTORY")) && !span_eq(m.command, SPAN("SEARCH"))) {
		wire_script(s, line);
		return;
	}
	assert_true(msg_tag(&m, SPAN("label"), &label));
	buf_printf(&out, "@label=" SPAN_FMT " :h BATCH +p chathistory #den\r\n",
		   SPAN_ARG(label));
	for (int i = 0; i < 700; i++)
		buf_printf(&out, "@batch=p;msgid=m%d :bob!b@h PRIVMSG #den :hi\r\n", i);
	buf_add_str(&out, ":h BATCH -p");
	scripted_say(s, buf_str(&out));
	buf_clear(&out);
}

struct told {
	size_t count;
	bool is_over;
};

static void on_told(void *arg, const json_t *answer, bool is_last)
{
	struct told *told = arg;
	(void)answer;
	told->count += !is_last;
	told->is_over = is_last;
}

static void an_answer_is_no_longer_than_what_was_asked_for(void **state)
{
	static const struct {
		const char *request;
		size_t count;
	} rows[] = {
		{"{\"op\":\"history\",\"target\":\"#den\",\"count\":150}", 150},
		{"{\"op\":\"search\",\"text\":\"hi\",\"count\":30}", 30},
		{"{\"op\":\"history\",\"target\":\"#den\",\"count\":200}", 200},
	};
	struct wire w;
	(void)state;

	wire_init(&w, "message-tags labeled-response batch draft/chathistory soju.im/search");
	wire_start(&w);
	w.server.on_line = say_too_much;
	wire_connect(&w);
	struct requests *r =
		requests_new(w.core.session, w.core.calls, w.core.model, &terminal_words);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told told = {0};
		json_t *request = json_loads(rows[i].request, 0, NULL);
		requests_run(r, request, on_told, &told);
		WAIT_UNTIL(told.is_over, loop_turn(w.loop, STEP_MS));
		assert_int_equal(told.count, rows[i].count);
		json_decref(request);
	}
	requests_free(r);
	wire_clear(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rooms_without_end_are_not_made),
		TEST(people_are_listed_in_rooms_up_to_a_number),
		TEST(senders_without_end_make_room_for_each_other),
		TEST(what_is_known_of_somebody_is_short),
		TEST(of_all_logs_the_longest_gives_way),
		TEST(a_page_of_history_without_end_is_not_kept),
		TEST(empty_lines_without_end_are_no_long_message),
		TEST(batches_without_end_are_not_opened),
		TEST(reactions_without_end_stop_counting),
		TEST(capabilities_that_nobody_asked_for_are_not_kept),
		TEST(rooms_without_end_are_not_kept_for_the_next_time),
		cmocka_unit_test(an_answer_is_no_longer_than_what_was_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
