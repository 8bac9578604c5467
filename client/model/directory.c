// SPDX-License-Identifier: MIT
#include "client/model/directory.h"

#include "client/model/model_event_private.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/spoken.h"

#include <stdlib.h>

#define LISTED_MAX 2000 // inside: rooms that are shown; how many more there are is said
#define MINUTE_MS (60LL * 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

struct listed {
	char *name, *topic;
	uint64_t here, members; // members 0: the server does not tell
	int64_t said_ms;        // 0: not told
};

void directory_clear(struct model *m)
{
	for (size_t i = 0; i < m->n_listed; i++) {
		free(m->listed[i].name);
		free(m->listed[i].topic);
	}
	free(m->listed);
	m->listed = NULL;
	m->n_listed = m->cap_listed = m->n_unlisted = 0;
}

void directory_order(struct model *m, enum list_order order)
{
	m->list_order = order;
}

static int by_name(const struct listed *a, const struct listed *b)
{
	return strcmp(a->name, b->name);
}

static int by_members(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	uint64_t n = a->members ? a->members : a->here, m = b->members ? b->members : b->here;

	return n != m ? (n < m ? 1 : -1) : by_name(a, b);
}

static int by_said(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;

	return a->said_ms != b->said_ms ? (a->said_ms < b->said_ms ? 1 : -1) : by_name(a, b);
}

static int by_name_only(const void *left, const void *right)
{
	return by_name(left, right);
}

void on_list_start(const struct event *e)
{
	directory_clear(e->m);
}

void on_list_row(const struct event *e)
{
	struct model *m = e->m;
	struct listed row = {0};
	struct span value;

	if (m->n_listed == LISTED_MAX) {
		m->n_unlisted++;
		return;
	}
	if (!span_to_u64(msg_param(e->msg, 2), &row.here))
		row.here = 0;
	if (!msg_tag(e->msg, SPAN("snug.chat/members"), &value) ||
	    !span_to_u64(value, &row.members))
		row.members = 0;
	if (!msg_tag(e->msg, SPAN("snug.chat/said"), &value) ||
	    !clock_parse(value, &row.said_ms))
		row.said_ms = 0;
	row.name = span_dup(msg_param(e->msg, 1));
	row.topic = span_dup(msg_param(e->msg, 3));
	if (m->n_listed == m->cap_listed) {
		m->cap_listed = m->cap_listed ? 2 * m->cap_listed : 16;
		m->listed = xreallocarray(m->listed, m->cap_listed, sizeof(row));
	}
	m->listed[m->n_listed++] = row;
}

static void add_age(struct buf *out, int64_t age_ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = {{DAY_MS, "d"}, {HOUR_MS, "h"}, {MINUTE_MS, "min"}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (age_ms >= units[i].ms) {
			buf_printf(out, spoken(", last said %lld %s ago"),
				   (long long)(age_ms / units[i].ms), units[i].unit);
			return;
		}
	}
	buf_add_str(out, spoken(", last said just now"));
}

static void show(const struct event *e, const struct listed *row)
{
	struct buf text = {0};

	buf_add_str(&text, row->name);
	buf_add_str(&text, "  ");
	if (row->members)
		buf_printf(&text,
			   row->members == 1 ? spoken("%llu member, ")
					     : spoken("%llu members, "),
			   (unsigned long long)row->members);
	buf_printf(&text, spoken("%llu here"), (unsigned long long)row->here);
	if (row->said_ms)
		add_age(&text, e->now_ms - row->said_ms);
	if (row->topic[0])
		buf_printf(&text, "  %s", row->topic);
	event_add(e, e->m->current, LINE_INFO, buf_span(&text));
	buf_clear(&text);
}

void on_list_end(const struct event *e)
{
	static int (*const orders[])(const void *, const void *) = {
		[LIST_BY_MEMBERS] = by_members,
		[LIST_BY_SAID] = by_said,
		[LIST_BY_NAME] = by_name_only,
	};
	struct model *m = e->m;

	if (m->n_listed)
		qsort(m->listed, m->n_listed, sizeof(*m->listed), orders[m->list_order]);
	for (size_t i = 0; i < m->n_listed; i++)
		show(e, &m->listed[i]);
	if (m->n_unlisted)
		event_addf(e, m->current, LINE_INFO,
			   spoken("and %zu more rooms: /list MASK shows fewer"), m->n_unlisted);
	directory_clear(m);
	directory_order(m, LIST_BY_MEMBERS);
}
