// SPDX-License-Identifier: MIT
#include "client/sign_in/device_grant.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/discovery.h"
#include "common/form.h"
#include "common/wipe.h"

#include <stdlib.h>

#define SLOWER_S 5 // more, for good, after slow_down (RFC 8628, 3.5)
#define GRANT_TYPE "urn:ietf:params:oauth:grant-type:device_code"
#define WORDS_MAX 200 // bytes of an issuer's that are shown

struct device_grant {
	const struct outside *outside;
	struct issuer_line line;
	struct device_grant_order order;
	struct device_grant_events events;
	struct discovery places;
	struct device_code code;
	void *timer;
	int64_t over_at_ms; // of the code, monotonic
	int64_t interval_s; // between two questions
	unsigned n_codes;
};

// The end.

static void end(struct device_grant *g, enum device_grant_end end,
		const struct token_answer *tokens, const char *why)
{
	g->outside->timer_stop(g->timer);
	g->events.on_end(g->events.arg, end, tokens, why);
}

// `detail`: a word or words of the issuer's, or NULL.
static void fail(struct device_grant *g, const char *words, const char *detail)
{
	struct buf why = {0};

	buf_printf(&why, "%s %s", g->order.issuer, words);
	if (detail)
		buf_printf(&why, ": %.*s", WORDS_MAX, detail);
	end(g, DEVICE_FAILED, NULL, buf_str(&why));
	buf_clear(&why);
}

static void fail_unanswered(struct device_grant *g, const struct issuer_answer *a,
			    const char *words)
{
	struct buf status = {0};

	buf_printf(&status, "it answers %u", a->status);
	fail(g, words, a->status ? buf_str(&status) : a->why);
	buf_clear(&status);
}

// A code.

static void on_code(void *arg, const struct issuer_answer *a);

static void ask_code(struct device_grant *g)
{
	struct buf form = {0};

	form_add(&form, "client_id", span_of(g->order.client_id));
	form_add(&form, "scope", span_of(g->order.scope));
	form_add(&form, "resource", span_of(g->order.resource));
	g->line.ask(g->line.arg, g->places.device, buf_span(&form), on_code, g);
	buf_clear(&form);
}

// What an issuer's refusal is called (RFC 6749, 5.2), or NULL.
static const char *error_of(const struct issuer_answer *a, struct token_answer *t)
{
	return token_answer_read(a->body, t) ? t->error : NULL;
}

static void fail_code(struct device_grant *g, const struct issuer_answer *a)
{
	struct token_answer t = {0};
	const char *error = a->status ? error_of(a, &t) : NULL;

	if (error)
		fail(g, "gives this program no code", error);
	else
		fail_unanswered(g, a, "gives this program no code");
	token_answer_clear(&t);
}

// Not beyond the code's end, which is told then.
static void wait_for_yes(struct device_grant *g)
{
	int64_t left_ms = g->over_at_ms - outside_mono_ms(g->outside);
	int64_t wait_ms = g->interval_s * 1000;

	g->outside->timer_set(g->timer, wait_ms < left_ms ? wait_ms : left_ms);
}

static void wait_longer(struct device_grant *g)
{
	g->interval_s += SLOWER_S;
	wait_for_yes(g);
}

static void on_code(void *arg, const struct issuer_answer *a)
{
	struct device_grant *g = arg;

	device_code_clear(&g->code);
	if (a->status != 200) {
		fail_code(g, a);
		return;
	}
	if (!device_code_read(a->body, &g->code)) {
		fail(g, "gives a code that cannot be used", NULL);
		return;
	}
	g->interval_s = g->code.interval_s;
	g->over_at_ms = outside_mono_ms(g->outside) + g->code.life_s * 1000;
	wait_for_yes(g);
	g->events.on_code(g->events.arg, &g->code, g->n_codes++ > 0);
}

// Tokens.

static void start_over(struct device_grant *g, const char *why)
{
	device_code_clear(&g->code);
	if (g->n_codes < DEVICE_GRANT_CODES_MAX)
		ask_code(g);
	else
		fail(g, "does not get its answers here", why);
}

