// SPDX-License-Identifier: MIT
// The order matters for each line of the server: errors go to whoever asked first and
// are shown only when nobody did; everything else is the model's first, so that an
// answer's end finds its page merged.
#include "client/client.h"

#include "client/catchup.h"
#include "client/command.h"
#include "client/delivery.h"
#include "client/door.h"
#include "client/link_words.h"
#include "client/model/handle.h"
#include "client/ui/plain.h"
#include "common/clock.h"
#include "common/die.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LAGGING_MS 3000
#define ROOM_KEPT_MAX 150 // bytes: lines of the profile are short

struct client {
	struct loop *loop;
	const struct paths *paths;
	struct profile *profile;
	struct config *config;
	struct model *model;
	struct session *session;
	struct calls *calls;
	struct outbox *outbox;
	struct delivery *delivery;
	struct catchup *catchup;
	struct requests *requests;
	struct door *door;
	struct ui *ui;
	struct plain *plain;
	struct intents intents;
	struct loop_timer *second;
	char *state_dir;
	char *wanted; // room to be in, or NULL
	bool was_online;
	bool is_online;   // what the parts were told
	int64_t since_ms; // of the state shown
	enum session_state last;
	bool is_changed; // the profile is, on disk it is not
};

// State of the connection.

static void show_state(struct client *c)
{
	struct session_status status;
	struct link_status shown;
	struct buf text = {0};

	session_status(c->session, &status);
	link_status_of(&status, session_host(c->session), c->was_online, c->since_ms, &text,
		       &shown);
	int64_t waiting = calls_waiting_since(c->calls);
	if (shown.state == LINK_ONLINE && waiting && clock_mono_ms() - waiting > LAGGING_MS) {
		shown.state = LINK_LAGGING;
		shown.since_ms = clock_wall_ms() - (clock_mono_ms() - waiting);
	}
	model_set_link(c->model, &shown);
	buf_clear(&text);
}

// The room the user asked for, or those that the server does not remember.
static void join_wanted(struct client *c)
{
	if (c->wanted && c->wanted[0] == '#')
		session_sendf(c->session, "JOIN %s", c->wanted);
	if (session_has_cap(c->session, "snug.chat/exactly-once"))
		return;
	for (size_t i = 0; i < c->profile->n_rooms; i++)
		session_sendf(c->session, "JOIN %s", c->profile->rooms[i]);
}

// What was learnt at this login and saves time at the next.
static void keep_caps(struct client *c)
{
	struct profile *p = c->profile;
	struct span caps = span_trim(session_caps(c->session));

	if (!p->has_device || span_eq(span_of(p->caps), caps))
		return;
	free(p->caps);
	p->caps = span_dup(caps);
	c->is_changed = true;
}

// Where the user is, for the next start.
static void keep_place(struct client *c)
{
	const struct target *t = c->model->current;

	if (t->kind == TARGET_SERVER || strcmp(t->name, c->profile->room) == 0 ||
	    strlen(t->name) > ROOM_KEPT_MAX)
		return;
	free(c->profile->room);
	c->profile->room = xstrdup(t->name);
	c->is_changed = true;
}

static void save_profile(struct client *c)
{
	if (!c->is_changed || !c->profile->has_device)
		return;
	c->is_changed = false;
	char *error = profile_save(c->profile);
	if (error)
		model_note(c->model, c->model->server, LINE_ERROR, clock_wall_ms(),
			   span_of(error));
	free(error);
}

static void go_online(struct client *c)
{
	int64_t now_ms = clock_wall_ms();

	c->is_online = c->was_online = true;
	keep_caps(c);
	delivery_online(c->delivery, now_ms);
	join_wanted(c);
	catchup_online(c->catchup, now_ms);
}

static void go_offline(struct client *c)
{
	c->is_online = false;
	handle_reset(c->model);
	calls_lost(c->calls);
	delivery_offline(c->delivery);
	catchup_offline(c->catchup);
}

