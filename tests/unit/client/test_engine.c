// SPDX-License-Identifier: MIT
// What joins the parts of the core: the state that is shown, proofs of other devices, what waits
// in the outbox, wishes for the past.
#include "tests/unit/client/core.h"

#include "client/model/model_private.h"
#include "client/net/uplink_private.h"
#include "client/sync/devices.h"
#include "client/sync/delivery.h"
#include "client/sync/wish.h"

static void expect_link(struct core *c, enum link_state state, const char *text)
{
	const struct link_status *link = &c->e.model->link;

	if (link->state != state || !strstr(link->text, text) || (!text[0] && link->text[0]))
		fail_msg("%d \"%s\", not %d \"%s\"", link->state, link->text, state, text);
}

static void open_plain(struct core *c, enum login_how how)
{
	struct uplink_order order = {.host = "h",
				     .port = "1",
				     .pins.count = 1,
				     .login = {.how = how,
					       .name = "ann",
					       .secret = SPAN("pw"),
					       .invite = "",
					       .caps = ""}};

	engine_open(&c->e, &order);
}

static void each_state_is_shown(void **state)
{
	struct core *c = *state;
	struct call_fns none = {0};

	open_plain(c, LOGIN_OPEN);
	expect_link(c, LINK_CONNECTING, "");
	// The first time it is still connecting.
	loose_world_break(&c->world);
	expect_link(c, LINK_CONNECTING, "cut");
	assert_int_equal(c->e.model->link.next_at_ms,
			 c->world.wall_ms + c->e.session->next_at - c->world.mono_ms);
	uplink_retry(c->e.session);
	assert_true(loose_world_answer(&c->world));
	expect_link(c, LINK_LOGIN, "cut"); // why the last one ended
	assert_int_equal(c->e.model->link.next_at_ms, 0);
	core_hear(c, ":h NOTE * WAIT :two before you");
	expect_link(c, LINK_LOGIN, "two before you");
	core_hear(c, ":h CAP * LS :labeled-response");
	core_hear(c, ":h CAP * ACK :labeled-response");
	core_hear(c, ":h 001 ann :hi");
	expect_link(c, LINK_ONLINE, "");
	engine_tick(&c->e);
	expect_link(c, LINK_ONLINE, "");
	// It does not answer.
	calls_send(c->e.calls, SPAN(""), SPAN("WHOIS bob"), &none);
	loose_world_pass(&c->world, LAGGING_MS);
	engine_tick(&c->e);
	expect_link(c, LINK_ONLINE, "");
	loose_world_pass(&c->world, 1);
	engine_tick(&c->e);
	expect_link(c, LINK_LAGGING, "");
	assert_int_equal(c->e.model->link.since_ms, c->world.wall_ms - LAGGING_MS - 1);
	core_hear(c, ":h NOTE * STORING_WAITS :slow");
	expect_link(c, LINK_STORING, "");
	loose_world_pass(&c->world, 50);
	engine_tick(&c->e);
	assert_int_equal(c->e.model->link.since_ms, c->world.wall_ms - 50);
	loose_world_break(&c->world);
	expect_link(c, LINK_OFFLINE, "cut");
	int64_t since = c->e.model->link.since_ms;
	assert_int_equal(since, c->world.wall_ms);
	// Since the break, however often it is tried.
	loose_world_pass(&c->world, 40);
	uplink_retry(c->e.session);
	loose_world_break(&c->world);
	assert_int_equal(c->e.model->link.since_ms, since);
	assert_int_equal(c->e.model->n_caps, 0);
	size_t n = c->e.model->current->log.count;
	engine_tick(&c->e);
	assert_int_equal(c->e.model->current->log.count, n);
	uplink_close(c->e.session, SPAN(""));
	expect_link(c, LINK_OFFLINE, "cut");
}

static void a_refusal_is_said_where_one_looks(void **state)
{
	struct core *c = *state;

	open_plain(c, LOGIN_OPEN);
	assert_true(loose_world_answer(&c->world));
	core_hear(c, ":h FAIL * BANNED :go away");
	assert_int_equal(c->e.model->link.state, LINK_REFUSED);
	assert_true(c->e.model->link.text[0] != '\0');
	const struct log_line *l = core_newest(c->e.model->current);
	assert_int_equal(l->kind, LINE_ERROR);
	assert_true(span_eq(line_says(l), span_of(c->e.model->link.text)));
}

