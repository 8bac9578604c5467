// SPDX-License-Identifier: MIT
// What the program keeps of its rooms and settings, and what the user's wishes ask of it.
#include "tests/unit/client/client_fixture.h"

#include "client/app/client_private.h"

static void expect_rooms(struct fixture *f, const char *rooms)
{
	struct buf all = {0};
	for (size_t i = 0; i < f->profile.n_rooms; i++)
		buf_printf(&all, "%s,", f->profile.rooms[i]);
	assert_string_equal(buf_str(&all), rooms);
	buf_clear(&all);
}

static bool raw(struct fixture *f, const char *line)
{
	const struct intents *i = &f->client->seat.intents;
	return i->raw(i->arg, span_of(line));
}

static void rooms_are_kept_as_they_are_joined_and_left(void **state)
{
	struct fixture *f = *state;
	char line[400], name[200];

	log_in(f);
	expect_rooms(f, "#den,");
	hear(f, ":bob!b@h JOIN #bobs");
	hear(f, ":ann!a@h PRIVMSG #said :x");
	hear(f, "@batch=b :ann!a@h JOIN #old");
	hear(f, ":ann!a@h JOIN #DEN");
	expect_rooms(f, "#den,");
	memset(name, 'x', sizeof(name));
	snprintf(line, sizeof(line), ":ann!a@h JOIN #%.150s", name);
	hear(f, line);
	expect_rooms(f, "#den,");
	assert_true(raw(f, "JOIN #key secret"));
	assert_true(raw(f, "PART #key secret"));
	hear(f, ":ann!a@h JOIN #key");
	hear(f, ":ann!a@h JOIN #tea");
	expect_rooms(f, "#den,#key secret,#tea,");
	snprintf(line, sizeof(line), "JOIN #long %.150s", name);
	assert_true(raw(f, line));
	hear(f, ":ann!a@h JOIN #long");
	hear(f, ":bob!b@h PART #key");
	hear(f, "@batch=b :ann!a@h PART #key");
	hear(f, ":ann!a@h PART #none");
	expect_rooms(f, "#den,#key secret,#tea,#long,");
	hear(f, ":ann!a@h PART #key");
	expect_rooms(f, "#den,#long,#tea,");
}

static void without_a_connection_no_line_goes(void **state)
{
	struct fixture *f = *state;

	assert_false(raw(f, "JOIN #tea"));
	log_in(f);
	hear(f, ":ann!a@h JOIN #tea");
	expect_rooms(f, "#den,#tea,");
	loose_world_break(&f->world);
	assert_false(raw(f, "JOIN #key secret"));
}

static void the_place_that_was_left_is_kept(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->client->core.model;
	char name[200];

	log_in(f);
	f->client->is_changed = false;
	model_show(m, m->server);
	client_keep_place(f->client);
	assert_string_equal(f->profile.room, "");
	assert_false(f->client->is_changed);
	model_show(m, den(f));
	client_keep_place(f->client);
	assert_string_equal(f->profile.room, "#den");
	assert_true(f->client->is_changed);
	f->client->is_changed = false;
	client_keep_place(f->client);
	assert_false(f->client->is_changed);
	memset(name, 'x', sizeof(name));
	name[0] = '#';
	for (size_t len = 150; len < 152; len++) {
		model_show(m, target_need(m, span_from(name, len)));
		client_keep_place(f->client);
		assert_int_equal(strlen(f->profile.room), 150);
	}
	model_show(m, m->server);
}

static bool set(struct fixture *f, const char *key, const char *value, struct buf *words)
{
	const struct intents *i = &f->client->seat.intents;
	buf_reset(words);
	return i->set(i->arg, span_of(key), span_of(value), words);
}

static void settings_are_shown_and_changed(void **state)
{
	struct fixture *f = *state;
	struct buf words = {0};

	assert_true(set(f, "", "", &words));
	assert_non_null(strstr(buf_str(&words), "screen.ascii = auto\n"));
	assert_non_null(strstr(buf_str(&words), "screen.lines = 100000\n"));
	assert_true(set(f, "screen.lines", "", &words));
	assert_string_equal(buf_str(&words), "screen.lines = 100000\n");
	assert_true(set(f, "screen.lines", "200", &words));
	assert_string_equal(buf_str(&words), "screen.lines = 200\n");
	assert_int_equal(f->client->core.model->line_max, 200);
	assert_false(set(f, "screen.lines", "many", &words));
	assert_non_null(strstr(buf_str(&words), "lines"));
	assert_null(strstr(buf_str(&words), "screen.lines = "));
	assert_int_equal(f->client->core.model->line_max, 200);
	assert_false(set(f, "screen.none", "", &words));
	assert_null(strstr(buf_str(&words), "screen.none = "));
	assert_true(set(f, "notify.keyword", "cake, tea", &words));
	assert_string_equal(buf_str(&words), "notify.keyword = cake, tea\n");
	assert_int_equal(f->client->core.model->n_keywords, 2);
	buf_clear(&words);
}

