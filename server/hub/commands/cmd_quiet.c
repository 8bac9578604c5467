// SPDX-License-Identifier: MIT
// QUIET (snug.chat/quiet): what an account is not to be disturbed by (hush.h).
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/hush_say.h"
#include "server/hub/pages/message.h"
#include "server/hub/push/wake.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"

// "22:00-07:00"
static bool is_hours(struct span text)
{
	static const char form[] = "##:##-##:##";

	if (text.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool is_digit = text.at[i] >= '0' && text.at[i] <= '9';

		if (form[i] == '#' ? !is_digit : text.at[i] != form[i])
			return false;
	}
	return memcmp(text.at, "24", 2) < 0 && text.at[3] < '6' &&
	       memcmp(text.at + 6, "24", 2) < 0 && text.at[9] < '6';
}

static bool refuse(struct session *s, struct span subject, const char *why)
{
	fail(s, "QUIET", "INVALID_SUBJECT", subject, why);
	return false;
}

// What the kind is about, by its id; false: the error was sent.
static bool need_subject(struct session *s, enum hush_kind kind, struct span subject,
			 int64_t *about)
{
	const struct account *other;
	const struct stream *stream;

	*about = 0;
	switch (kind) {
	case HUSH_IGNORE:
		other = account_known(s, subject);
		if (!other)
			return refuse(s, subject, "There is nobody of that name");
		if (other == s->account)
			return refuse(s, subject, "That is yourself");
		*about = other->id;
		return true;
	case HUSH_PUSH:
	case HUSH_MUTE:
		if (kind == HUSH_PUSH && span_eq(subject, SPAN("*")))
			return true;
		stream = stream_find(s, subject);
		if (!stream)
			return refuse(s, subject, "You are in no such conversation");
		*about = stream->id;
		return true;
	case HUSH_HOURS:
		return is_hours(subject) || refuse(s, subject, "Hours are written 22:00-07:00");
	case HUSH_DND:
		break;
	}
	return span_eq(subject, SPAN("*")) || refuse(s, subject, "That is about *, everything");
}

static bool need_until(struct session *s, struct span text, int64_t *until_ms)
{
	*until_ms = 0;
	if (!text.len || span_eq(text, SPAN("*")))
		return true;
	if (clock_parse(text, until_ms) && *until_ms > s->hub->now.wall_ms)
		return true;
	fail(s, "QUIET", "INVALID_TIME", text,
	     "The end is a time to come, YYYY-MM-DDThh:mm:ss.sssZ, or * for none");
	return false;
}

// What is kept beside whom or what it is about.
static struct span text_of(enum hush_kind kind, const struct msg *m)
{
	if (kind == HUSH_PUSH)
		return msg_param(m, 4);
	return kind == HUSH_HOURS ? msg_param(m, 2) : SPAN("");
}

static bool need_level(struct session *s, enum hush_kind kind, const struct msg *m)
{
	if (kind != HUSH_PUSH || wake_level_is(msg_param(m, 4)))
		return true;
	fail(s, "QUIET", "INVALID_LEVEL", msg_param(m, 4),
	     "What is pushed is off, mentions or all");
	return false;
}

static void add(struct session *s, enum hush_kind kind, const struct msg *m)
{
	struct span subject = msg_param(m, 2);
	struct account *a = s->account;
	const struct hush *h;
	int64_t about, until_ms;

	if (!need_subject(s, kind, subject, &about) ||
	    !need_until(s, msg_param(m, 3), &until_ms) || !need_level(s, kind, m) ||
	    !need_disk_to_mend(s, "QUIET"))
		return;
	h = hush_put(a, kind, about, until_ms, text_of(kind, m));
	if (h)
		hush_tell(a, h, "ADD");
	else
		fail(s, "QUIET", "LIMIT_REACHED", subject,
		     "You ignore and muted as many as one may: take one back first");
}

static void del(struct session *s, enum hush_kind kind, struct span subject)
{
	struct hush *h;
	int64_t about = 0;

	if (kind != HUSH_HOURS && !need_subject(s, kind, subject, &about))
		return;
	h = hush_of(s->account, kind, about);
	if (!h) {
		fail(s, "QUIET", "NO_SUCH_QUIET", subject, "It is not among what you set");
		return;
	}
	if (!need_disk_to_mend(s, "QUIET"))
		return;
	hush_tell(s->account, h, "DEL");
	hush_remove(s->account, h);
}

// QUIET LIST | ADD <kind> <subject> [<until>|* [<level>]] | DEL <kind> <subject>
void cmd_quiet(struct session *s, const struct msg *m)
{
	struct span verb = m->params[0], subject = msg_param(m, 2);
	bool is_add = span_eq_fold(verb, SPAN("ADD"));
	enum hush_kind kind;

	if (span_eq_fold(verb, SPAN("LIST")))
		hush_say_all(s);
	else if (!is_add && !span_eq_fold(verb, SPAN("DEL")))
		fail(s, "QUIET", "INVALID_SUBCOMMAND", verb, "It is LIST, ADD or DEL");
	else if (!hush_kind_of(msg_param(m, 1), &kind))
		fail(s, "QUIET", "INVALID_KIND", msg_param(m, 1),
		     "It is ignore, mute, dnd, hours or push");
	else if (is_add)
		add(s, kind, m);
	else
		del(s, kind, subject);
}
