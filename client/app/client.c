// SPDX-License-Identifier: MIT
#include "client/app/client_private.h"

#include "client/app/incoming.h"
#include "client/text/link_words.h"
#include "client/model/handle.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "common/clock.h"
#include "common/die.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LAGGING_MS 3000

// State of the connection.

static void show_state(struct client *c)
{
	struct uplink_status status;
	struct link_status shown;
	struct buf text = {0};

	uplink_status(c->session, &status);
	link_status_of(&status, uplink_host(c->session), c->was_online, c->since_ms, &text,
		       &shown);
	int64_t waiting = calls_waiting_since(c->calls);
	if (shown.state == LINK_ONLINE && waiting && clock_mono_ms() - waiting > LAGGING_MS) {
		shown.state = LINK_LAGGING;
		shown.since_ms = clock_wall_ms() - (clock_mono_ms() - waiting);
	}
	model_set_link(c->model, &shown);
	// The status row may be too short for a whole sentence that needs an act.
	if (shown.state == LINK_REFUSED && text.len)
		model_note(c->model, NULL, LINE_ERROR, clock_wall_ms(), buf_span(&text));
	buf_clear(&text);
}

static bool is_remembered(const struct client *c, const char *room)
{
	const struct profile *p = c->profile;

	for (size_t i = 0; i < p->n_rooms; i++) {
		if (span_eq_fold(span_of(p->rooms[i]), span_of(room)))
			return uplink_has_cap(c->session, "snug.chat/exactly-once");
	}
	return false;
}

// The room the user asked for, and those that the server does not remember.
static void join_wanted(struct client *c)
{
	if (c->wanted && c->wanted[0] == '#' && !is_remembered(c, c->wanted))
		uplink_sendf(c->session, "JOIN %s", c->wanted);
	if (uplink_has_cap(c->session, "snug.chat/exactly-once"))
		return;
	for (size_t i = 0; i < c->profile->n_rooms; i++)
		uplink_sendf(c->session, "JOIN %s", c->profile->rooms[i]);
}

static void go_online(struct client *c)
{
	int64_t now_ms = clock_wall_ms();

	c->is_online = c->was_online = true;
	requests_link(c->requests, true);
	client_keep_caps(c);
	delivery_online(c->delivery, now_ms);
	join_wanted(c);
	catchup_online(c->catchup, now_ms);
}

static void go_offline(struct client *c)
{
	c->is_online = false;
	requests_link(c->requests, false);
	handle_reset(c->model);
	calls_lost(c->calls);
	delivery_offline(c->delivery);
	catchup_offline(c->catchup);
}

static void on_state(void *arg)
{
	struct client *c = arg;
	bool is_online = uplink_is_online(c->session);
	struct uplink_status status;

	uplink_status(c->session, &status);
	bool is_same =
		status.state == c->last ||
		(c->is_online == is_online && status.state != UPLINK_REFUSED && c->was_online);
	if (!is_same || !c->since_ms)
		c->since_ms = clock_wall_ms();
	c->last = status.state;
	show_state(c);
	if (is_online && !c->is_online)
		go_online(c);
	else if (!is_online && c->is_online)
		go_offline(c);
	// CAP lines of a login that was not finished.
	else if (status.state == UPLINK_DIALING)
		handle_reset(c->model);
}

static void on_second(void *arg)
{
	struct client *c = arg;

	if (model_is_online(c->model))
		show_state(c);
	client_save_profile(c);
	loop_timer_set(c->second, 1000);
}

// Lines of the server.

static bool is_error(const struct msg *m)
{
	char first = m->command.at[0];

	return first == '4' || first == '5' || span_eq_fold(m->command, SPAN("FAIL"));
}

static void on_line(void *arg, const struct msg *m, struct span line UNUSED)
{
	struct client *c = arg;
	struct incoming in = {.model = c->model,
			      .calls = c->calls,
			      .catchup = c->catchup,
			      .requests = c->requests};

	if (incoming_line(&in, m, clock_wall_ms()))
		client_note_membership(c, m);
}