static void take_error(struct device_grant *g, const char *error)
{
	if (strcmp(error, "access_denied") == 0) {
		end(g, DEVICE_DENIED, NULL, NULL);
	} else if (strcmp(error, "expired_token") == 0) {
		end(g, DEVICE_OVER, NULL, NULL);
	} else if (strcmp(error, "slow_down") == 0) {
		wait_longer(g);
	} else if (strcmp(error, "authorization_pending") == 0) {
		wait_for_yes(g);
	} else {
		fail(g, "gives no token", error);
	}
}

// What cannot be read may have been the tokens.
static void on_tokens(void *arg, const struct issuer_answer *a)
{
	struct device_grant *g = arg;
	struct token_answer t = {0};
	bool is_read = a->status && token_answer_read(a->body, &t);

	if (!a->status && !a->is_sent)
		wait_longer(g);
	else if (is_read && t.access && a->status == 200)
		end(g, DEVICE_GRANTED, &t, NULL);
	else if (is_read && t.error && a->status >= 400)
		take_error(g, t.error);
	else
		start_over(g, a->status ? "what it says cannot be read" : a->why);
	token_answer_clear(&t);
}

static void on_timer(void *arg)
{
	struct device_grant *g = arg;
	struct buf form = {0};

	if (outside_mono_ms(g->outside) >= g->over_at_ms) {
		end(g, DEVICE_OVER, NULL, NULL);
		return;
	}
	// Once for all: growing would leave copies behind.
	(void)buf_space(&form, 3 * strlen(g->code.secret) + 4096);
	form_add(&form, "grant_type", SPAN(GRANT_TYPE));
	form_add(&form, "device_code", span_of(g->code.secret));
	form_add(&form, "client_id", span_of(g->order.client_id));
	form_add(&form, "resource", span_of(g->order.resource));
	g->line.ask(g->line.arg, g->places.token, buf_span(&form), on_tokens, g);
	wipe_away(&form);
}

// Where is what.

// An issuer whose name ends with a slash is found at the same address (OpenID Connect
// Discovery 1.0, 4.1).
static bool read_places(struct device_grant *g, struct span json, char **why)
{
	struct buf with_slash = {0};

	buf_printf(&with_slash, "%s/", g->order.issuer);
	bool is_read =
		discovery_read(json, buf_str(&with_slash), discovery_anywhere, &g->places, why);
	buf_clear(&with_slash);
	if (is_read)
		return true;
	free(*why);
	return discovery_read(json, g->order.issuer, discovery_anywhere, &g->places, why);
}

static void on_discovery(void *arg, const struct issuer_answer *a)
{
	struct device_grant *g = arg;
	char *why = NULL;

	if (a->status != 200)
		fail_unanswered(g, a, "cannot be asked");
	else if (!read_places(g, a->body, &why))
		fail(g, "is not to be used", why);
	else if (!g->places.device)
		fail(g, "lets nobody sign in by a code", NULL);
	else
		ask_code(g);
	free(why);
}

struct device_grant *device_grant_new(const struct outside *o, const struct issuer_line *line,
				      const struct device_grant_order *order,
				      const struct device_grant_events *events)
{
	struct device_grant *g = xcalloc(1, sizeof(*g));
	struct buf address = {0};

	*g = (struct device_grant){
		.outside = o, .line = *line, .order = *order, .events = *events};
	g->timer = o->timer_new(o->arg, on_timer, g);
	discovery_address(&address, order->issuer);
	g->line.ask(g->line.arg, buf_str(&address), SPAN(""), on_discovery, g);
	buf_clear(&address);
	return g;
}

void device_grant_free(struct device_grant *g)
{
	if (!g)
		return;
	g->line.stop(g->line.arg);
	g->outside->timer_free(g->timer);
	device_code_clear(&g->code);
	discovery_clear(&g->places);
	free(g);
}
