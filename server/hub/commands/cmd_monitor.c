// SPDX-License-Identifier: MIT
// MONITOR (IRCv3 monitor): the list of one session.
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/targets.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/wire/telling.h"
#include "server/letters/limits.h"

#include "common/names.h"

#include <stdlib.h>

// Appends to a list of replies, and sends it when it is full.
static void list_add_name(struct session *s, enum numeric n, struct buf *list, struct span name)
{
	if (list->len + name.len > 400) {
		replyf(s, n, SPAN_FMT, SPAN_ARG(buf_span(list)));
		buf_reset(list);
	}
	if (list->len > 0)
		buf_add_char(list, ',');
	buf_add_span(list, name);
}

static void list_end(struct session *s, enum numeric n, struct buf *list)
{
	if (list->len > 0)
		replyf(s, n, SPAN_FMT, SPAN_ARG(buf_span(list)));
	buf_clear(list);
}

struct lists {
	struct buf online, offline;
};

static void lists_add(struct session *s, struct lists *to, struct span name)
{
	const struct account *a = account_known(s, name);
	struct buf prefix = {0};

	if (a == NULL || !a->shown) {
		list_add_name(s, RPL_MONOFFLINE, &to->offline, name);
		return;
	}
	account_prefix(a, &prefix);
	list_add_name(s, RPL_MONONLINE, &to->online, buf_span(&prefix));
	buf_clear(&prefix);
}

static void lists_end(struct session *s, struct lists *lists)
{
	list_end(s, RPL_MONONLINE, &lists->online);
	list_end(s, RPL_MONOFFLINE, &lists->offline);
}

// The rest of the names did not fit.
static void refuse(struct session *s, struct span name, struct span rest)
{
	struct buf names = {0};
	struct line l;

	buf_add_span(&names, name);
	if (rest.len > 0)
		buf_printf(&names, "," SPAN_FMT, SPAN_ARG(rest));
	reply_start(&l, s, ERR_MONLISTFULL);
	line_number(&l, MONITOR_MAX);
	line_param(&l, buf_span(&names));
	line_text(&l, span_of(numeric_text(ERR_MONLISTFULL)));
	reply_end(&l, s);
	buf_clear(&names);
}

// False: there is no room for one more.
static bool add_watch(struct session *s, struct span name)
{
	char folded[ACCOUNT_NAME_MAX + 1];
	struct span key;

	if (!name_is_account(name))
		return true;
	name_fold(name, folded);
	key = span_from(folded, name.len);
	if (monitor_watches(s, key))
		return true;
	if (s->n_monitored >= MONITOR_MAX)
		return false;
	monitor_add(s, key);
	return true;
}

// Names that are told of: are they here, and what is set for them.
struct watch {
	struct telling t;
	struct lists lists;
	char *names;
	struct span rest; // of the names
	bool metadata;
};

static bool watch_next(struct telling *t)
{
	struct watch *w = container_of(t, struct watch, t);
	struct span name = span_cut(&w->rest, ',');

	if (!name.len) {
		lists_end(t->s, &w->lists);
		return false;
	}
	lists_add(t->s, &w->lists, name);
	telling_looked(t->s, 1);
	if (w->metadata)
		monitor_tell_metadata(t->s, name);
	return true;
}

// Whoever comes or goes now is told of: nobody stands in a line that comes later.
static void watch_pause(struct telling *t)
{
	lists_end(t->s, &container_of(t, struct watch, t)->lists);
}

static void watch_free(struct telling *t)
{
	struct watch *w = container_of(t, struct watch, t);

	buf_clear(&w->lists.online);
	buf_clear(&w->lists.offline);
	free(w->names);
	free(w);
}

// Takes the names, a list with commas.
static void tell_of(struct session *s, struct buf *names, bool metadata)
{
	struct watch *w = telling_new(sizeof(*w), watch_next, watch_free);

	w->rest.len = names->len;
	w->rest.at = w->names = buf_take(names);
	w->metadata = metadata;
	w->t.pause = watch_pause;
	telling_start(s, &w->t);
}

static void add_to(struct buf *names, struct span name)
{
	if (names->len)
		buf_add_char(names, ',');
	buf_add_span(names, name);
}

static void watch(struct session *s, struct span names)
{
	struct buf told = {0};
	struct targets seen;
	struct span name;

	targets_init(&seen);
	while (targets_next(&seen, &names, &name)) {
		if (!add_watch(s, name)) {
			refuse(s, name, names);
			break;
		}
		add_to(&told, name);
	}
	tell_of(s, &told, true);
}

static void unwatch(struct session *s, struct span names)
{
	while (names.len > 0) {
		struct span name = span_cut(&names, ',');
		char folded[ACCOUNT_NAME_MAX + 1];

		if (name.len == 0 || name.len > ACCOUNT_NAME_MAX)
			continue;
		name_fold(name, folded);
		monitor_remove(s, span_from(folded, name.len));
	}
}

static void list(struct session *s)
{
	struct buf list = {0};

	for (size_t i = 0; i < s->n_monitored; i++)
		list_add_name(s, RPL_MONLIST, &list, span_of(s->monitored[i]));
	list_end(s, RPL_MONLIST, &list);
	reply(s, RPL_ENDOFMONLIST);
}

static void status(struct session *s)
{
	struct buf names = {0};

	for (size_t i = 0; i < s->n_monitored; i++)
		add_to(&names, span_of(s->monitored[i]));
	tell_of(s, &names, false);
}

void cmd_monitor(struct session *s, const struct msg *m)
{
	struct span verb = m->params[0];

	if (span_eq(verb, SPAN("+")))
		watch(s, msg_param(m, 1));
	else if (span_eq(verb, SPAN("-")))
		unwatch(s, msg_param(m, 1));
	else if (span_eq_fold(verb, SPAN("C")))
		monitor_forget(s);
	else if (span_eq_fold(verb, SPAN("L")))
		list(s);
	else if (span_eq_fold(verb, SPAN("S")))
		status(s);
}
