// SPDX-License-Identifier: MIT
// A line: errors go to whoever asked first and are shown only when nobody did; everything else
// is the model's first, so that an answer's end finds its page merged.
#include "client/sync/engine.h"

#include "client/model/handle.h"
#include "client/model/saying.h"
#include "client/model/target.h"
#include "common/buf.h"
#include "common/spoken.h"

// State of the connection.

static enum link_state state_of(const struct engine *e, const struct uplink_status *s)
{
	switch (s->state) {
	case UPLINK_OFF:
		return LINK_OFFLINE;
	case UPLINK_DIALING:
		return LINK_CONNECTING;
	case UPLINK_LOGIN:
		return LINK_LOGIN;
	case UPLINK_ONLINE:
		return s->storing_since ? LINK_STORING : LINK_ONLINE;
	case UPLINK_WAITING:
		return e->was_online ? LINK_OFFLINE : LINK_CONNECTING;
	case UPLINK_REFUSED:
		return LINK_REFUSED;
	}
	return LINK_OFFLINE;
}

// What is tried again by itself needs no advice: the row is short.
static void add_words(const struct engine *e, const struct uplink_status *s, struct buf *out)
{
	const char *host = uplink_host(e->session);

	if (s->state == UPLINK_REFUSED)
		e->words->refusal(out, s, host);
	else if (s->is_queued)
		buf_add_str(out, s->detail);
	else if (s->failure != FAILURE_NONE)
		e->words->failure(out, s, host);
}

static void show_state(struct engine *e)
{
	struct uplink_status s;
	struct buf text = {0};
	int64_t mono_ms = outside_mono_ms(e->outside), wall_ms = outside_wall_ms(e->outside);

	uplink_status(e->session, &s);
	add_words(e, &s, &text);
	struct link_status shown = {.state = state_of(e, &s),
				    .since_ms = e->since_ms,
				    .tries = s.tries,
				    .lag_ms = s.lag_ms};
	if (shown.state == LINK_STORING)
		shown.since_ms = wall_ms - (mono_ms - s.storing_since);
	if (s.state == UPLINK_WAITING)
		shown.next_at_ms = wall_ms + s.next_at - mono_ms;
	if (text.len) {
		const char *unused = buf_str(&text);
		(void)unused;
		shown.text = text.at;
	}
	int64_t waiting = calls_waiting_since(e->calls);
	if (shown.state == LINK_ONLINE && waiting && mono_ms - waiting > LAGGING_MS) {
		shown.state = LINK_LAGGING;
		shown.since_ms = wall_ms - (mono_ms - waiting);
	}
	model_set_link(e->model, &shown);
	// The status row may be too short for a whole sentence that needs an act.
	if (shown.state == LINK_REFUSED && text.len)
		model_note(e->model, NULL, LINE_ERROR, wall_ms, buf_span(&text));
	buf_clear(&text);
}

static void go_online(struct engine *e)
{
	int64_t now_ms = outside_wall_ms(e->outside);

	e->is_online = e->was_online = true;
	delivery_online(e->delivery, now_ms);
	if (e->events.on_online)
		e->events.on_online(e->events.arg);
	catchup_online(e->catchup, now_ms);
}

static void go_offline(struct engine *e)
{
	e->is_online = false;
	if (e->events.on_offline)
		e->events.on_offline(e->events.arg);
	handle_reset(e->model);
	calls_lost(e->calls);
	delivery_offline(e->delivery);
	catchup_offline(e->catchup);
	regain_offline(e->regain);
}

// Once, and after each that is wrong.
static void ask_code(struct engine *e, const struct uplink_status *s)
{
	bool is_asked = e->asks_code && e->n_codes == s->n_codes;

	if (s->wants_code && !is_asked)
		model_ask(e->model, QUESTION_CODE,
			  span_of(s->n_codes
					  ? spoken("that code is wrong, or was used: c gives "
						   "the next one, n none")
					  : spoken("the login wants a code of your app: c "
						   "gives one, n none")),
			  "cn");
	else if (!s->wants_code && e->asks_code)
		model_ask_done(e->model, QUESTION_CODE);
	e->asks_code = s->wants_code;
	e->n_codes = s->n_codes;
}

static void on_state(void *arg)
{
	struct engine *e = arg;
	bool is_online = uplink_is_online(e->session);
	struct uplink_status status;

	uplink_status(e->session, &status);
	bool is_same =
		status.state == e->last ||
		(e->is_online == is_online && status.state != UPLINK_REFUSED && e->was_online);
	if (!is_same || !e->since_ms)
		e->since_ms = outside_wall_ms(e->outside);
	e->last = status.state;
	show_state(e);
	ask_code(e, &status);
	if (is_online && !e->is_online)
		go_online(e);
	else if (!is_online && e->is_online)
		go_offline(e);
	// CAP lines of a login that was not finished.
	else if (status.state == UPLINK_DIALING)
		handle_reset(e->model);
	if (e->events.on_state)
		e->events.on_state(e->events.arg);
}

void engine_tick(struct engine *e)
{
	if (model_is_online(e->model))
		show_state(e);
}

// Lines of the server.

static void on_line(void *arg, const struct msg *m, struct span line UNUSED)
{
	struct engine *e = arg;
	bool is_private = calls_is_private(e->calls, m);

	if (e->events.takes && e->events.takes(e->events.arg, m))
		return;
	if ((is_private || saying_is_refusal(m)) && calls_take(e->calls, m))
		return;
	handle_line(e->model, m, outside_wall_ms(e->outside));
	if (!saying_is_refusal(m))
		calls_take(e->calls, m);
	catchup_line(e->catchup, m);
	regain_line(e->regain, m);
	devices_line(e->devices, m);
	if (e->events.on_line)
		e->events.on_line(e->events.arg, m);
}

// Life.

void engine_init(struct engine *e, const struct outside *o, const struct words *words,
		 struct span nick)
{
	*e = (struct engine){.outside = o, .words = words};
	e->model = model_new(nick);
	e->unsent = unsent_new(o);
}

static int64_t server_ms(void *arg)
{
	return uplink_server_ms(arg);
}

void engine_start(struct engine *e, const struct engine_events *events)
{
	struct uplink_events of_session = {.arg = e, .on_state = on_state, .on_line = on_line};

	e->events = *events;
	e->session = uplink_new(e->outside, &of_session);
	unsent_set_clock(e->unsent, server_ms, e->session);
	e->calls = calls_new(e->session);
	e->delivery = delivery_new(e->model, e->session, e->calls, e->unsent, e->words);
	e->catchup = catchup_new(e->model, e->session, e->calls, e->words);
	e->regain = regain_new(e->model, e->session, e->calls, e->unsent, e->delivery);
	e->seek = seek_new(e->model, e->session, e->calls, e->catchup);
	e->marks = marks_new(e->session);
	e->devices = devices_new(e->model, e->session);
	delivery_load(e->delivery, outside_wall_ms(e->outside));
}

void engine_clear(struct engine *e)
{
	devices_free(e->devices);
	marks_free(e->marks);
	seek_free(e->seek);
	regain_free(e->regain);
	catchup_free(e->catchup);
	delivery_free(e->delivery);
	unsent_free(e->unsent);
	calls_free(e->calls);
	uplink_free(e->session);
	model_free(e->model);
}

void engine_open(struct engine *e, const struct uplink_order *order)
{
	e->last = UPLINK_OFF;
	uplink_open(e->session, order);
}
