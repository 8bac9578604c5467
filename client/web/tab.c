// SPDX-License-Identifier: MIT
// 1. What JavaScript calls returns at once, and calls nothing here from inside an import.
// 2. A timer runs only while something is open: a command without an answer, somebody who
//    types, a read marker that is to be told, a try to connect. An idle tab has none.
#include "client/web/tab.h"

#include "client/model/line_file.h"
#include "client/model/target.h"
#include "client/web/exports.h"
#include "client/web/page_outside.h"
#include "client/web/page_store.h"
#include "client/web/page_words.h"
#include "client/web/put.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdlib.h>

#define SECOND_MS 1000

static struct tab the_tab;

struct tab *tab(void)
{
	return &the_tab;
}

struct target *tab_target(double id)
{
	const struct model *m = the_tab.core.model;

	for (size_t i = 0; i < m->n_targets; i++) {
		if (m->targets[i]->id == id)
			return m->targets[i];
	}
	return NULL;
}

uint64_t tab_local_id(double id)
{
	return id < 0 ? UINT64_MAX : (uint64_t)id;
}

double tab_local_number(uint64_t id)
{
	return id == UINT64_MAX ? -1 : (double)id;
}

static const char *const kind_names[] = {
	[LINE_MESSAGE] = "message", [LINE_ACTION] = "action",     [LINE_NOTICE] = "notice",
	[LINE_JOIN] = "join",       [LINE_PART] = "part",         [LINE_QUIT] = "quit",
	[LINE_KICK] = "kick",       [LINE_NICK] = "nick",         [LINE_TOPIC] = "topic",
	[LINE_MODE] = "mode",       [LINE_INFO] = "info",         [LINE_ERROR] = "error",
	[LINE_EDIT] = "edit",       [LINE_REACTION] = "reaction", [LINE_REMOVAL] = "removal",
};

const char *tab_kind_name(unsigned kind)
{
	return kind_names[kind];
}

bool tab_kind_named(struct span name, enum line_kind *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kind_names); i++) {
		if (span_eq(name, span_of(kind_names[i]))) {
			*kind = (enum line_kind)i;
			return true;
		}
	}
	return false;
}

// The connection.

static void join_wanted(struct tab *t)
{
	if (t->wanted && t->wanted[0] == '#')
		uplink_sendf(t->core.session, "JOIN %s", t->wanted);
}

static void on_online(void *arg)
{
	struct tab *t = arg;
	struct span caps = span_trim(uplink_caps(t->core.session));

	// The account is there: what comes back logs in to it.
	if (t->how == LOGIN_REGISTER) {
		t->how = LOGIN_PASSWORD;
		uplink_use_secret(t->core.session, buf_span(&t->secret));
	}
	tab_tell("online", NULL, caps);
	tab_ask_modes(t);
	join_wanted(t);
	seat_online(&t->seat);
}

// CERT CLAIM ACCOUNT TOKEN :LABEL
static void hear_claim(const struct msg *m)
{
	if (span_eq_fold(m->command, SPAN("CERT")) && m->n_params > 3 &&
	    span_eq_fold(msg_param(m, 0), SPAN("CLAIM")))
		tab_tell_claimed(msg_param(m, 1), msg_param(m, 2));
}

static void on_line(void *arg, const struct msg *m)
{
	struct tab *t = arg;

	tab_hear_modes(t, m);
	if (span_eq_fold(m->command, SPAN("CERT")))
		tab_tell("devices", NULL, SPAN(""));
	if (t->how == LOGIN_CLAIM)
		hear_claim(m);
}

static bool is_typing(const struct model *m)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		for (size_t k = 0; k < TYPING_MAX; k++) {
			if (m->targets[i]->typing[k].who)
				return true;
		}
	}
	return false;
}

static void on_second(void *arg)
{
	struct tab *t = arg;

	t->has_second = false;
	engine_tick(&t->core);
	tab_tell("typing", NULL, SPAN(""));
}

static void on_mark(void *arg)
{
	struct tab *t = arg;
	struct target *marked = tab_target(t->mark_target);

	t->mark_target = 0;
	if (marked)
		marks_read(t->core.marks, marked, marked->read_at);
}

// Behind each call of JavaScript: how often the model changed by now.
EXPORT(settle) double tab_settle(void)
{
	struct tab *t = &the_tab;
	const struct model *m = t->core.model;

	if (!t->has_second && (calls_waiting_since(t->core.calls) || is_typing(m))) {
		t->has_second = true;
		t->outside.timer_set(t->second, SECOND_MS);
	}
	return (double)m->version;
}

