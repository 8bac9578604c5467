// SPDX-License-Identifier: MIT
#include "client/app/client_private.h"

#include "client/api/exit_code.h"
#include "client/app/layout_file.h"
#include "client/app/terminal_words.h"
#include "client/model/line_file.h"
#include "client/model/own.h"
#include "client/model/saying.h"
#include "client/model/target.h"
#include "common/die.h"
#include "common/names.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The connection.

static bool is_remembered(const struct client *c, const char *room)
{
	const struct profile *p = c->profile;

	for (size_t i = 0; i < p->n_rooms; i++) {
		if (name_is_same(span_of(p->rooms[i]), span_of(room)))
			return uplink_has_cap(c->core.session, "snug.chat/exactly-once");
	}
	return false;
}

// The room the user asked for, and those that the server does not remember.
static void join_wanted(struct client *c)
{
	if (c->wanted && c->wanted[0] == '#' && !is_remembered(c, c->wanted))
		uplink_sendf(c->core.session, "JOIN %s", c->wanted);
	if (uplink_has_cap(c->core.session, "snug.chat/exactly-once"))
		return;
	for (size_t i = 0; i < c->profile->n_rooms; i++)
		uplink_sendf(c->core.session, "JOIN %s", c->profile->rooms[i]);
}

static void on_online(void *arg)
{
	struct client *c = arg;

	requests_link(c->requests, true);
	client_keep_caps(c);
	client_keep_answered(c);
	client_keep_key(c);
	join_wanted(c);
	seat_online(&c->seat);
}

static void on_offline(void *arg)
{
	requests_link(((struct client *)arg)->requests, false);
}

static void on_line(void *arg, const struct msg *m)
{
	struct client *c = arg;

	requests_line(c->requests, m);
	second_factor_line(&c->second_factor, c->core.model, c->core.session, m);
	issuer_login_line(c->issuer_login, m);
	client_note_membership(c, m);
}

static bool on_takes(void *arg, const struct msg *m)
{
	return issuer_login_takes(((struct client *)arg)->issuer_login, m);
}

static void on_state(void *arg)
{
	issuer_login_state(((struct client *)arg)->issuer_login);
}

static void on_connect(void *arg, const struct login_order *login)
{
	client_connect(arg, login);
}

static void on_back(void *arg)
{
	const struct client *c = arg;

	if (c->profile->has_device)
		uplink_use_device(c->core.session);
}

static const struct sasl_way *on_ticket(void *arg)
{
	return ticket_may_be_there() ? ticket_way(client_ticket(arg)) : NULL;
}

static void open_issuer(struct client *c)
{
	c->issuer = issuer_https_new(c->loop);
	struct issuer_login_order order = {.core = &c->core,
					   .line = issuer_https_line(c->issuer),
					   .arg = c,
					   .connect = on_connect,
					   .ticket = on_ticket,
					   .on_back = on_back};
	c->issuer_login = issuer_login_new(&order);
}

static void on_second(void *arg)
{
	struct client *c = arg;

	engine_tick(&c->core);
	client_save_profile(c);
	c->core.outside->timer_set(c->second, 1000);
}

// The network is another one: what waits tries now, what is online makes sure.
static void on_route(void *arg)
{
	struct client *c = arg;

	uplink_network_changed(c->core.session);
}

static void on_end_signal(void *arg)
{
	struct client *c = arg;

	c->seat.intents.quit(&c->seat, SPAN(""));
}

// Life.

static void open_arranged(struct client *c)
{
	c->layout = path_join(c->state_dir, "layout", NULL);
	if (!path_make_dir(c->state_dir))
		fprintf(stderr, "snug: cannot make %s: %s\n", c->state_dir, strerror(errno));
	c->arranged = layout_file_open(c->core.model, c->layout);
}

static void open_outbox(struct client *c)
{
	char *error = NULL;

	c->unsent_file = unsent_file_open(c->loop, c->core.unsent, c->state_dir, &error);
	if (!c->unsent_file)
		model_note(c->core.model, c->core.model->server, LINE_ERROR,
			   outside_wall_ms(c->core.outside), span_of(error));
	free(error);
	if (c->unsent_file && unsent_file_n_broken(c->unsent_file))
		model_note(c->core.model, c->core.model->server, LINE_ERROR,
			   outside_wall_ms(c->core.outside),
			   SPAN("a line of the outbox was damaged and is left out"));
}

