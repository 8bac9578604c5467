// SPDX-License-Identifier: MIT
// Rows stand in the order of their last time, oldest first.
#include "server/hub/people/signin.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/signin_log.h"
#include "server/hub/people/throttle.h"
#include "server/letters/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY_MS (24LL * 60 * 60 * 1000)

const char *signin_way(enum login_way way)
{
	static const char *const names[] = {
#define LOGIN_WAY(kind, label) label,
#include "server/hub/state/counted.def"
	};

	return names[way];
}

static void post_row(const struct account *a, const struct signin *i)
{
	post(a->hub, &(struct entry){.kind = ENTRY_SIGNIN,
				     .signin = {.id = i->id,
						.account = a->id,
						.source = span_of(i->source),
						.device = span_of(i->device),
						.way = i->way,
						.failed = i->failed,
						.first_ms = i->first_ms,
						.last_ms = i->last_ms,
						.times = i->times}});
}

static void post_gone(struct hub *h, int64_t id)
{
	post(h, &(struct entry){.kind = ENTRY_SIGNIN_GONE, .signin_gone = {id}});
}

static void free_row(struct signin *i)
{
	list_remove(&i->in_account);
	free(i->source);
	free(i->device);
	free(i);
}

static void drop(struct account *a, struct signin *i)
{
	post_gone(a->hub, i->id);
	free_row(i);
}

static struct signin *find(const struct account *a, struct span source, struct span device,
			   enum login_way way, bool failed)
{
	list_for_each(item, &a->signins) {
		struct signin *i = container_of(item, struct signin, in_account);

		if (i->way == way && i->failed == failed &&
		    span_eq(span_of(i->source), source) && span_eq(span_of(i->device), device))
			return i;
	}
	return NULL;
}

// Of those that went the same way there is room for one more.
static void make_room(struct account *a, bool failed)
{
	size_t most = failed ? SIGNINS_FAILED_KEPT : SIGNINS_KEPT, n = 0;
	struct signin *oldest = NULL;

	list_for_each(item, &a->signins) {
		struct signin *i = container_of(item, struct signin, in_account);

		if (i->failed != failed)
			continue;
		oldest = oldest ? oldest : i;
		n++;
	}
	if (n >= most)
		drop(a, oldest);
}

static void each_day(struct hub *h, struct timer *t);

static struct signin *add(struct account *a, int64_t id, struct span source, struct span device)
{
	struct signin *i = xcalloc(1, sizeof(*i));

	i->id = id;
	i->source = span_dup(source);
	i->device = span_dup(device);
	list_add(&a->signins, &i->in_account);
	return i;
}

static void keep(struct account *a, struct span source, struct span device, enum login_way way,
		 bool failed)
{
	struct signin *i = find(a, source, device, way, failed);

	if (i) {
		list_remove(&i->in_account);
		list_add(&a->signins, &i->in_account);
	} else {
		make_room(a, failed);
		i = add(a, hub_new_id(a->hub), source, device);
		i->way = way;
		i->failed = failed;
		i->first_ms = a->hub->now.wall_ms;
	}
	i->last_ms = a->hub->now.wall_ms;
	i->times++;
	post_row(a, i);
	if (!a->hub->on_signins.is_set)
		timer_set(a->hub, &a->hub->on_signins, a->hub->now.mono_ms + DAY_MS, each_day);
}

struct signin_try signin_try(struct session *s, struct span name, struct span device)
{
	const struct account *a = account_find(s->hub, name);
	struct signin_try t = {.account = a ? a->id : 0, .from = s->from};

	snprintf(t.source, sizeof(t.source), "%s", s->host);
	snprintf(t.device, sizeof(t.device), SPAN_FMT, SPAN_ARG(device));
	return t;
}

void signin_proved(struct session *s, const struct account *a, enum login_way way,
		   bool is_fresh)
{
	if (s->registered)
		return;
	s->way = way;
	s->is_strange = is_fresh || (way != LOGIN_CERTIFICATE &&
				     throttle_is_strange(s->hub, &s->from, span_of(a->name)));
}

static void say_failed(struct hub *h, const struct signin_try *t, const struct account *a,
		       enum login_way way, const char *why)
{
	struct signin_event e = {.event = "login_failed",
				 .account = a,
				 .source = span_of(t->source),
				 .device = span_of(t->device),
				 .way = signin_way(way),
				 .why = why};

