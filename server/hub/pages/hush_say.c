// SPDX-License-Identifier: MIT
#include "server/hub/pages/hush_say.h"

#include "common/clock.h"
#include "server/hub/pages/message.h"
#include "server/hub/wire/reply.h"

static const char *const words[] = {
	[HUSH_IGNORE] = "ignore", [HUSH_MUTE] = "mute", [HUSH_DND] = "dnd",
	[HUSH_HOURS] = "hours",   [HUSH_PUSH] = "push",
};

const char *hush_word(enum hush_kind kind)
{
	return words[kind];
}

bool hush_kind_of(struct span word, enum hush_kind *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!span_eq_fold(word, span_of(words[i])))
			continue;
		*kind = (enum hush_kind)i;
		return true;
	}
	return false;
}

// What it is about as the account calls it now; "" when that is gone.
static struct span subject(const struct account *a, const struct hush *h)
{
	const struct account *other;
	const struct stream *stream;

	switch (h->kind) {
	case HUSH_IGNORE:
		other = account_by_id(a->hub, h->about);
		return span_of(other ? other->name : "");
	case HUSH_MUTE:
		stream = history_stream(a->hub, h->about);
		return stream ? stream_name(stream, a) : SPAN("");
	case HUSH_PUSH:
		if (!h->about)
			break;
		stream = history_stream(a->hub, h->about);
		return stream ? stream_name(stream, a) : SPAN("");
	case HUSH_HOURS:
		return span_of(h->text);
	case HUSH_DND:
		break;
	}
	return SPAN("*");
}

static bool start(struct line *l, const struct account *a, const struct hush *h,
		  const char *verb)
{
	struct span about = subject(a, h);
	char until[CLOCK_TEXT_LEN + 1] = "*";

	if (!about.len)
		return false;
	if (h->until_ms)
		clock_text(h->until_ms, until);
	line_start(l, a->hub, NULL, "QUIET");
	line_str(l, verb);
	line_str(l, hush_word(h->kind));
	line_param(l, about);
	line_str(l, until);
	if (h->kind == HUSH_PUSH)
		line_str(l, h->text);
	return true;
}

void hush_tell(struct account *a, const struct hush *h, const char *verb)
{
	struct line l;

	if (!start(&l, a, h, verb))
		return;
	account_say(a, &l, cap_bit(CAP_QUIET), 0, NULL);
	line_clear(&l);
}

void hush_say_all(struct session *s)
{
	const struct account *a = s->account;
	struct line l;

	list_for_each(item, &a->hushes) {
		const struct hush *h = container_of(item, struct hush, in_account);

		if (hush_is_over(a, h) || !start(&l, a, h, "ADD"))
			continue;
		session_say(s, &l);
		line_clear(&l);
	}
	line_start(&l, s->hub, NULL, "QUIET");
	line_str(&l, "LIST");
	line_str(&l, "*");
	session_say(s, &l);
	line_clear(&l);
}

void hush_welcome(struct session *s)
{
	if (session_has(s, CAP_QUIET))
		hush_say_all(s);
}