static void on_state(void *arg)
{
	struct client *c = arg;
	bool is_online = session_is_online(c->session);
	struct session_status status;

	session_status(c->session, &status);
	bool is_same =
		status.state == c->last ||
		(c->is_online == is_online && status.state != SESSION_REFUSED && c->was_online);
	if (!is_same || !c->since_ms)
		c->since_ms = clock_wall_ms();
	c->last = status.state;
	show_state(c);
	if (is_online && !c->is_online)
		go_online(c);
	else if (!is_online && c->is_online)
		go_offline(c);
	// CAP lines of a login that was not finished.
	else if (status.state == SESSION_DIALING)
		handle_reset(c->model);
}

static void on_second(void *arg)
{
	struct client *c = arg;

	if (model_is_online(c->model))
		show_state(c);
	save_profile(c);
	loop_timer_set(c->second, 1000);
}

// Lines of the server.

static bool is_error(const struct msg *m)
{
	char first = m->command.at[0];

	return first == '4' || first == '5' || span_eq_fold(m->command, SPAN("FAIL"));
}

// Our rooms: for servers that do not remember them, and for a start without a server.
static void note_membership(struct client *c, const struct msg *m)
{
	struct profile *p = c->profile;
	struct span source = m->source, room = msg_param(m, 0), batch;
	bool is_join = span_eq_fold(m->command, SPAN("JOIN"));

	if ((!is_join && !span_eq_fold(m->command, SPAN("PART"))) || !p->has_device ||
	    msg_tag(m, SPAN("batch"), &batch) || room.len > ROOM_KEPT_MAX ||
	    !span_eq_fold(span_cut(&source, '!'), span_of(c->model->me->name)))
		return;
	size_t i = 0;
	while (i < p->n_rooms && !span_eq_fold(span_of(p->rooms[i]), room))
		i++;
	if (is_join == (i < p->n_rooms))
		return;
	c->is_changed = true;
	if (is_join) {
		p->rooms = xreallocarray(p->rooms, p->n_rooms + 1, sizeof(char *));
		p->rooms[p->n_rooms++] = span_dup(room);
	} else {
		free(p->rooms[i]);
		p->rooms[i] = p->rooms[--p->n_rooms];
	}
}

static void on_line(void *arg, const struct msg *m, struct span line UNUSED)
{
	struct client *c = arg;
	bool is_private = calls_is_private(c->calls, m);
	bool is_asked = (is_private || is_error(m)) && calls_take(c->calls, m);

	if (is_asked)
		return;
	handle_line(c->model, m, clock_wall_ms());
	if (!is_error(m))
		calls_take(c->calls, m);
	catchup_line(c->catchup, m);
	requests_line(c->requests, m);
	note_membership(c, m);
}

// Intents of the user.

static void on_typed(void *arg, struct target *t, struct span text)
{
	struct client *c = arg;
	struct command_context context = {.model = c->model,
					  .intents = &c->intents,
					  .ui = c->ui,
					  .now_ms = clock_wall_ms()};

	command_run(&context, t, text);
}

static void on_message(void *arg, struct target *t, enum line_kind kind, struct span text,
		       struct span reply_to)
{
	struct client *c = arg;
	int64_t now_ms = clock_wall_ms();
	const char *wrong = delivery_message(c->delivery, t, kind, text, reply_to, now_ms);

	if (wrong)
		model_note(c->model, t, LINE_ERROR, now_ms, span_of(wrong));
}

static bool on_raw(void *arg, struct span line)
{
	struct client *c = arg;

	if (!session_is_online(c->session))
		return false;
	session_send(c->session, line);
	return true;
}

static void on_history(void *arg, struct target *t, struct line *before)
{
	struct client *c = arg;

	catchup_history(c->catchup, t, before);
}

static void on_mark_read(void *arg, struct target *t, int64_t at_ms)
{
	struct client *c = arg;

	catchup_mark_read(c->catchup, t, at_ms);
}

static void on_typing(void *arg, struct target *t, bool active)
{
	struct client *c = arg;

	if (c->config->typing && session_has_cap(c->session, "message-tags") &&
	    t->kind != TARGET_SERVER && session_is_online(c->session))
		session_sendf(c->session, "@+typing=%s TAGMSG %s", active ? "active" : "done",
			      t->name);
}

static void on_retry(void *arg, uint64_t local_id)
{
	struct client *c = arg;

	delivery_retry(c->delivery, local_id);
}

