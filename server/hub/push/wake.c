// SPDX-License-Identifier: MIT
#include "server/hub/push/wake.h"

#include "common/at_all.h"
#include "common/msg.h"
#include "common/word.h"
#include "server/hub/history/marker.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/lease.h"
#include "server/hub/push/push_line.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/display.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

#include <stdlib.h>

static struct span level_of(const struct account *a, stream_id stream)
{
	const struct hush *h = hush_of(a, HUSH_PUSH, stream);

	if (!h)
		h = hush_of(a, HUSH_PUSH, 0);
	return h ? span_of(h->text) : SPAN("mentions");
}

bool wake_level_is(struct span text)
{
	return span_eq(text, SPAN("off")) || span_eq(text, SPAN("mentions")) ||
	       span_eq(text, SPAN("all"));
}

static bool is_hushed(const struct account *a, stream_id stream, account_id by)
{
	return hush_of(a, HUSH_DND, 0) || hush_of(a, HUSH_MUTE, stream) ||
	       (by && hush_of(a, HUSH_IGNORE, by)) || span_eq(level_of(a, stream), SPAN("off"));
}

static bool is_named(const struct account *a, struct span text)
{
	const struct metadata *shown = metadata_find(&a->metadata, SPAN(DISPLAY_KEY));

	return word_stands_in(text, span_of(a->name)) ||
	       (shown && word_stands_in(text, span_of(shown->value)));
}

static struct span alert_of(const struct entry_message *m)
{
	struct span tags = m->tags, key, value;

	while (msg_tag_next(&tags, &key, &value)) {
		if (span_eq(key, SPAN("snug.chat/alert")))
			return value;
	}
	return SPAN("");
}

// In a room: is the account called?
static bool is_called(const struct account *a, const struct entry_message *m)
{
	struct span alert = alert_of(m);
	enum at_all all = at_all_of_tag(alert);

	if (span_eq(alert, SPAN("none")))
		return false;
	return all == AT_ALL_ROOM ||
	       (all == AT_ALL_HERE && account_is_present(a) && !a->away) ||
	       is_named(a, m->text);
}

bool wake_is_for(const struct account *a, const struct stream *stream,
		 const struct entry_message *m)
{
	if (m->account == a->id || is_hushed(a, stream->id, m->account) ||
	    !may_read(a, stream, m->id))
		return false;
	return stream->dialog || span_eq(level_of(a, stream->id), SPAN("all")) ||
	       is_called(a, m);
}

bool wake_is_attended(const struct account *a)
{
	int64_t since = a->hub->now.wall_ms - ATTENDED_MS;

	list_for_each(item, &a->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (!s->away && s->attended_ms && s->attended_ms > since)
			return true;
	}
	return false;
}

static void put_for_all(struct account *a, const struct parcel *p, struct span text)
{
	list_for_each(item, &a->subscriptions) {
		struct subscription *s = container_of(item, struct subscription, in_account);
		struct parcel own = *p;

		if (s->trial)
			continue;
		own.text = span_dup(text);
		parcel_put(s, &own, a->hub->config.push_delay_ms);
	}
}

static void wake(struct account *a, const struct stream *stream, const struct entry_message *m)
{
	struct parcel p = {.kind = PARCEL_MESSAGE,
			   .stream = stream->id,
			   .message = m->id,
			   .time_ms = m->time_ms};
	char *text;

	if (!a->n_subscriptions || !wake_is_for(a, stream, m))
		return;
	text = push_line_message(a->hub, stream, m, a);
	put_for_all(a, &p, span_of(text));
	free(text);
}

// The fewer are looked through: who is in the room, or who is woken at all.
static void wake_room(struct hub *h, struct room *r, const struct entry_message *m)
{
	if (r->n_members <= h->n_subscribers) {
		for (size_t i = 0; i < r->n_members; i++)
			wake(r->members[i]->account, &r->stream, m);
		return;
	}
	list_for_each(item, &h->subscribers) {
		struct account *a = container_of(item, struct account, in_subscribers);

		if (member_find(r, a))
			wake(a, &r->stream, m);
	}
}

// A person's words; not what programs say to each other, nor what was said before already.
static bool is_news(const struct entry_message *m)
{
	return m->kind == MESSAGE_PRIVMSG && m->seq && !entry_edits(m) &&
	       (!m->text.len || m->text.at[0] != '\001' ||
		span_starts(m->text, SPAN("\001ACTION ")));
}

void wake_said(struct hub *h, const struct stream *stream, const struct entry_message *m)
{
	if (!h->n_subscribers || !h->config.push || !is_news(m))
		return;
	if (stream->room) {
		wake_room(h, stream->room, m);
		return;
	}
	if (stream->dialog->low)
		wake(stream->dialog->low, stream, m);
	if (stream->dialog->high && stream->dialog->high != stream->dialog->low)
		wake(stream->dialog->high, stream, m);
}

void wake_invited(const struct account *by, struct account *to, const struct room *r)
{
	struct parcel p = {
		.kind = PARCEL_INVITE, .stream = r->stream.id, .time_ms = to->hub->now.wall_ms};
	char *text;

	if (!to->n_subscriptions || !to->hub->config.push || by == to ||
	    is_hushed(to, r->stream.id, by->id))
		return;
	text = push_line_invite(by, to, r);
	put_for_all(to, &p, span_of(text));
	free(text);
}

void wake_read(struct account *a, const struct stream *stream, int64_t time_ms)
{
	list_for_each(item, &a->subscriptions) {
		struct subscription *s = container_of(item, struct subscription, in_account);
		struct parcel p = {.kind = PARCEL_READ, .stream = stream->id};

		// A browser would have to show that there is nothing to see.
		if (!idmap_remove(&s->shown, (uint64_t)stream->id) || s->is_page)
			continue;
		p.time_ms = time_ms;
		p.text = push_line_read(a, stream, time_ms);
		parcel_put(s, &p, 0);
	}
}

static bool is_message_over(const struct account *a, const struct parcel *p)
{
	const struct stream *stream = history_stream(a->hub, p->stream);

	return !stream || marker_time(a, p->stream) >= p->time_ms ||
	       !may_read(a, stream, p->message) || hush_of(a, HUSH_MUTE, p->stream);
}

static bool is_invitation_over(const struct account *a, const struct parcel *p)
{
	const struct room *r = room_by_id(a->hub, p->stream);

	return !r || !room_has_invited(r, a);
}

bool wake_is_over(const struct parcel *p)
{
	const struct account *a = p->subscription->account;

	if (p->is_void || a->hub->now.mono_ms - p->made_ms > PUSH_TRIES_MS ||
	    !lease_lets_in(a,
			   idmap_find(&a->hub->credentials, (uint64_t)p->subscription->device)))
		return true;
	switch (p->kind) {
	case PARCEL_MESSAGE:
		return wake_is_attended(a) || is_message_over(a, p);
	case PARCEL_INVITE:
		return wake_is_attended(a) || is_invitation_over(a, p);
	case PARCEL_READ:
	case PARCEL_TEST:
		break;
	}
	return false;
}
