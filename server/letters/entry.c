// SPDX-License-Identifier: MIT
#include "server/letters/entry.h"

#include "common/encode.h"
#include "common/msg.h"
#include "server/letters/field.h"

void entry_each_span(struct entry *e, void (*fn)(void *arg, struct span *s), void *arg)
{
	void *row = entry_row(e);

	for (const struct field *f = entry_fields(e->kind); f->name; f++) {
		if (field_is_span(f))
			fn(arg, field_span(f, row));
	}
}

const char *message_command(enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_PRIVMSG:
		return "PRIVMSG";
	case MESSAGE_NOTICE:
		return "NOTICE";
	case MESSAGE_TAGMSG:
		return "TAGMSG";
	case MESSAGE_JOIN:
		return "JOIN";
	case MESSAGE_PART:
		return "PART";
	case MESSAGE_KICK:
		return "KICK";
	case MESSAGE_TOPIC:
		return "TOPIC";
	case MESSAGE_MODE:
		return "MODE";
	case MESSAGE_RENAME:
		return "RENAME";
	}
	return "NOTICE";
}

bool tags_edit(struct span tags, struct span *id)
{
	struct span key, value;
	bool found = false;

	while (msg_tag_next(&tags, &key, &value)) {
		if (!span_eq(key, SPAN("+draft/edit")))
			continue;
		*id = value;
		found = true;
	}
	return found;
}

message_id entry_edits(const struct entry_message *m)
{
	struct span text;
	uint64_t id;
	bool is_text = m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE;

	return is_text && tags_edit(m->tags, &text) && decode_id(text, &id) ? id : 0;
}