// What the terminal has and a page has not.

static void on_typed(void *arg, struct target *t, struct span text)
{
	struct command_context context = seat_context(arg, tab_screen());

	command_typed(&context, t, text);
}

static void on_reconnect(void *arg)
{
	const struct seat *s = arg;
	struct uplink_status status;

	uplink_status(s->core->session, &status);
	if (status.state == UPLINK_REFUSED)
		tab_tell("reconnect", NULL, SPAN(""));
	else
		uplink_retry(s->core->session);
}

static void on_quit(void *arg, struct span reason)
{
	seat_quit(arg, reason);
	tab_tell("quit", NULL, SPAN(""));
}

static void write_arranged(void *arg UNUSED, struct span text)
{
	page_store_arranged(text.at, text.len);
}

// First of all; behind it unsent_load() with what the store has, then start().
EXPORT(begin) void tab_begin(struct span nick, struct span arranged)
{
	struct tab *t = &the_tab;
	const struct arranged_store store = {.write = write_arranged};
	struct unsent_store unsent = page_store();

	page_outside_init(&t->outside);
	engine_init(&t->core, &t->outside, &page_words_table, nick);
	t->core.model->focused = false;
	t->core.model->read_file = line_file_read;
	t->arranged = arranged_new(t->core.model, arranged, &store);
	unsent_set_store(t->core.unsent, &unsent);
}

EXPORT(start) void tab_start(void)
{
	struct tab *t = &the_tab;
	const struct engine_events events = {
		.arg = t, .on_online = on_online, .on_line = on_line};

	engine_start(&t->core, &events);
	seat_init(&t->seat, &t->core, t->arranged);
	t->seat.tells_typing = true;
	t->seat.intents.typed = on_typed;
	t->seat.intents.reconnect = on_reconnect;
	t->seat.intents.quit = on_quit;
	t->second = t->outside.timer_new(t->outside.arg, on_second, t);
	t->mark_timer = t->outside.timer_new(t->outside.arg, on_mark, t);
	tab_watch(t);
}

static bool how_named(struct span name, enum login_how *how)
{
	static const struct {
		const char *name;
		enum login_how how;
	} rows[] = {
		{"password", LOGIN_PASSWORD}, {"token", LOGIN_PASSWORD},
		{"invite", LOGIN_REGISTER},   {"check", LOGIN_INVITE},
		{"claim", LOGIN_CLAIM},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(name, span_of(rows[i].name))) {
			*how = rows[i].how;
			return true;
		}
	}
	return false;
}

static void keep_secret(struct tab *t, struct span secret)
{
	if (t->secret.at)
		wipe_bytes(t->secret.at, t->secret.cap);
	buf_reset(&t->secret);
	buf_add_span(&t->secret, secret);
}

// Where the server is; `how` one of the rows above; `caps` what "online" told the last time.
EXPORT(enter)
void tab_enter(struct span host, struct span port, struct span how, struct span name,
	       struct span secret, struct span invite, struct span caps)
{
	struct tab *t = &the_tab;
	char *texts[] = {span_dup(host), span_dup(port), span_dup(name), span_dup(invite),
			 span_dup(caps)};

	keep_secret(t, secret);
	if (how_named(how, &t->how)) {
		const struct uplink_order order = {
			.host = texts[0],
			.port = texts[1],
			.is_watched = true,
			.login = {.how = t->how,
				  .name = texts[2],
				  .secret = buf_span(&t->secret),
				  .invite = texts[3],
				  .keeps_secret = true,
				  .wants_token = true,
				  .also = "snug.chat/files draft/webpush",
				  .caps = texts[4]},
		};
		engine_open(&t->core, &order);
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		wipe_bytes(texts[i], strlen(texts[i]));
		free(texts[i]);
	}
}

// From now on logs in with this secret: the device's token took the place of a password.
EXPORT(use_secret) void tab_use_secret(struct span secret)
{
	struct tab *t = &the_tab;

	keep_secret(t, secret);
	uplink_use_secret(t->core.session, buf_span(&t->secret));
}

EXPORT(leave) void tab_leave(struct span reason)
{
	seat_quit(&the_tab.seat, reason);
}

// Goes there now, or as soon as we are in it.
EXPORT(visit) void tab_visit(struct span name)
{
	struct tab *t = &the_tab;

	free(t->wanted);
	t->wanted = span_dup(name);
	model_show(t->core.model, target_need(t->core.model, name));
	model_await(t->core.model, name);
	if (uplink_is_online(t->core.session))
		join_wanted(t);
}