static void a_code_is_asked_for_once_each(void **state)
{
	struct core *c = *state;
	struct model *m = c->e.model;

	open_plain(c, LOGIN_PASSWORD);
	assert_true(loose_world_answer(&c->world));
	core_hear(c, ":h CAP * LS :sasl");
	core_hear(c, "AUTHENTICATE +");
	core_hear(c, "AUTHENTICATE 2FA-REQUIRED");
	assert_int_equal(m->question.id, QUESTION_CODE);
	assert_non_null(strstr(m->question.text, "the login wants a code"));
	// Whoever puts it off is not asked by each line.
	model_ask_done(m, QUESTION_CODE);
	core_hear(c, ":h NOTE * WAIT :x");
	assert_int_equal(m->question.id, 0);
	uplink_give_code(c->e.session, SPAN("123456"));
	core_hear(c, "AUTHENTICATE +");
	core_hear(c, ":h 904 ann :wrong");
	assert_int_equal(m->question.id, QUESTION_CODE);
	assert_non_null(strstr(m->question.text, "that code is wrong"));
	// Another question is not this one's to end.
	model_ask(m, 77, SPAN("?"), "yn");
	loose_world_break(&c->world);
	assert_int_equal(m->question.id, 77);
}

// Devices.

static void what_may_want_a_proof_is_said_again_behind_it(void **state)
{
	static const struct {
		const char *line;
		bool is_again;
	} rows[] = {
		{"CERT DEL :x", true},      {"CERT REVOKE OTHERS", true},
		{"CERT LIST", false},       {"2FA CHALLENGE totp", true},
		{"2FA RECOVERY", true},     {"2FA LIST", false},
		{"ACCOUNT DELETE", true},   {"ACCOUNT BIND x", true},
		{"ACCOUNT UNBIND 2", true}, {"ACCOUNT KEEP", false},
		{"OTHER DEL x", false},     {"OTHER DELETE", false},
		{"OTHER RECOVERY", false},
	};
	static const char *const others[] = {":h CERT LIST *",
					     ":h NOTE X CODE :x",
					     ":h WARN 2FA C :x",
					     ":h CERT PROVE other",
					     ":h PROVE * :x",
					     ":h CERT OTHER * :x",
					     "@label=z :h CERT PROVE * :ok",
					     "@label=z :h CERT DEL 1 PIN :x"};
	static const char *const over[] = {":h NOTE 2FA RECOVERY_CODES x :y",
					   ":h CERT DEL 1 PIN :x", ":h CERT REVOKE OTHERS 3"};
	struct core *c = *state;

	core_log_in(c, CORE_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&c->world.said);
		devices_sent(c->e.devices, span_of(rows[i].line));
		for (size_t k = 0; k < ARRAY_LEN(others); k++)
			core_hear(c, others[k]);
		core_expect_said(c, rows[i].line, 0);
		core_hear(c, ":h CERT PROVE * :ok");
		core_expect_said(c, rows[i].line, rows[i].is_again);
		core_hear(c, ":h CERT PROVE * :ok");
		core_expect_said(c, rows[i].line, rows[i].is_again);
	}
	for (size_t i = 0; i < ARRAY_LEN(over); i++) {
		buf_reset(&c->world.said);
		devices_sent(c->e.devices, SPAN("CERT DEL :x"));
		core_hear(c, over[i]);
		core_hear(c, ":h CERT PROVE * :ok");
		core_expect_said(c, "CERT DEL", 0);
	}
}

