// SPDX-License-Identifier: MIT
#include "client/verbs/cold.h"

#include "client/verbs/credentials.h"
#include "client/verbs/enter.h"
#include "client/api/exit_code.h"
#include "client/model/handle.h"
#include "client/verbs/print.h"
#include "client/model/saying.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdio.h>
#include <stdlib.h>

#define ANSWER_MS 20000
// Others do not see by it that one is here.
#define NO_PRESENCE "snug.chat/no-presence"

int cold_profile(const struct options *o, struct profile *p)
{
	char *error;

	switch (profile_load(p, &o->paths, o->profile, &error)) {
	case PROFILE_OK:
		return EXIT_OK;
	case PROFILE_BAD:
		fprintf(stderr, "snug: %s\n", error);
		free(error);
		return EXIT_CONFIG;
	case PROFILE_NONE:
		break;
	}
	if (o->profile)
		fprintf(stderr,
			"snug: no server is known as %s; `snug login HOST` logs in, `snug "
			"help` lists the verbs\n",
			o->profile);
	else
		fprintf(stderr,
			"snug: no server is known yet; `snug join LINK` takes an invite, "
			"`snug login HOST` an account you have\n");
	return EXIT_LOGIN;
}

static void on_line(void *arg, const struct msg *m, struct span line UNUSED)
{
	struct cold *c = arg;

	if (!calls_is_private(c->calls, m))
		handle_line(c->model, m, clock_wall_ms());
	if (c->on_line)
		c->on_line(c->arg, m);
	calls_take(c->calls, m);
}

static int wait_online(struct cold *c)
{
	struct uplink_status status;

	// What cannot even begin has failed by now, and nothing would wake us.
	uplink_status(c->session, &status);
	while (status.state == UPLINK_DIALING || status.state == UPLINK_LOGIN ||
	       (status.state == UPLINK_WAITING && status.failure == FAILURE_CHANGED)) {
		if (status.wants_code)
			enter_code(c->session, &c->profile, &status);
		else
			loop_turn(c->loop, -1);
		uplink_status(c->session, &status);
	}
	if (status.state == UPLINK_ONLINE)
		return EXIT_OK;
	return enter_failed(&status, c->profile.host);
}

// What is asked for ahead, by what this server had the last time.
static void add_unseen(struct buf *caps, const char *known)
{
	buf_add_str(caps, known);
	if (known[0] && !strstr(known, NO_PRESENCE))
		buf_add_str(caps, " " NO_PRESENCE);
}

static void on_ticket_words(void *arg UNUSED, const char *words)
{
	print_words(stderr, "snug: %s", words);
}

static void connect(struct cold *c, const struct login_order *login, bool is_unseen)
{
	struct buf caps = {0};
	const struct profile *p = &c->profile;
	struct uplink_events events = {.arg = c, .on_line = on_line};
	struct uplink_order order = {
		.host = p->host,
		.port = p->port,
		.others = &p->others,
		.at = p->at,
		.pins = p->pins,
		.has_next_pin = p->has_next_pin,
		.pinned_at = p->pinned_at,
		.cert_file = p->has_device ? p->cert_file : NULL,
		.key_file = p->has_device ? p->key_file : NULL,
		.login = *login,
	};

	memcpy(order.next_pin, p->next_pin, sizeof(order.next_pin));
	c->loop = loop_new();
	c->outside = outside_of_loop(c->loop);
	c->session = uplink_new(&c->outside, &events);
	c->calls = calls_new(c->session);
	c->model = model_new(span_of(p->account));
	order.login.also = is_unseen ? "snug.chat/files " NO_PRESENCE : "snug.chat/files";
	if (is_unseen)
		add_unseen(&caps, login->caps);
	order.login.caps = is_unseen ? buf_str(&caps) : login->caps;
	if (p->by_ticket && ticket_may_be_there()) {
		c->ticket = ticket_new(c->loop, on_ticket_words, c);
		order.login.first = ticket_way(c->ticket);
	}
	uplink_open(c->session, &order);
	buf_clear(&caps);
}