static void on_drop(void *arg, uint64_t local_id)
{
	struct client *c = arg;

	delivery_drop(c->delivery, local_id);
}

static void on_answer(void *arg, int question_id, char choice)
{
	struct client *c = arg;

	delivery_answer(c->delivery, question_id, choice);
}

static void on_reconnect(void *arg)
{
	struct client *c = arg;
	struct session_status status;

	session_status(c->session, &status);
	if (status.state == SESSION_REFUSED && c->profile->has_device)
		client_connect_device(c);
	else
		session_retry(c->session);
}

static void on_quit(void *arg, struct span reason)
{
	struct client *c = arg;

	client_quit(c, reason);
	loop_stop(c->loop);
}

static void on_end_signal(void *arg)
{
	on_quit(arg, SPAN(""));
}

// Life.

// The rooms of the last time, until the server tells.
static void show_rooms(struct client *c)
{
	for (size_t i = 0; i < c->profile->n_rooms; i++)
		target_need(c->model, span_of(c->profile->rooms[i]));
}

static void set_intents(struct client *c)
{
	c->intents = (struct intents){
		.arg = c,
		.typed = on_typed,
		.message = on_message,
		.raw = on_raw,
		.history = on_history,
		.mark_read = on_mark_read,
		.typing = on_typing,
		.retry = on_retry,
		.drop = on_drop,
		.answer = on_answer,
		.reconnect = on_reconnect,
		.quit = on_quit,
	};
}

static void open_outbox(struct client *c)
{
	char *error = NULL;

	c->outbox = outbox_open(c->state_dir, &error);
	if (!c->outbox)
		model_note(c->model, c->model->server, LINE_ERROR, clock_wall_ms(),
			   span_of(error));
	free(error);
	if (c->outbox && outbox_n_broken(c->outbox))
		model_note(c->model, c->model->server, LINE_ERROR, clock_wall_ms(),
			   SPAN("a line of the outbox was damaged and is left out"));
}

struct client *client_new(struct loop *l, const struct paths *paths, struct profile *p,
			  struct config *config)
{
	struct client *c = xcalloc(1, sizeof(*c));
	struct session_events events = {.arg = c, .on_state = on_state, .on_line = on_line};

	*c = (struct client){.loop = l, .paths = paths, .profile = p, .config = config};
	c->state_dir = path_join(paths->state, p->name, NULL);
	c->model = model_new(span_of(p->account[0] ? p->account : "me"));
	c->model->line_max = (int)config->line_max;
	for (size_t i = 0; i < config->keywords.count; i++)
		model_add_keyword(c->model, span_of(config->keywords.items[i]));
	c->session = session_new(l, &events);
	c->calls = calls_new(c->session);
	show_rooms(c);
	open_outbox(c);
	c->delivery = delivery_new(c->model, c->session, c->calls, c->outbox);
	c->catchup = catchup_new(l, c->model, c->session, c->calls);
	c->requests = requests_new(c->session, c->calls, c->model);
	delivery_load(c->delivery, clock_wall_ms());
	c->second = loop_timer_new(l, on_second, c);
	loop_timer_set(c->second, 1000);
	set_intents(c);
	return c;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	// Ends what is open while those who asked are still there.
	calls_lost(c->calls);
	ui_free(c->ui);
	plain_free(c->plain);
	door_close(c->door);
	requests_free(c->requests);
	loop_timer_free(c->second);
	catchup_free(c->catchup);
	delivery_free(c->delivery);
	outbox_free(c->outbox);
	calls_free(c->calls);
	session_free(c->session);
	model_free(c->model);
	free(c->state_dir);
	free(c->wanted);
	free(c);
}

void client_connect(struct client *c, const struct login_order *login)
{
	const struct profile *p = c->profile;
	bool has_files = access(p->key_file, F_OK) == 0 && access(p->cert_file, F_OK) == 0;
	struct session_order order = {
		.host = p->host,
		.port = p->port,
		.has_pin = p->has_pin,
		.cert_file = has_files ? p->cert_file : NULL,
		.key_file = has_files ? p->key_file : NULL,
		.login = *login,
	};

	memcpy(order.pin, p->pin, sizeof(order.pin));
	c->last = SESSION_OFF;
	session_open(c->session, &order);
}