static void each_answer_about_a_device_does_its_own(void **state)
{
	static const struct {
		int id;
		char choice;
		const char *sent, *said, *noted;
		bool keeps; // what waits for a proof
	} rows[] = {
		{QUESTION_LET_IN, 'y', "CERT DEL :x", "CERT ALLOW 5\n", NULL, true},
		{QUESTION_LET_IN, 'n', "CERT DEL :x", "CERT DENY 5\n", NULL, true},
		{QUESTION_VOUCH, 'y', "CERT DEL :x", "CERT ALLOW 5\n", NULL, true},
		{QUESTION_STEP_UP, 'd', "CERT DEL :x", "CERT PROVE\n", NULL, true},
		{QUESTION_STEP_UP, 's', "CERT DEL :x", NULL, NULL, true},
		{QUESTION_STEP_UP, 'n', "CERT DEL :x", NULL, NULL, false},
		{QUESTION_STEP_UP, 'p', "CERT DEL :x", NULL, "snug devices revoke LABEL", true},
		{QUESTION_STEP_UP, 'p', "ACCOUNT DELETE", NULL, "snug account delete", true},
		{QUESTION_STEP_UP, 'p', "2FA RECOVERY", NULL, "say d here", true},
		{QUESTION_READ, 'y', "CERT DEL :x", NULL, NULL, true},
	};
	struct core *c = *state;
	struct model *m = c->e.model;

	core_log_in(c, CORE_CAPS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t before = m->current->log.count;
		model_ask(m, rows[i].id, SPAN("?"), "yn");
		m->question.about = 5;
		devices_sent(c->e.devices, span_of(rows[i].sent));
		buf_reset(&c->world.said);
		devices_answer(c->e.devices, rows[i].id, rows[i].choice);
		assert_string_equal(buf_str(&c->world.said), rows[i].said ? rows[i].said : "");
		assert_int_equal(m->question.id,
				 rows[i].id == QUESTION_READ ? QUESTION_READ : 0);
		assert_int_equal(m->current->log.count, before + (rows[i].noted != NULL));
		if (rows[i].noted)
			assert_true(memmem(core_newest(m->current)->bytes,
					   core_newest(m->current)->text_len, rows[i].noted,
					   strlen(rows[i].noted)));
		core_hear(c, ":h CERT PROVE * :ok");
		core_expect_said(c, rows[i].sent, rows[i].keeps);
	}
	loose_world_break(&c->world);
	buf_reset(&c->world.said);
	devices_answer(c->e.devices, QUESTION_LET_IN, 'y');
	core_expect_said(c, "CERT", 0);
}

// The outbox.

static void load(struct core *c, const char *id, const char *messages, int64_t at_ms)
{
	char target[] = "#den", text[] = "text", reply_to[] = "m0", history[] = "one", held[40];
	struct unsent_entry e = {.at_ms = at_ms,
				 .kind = LINE_MESSAGE,
				 .target = target,
				 .text = text,
				 .reply_to = reply_to,
				 .seq = 3};

	snprintf(e.id, sizeof(e.id), "%s", id);
	snprintf(held, sizeof(held), "%s", messages ? messages : "");
	if (messages) {
		e.messages = held;
		e.history = history;
	}
	unsent_load(c->e.unsent, &e);
}

static size_t count(struct list *entries)
{
	size_t n = 0;

	list_for_each(item, entries)
		n++;
	return n;
}

static void an_entry_is_held_once_and_where_it_belongs(void **state)
{
	struct core *c = *state;
	struct unsent *u = c->e.unsent;

	load(c, "a", NULL, NOW_MS);
	load(c, "a", NULL, NOW_MS);
	load(c, "b", "m1 m2", NOW_MS);
	load(c, "b", NULL, NOW_MS);
	load(c, "c", "m3", NOW_MS - STORED_MS);
	assert_int_equal(count(unsent_entries(u)), 1);
	assert_int_equal(count(unsent_stored_entries(u)), 2);
	struct unsent_entry *b = unsent_find_id(u, "b");
	assert_ptr_equal(unsent_find(u, b->local_id), b);
	assert_true(span_eq(unsent_message(b), SPAN("m1")));
	assert_true(b->is_kept);
	// What it answers goes by another name.
	unsent_follow(u, SPAN("other"), SPAN("x"));
	unsent_follow(u, SPAN(""), SPAN("x"));
	assert_string_equal(unsent_find_id(u, "a")->reply_to, "m0");
	unsent_follow(u, SPAN("m0"), SPAN("x"));
	assert_string_equal(unsent_find_id(u, "a")->reply_to, "x");
	assert_string_equal(b->reply_to, "m0");
	unsent_forget(u, SPAN("m2"));
	assert_non_null(unsent_find_id(u, "b"));
	assert_int_equal(c->n_done, 0);
	unsent_forget(u, SPAN("m1"));
	assert_null(unsent_find_id(u, "b"));
	assert_int_equal(c->n_done, 1);
	// What is lost is to be sent again, and may be found.
	load(c, "d", "m4", NOW_MS);
	struct unsent_entry *d = unsent_find_id(u, "d");
	unsent_lost(u, d);
	assert_int_equal(count(unsent_entries(u)), 2);
	unsent_stored(u, d, "m5", "two", 9);
	assert_false(d->is_lost);
	assert_int_equal(count(unsent_entries(u)), 1);
	unsent_stored(u, d, "m6", "two", 10);
	assert_int_equal(count(unsent_stored_entries(u)), 2);
	assert_string_equal(d->messages, "m6");
}

