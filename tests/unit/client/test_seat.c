// SPDX-License-Identifier: MIT
// What a user wants, carried to the server by the seat.
#include "client/app/layout_file.h"
#include "client/model/mention.h"
#include "client/net/uplink_private.h"
#include "client/seat/seat.h"
#include "tests/unit/client/core.h"

#include <unistd.h>

struct sitting {
	struct core *core;
	struct seat seat;
	struct arranged *arranged;
	char dir[40], file[60];
};

static int set_up(void **state)
{
	static struct sitting s;
	void *core = NULL;

	core_set_up_stored(&core);
	s = (struct sitting){.core = core, .dir = "/tmp/snug-seat-XXXXXX"};
	assert_non_null(mkdtemp(s.dir));
	snprintf(s.file, sizeof(s.file), "%s/layout", s.dir);
	s.arranged = layout_file_open(s.core->e.model, s.file);
	seat_init(&s.seat, &s.core->e, s.arranged);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct sitting *s = *state;
	void *core = s->core;

	seat_clear(&s->seat);
	arranged_free(s->arranged);
	unlink(s->file);
	assert_int_equal(rmdir(s->dir), 0);
	return core_tear_down(&core);
}

static void a_line_leaves_where_somebody_listens(void **state)
{
	struct sitting *s = *state;

	assert_false(seat_raw(&s->seat, SPAN("CERT DEL :x")));
	core_log_in(s->core, CORE_CAPS);
	core_hear(s->core, ":h CERT PROVE * :ok");
	core_expect_said(s->core, "CERT DEL", 0);
	assert_true(seat_raw(&s->seat, SPAN("CERT DEL :x")));
	// It may want a proof.
	core_hear(s->core, ":h CERT PROVE * :ok");
	core_expect_said(s->core, "CERT DEL :x\n", 2);
}

static void typing_is_told_where_it_is_wanted(void **state)
{
	static const struct {
		bool tells;
		const char *caps, *target;
		const char *said;
	} rows[] = {
		{true, "message-tags", "#den", "@+typing=active TAGMSG #den\n"},
		{false, "message-tags", "#den", NULL},
		{true, "batch", "#den", NULL},
		{true, "message-tags", "", NULL},
	};
	struct sitting *s = *state;
	const struct intents *i = &s->seat.intents;

	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		if (k == 0)
			core_log_in(s->core, rows[k].caps);
		else
			core_break(s->core, rows[k].caps);
		s->seat.tells_typing = rows[k].tells;
		i->typing(i->arg, core_room(s->core, rows[k].target), true);
		core_expect_said(s->core, "typing", rows[k].said != NULL);
		if (rows[k].said)
			core_expect_said(s->core, rows[k].said, 1);
	}
	core_break(s->core, "message-tags");
	i->typing(i->arg, core_room(s->core, "#den"), false);
	core_expect_said(s->core, "@+typing=done TAGMSG #den\n", 1);
}

static void on_sought(void *arg, struct target *t UNUSED, struct log_line *l UNUSED,
		      enum sought how)
{
	*(enum sought *)arg = how;
}

static void a_place_is_a_message_or_a_moment(void **state)
{
	struct sitting *s = *state;
	const struct intents *i = &s->seat.intents;
	struct target *t = core_room(s->core, "#den");
	enum sought how = SOUGHT_NOWHERE;
	struct model_watch watch = {.arg = &how, .on_sought = on_sought};

	model_watch(s->core->e.model, &watch);
	i->seek(i->arg, t, SPAN("m1"), 0);
	assert_int_equal(how, SOUGHT_OFFLINE);
	core_log_in(s->core, CORE_CAPS);
	i->seek(i->arg, t, SPAN("m1"), 0);
	core_expect_said(s->core, "CHATHISTORY AROUND #den msgid=m1 60\n", 1);
	i->seek(i->arg, t, SPAN(""), NOW_MS);
	core_expect_said(s->core,
			 "CHATHISTORY AROUND #den timestamp=2026-11-22T12:00:00.000Z 60\n", 1);
	i->seek(i->arg, s->core->e.model->server, SPAN("m1"), 0);
	assert_int_equal(how, SOUGHT_NO_HISTORY);
	core_break(s->core, "batch");
	how = SOUGHT_HERE;
	i->seek(i->arg, t, SPAN("m1"), 0);
	assert_int_equal(how, SOUGHT_NO_HISTORY);
	model_unwatch(s->core->e.model, &how);
}

