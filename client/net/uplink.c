// SPDX-License-Identifier: MIT
// 1. `state` changes in set_state only, which is the last thing a function does: the
//    listener may open, close or end the session inside.
// 2. The secret is borrowed and forgotten as soon as the login has ended either way;
//    without it a lost connection can only be taken up by the device's key.
#include "client/net/uplink_private.h"

#include "client/net/key_judge.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdio.h>
#include <stdlib.h>

#define PING_PREFIX "snug-alive-"
#define CLOCK_JUMP_MS 20000 // the computer slept

static void set_state(struct uplink *s, enum uplink_state state)
{
	s->state = state;
	if (s->events.on_state)
		s->events.on_state(s->events.arg);
}

static void replace(char **text, const char *with)
{
	char *fresh = with ? xstrdup(with) : NULL;

	free(*text);
	*text = fresh;
}

static void forget_secret(struct uplink *s)
{
	if (!s->order.login.keeps_secret)
		s->order.login.secret = SPAN("");
	if (s->invite)
		wipe_bytes(s->invite, strlen(s->invite));
	replace(&s->invite, "");
}

// Ends.

static void wait_for_next(struct uplink *s)
{
	uint32_t random;
	s->outside->dice(s->outside->arg, &random, sizeof(random));
	int64_t now = outside_mono_ms(s->outside);
	int64_t wait = backoff_wait(&s->backoff, now, random);
	if (s->failure == FAILURE_CHANGED || s->is_probe)
		wait = 0;
	s->is_probe = false;
	s->next_at = now + wait;
	s->outside->timer_set(s->timer, wait);
	set_state(s, UPLINK_WAITING);
}

// Nobody logs in: what was asked for is known soon.
static bool is_question(const struct uplink *s)
{
	enum login_how how = s->order.login.how;

	return s->order.only_key || how == LOGIN_INVITE || how == LOGIN_CLAIM ||
	       how == LOGIN_ASK;
}

static void end_question(struct uplink *s)
{
	s->link->acts->close(s->link);
	s->outside->timer_stop(s->timer);
	s->failure = FAILURE_NONE;
	set_state(s, UPLINK_OFF);
}

static void end(struct uplink *s, enum failure failure, struct span detail)
{
	char *words = span_dup(detail);
	// Not again by itself: each time would be a failed login.
	if (s->state == UPLINK_LOGIN && s->login.wants_code)
		failure = FAILURE_CODE;
	bool has_next = s->state != UPLINK_ONLINE && failure_retries(failure) &&
			places_next(&s->places);

	s->link->acts->close(s->link);
	free(s->detail);
	s->detail = words;
	s->pinged_at = 0;
	s->lag_ms = -1;
	// Nothing was sent yet.
	if (has_next && s->state == UPLINK_DIALING) {
		s->outside->timer_set(s->timer, 0);
		return;
	}
	s->failure = failure;
	if (failure == FAILURE_CHANGED)
		replace(&s->caps, "");
	// An account may have been made although the connection broke: no second try.
	enum login_how how = s->order.login.how;
	bool is_repeatable = how == LOGIN_DEVICE || how == LOGIN_OPEN ||
			     (how != LOGIN_REGISTER && s->order.login.secret.len);
	if (failure_retries(failure) && is_repeatable && !is_question(s)) {
		wait_for_next(s);
		return;
	}
	s->outside->timer_stop(s->timer);
	forget_secret(s);
	set_state(s, UPLINK_REFUSED);
}

void uplink_fail(struct uplink *s, enum failure failure, struct span detail)
{
	if (s->state != UPLINK_OFF)
		end(s, failure, detail);
}

// The server's own words say more than the end of the stream does.
static void on_down(void *arg, enum failure failure, struct span detail)
{
	struct uplink *s = arg;

	if (s->server_error && (failure == FAILURE_ENDED || failure == FAILURE_LOST))
		end(s, FAILURE_ENDED, span_of(s->server_error));
	else
		end(s, failure, detail);
}

// Coming up.

static enum failure on_key(void *arg, const struct link_peer *peer)
{
	struct uplink *s = arg;

	s->has_peer_pin = peer->has_pin;
	memcpy(s->peer_pin, peer->pin, TLS_PIN_LEN);
	s->binding = peer->binding;
	return key_judge(&s->order, peer);
}

static void on_login_line(void *arg, struct span line, bool secret)
{
	uplink_send_as(arg, line, secret);
}

void uplink_begin_way(const struct uplink *s, const struct sasl_way *way)
{
	const struct sasl_stream stream = {uplink_host(s), s->name, &s->binding};

	if (way && way->begin)
		way->begin(way->arg, &stream);
}

static void on_up(void *arg)
{
	struct uplink *s = arg;

	if (s->order.only_key) {
		end_question(s);
		return;
	}
	struct login_order order = s->order.login;
	order.name = s->name;
	order.invite = s->invite;
	order.caps = s->caps;
	uplink_begin_way(s, order.first);
	uplink_begin_way(s, order.way);
	login_start(&s->login, &order, on_login_line, s);
	s->outside->timer_set(s->timer, LOGIN_WITHIN_MS);
	set_state(s, UPLINK_LOGIN);
}