static void the_oldest_that_are_stored_go(void **state)
{
	struct core *c = *state;
	struct unsent *u = c->e.unsent;
	char id[16];

	load(c, "old", "m", NOW_MS - STORED_MS - 1);
	assert_int_equal(count(unsent_stored_entries(u)), 0);
	for (int i = 0; i <= STORED_MAX; i++) {
		snprintf(id, sizeof(id), "i%d", i);
		load(c, id, "m", NOW_MS);
	}
	assert_int_equal(count(unsent_stored_entries(u)), STORED_MAX);
	assert_null(unsent_find_id(u, "i0"));
	assert_non_null(unsent_find_id(u, "i1"));
}

static void an_entry_is_sent_once_and_kept_once(void **state)
{
	struct core *c = *state;
	struct unsent *u = c->e.unsent;
	struct unsent_entry *e =
		unsent_add(u, SPAN("#den"), SPAN("hi"), SPAN(""), LINE_MESSAGE, NOW_MS);
	uint64_t id = e->local_id;

	assert_false(e->is_kept);
	unsent_kept(u, 99, NULL);
	unsent_kept(u, id, NULL);
	assert_true(e->is_kept);
	// What is kept is not lost by a late word.
	unsent_kept(u, id, "full");
	assert_non_null(unsent_find(u, id));
	unsent_set_events(u, NULL);
	unsent_sent(u, e);
	unsent_sent(u, e);
	assert_int_equal(c->n_sent, 1);
	e = unsent_add(u, SPAN("#den"), SPAN("hi"), SPAN(""), LINE_MESSAGE, NOW_MS);
	unsent_kept(u, e->local_id, "full");
	e = unsent_add(u, SPAN("#den"), SPAN("hi"), SPAN(""), LINE_MESSAGE, NOW_MS);
	unsent_kept(u, e->local_id, NULL);
	assert_int_equal(count(unsent_entries(u)), 2);
}

// Wishes.

static struct log_line *say_at(struct core *c, int second, const char *id, enum line_kind kind)
{
	struct target *t = core_room(c, "#den");
	struct line_new n = {.at_ms = second * 1000,
			     .id = span_of(id),
			     .text = SPAN("x"),
			     .kind = kind,
			     .history = 1,
			     .seq = (uint64_t)second};

	return target_add_line(c->e.model, t, &n, NULL);
}

static void a_wish_becomes_a_line(void **state)
{
	static const char *const rows[] = {
		[WISH_LATEST] = "CHATHISTORY LATEST #den * 9",
		[WISH_SINCE] = "CHATHISTORY LATEST #den msgid=a 9",
		[WISH_BEFORE] = "CHATHISTORY BEFORE #den msgid=b 9",
		[WISH_BETWEEN] = "CHATHISTORY BETWEEN #den msgid=b msgid=a 9",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct catchup_wish w = {.kind = (enum wish_kind)i,
					 .target = (char[]){"#den"},
					 .since = "msgid=a",
					 .before = "msgid=b",
					 .limit = 9};
		struct buf line = {0};
		wish_command(&w, &line);
		assert_string_equal(buf_str(&line), rows[i]);
		buf_clear(&line);
	}
}