static void each_question_has_its_answer(void **state)
{
	static const struct {
		int id;
		char choice;
		const char *said;
	} rows[] = {
		{QUESTION_DEVICE, 'y', "CERT DEL 5 CONFIRM\n"},
		{QUESTION_DEVICE, 'n', NULL},
		{QUESTION_LET_IN, 'y', "CERT ALLOW 5\n"},
		{QUESTION_READ, 'n', NULL},
		{QUESTION_READ, 'y', "MARKREAD #den timestamp=2026-11-22T12:00:05.000Z\n"},
		{QUESTION_CALL, 'y', NULL},
		{77, 'y', NULL},
	};
	struct sitting *s = *state;
	struct model *m = s->core->e.model;

	core_log_in(s->core, CORE_CAPS " draft/read-marker");
	core_hear(s->core, ":ann!a@h JOIN #den");
	core_hear(s->core, "@time=2026-11-22T12:00:05.000Z;msgid=a :bob!b@h PRIVMSG #den :hi");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		model_ask(m, rows[i].id, SPAN("?"), "yn");
		m->question.about = 5;
		buf_reset(&s->core->world.said);
		s->seat.intents.answer(s->seat.intents.arg, rows[i].id, rows[i].choice);
		assert_string_equal(buf_str(&s->core->world.said),
				    rows[i].said ? rows[i].said : "");
	}
	assert_int_equal(m->question.id, 77);
}

static void a_code_is_given_before_one_is_in(void **state)
{
	struct sitting *s = *state;
	const struct intents *i = &s->seat.intents;
	struct uplink_order order = {.host = "h",
				     .port = "1",
				     .pins.count = 1,
				     .login = {.how = LOGIN_PASSWORD,
					       .name = "ann",
					       .secret = SPAN("pw"),
					       .invite = "",
					       .caps = ""}};

	engine_open(&s->core->e, &order);
	assert_true(loose_world_answer(&s->core->world));
	core_hear(s->core, ":h CAP * LS :sasl");
	core_hear(s->core, "AUTHENTICATE +");
	core_hear(s->core, "AUTHENTICATE 2FA-REQUIRED");
	// What proves later proves nothing now.
	i->prove(i->arg, QUESTION_STEP_UP, SPAN("pw"));
	core_expect_said(s->core, "CERT PROVE", 0);
	i->prove(i->arg, QUESTION_CODE, SPAN(" 123456 "));
	core_hear(s->core, "AUTHENTICATE +");
	core_expect_said(s->core, "AUTHENTICATE MTIzNDU2\n", 1);
	core_hear(s->core, ":h 904 ann :wrong");
	i->answer(i->arg, QUESTION_CODE, 'c');
	assert_int_equal(s->core->e.session->state, UPLINK_LOGIN);
	i->answer(i->arg, QUESTION_CODE, 'n');
	assert_int_equal(s->core->e.session->state, UPLINK_REFUSED);
	assert_int_equal(s->core->e.session->failure, FAILURE_CODE);
	core_log_in(s->core, CORE_CAPS);
	i->prove(i->arg, QUESTION_STEP_UP, SPAN("pw"));
	core_expect_said(s->core, "CERT PROVE cHc=\n", 1);
}

static void a_crowd_is_asked_about_before_it_is_called(void **state)
{
	struct sitting *s = *state;
	const struct intents *i = &s->seat.intents;
	struct target *t = core_room(s->core, "#den");
	char line[40];

	core_log_in(s->core, CORE_EXACT);
	core_hear(s->core, ":ann!a@h JOIN #den");
	for (int k = 0; k < MENTION_CROWD; k++) {
		snprintf(line, sizeof(line), ":n%d!n@h JOIN #den", k);
		core_hear(s->core, line);
	}
	i->message(i->arg, t, LINE_MESSAGE, SPAN("hello"), SPAN(""));
	assert_int_equal(s->core->e.model->question.id, 0);
	assert_int_equal(own_count(s->core->e.model), 1);
	for (int k = 0; k < 2; k++) {
		i->message(i->arg, t, LINE_MESSAGE, SPAN("@room cake"), SPAN(""));
		assert_int_equal(s->core->e.model->question.id, QUESTION_CALL);
		const struct own *o = container_of(t->own.prev, struct own, in_target);
		assert_true(seat_is_call(o->local_id));
		uint64_t id = o->local_id;
		if (k == 0)
			i->drop(i->arg, id);
		else
			i->retry(i->arg, id);
		assert_null(own_find(s->core->e.model, id, NULL));
		assert_int_equal(own_count(s->core->e.model), 1 + k);
	}
	// The others are the outbox's.
	const struct own *first = container_of(t->own.next, struct own, in_target);
	uint64_t id = first->local_id;
	assert_false(seat_is_call(id));
	unsent_kept(s->core->e.unsent, id, NULL);
	i->retry(i->arg, id);
	assert_non_null(own_find(s->core->e.model, id, NULL));
	loose_world_break(&s->core->world);
	i->drop(i->arg, id);
	assert_null(own_find(s->core->e.model, id, NULL));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_leaves_where_somebody_listens),
		TEST(typing_is_told_where_it_is_wanted),
		TEST(a_place_is_a_message_or_a_moment),
		TEST(each_question_has_its_answer),
		TEST(a_code_is_given_before_one_is_in),
		TEST(a_crowd_is_asked_about_before_it_is_called),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