static void who_wants_to_connect_again_does(void **state)
{
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;
	unsigned n_opened;

	log_in(f);
	loose_world_break(&f->world);
	n_opened = f->world.n_opened;
	i->reconnect(i->arg);
	assert_int_equal(f->world.n_opened, n_opened + 1);
}

static bool told(struct fixture *f, const char *words)
{
	return span_eq(line_says(newest(f)), span_of(words));
}

static void what_lets_one_in_is_not_said(void **state)
{
	static const char link_words[] =
		"not sent: that link lets another computer into your account";
	struct fixture *f = *state;
	struct login_order login = {.how = LOGIN_OPEN,
				    .name = "ann",
				    .secret = SPAN("correct horse"),
				    .invite = "",
				    .caps = ""};
	const struct intents *i = &f->client->seat.intents;

	client_connect(f->client, &login);
	welcome(f);
	hear(f, ":ann!a@h JOIN #den");
	assert_true(i->is_secret(i->arg, SPAN("correct horse")));
	assert_false(i->is_secret(i->arg, SPAN("hello")));
	type(f, "correct horse");
	assert_true(told(f, "not sent: that is your password"));
	type(f, "here: snug://h/,device=t0ken");
	assert_true(told(f, link_words));
	assert_int_equal(own_count(f->client->core.model), 0);
	assert_false(loose_world_said(&f->world, "PRIVMSG"));
	type(f, "hello");
	assert_true(loose_world_said(&f->world, "PRIVMSG #den :hello\n"));
}

static void a_code_goes_where_it_was_asked_for(void **state)
{
	static const struct {
		int question;
		const char *said;
	} rows[] = {{QUESTION_ENROL, "2FA ADD totp app 123456\n"},
		    {QUESTION_DISENROL, "2FA DISABLE totp 123456\n"},
		    {QUESTION_STEP_UP, NULL}};
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;

	log_in(f);
	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		buf_reset(&f->world.said);
		i->prove(i->arg, rows[k].question, SPAN("123456"));
		if (rows[k].said)
			assert_true(loose_world_said(&f->world, rows[k].said));
		else
			assert_false(loose_world_said(&f->world, "2FA"));
	}
}

static size_t notes(const struct fixture *f)
{
	const struct model *m = f->client->core.model;
	return m->server->log.count + (m->current == m->server ? 0 : m->current->log.count);
}

static void only_who_chooses_to_sign_in_does(void **state)
{
	static const struct {
		int question;
		char choice;
		bool begins;
	} rows[] = {{QUESTION_STEP_UP, 'n', false},
		    {QUESTION_READ, 's', false},
		    {QUESTION_STEP_UP, 's', true}};
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;

	log_in(f);
	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		size_t before = notes(f);
		i->answer(i->arg, rows[k].question, rows[k].choice);
		assert_int_equal(notes(f), before + rows[k].begins);
	}
}

// The server has another key, which `snug trust` then takes as good.
static void refuse_and_trust(struct fixture *f, const struct login_order *login)
{
	f->world.pin[0]++;
	client_connect(f->client, login);
	assert_false(loose_world_answer(&f->world));
	assert_int_equal(f->client->core.model->link.state, LINK_REFUSED);
	struct profile trusted;
	char *error = NULL;
	assert_int_equal(profile_load(&trusted, &f->paths, "den", &error), PROFILE_OK);
	pins_set(&trusted.pins, f->world.pin);
	assert_null(profile_save(&trusted));
	profile_clear(&trusted);
}

static void who_was_refused_comes_in_with_the_key_that_was_trusted(void **state)
{
	struct fixture *f = *state;
	const struct intents *i = &f->client->seat.intents;
	struct login_order login = {.how = LOGIN_OPEN,
				    .name = "ann",
				    .invite = "",
				    .caps = "",
				    .keeps_secret = true};

	refuse_and_trust(f, &login);
	i->reconnect(i->arg);
	welcome(f);
	assert_true(model_is_online(f->client->core.model));
	assert_int_equal(f->client->login.how, LOGIN_OPEN);
	// Of what is not kept nothing is left to log in with.
	login.keeps_secret = false;
	refuse_and_trust(f, &login);
	unsigned n_opened = f->world.n_opened;
	i->reconnect(i->arg);
	assert_int_equal(f->world.n_opened, n_opened);
	// Who has a device comes by it.
	f->profile.has_device = true;
	i->reconnect(i->arg);
	assert_int_equal(f->world.n_opened, n_opened + 1);
	assert_int_equal(f->client->login.how, LOGIN_DEVICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rooms_are_kept_as_they_are_joined_and_left),
		TEST(without_a_connection_no_line_goes),
		TEST(the_place_that_was_left_is_kept),
		TEST(settings_are_shown_and_changed),
		TEST(who_wants_to_connect_again_does),
		TEST(what_lets_one_in_is_not_said),
		TEST(a_code_goes_where_it_was_asked_for),
		TEST(only_who_chooses_to_sign_in_does),
		TEST(who_was_refused_comes_in_with_the_key_that_was_trusted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