static void dial(struct uplink *s)
{
	struct link_place place = {.host = places_host(&s->places),
				   .port = places_port(&s->places),
				   .has_others = s->places.others.count > 0,
				   .n_tried = s->backoff.tries};

	replace(&s->server_error, NULL);
	uplink_forget(s);
	s->outside->timer_stop(s->timer);
	s->link->acts->open(s->link, &place);
	set_state(s, UPLINK_DIALING);
}

// Online.

static int64_t clock_drift(const struct uplink *s)
{
	return outside_wall_ms(s->outside) - outside_mono_ms(s->outside);
}

static void send_ping(struct uplink *s)
{
	s->is_looking = true;
	s->pinged_at = outside_mono_ms(s->outside);
	uplink_sendf(s, "PING " PING_PREFIX "%llu", (unsigned long long)++s->n_pings);
	s->outside->timer_set(s->timer, DEAD_AFTER_MS);
}

// The next look. A watched one has nobody to wait for: what is sent winds the clock up again.
static void look_in(struct uplink *s, int64_t delay_ms)
{
	s->is_looking = !s->order.is_watched;
	if (s->is_looking)
		s->outside->timer_set(s->timer, delay_ms);
	else
		s->outside->timer_stop(s->timer);
}

static int64_t idle_ms(const struct uplink *s)
{
	return s->order.is_watched ? DEAD_AFTER_MS : IDLE_PING_MS;
}

static void watch_idle(struct uplink *s)
{
	int64_t quiet = outside_mono_ms(s->outside) - s->link->acts->heard_at(s->link);
	int64_t drift = clock_drift(s), jump = drift - s->drift;

	s->drift = drift;
	if (s->pinged_at && s->link->acts->heard_at(s->link) <= s->pinged_at) {
		end(s, FAILURE_SILENT, SPAN(""));
		return;
	}
	s->pinged_at = 0;
	if (quiet >= idle_ms(s) || jump > CLOCK_JUMP_MS)
		send_ping(s);
	else
		look_in(s, IDLE_PING_MS - quiet);
}

static void on_timer(void *arg)
{
	struct uplink *s = arg;

	if (s->state == UPLINK_WAITING || s->state == UPLINK_DIALING)
		dial(s);
	else if (s->state == UPLINK_LOGIN)
		end(s, FAILURE_SLOW_LOGIN, SPAN(""));
	else if (s->state == UPLINK_ONLINE)
		watch_idle(s);
}

// Nothing comes behind it that would have to be waited for.
static void send_pong(const struct uplink *s, struct span token)
{
	struct buf line = {0};

	buf_printf(&line, "PONG :" SPAN_FMT, SPAN_ARG(token));
	s->link->acts->send(s->link, buf_span(&line), false);
	buf_clear(&line);
}

// True when the line was the session's own.
static bool take_ping(struct uplink *s, const struct msg *m)
{
	if (span_eq_fold(m->command, SPAN("PING"))) {
		send_pong(s, msg_param(m, 0));
		return true;
	}
	if (!span_eq_fold(m->command, SPAN("PONG")) ||
	    !span_starts(msg_param(m, m->n_params ? m->n_params - 1 : 0), SPAN(PING_PREFIX)))
		return false;
	if (s->pinged_at)
		s->lag_ms = (int)(outside_mono_ms(s->outside) - s->pinged_at);
	s->pinged_at = 0;
	s->is_probe = false;
	look_in(s, IDLE_PING_MS);
	set_state(s, s->state);
	return true;
}

static void note_error(struct uplink *s, const struct msg *m)
{
	struct span words = msg_param(m, 0);

	if (!span_eq_fold(m->command, SPAN("ERROR")))
		return;
	free(s->server_error);
	s->server_error = span_dup(words);
}

static void come_online(struct uplink *s)
{
	struct span caps = span_trim(uplink_caps(s));
	char *names = span_dup(caps);

	replace(&s->caps, names);
	free(names);
	if (!s->name[0])
		replace(&s->name, s->login.nick);
	// What the login needed once is not needed again.
	forget_secret(s);
	backoff_reset(&s->backoff);
	places_stay(&s->places);
	s->failure = FAILURE_NONE;
	s->drift = clock_drift(s);
	s->state = UPLINK_ONLINE;
	send_ping(s);
	set_state(s, UPLINK_ONLINE);
}

static void wait_for_code(struct uplink *s)
{
	s->outside->timer_set(s->timer, CODE_WITHIN_MS);
	set_state(s, UPLINK_LOGIN);
}

void uplink_give_code(struct uplink *s, struct span code)
{
	if (s->state != UPLINK_LOGIN || !s->login.wants_code)
		return;
	s->outside->timer_set(s->timer, LOGIN_WITHIN_MS);
	login_code(&s->login, code);
	set_state(s, UPLINK_LOGIN);
}

