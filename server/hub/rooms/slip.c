// SPDX-License-Identifier: MIT
#include "server/hub/rooms/slip.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/line.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define TOKEN SPAN("slip-")

// Where s comes from, in as many bits as a stored number has; never 0.
static int64_t place_of(const struct session *s)
{
	return (int64_t)(s->from.source >> 2) | 1;
}

static struct slip *oldest(const struct account *a)
{
	return container_of(a->slips.next, struct slip, in_account);
}

static struct slip *slip_add(struct account *a, const struct entry_slip *row)
{
	struct slip *slip = xcalloc(1, sizeof(*slip));

	slip->id = row->id;
	slip->at_ms = row->at_ms;
	slip->not_from = row->not_from;
	slip->text = span_dup(row->text);
	list_add(&a->slips, &slip->in_account);
	a->n_slips++;
	return slip;
}

static void slip_free(struct account *a, struct slip *slip)
{
	list_remove(&slip->in_account);
	a->n_slips--;
	free(slip->text);
	free(slip);
}

static void slip_remove(struct account *a, struct slip *slip)
{
	post(a->hub, &(struct entry){.kind = ENTRY_SLIP_GONE, .slip_gone = {slip->id}});
	slip_free(a, slip);
}

static void start_notice(struct line *l, const struct account *a, const struct slip *slip)
{
	line_start(l, a->hub, NULL, "NOTICE");
	line_str(l, a->name);
	l->time_ms = slip->at_ms;
	line_text(l, span_of(slip->text));
}

static void start_ping(struct line *l, const struct account *a, const struct slip *slip)
{
	line_start(l, a->hub, NULL, "PING");
	buf_printf(&l->body, " :" SPAN_FMT "%lld", SPAN_ARG(TOKEN), (long long)slip->id);
}

static void say(struct account *a, struct line *l, const struct session *except)
{
	account_say(a, l, 0, 0, except);
	line_clear(l);
}

// To all sessions but one; none from that source takes it away.
static void tell(struct account *a, const struct session *except, int64_t not_from,
		 struct span text)
{
	struct entry e = {.kind = ENTRY_SLIP};
	struct slip *slip;
	struct line l;

	if (a->n_slips == SLIPS_MAX)
		slip_remove(a, oldest(a));
	e.slip = (struct entry_slip){.id = hub_new_id(a->hub),
				     .account = a->id,
				     .at_ms = a->hub->now.wall_ms,
				     .text = text,
				     .not_from = not_from};
	slip = slip_add(a, &e.slip);
	post(a->hub, &e);
	start_notice(&l, a, slip);
	say(a, &l, except);
	start_ping(&l, a, slip);
	say(a, &l, except);
}

static void print(struct account *a, const struct session *except, int64_t not_from,
		  const char *format, va_list args)
{
	struct buf text = {0};

	buf_vprintf(&text, format, args);
	tell(a, except, not_from, buf_span(&text));
	buf_clear(&text);
}

void slip_tell(struct account *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(a, NULL, 0, format, args);
	va_end(args);
}

void slip_tell_except(struct account *a, const struct session *except, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(a, except, 0, format, args);
	va_end(args);
}

void slip_tell_others(struct session *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(s->account, s, place_of(s), format, args);
	va_end(args);
}

void slips_welcome(struct session *s)
{
	const struct account *a = s->account;
	const struct slip *last = NULL;
	struct line l;

	list_for_each(item, &a->slips) {
		last = container_of(item, struct slip, in_account);
		start_notice(&l, a, last);
		session_say(s, &l);
		line_clear(&l);
	}
	if (last == NULL)
		return;
	start_ping(&l, a, last);
	session_say(s, &l);
	line_clear(&l);
}

void slips_pong(struct session *s, struct span token)
{
	struct account *a = s->account;
	uint64_t id;

	if (!span_starts(token, TOKEN) || !span_to_u64(span_after(token, TOKEN.len), &id) ||
	    !can_mend(s->hub))
		return;
	list_for_each_safe(item, after, &a->slips) {
		struct slip *slip = container_of(item, struct slip, in_account);

		if ((uint64_t)slip->id > id)
			break;
		if (slip->not_from != place_of(s))
			slip_remove(a, slip);
	}
}

void slip_load(struct hub *h, const struct entry_slip *row)
{
	struct account *a = account_by_id(h, row->account);

	hub_saw_id(h, row->id);
	if (a != NULL)
		(void)slip_add(a, row);
}

void slips_free(struct account *a)
{
	list_for_each_safe(item, after, &a->slips)
		slip_free(a, container_of(item, struct slip, in_account));
}