// The network is another one: what waits tries now, what is online makes sure.
static void on_route(void *arg)
{
	struct client *c = arg;

	uplink_network_changed(c->session);
}

static void on_end_signal(void *arg)
{
	struct client *c = arg;

	c->intents.quit(c, SPAN(""));
}

// Life.

static void open_arranged(struct client *c)
{
	char *file = path_join(c->state_dir, "layout", NULL);

	if (!path_make_dir(c->state_dir))
		fprintf(stderr, "snug: cannot make %s: %s\n", c->state_dir, strerror(errno));
	c->arranged = arranged_new(c->model, file);
	free(file);
}

static void open_outbox(struct client *c)
{
	char *error = NULL;

	c->unsent = unsent_new();
	c->unsent_file = unsent_file_open(c->loop, c->unsent, c->state_dir, &error);
	if (!c->unsent_file)
		model_note(c->model, c->model->server, LINE_ERROR, clock_wall_ms(),
			   span_of(error));
	free(error);
	if (c->unsent_file && unsent_file_n_broken(c->unsent_file))
		model_note(c->model, c->model->server, LINE_ERROR, clock_wall_ms(),
			   SPAN("a line of the outbox was damaged and is left out"));
}

struct client *client_new(struct loop *l, const struct folders *paths, struct profile *p,
			  struct preferences *config, const struct face *face)
{
	struct client *c = xcalloc(1, sizeof(*c));
	struct uplink_events events = {.arg = c, .on_state = on_state, .on_line = on_line};

	*c = (struct client){
		.loop = l, .paths = paths, .profile = p, .config = config, .face = face};
	c->state_dir = path_join(paths->state, p->name, NULL);
	c->model = model_new(span_of(p->account[0] ? p->account : "me"));
	c->model->line_max = (int)config->line_max;
	for (size_t i = 0; i < config->keywords.count; i++)
		model_add_keyword(c->model, span_of(config->keywords.items[i]));
	client_show_rooms(c);
	open_arranged(c);
	// Before the connection: what a turn keeps leaves in the same turn.
	open_outbox(c);
	c->session = uplink_new(l, &events);
	c->calls = calls_new(c->session);
	c->delivery = delivery_new(c->model, c->session, c->calls, c->unsent);
	c->catchup = catchup_new(c->model, c->session, c->calls);
	c->marks = marks_new(l, c->session);
	c->requests = requests_new(c->session, c->calls, c->model);
	delivery_load(c->delivery, clock_wall_ms());
	c->second = loop_timer_new(l, on_second, c);
	loop_timer_set(c->second, 1000);
	client_set_intents(c);
	return c;
}

static void close_face(struct client *c)
{
	if (c->shown)
		c->face->close(c->shown);
	c->shown = NULL;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	// Ends what is open while those who asked are still there.
	calls_lost(c->calls);
	close_face(c);
	door_close(c->door);
	route_free(c->route);
	requests_free(c->requests);
	loop_timer_free(c->second);
	marks_free(c->marks);
	catchup_free(c->catchup);
	delivery_free(c->delivery);
	unsent_file_close(c->unsent_file);
	unsent_free(c->unsent);
	calls_free(c->calls);
	uplink_free(c->session);
	arranged_free(c->arranged);
	model_free(c->model);
	free(c->state_dir);
	free(c->wanted);
	free(c->joining);
	free(c);
}

void client_connect(struct client *c, const struct login_order *login)
{
	const struct profile *p = c->profile;
	bool has_files = access(p->key_file, F_OK) == 0 && access(p->cert_file, F_OK) == 0;
	struct uplink_order order = {
		.host = p->host,
		.port = p->port,
		.has_pin = p->has_pin,
		.pinned_at = p->pinned_at,
		.cert_file = has_files ? p->cert_file : NULL,
		.key_file = has_files ? p->key_file : NULL,
		.login = *login,
	};

	memcpy(order.pin, p->pin, sizeof(order.pin));
	c->last = UPLINK_OFF;
	c->login = *login;
	if (login->secret.len)
		secret_guard_set(&c->guard, login->secret);
	uplink_open(c->session, &order);
}