static void on_line(void *arg, const struct msg *m, struct span line)
{
	struct uplink *s = arg;
	note_error(s, m);
	backoff_heard(&s->backoff, m, outside_mono_ms(s->outside));
	uplink_note(s, m);
	if (take_ping(s, m))
		return;
	bool is_cap = span_eq_fold(m->command, SPAN("CAP"));
	enum login_result result = LOGIN_MORE;
	if (s->state == UPLINK_LOGIN || is_cap)
		result = login_line(&s->login, m);
	if (s->state == UPLINK_LOGIN && result == LOGIN_FAILED) {
		end(s, s->login.failure, buf_span(&s->login.detail));
		return;
	}
	bool is_done = s->state == UPLINK_LOGIN && result == LOGIN_DONE;
	if (s->state == UPLINK_LOGIN && s->login.wants_code)
		wait_for_code(s);
	if (s->events.on_line)
		s->events.on_line(s->events.arg, m, line);
	if (is_done && is_question(s)) {
		end_question(s);
	} else if (is_done && s->state == UPLINK_LOGIN) {
		come_online(s);
	} else if (s->state == UPLINK_LOGIN && s->login.is_queued) {
		// Whoever hangs up and comes again waits longer than who stays.
		s->outside->timer_set(s->timer, QUEUED_SILENCE_MS);
		replace(&s->detail, buf_str(&s->login.detail));
		set_state(s, UPLINK_LOGIN);
	}
}

struct uplink *uplink_new(const struct outside *o, const struct uplink_events *events)
{
	struct uplink *s = xcalloc(1, sizeof(*s));
	struct link_events link_events = {.arg = s,
					  .on_key = on_key,
					  .on_up = on_up,
					  .on_line = on_line,
					  .on_down = on_down};

	*s = (struct uplink){.outside = o, .events = *events, .lag_ms = -1};
	s->link = o->link_new(o->arg, &link_events);
	s->timer = o->timer_new(o->arg, on_timer, s);
	return s;
}

void uplink_free(struct uplink *s)
{
	if (!s)
		return;
	s->link->acts->free(s->link);
	s->outside->timer_free(s->timer);
	login_clear(&s->login);
	forget_secret(s);
	places_clear(&s->places);
	char *texts[] = {s->detail, s->server_error, s->name, s->invite, s->caps};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	free(s);
}

void uplink_open(struct uplink *s, const struct uplink_order *order)
{
	s->link->acts->close(s->link);
	places_set(&s->places, order->host, order->port, order->others, order->at);
	replace(&s->name, order->login.name ? order->login.name : "");
	replace(&s->invite, order->login.invite ? order->login.invite : "");
	replace(&s->caps, order->login.caps ? order->login.caps : "");
	s->order = *order;
	s->failure = FAILURE_NONE;
	replace(&s->detail, "");
	backoff_reset(&s->backoff);
	struct link_order to = {.name = order->host,
				.has_pin = order->pins.count > 0,
				.cert_file = order->cert_file,
				.key_file = order->key_file};
	char *wrong = s->link->acts->order(s->link, &to);
	if (wrong)
		end(s, FAILURE_CONFIG, span_of(wrong));
	else
		dial(s);
	free(wrong);
}

void uplink_close(struct uplink *s, struct span reason)
{
	if (s->link->acts->is_up(s->link))
		uplink_sendf(s, "QUIT :" SPAN_FMT, SPAN_ARG(reason));
	s->link->acts->close(s->link);
	s->outside->timer_stop(s->timer);
	forget_secret(s);
	if (s->state != UPLINK_OFF)
		set_state(s, UPLINK_OFF);
}

void uplink_retry(struct uplink *s)
{
	if (s->state == UPLINK_WAITING)
		dial(s);
	else if (s->state == UPLINK_ONLINE && !s->pinged_at)
		send_ping(s);
}

void uplink_network_changed(struct uplink *s)
{
	if (s->state == UPLINK_DIALING)
		dial(s);
	else
		uplink_retry(s);
	if (s->state != UPLINK_ONLINE)
		return;
	s->is_probe = true;
	s->outside->timer_set(s->timer, PROBE_MS + (s->lag_ms > 0 ? 4 * s->lag_ms : 0));
}

void uplink_use_first(struct uplink *s, const struct sasl_way *first)
{
	s->order.login.first = first;
}

void uplink_use_device(struct uplink *s)
{
	s->order.login.how = LOGIN_DEVICE;
	s->order.login.way = NULL;
	s->order.login.keeps_secret = false;
	forget_secret(s);
}

void uplink_use_secret(struct uplink *s, struct span secret)
{
	s->order.login.how = LOGIN_PASSWORD;
	s->order.login.way = NULL;
	s->order.login.keeps_secret = true;
	s->order.login.secret = secret;
}

void uplink_send(struct uplink *s, struct span line)
{
	uplink_send_as(s, line, false);
}

void uplink_send_as(struct uplink *s, struct span line, bool secret)
{
	s->link->acts->send(s->link, line, secret);
	if (s->state != UPLINK_ONLINE || s->is_looking)
		return;
	// Is anything heard behind it?
	s->is_looking = true;
	s->outside->timer_set(s->timer, DEAD_AFTER_MS);
}

void uplink_sendf(struct uplink *s, const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		uplink_send(s, span_from(text, (size_t)len < sizeof(text) ? (size_t)len
									  : sizeof(text) - 1));
}