void client_connect_device(struct client *c)
{
	const struct profile *p = c->profile;
	struct login_order login = {
		.how = LOGIN_DEVICE, .name = p->account, .invite = "", .caps = p->caps};

	client_connect(c, &login);
}

bool client_wait_online(struct client *c, struct session_status *status)
{
	do {
		loop_turn(c->loop, -1);
		session_status(c->session, status);
	} while (status->state == SESSION_DIALING || status->state == SESSION_LOGIN);
	return status->state == SESSION_ONLINE;
}

struct enrolment {
	bool is_over;
	char *refusal;
};

static void on_enrol_line(void *arg, const struct msg *m, bool is_sure UNUSED)
{
	struct enrolment *e = arg;

	if (!is_error(m))
		return;
	free(e->refusal);
	e->refusal = span_dup(msg_param(m, m->n_params - 1));
}

static void on_enrol_end(void *arg, enum call_end end)
{
	struct enrolment *e = arg;

	e->is_over = true;
	if (end == CALL_LOST && !e->refusal)
		e->refusal = xstrdup("the connection was lost");
}

char *client_enrol(struct client *c, const char *label)
{
	struct enrolment e = {0};
	struct call_fns fns = {.arg = &e, .on_line = on_enrol_line, .on_end = on_enrol_end};
	struct buf line = {0};

	buf_printf(&line, "CERT ADD %s", label);
	calls_send(c->calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
	while (!e.is_over)
		loop_turn(c->loop, -1);
	if (e.refusal)
		return e.refusal;
	c->profile->has_device = true;
	session_use_device(c->session);
	free(c->profile->caps);
	c->profile->caps = span_dup(span_trim(session_caps(c->session)));
	return profile_save(c->profile);
}

void client_show(struct client *c, const char *target)
{
	free(c->wanted);
	c->wanted = xstrdup(target);
	// Without a server, too, there is a place to type.
	struct target *t = target_need(c->model, span_of(target));
	model_show(c->model, t);
	model_await(c->model, span_of(target));
	if (session_is_online(c->session))
		join_wanted(c);
}

static bool open_screen(struct client *c)
{
	struct ui_settings settings;
	size_t count;

	if (!path_make_dir(c->state_dir))
		fprintf(stderr, "snug: cannot make %s: %s\n", c->state_dir, strerror(errno));
	config_ui(c->config, c->state_dir, &settings);
	c->ui = ui_new(c->loop, c->model, &c->intents, &settings, STDIN_FILENO, STDOUT_FILENO);
	if (!c->ui)
		return false;
	const struct ui_command *commands = command_list(&count);
	ui_set_commands(c->ui, commands, count);
	return true;
}

static void open_door(struct client *c)
{
	char *path = door_path(c->paths->runtime, c->profile->name);

	// Without it the verbs log in by themselves.
	if (path && path_make_dir(c->paths->runtime))
		c->door = door_open(c->loop, path, c->requests);
	free(path);
}

int client_run(struct client *c, bool plain)
{
	int signals[] = {SIGTERM, SIGHUP, SIGINT};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		loop_on_signal(c->loop, signals[i], on_end_signal, c);
	if (plain || !open_screen(c))
		c->plain =
			plain_new(c->loop, c->model, &c->intents, STDIN_FILENO, STDOUT_FILENO);
	open_door(c);
	loop_run(c->loop);
	keep_place(c);
	save_profile(c);
	ui_free(c->ui);
	c->ui = NULL;
	size_t unsent = own_count(c->model);
	if (unsent)
		fprintf(stderr, "snug: %zu unsent message%s kept for the next start\n", unsent,
			unsent == 1 ? " is" : "s are");
	return EXIT_OK;
}

void client_quit(struct client *c, struct span reason)
{
	session_close(c->session, reason);
}

struct session *client_session(struct client *c)
{
	return c->session;
}

struct calls *client_calls(struct client *c)
{
	return c->calls;
}

struct model *client_model(struct client *c)
{
	return c->model;
}