	signin_say(h, &t->from, &e);
	if (!a || !throttle_has_locked(h, &t->from, span_of(a->name)))
		return;
	e.event = "locked";
	e.why = NULL;
	signin_say(h, &t->from, &e);
}

void signin_failed(struct hub *h, const struct signin_try *t, enum login_way way,
		   const char *why)
{
	struct account *a = t->account ? account_by_id(h, t->account) : NULL;
	bool is_kept = way != LOGIN_CERTIFICATE && !strcmp(why, "wrong") && can_post(h);

	say_failed(h, t, a, way, why);
	if (is_kept && a)
		keep(a, span_of(t->source), span_of(t->device), way, true);
	else if (is_kept)
		post_gone(h, 0); // what comes behind it waits as long
}

void signin_said(const struct session *s, const char *event, struct span device)
{
	signin_say(s->hub, &s->from,
		   &(struct signin_event){.event = event,
					  .account = s->account,
					  .source = span_of(s->host),
					  .device = device,
					  .way = signin_way(s->way),
					  .is_kept = s->is_kept && s->way == LOGIN_PAM});
}

void signin_added(const struct session *s, const struct account *a, enum login_way way,
		  const char *label)
{
	signin_say(s->hub, &s->from,
		   &(struct signin_event){.event = "device_added",
					  .account = a,
					  .source = span_of(s->host),
					  .device = span_of(label),
					  .way = signin_way(way)});
}

void signin_given(const struct account *a, const struct session *by, bool is_token,
		  const char *label)
{
	static const struct origin here;

	signin_say(a->hub, by ? &by->from : &here,
		   &(struct signin_event){
			   .event = "device_added",
			   .account = a,
			   .source = by ? span_of(by->host) : SPAN("shell"),
			   .device = span_of(label),
			   .way = signin_way(is_token ? LOGIN_TOKEN : LOGIN_CERTIFICATE)});
}

void signin_out(const struct account *a, enum login_way way, const char *why)
{
	static const struct origin here;

	signin_say(a->hub, &here,
		   &(struct signin_event){.event = "signed_out",
					  .account = a,
					  .source = SPAN("server"),
					  .device = SPAN(""),
					  .way = signin_way(way),
					  .why = why});
}

void signin_done(struct session *s)
{
	struct span device = span_of(s->device ? s->device : "");

	signin_said(s, "login", device);
	s->hub->figures.kept_logins += s->is_kept && s->way == LOGIN_PAM;
	if (can_post(s->hub))
		keep(s->account, span_of(s->host), device, s->way, false);
}

void signin_load(struct hub *h, const struct entry_signin *row)
{
	struct account *a = account_by_id(h, row->account);
	struct signin *i;

	hub_saw_id(h, row->id);
	if (!a)
		return;
	i = add(a, row->id, row->source, row->device);
	i->way = row->way;
	i->failed = row->failed;
	i->first_ms = row->first_ms;
	i->last_ms = row->last_ms;
	i->times = row->times;
}

static void drop_old(struct account *a)
{
	list_for_each_safe(item, after, &a->signins) {
		struct signin *i = container_of(item, struct signin, in_account);

		if (i->last_ms < a->hub->now.wall_ms - SIGNIN_KEEP_MS)
			drop(a, i);
	}
}

static bool is_kept(struct hub *h)
{
	size_t cursor = 0;
	const struct account *a;

	while ((a = idmap_next(&h->accounts, &cursor))) {
		if (!list_is_empty(&a->signins))
			return true;
	}
	return false;
}

static void each_day(struct hub *h, struct timer *t)
{
	size_t cursor = 0;
	struct account *a;

	while (can_mend(h) && (a = idmap_next(&h->accounts, &cursor)))
		drop_old(a);
	if (is_kept(h))
		timer_set(h, t, h->now.mono_ms + DAY_MS, each_day);
}

void signins_start(struct hub *h)
{
	if (h->config.n_shards && is_kept(h))
		timer_set(h, &h->on_signins, h->now.mono_ms, each_day);
}

void signins_free(struct account *a)
{
	list_for_each_safe(item, after, &a->signins)
		free_row(container_of(item, struct signin, in_account));
}
