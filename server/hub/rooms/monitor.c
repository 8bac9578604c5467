// SPDX-License-Identifier: MIT
// Invariant: a session stands in the watchers of a name exactly when it has the name in
// its own list. Names are kept folded; they need not be of an account (yet).
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/monitor.h"

#include "common/die.h"
#include "common/grow.h"
#include "common/names.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/cast.h"

#include <stdlib.h>

struct watched {
	char *name; // folded: the key in hub.monitors
	struct session **sessions;
	size_t count, space;
};

static struct watched *watched_of(struct hub *h, struct span folded)
{
	return map_find(&h->monitors, folded);
}

static void watched_add(struct session *s, struct span folded)
{
	struct watched *w = watched_of(s->hub, folded);

	if (w == NULL) {
		w = xcalloc(1, sizeof(*w));
		w->name = span_dup(folded);
		map_put(&s->hub->monitors, span_of(w->name), w);
	}
	w->sessions = grow(w->sessions, w->count, &w->space, sizeof(struct session *));
	w->sessions[w->count++] = s;
}

static void watched_remove(struct session *s, struct span folded)
{
	struct watched *w = watched_of(s->hub, folded);
	size_t i = 0;

	while (w->sessions[i] != s)
		i++;
	w->sessions[i] = w->sessions[--w->count];
	if (w->count > 0)
		return;
	map_remove(&s->hub->monitors, span_of(w->name));
	free(w->name);
	free(w->sessions);
	free(w);
}

// Its place in the session's list, or n_monitored.
static size_t place_of(const struct session *s, struct span folded)
{
	size_t i = 0;

	while (i < s->n_monitored && !span_eq(span_of(s->monitored[i]), folded))
		i++;
	return i;
}

void monitor_add(struct session *s, struct span folded)
{
	s->monitored = xreallocarray(s->monitored, s->n_monitored + 1, sizeof(char *));
	s->monitored[s->n_monitored++] = span_dup(folded);
	watched_add(s, folded);
}

static void remove_at(struct session *s, size_t i)
{
	watched_remove(s, span_of(s->monitored[i]));
	free(s->monitored[i]);
	s->monitored[i] = s->monitored[--s->n_monitored];
}

bool monitor_watches(const struct session *s, struct span folded)
{
	return place_of(s, folded) < s->n_monitored;
}

void monitor_remove(struct session *s, struct span folded)
{
	size_t i = place_of(s, folded);

	if (i < s->n_monitored)
		remove_at(s, i);
}

void monitor_forget(struct session *s)
{
	while (s->n_monitored > 0)
		remove_at(s, s->n_monitored - 1);
	free(s->monitored);
	s->monitored = NULL;
}

bool monitor_has(const struct session *s, const struct account *a)
{
	return monitor_watches(s, span_of(a->folded));
}

void monitor_each(struct account *a, void (*fn)(struct session *s, void *arg), void *arg)
{
	const struct watched *w = watched_of(a->hub, span_of(a->folded));

	for (size_t i = 0; w != NULL && i < w->count; i++) {
		if (guest_may_know(w->sessions[i], a))
			fn(w->sessions[i], arg);
	}
}

void monitor_tell_metadata(struct session *s, struct span name)
{
	struct account *a = account_known(s, name);

	if (a != NULL)
		metadata_sync(s, (struct metadata_target){.account = a}, SPAN(""));
}

static void tell_online(struct session *s, void *arg)
{
	struct account *a = arg;
	struct buf prefix = {0};

	account_prefix(a, &prefix);
	replyf(s, RPL_MONONLINE, SPAN_FMT, SPAN_ARG(buf_span(&prefix)));
	buf_clear(&prefix);
	monitor_tell_metadata(s, span_of(a->name));
}

static void tell_offline(struct session *s, void *arg)
{
	const struct account *a = arg;

	replyf(s, RPL_MONOFFLINE, "%s", a->name);
}

void monitor_online(struct account *a)
{
	monitor_each(a, tell_online, a);
}

void monitor_offline(struct account *a)
{
	monitor_each(a, tell_offline, a);
}

struct extended {
	struct cast cast;
	cap_set need;
};

static void cast_extended(struct session *s, void *arg)
{
	struct extended *e = arg;

	if (s->peers_round == s->hub->peers_round)
		return;
	s->peers_round = s->hub->peers_round;
	if ((s->caps & e->need) == e->need)
		cast_to(&e->cast, s);
}

void watchers_say(struct account *a, struct line *line, cap_set need, bool self)
{
	struct extended e = {.need = need | cap_bit(CAP_EXTENDED_MONITOR)};

	peers_say(a, line, need, 0, self);
	cast_open(&e.cast, line);
	monitor_each(a, cast_extended, &e);
	cast_close(&e.cast);
}
