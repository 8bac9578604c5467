// SPDX-License-Identifier: MIT
#include "server/hub/pages/saved_say.h"

#include "common/clock.h"
#include "common/encode.h"
#include "server/hub/pages/message.h"
#include "server/hub/rooms/reach.h"

// False: it may not be read, or where it was said is gone.
static bool start_add(struct line *l, const struct saved *v)
{
	const struct account *a = v->account;
	const struct stream *stream = history_stream(a->hub, v->stream);
	char id[ID_TEXT_LEN + 1], said[CLOCK_TEXT_LEN + 1];

	if (!stream || !may_read(a, stream, v->message))
		return false;
	encode_id(v->message, id);
	clock_text(v->time_ms, said);
	line_start(l, a->hub, NULL, "SAVED");
	line_str(l, "ADD");
	line_param(l, stream_name(stream, a));
	line_str(l, id);
	line_str(l, said);
	return true;
}

void saved_tell(const struct saved *v)
{
	struct line l;

	if (!start_add(&l, v))
		return;
	account_say(v->account, &l, cap_bit(CAP_SAVED), 0, NULL);
	line_clear(&l);
}

void saved_let_go(struct saved *v)
{
	char id[ID_TEXT_LEN + 1];
	struct line l;

	encode_id(v->message, id);
	line_start(&l, v->account->hub, NULL, "SAVED");
	line_str(&l, "DEL");
	line_str(&l, id);
	account_say(v->account, &l, cap_bit(CAP_SAVED), 0, NULL);
	line_clear(&l);
	saved_remove(v);
}

void saved_redacted(struct hub *h, message_id message)
{
	struct saved *v;

	while ((v = saved_first(h, message)) != NULL)
		saved_let_go(v);
}

void saved_say_all(struct session *s)
{
	struct line l;

	saved_tidy(s->account);
	list_for_each(item, &s->account->saved) {
		if (!start_add(&l, container_of(item, struct saved, in_account)))
			continue;
		session_say(s, &l);
		line_clear(&l);
	}
	line_start(&l, s->hub, NULL, "SAVED");
	line_str(&l, "LIST");
	line_str(&l, "*");
	session_say(s, &l);
	line_clear(&l);
}

void saved_welcome(struct session *s)
{
	if (session_has(s, CAP_SAVED))
		saved_say_all(s);
}