// The server may have gone over to another key or place. A disk that is full is no reason to
// stop here: the old key vouches for the new one the next time, too.
static void keep_key(struct cold *c)
{
	const uint8_t *next;
	const struct pins *pins = uplink_known_pins(c->session, &next);
	struct uplink_status status;

	uplink_status(c->session, &status);
	bool is_news = profile_know_place(&c->profile, status.at);
	if (pins && profile_know_keys(&c->profile, pins, next))
		is_news = true;
	if (is_news)
		free(profile_save(&c->profile));
}

int cold_open(struct cold *c, const struct options *o, enum cold_presence presence)
{
	struct login_order login;

	*c = (struct cold){0};
	int code = cold_profile(o, &c->profile);
	if (code != EXIT_OK)
		return code;
	secret_init(&c->secret);
	if (!credentials_get(o, &c->profile, &c->secret, &login)) {
		secret_free(&c->secret);
		profile_clear(&c->profile);
		return EXIT_LOGIN;
	}
	connect(c, &login, presence == COLD_UNSEEN);
	code = wait_online(c);
	if (code == EXIT_OK)
		keep_key(c);
	if (code != EXIT_OK)
		cold_close(c);
	return code;
}

void cold_close(struct cold *c)
{
	if (!c->loop)
		return;
	uplink_close(c->session, SPAN(""));
	calls_free(c->calls);
	uplink_free(c->session);
	model_free(c->model);
	ticket_free(c->ticket);
	loop_free(c->loop);
	secret_free(&c->secret);
	profile_clear(&c->profile);
	*c = (struct cold){0};
}

static int say_lost(const struct cold *c)
{
	struct uplink_status status;

	uplink_status(c->session, &status);
	return enter_failed(&status, c->profile.host) == EXIT_KEY ? EXIT_KEY : EXIT_UNREACHABLE;
}

int cold_wait(struct cold *c, int timeout_ms)
{
	c->answered_at = clock_mono_ms();
	while (!c->is_over) {
		int64_t left = c->answered_at + timeout_ms - clock_mono_ms();
		if (timeout_ms && left <= 0) {
			fprintf(stderr, "snug: %s did not answer within %d s\n",
				c->profile.host, timeout_ms / 1000);
			return EXIT_UNKNOWN;
		}
		loop_turn(c->loop, timeout_ms ? (int)left : -1);
		if (!uplink_is_online(c->session))
			return say_lost(c);
	}
	return EXIT_OK;
}

struct errand {
	struct cold *cold;
	cold_line_fn *fn;
	void *arg;
	bool is_refused;
};

static void on_answer(void *arg, const struct msg *m, bool is_sure)
{
	struct errand *q = arg;

	if (is_sure && saying_is_refusal(m)) {
		q->is_refused = true;
		struct buf words = {0};
		saying_add(&words, m);
		print_words(stderr, "snug: %s%s",
			    saying_has(m) ? "" : "the server says: ", buf_str(&words));
		buf_clear(&words);
	}
	if (q->fn)
		q->fn(q->arg, m);
}

static void on_answered(void *arg, enum call_end end)
{
	struct errand *q = arg;

	q->cold->is_over = end == CALL_DONE;
}

int cold_ask(struct cold *c, const char *line, cold_line_fn *fn, void *arg)
{
	struct errand q = {.cold = c, .fn = fn, .arg = arg};
	struct call_fns fns = {.arg = &q, .on_line = on_answer, .on_end = on_answered};

	c->is_over = false;
	uint64_t number = calls_send(c->calls, SPAN(""), span_of(line), &fns);
	int code = cold_wait(c, ANSWER_MS);
	calls_cancel(c->calls, number);
	c->is_over = false;
	return code == EXIT_OK && q.is_refused ? EXIT_REFUSED : code;
}
