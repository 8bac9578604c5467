// SPDX-License-Identifier: MIT
#include "client/sign_in/issuer_https.h"

#include "client/outside/https.h"
#include "common/buf.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdlib.h>

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"
#define ANSWER_TYPE "Accept: application/json\r\n"

struct issuer_https {
	struct loop *loop;
	struct https *https;      // what is open, or NULL
	struct loop_timer *later; // tells that an address is none
	struct buf form, body;
	issuer_told_fn *told;
	void *told_arg;
};

static void on_sent(void *arg UNUSED, uint64_t sent UNUSED)
{
}

static bool on_body(void *arg, const struct http_reply *head UNUSED, struct span bytes)
{
	struct issuer_https *h = arg;

	if (h->body.len + bytes.len > ISSUER_ANSWER_MAX)
		return false;
	buf_add_span(&h->body, bytes);
	return true;
}

static void tell(struct issuer_https *h, const struct issuer_answer *a)
{
	issuer_told_fn *told = h->told;
	void *arg = h->told_arg;

	h->told = NULL;
	told(arg, a);
}

// The next question may be asked inside: what is told is no longer h's.
static void on_end(void *arg, const struct https_answer *a)
{
	struct issuer_https *h = arg;
	struct https *over = h->https;
	struct buf body = h->body;
	struct issuer_answer answer = {
		.status = a->status,
		.why = a->why,
		.is_sent = a->is_sent,
		.body = a->status >= 300 ? a->words : buf_span(&body),
	};

	h->https = NULL;
	h->body = (struct buf){0};
	wipe_away(&h->form);
	tell(h, &answer);
	https_free(over);
	wipe_away(&body);
}

static void on_later(void *arg)
{
	tell(arg, &(struct issuer_answer){.why = "its address is none that can be asked"});
}

static void start(struct issuer_https *h, const struct https_url *url)
{
	struct buf path = {0};
	bool is_post = h->form.len > 0;
	struct https_events events = {
		.arg = h, .on_sent = on_sent, .on_body = on_body, .on_end = on_end};

	buf_add_span(&path, url->path);
	struct https_order order = {
		.method = is_post ? "POST" : "GET",
		.host = url->host,
		.port = url->port,
		.path = buf_str(&path),
		.fields = is_post ? SPAN(FORM_TYPE ANSWER_TYPE) : SPAN(ANSWER_TYPE),
		.body = {.bytes = buf_span(&h->form), .fd = -1, .length = h->form.len},
	};
	// Once for all: growing would leave copies behind.
	(void)buf_space(&h->body, ISSUER_ANSWER_MAX);
	h->https = https_start(h->loop, &order, &events);
	buf_clear(&path);
}

static void stop(void *arg)
{
	struct issuer_https *h = arg;

	loop_timer_stop(h->later);
	https_free(h->https);
	h->https = NULL;
	h->told = NULL;
	wipe_away(&h->form);
	wipe_away(&h->body);
}

static void ask(void *arg, const char *url, struct span form, issuer_told_fn *told,
		void *told_arg)
{
	struct issuer_https *h = arg;
	struct https_url where;

	stop(h);
	h->told = told;
	h->told_arg = told_arg;
	buf_add_span(&h->form, form);
	if (https_url_parse(span_of(url), &where))
		start(h, &where);
	else
		loop_timer_set(h->later, 0);
}

struct issuer_https *issuer_https_new(struct loop *l)
{
	struct issuer_https *h = xcalloc(1, sizeof(*h));

	h->loop = l;
	h->later = loop_timer_new(l, on_later, h);
	return h;
}

void issuer_https_free(struct issuer_https *h)
{
	if (!h)
		return;
	stop(h);
	loop_timer_free(h->later);
	free(h);
}

struct issuer_line issuer_https_line(struct issuer_https *h)
{
	return (struct issuer_line){.arg = h, .ask = ask, .stop = stop};
}