static void holes_are_joined_between_the_ends_of_a_wish(void **state)
{
	static const struct {
		const char *since, *before;
		bool joined[4];
		bool ends; // up to now
	} rows[] = {
		{"msgid=m1", "msgid=m3", {false, false, true, true}, false},
		{"msgid=m1", "", {false, false, true, true}, true},
		{"", "msgid=m1", {true, true, false, false}, false},
		{"timestamp=x", "timestamp=x", {true, true, true, true}, true},
	};
	struct core *c = *state;
	struct target *t = core_room(c, "#den");
	struct log_line *lines[4];
	char id[8];

	for (int i = 0; i < 4; i++) {
		snprintf(id, sizeof(id), "m%d", i);
		lines[i] = say_at(c, i + 1, id, LINE_MESSAGE);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct catchup_wish w = {0};
		snprintf(w.since, sizeof(w.since), "%s", rows[i].since);
		snprintf(w.before, sizeof(w.before), "%s", rows[i].before);
		for (int k = 0; k < 4; k++)
			lines[k]->flags |= LINE_GAP;
		t->gap_open = true;
		wish_join_hole(&w, c->e.model, t);
		for (int k = 0; k < 4; k++) {
			if (((lines[k]->flags & LINE_GAP) == 0) != rows[i].joined[k])
				fail_msg("row %zu, line %d", i, k);
		}
		assert_int_equal(t->gap_open, !rows[i].ends);
	}
	uint64_t version = c->e.model->version;
	struct catchup_wish none = {.since = "msgid=m3"};
	wish_join_hole(&none, c->e.model, t);
	assert_int_equal(c->e.model->version, version);
}

static void the_end_of_a_hole_is_joined_by_what_came(void **state)
{
	static const struct {
		const char *before;
		size_t n;
		bool is_refused, joins;
	} rows[] = {{"msgid=m1", 1, false, true},
		    {"msgid=m1", 0, false, false},
		    {"msgid=m1", 1, true, false},
		    {"", 1, false, false},
		    {"timestamp=m1", 1, false, false}};
	struct core *c = *state;
	struct log_line *l = say_at(c, 1, "m1", LINE_MESSAGE);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct catchup_wish w = {.n_messages = rows[i].n,
					 .is_refused = rows[i].is_refused};
		snprintf(w.before, sizeof(w.before), "%s", rows[i].before);
		l->flags |= LINE_GAP;
		wish_join_end(&w, c->e.model, core_room(c, "#den"));
		assert_int_equal((l->flags & LINE_GAP) == 0, rows[i].joins);
	}
}

static void a_window_is_full_of_what_was_said(void **state)
{
	struct core *c = *state;
	const struct target *t = core_room(c, "#den");
	struct catchup_wish w = {.limit = 3};
	char id[8];

	for (int i = 0; i < 50; i++) {
		assert_int_equal(wish_has_window(&w, t), i >= 3);
		w.limit = 200;
		assert_false(wish_has_window(&w, t));
		w.limit = 3;
		snprintf(id, sizeof(id), "m%d", i);
		say_at(c, 2 * i + 1, id, LINE_MESSAGE);
		snprintf(id, sizeof(id), "j%d", i);
		say_at(c, 2 * i + 2, id, LINE_JOIN);
	}
	w.limit = 200;
	assert_true(wish_has_window(&w, t));
	assert_int_equal(wish_newest_at(c->e.model), 100000);
	(void)core_room(c, "#zoo");
	assert_int_equal(wish_newest_at(c->e.model), 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORE(each_state_is_shown),
		CORE(a_refusal_is_said_where_one_looks),
		CORE(a_code_is_asked_for_once_each),
		CORE(what_may_want_a_proof_is_said_again_behind_it),
		CORE(each_answer_about_a_device_does_its_own),
		CORE(an_entry_is_held_once_and_where_it_belongs),
		CORE(the_oldest_that_are_stored_go),
		CORE(an_entry_is_sent_once_and_kept_once),
		CORE(a_wish_becomes_a_line),
		CORE(holes_are_joined_between_the_ends_of_a_wish),
		CORE(the_end_of_a_hole_is_joined_by_what_came),
		CORE(a_window_is_full_of_what_was_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