struct client *client_new(struct loop *l, const struct outside *o, const struct folders *paths,
			  struct profile *p, struct preferences *config,
			  const struct face *face)
{
	struct client *c = xcalloc(1, sizeof(*c));
	struct engine_events events = {
		.arg = c,
		.on_online = on_online,
		.on_offline = on_offline,
		.on_line = on_line,
		.on_state = on_state,
		.takes = on_takes,
	};

	*c = (struct client){
		.loop = l, .paths = paths, .profile = p, .config = config, .face = face};
	c->state_dir = path_join(paths->state, p->name, NULL);
	engine_init(&c->core, o, &terminal_words, span_of(p->account[0] ? p->account : "me"));
	c->core.model->line_max = (int)config->line_max;
	c->core.model->read_file = line_file_read;
	for (size_t i = 0; i < config->keywords.count; i++)
		model_add_keyword(c->core.model, span_of(config->keywords.items[i]));
	client_show_rooms(c);
	open_arranged(c);
	// Before the connection: what a turn keeps leaves in the same turn.
	open_outbox(c);
	open_issuer(c);
	engine_start(&c->core, &events);
	seat_init(&c->seat, &c->core, c->arranged);
	c->seat.tells_typing = config->typing;
	c->requests =
		requests_new(c->core.session, c->core.calls, c->core.model, &terminal_words);
	c->second = o->timer_new(o->arg, on_second, c);
	o->timer_set(c->second, 1000);
	client_set_intents(c);
	c->courier = courier_new(l, &c->core, config, &c->seat.intents);
	c->gallery = gallery_new(l, &c->core);
	return c;
}

// A login by it may go on by another way: that is no error of the login.
static void on_ticket_words(void *arg, const char *words)
{
	struct client *c = arg;

	model_note(c->core.model, c->core.model->server, LINE_INFO,
		   outside_wall_ms(c->core.outside), span_of(words));
}

struct ticket_login *client_ticket(struct client *c)
{
	if (!c->ticket)
		c->ticket = ticket_new(c->loop, on_ticket_words, c);
	return c->ticket;
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
	calls_lost(c->core.calls);
	close_face(c);
	door_close(c->door);
	route_free(c->route);
	requests_free(c->requests);
	courier_free(c->courier);
	gallery_free(c->gallery);
	issuer_login_free(c->issuer_login);
	issuer_https_free(c->issuer);
	c->core.outside->timer_free(c->second);
	unsent_file_close(c->unsent_file);
	arranged_free(c->arranged);
	seat_clear(&c->seat);
	engine_clear(&c->core);
	ticket_free(c->ticket);
	free(c->state_dir);
	free(c->layout);
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
		.others = &p->others,
		.at = p->at,
		.pins = p->pins,
		.has_next_pin = p->has_next_pin,
		.pinned_at = p->pinned_at,
		.cert_file = has_files ? p->cert_file : NULL,
		.key_file = has_files ? p->key_file : NULL,
		.login = *login,
	};

	order.login.also = "snug.chat/files";
	if (p->by_ticket && !login->way && ticket_may_be_there())
		order.login.first = ticket_way(client_ticket(c));
	memcpy(order.next_pin, p->next_pin, sizeof(order.next_pin));
	c->login = *login;
	if (login->secret.len)
		secret_guard_set(&c->guard, login->secret);
	engine_open(&c->core, &order);
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
	// What cannot even begin has failed by now, and nothing would wake us.
	uplink_status(c->core.session, status);
	while (status->state == UPLINK_DIALING ||
	       (status->state == UPLINK_LOGIN && !status->wants_code)) {
		loop_turn(c->loop, -1);
		uplink_status(c->core.session, status);
	}
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
	if (!saying_is_refusal(m))
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
	calls_send(c->core.calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
	while (!e.is_over)
		loop_turn(c->loop, -1);
	if (e.refusal)
		return e.refusal;
	c->profile->has_device = true;
	uplink_use_device(c->core.session);
	if (c->profile->by_ticket)
		uplink_use_first(c->core.session, ticket_way(client_ticket(c)));
	free(c->profile->caps);
	c->profile->caps = span_dup(span_trim(uplink_caps(c->core.session)));
	return profile_save(c->profile);
}

void client_show(struct client *c, const char *target)
{
	free(c->wanted);
	c->wanted = xstrdup(target);
	// Without a server, too, there is a place to type.
	struct target *t = target_need(c->core.model, span_of(target));
	model_show(c->core.model, t);
	model_await(c->core.model, span_of(target));
	if (uplink_is_online(c->core.session))
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
		.model = c->core.model,
		.intents = &c->seat.intents,
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
	size_t unsent = own_count(c->core.model);
	if (unsent)
		fprintf(stderr, "snug: %zu unsent message%s kept for the next start\n", unsent,
			unsent == 1 ? " is" : "s are");
	return EXIT_OK;
}

void client_quit(struct client *c, struct span reason)
{
	seat_quit(&c->seat, reason);
}

struct uplink *client_session(struct client *c)
{
	return c->core.session;
}

struct calls *client_calls(struct client *c)
{
	return c->core.calls;
}

struct model *client_model(struct client *c)
{
	return c->core.model;
}
