// SPDX-License-Identifier: MIT
#include "server/errand/carrier.h"

#include "common/die.h"

#include <stdlib.h>

#define KEPT_CONNECTIONS 16L // idle ones, for the next to the same host

struct carrier {
	const struct trip_rules *rules;
	CURLM *multi;
	carrier_told_fn *fn;
	void *arg;
	struct trip *trips[ERRANDS_SLOTS];
	size_t n_trips;
};

struct carrier *carrier_new(const struct trip_rules *rules, carrier_told_fn *fn, void *arg)
{
	CURLM *multi = curl_multi_init();
	struct carrier *c;

	if (!multi)
		return NULL;
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
	c = xcalloc(1, sizeof(*c));
	*c = (struct carrier){.rules = rules, .multi = multi, .fn = fn, .arg = arg};
	return c;
}

static void drop(struct carrier *c, size_t i)
{
	curl_multi_remove_handle(c->multi, trip_handle(c->trips[i]));
	trip_free(c->trips[i]);
	c->trips[i] = c->trips[--c->n_trips];
}

void carrier_free(struct carrier *c)
{
	if (!c)
		return;
	while (c->n_trips)
		drop(c, c->n_trips - 1);
	curl_multi_cleanup(c->multi);
	free(c);
}

// For one more of its kind; of pushes one goes to each URL.
static bool has_room(const struct carrier *c, const struct errand_request *r)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_trips; i++) {
		if (trip_kind(c->trips[i]) != r->kind)
			continue;
		n++;
		if (r->kind == ERRAND_PUSH && span_eq(trip_url(c->trips[i]), r->url))
			return false;
	}
	return n < errands_max(r->kind);
}

void carrier_take(struct carrier *c, const struct errand_request *r)
{
	enum errand_outcome why = ERRAND_BUSY;
	struct trip *t = has_room(c, r) ? trip_new(c->rules, r, &why) : NULL;

	if (t && curl_multi_add_handle(c->multi, trip_handle(t)) == CURLM_OK) {
		c->trips[c->n_trips++] = t;
		return;
	}
	trip_free(t);
	c->fn(c->arg, &(struct errand_answer){.number = r->number, .outcome = why});
}

static void finish(struct carrier *c, CURL *easy, CURLcode code)
{
	for (size_t i = 0; i < c->n_trips; i++) {
		struct errand_answer a;

		if (trip_handle(c->trips[i]) != easy)
			continue;
		a = trip_answer(c->trips[i], code);
		c->fn(c->arg, &a);
		drop(c, i);
		return;
	}
}

void carrier_turn(struct carrier *c, int fd)
{
	struct curl_waitfd wait = {.fd = fd, .events = CURL_WAIT_POLLIN};
	const CURLMsg *done;
	int n = 0;

	curl_multi_poll(c->multi, &wait, 1, ERRAND_MS, NULL);
	curl_multi_perform(c->multi, &n);
	while ((done = curl_multi_info_read(c->multi, &n))) {
		if (done->msg == CURLMSG_DONE)
			finish(c, done->easy_handle, done->data.result);
	}
}

bool carrier_is_idle(const struct carrier *c)
{
	return !c->n_trips;
}