void client_connect_device(struct client *c)
{
	const struct profile *p = c->profile;
	struct login_order login = {
		.how = LOGIN_DEVICE, .name = p->account, .invite = "", .caps = p->caps};

	client_connect(c, &login);
}

bool client_wait_online(struct client *c, struct uplink_status *status)
{
	do {
		loop_turn(c->loop, -1);
		uplink_status(c->session, status);
	} while (status->state == UPLINK_DIALING || status->state == UPLINK_LOGIN);
	return status->state == UPLINK_ONLINE;
}

struct enrolment {
	bool is_over;
	char *refusal;
	const char *label; // that was asked for
};

static void on_enrol_line(void *arg, const struct msg *m, bool is_sure UNUSED)
{
	struct enrolment *e = arg;

	// CERT ADD NUMBER PIN :LABEL
	if (span_eq_fold(m->command, SPAN("CERT")) && m->n_params > 3 &&
	    !span_eq(msg_param(m, 3), span_of(e->label)))
		fprintf(stderr,
			"this computer is called " SPAN_FMT
			" among your devices, not %s: another "
			"one is\n",
			SPAN_ARG(msg_param(m, 3)), e->label);
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
	struct enrolment e = {.label = label};
	struct call_fns fns = {.arg = &e, .on_line = on_enrol_line, .on_end = on_enrol_end};
	struct buf line = {0};

	buf_printf(&line, "CERT ADD :%s", label);
	calls_send(c->calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
	while (!e.is_over)
		loop_turn(c->loop, -1);
	if (e.refusal)
		return e.refusal;
	c->profile->has_device = true;
	uplink_use_device(c->session);
	free(c->profile->caps);
	c->profile->caps = span_dup(span_trim(uplink_caps(c->session)));
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
	if (uplink_is_online(c->session))
		join_wanted(c);
}

static void open_door(struct client *c)
{
	char *path = door_path(c->paths->runtime, c->profile->name);

	// Without it the verbs log in by themselves.
	if (path && path_make_dir(c->paths->runtime))
		c->door = door_open(c->loop, path, c->requests);
	free(path);
}

struct face_order client_face_order(struct client *c, bool plain)
{
	return (struct face_order){
		.loop = c->loop,
		.model = c->model,
		.intents = &c->intents,
		.config = c->config,
		.paths = c->paths,
		.state_dir = c->state_dir,
		.plain = plain,
	};
}

void client_open(struct client *c, bool plain)
{
	struct face_order order = client_face_order(c, plain);

	if (c->face && !c->shown)
		c->shown = c->face->open(&order);
}

int client_run(struct client *c, bool plain)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
	struct loop_hook *on_end[ARRAY_LEN(signals)], *on_continue;

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		on_end[i] = loop_on_signal(c->loop, signals[i], on_end_signal, c);
	client_open(c, plain);
	open_door(c);
	c->route = route_new(c->loop, on_route, c);
	on_continue = loop_on_signal(c->loop, SIGCONT, on_route, c);
	loop_run(c->loop);
	loop_hook_remove(on_continue);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		loop_hook_remove(on_end[i]);
	client_keep_place(c);
	client_save_profile(c);
	close_face(c);
	size_t unsent = own_count(c->model);
	if (unsent)
		fprintf(stderr, "snug: %zu unsent message%s kept for the next start\n", unsent,
			unsent == 1 ? " is" : "s are");
	return EXIT_OK;
}

void client_quit(struct client *c, struct span reason)
{
	marks_flush(c->marks);
	uplink_close(c->session, reason);
}

struct uplink *client_session(struct client *c)
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
