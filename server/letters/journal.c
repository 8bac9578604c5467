// SPDX-License-Identifier: MIT
#include "server/letters/journal.h"

#include "common/encode.h"
#include "common/grow.h"
#include "common/msg.h"
#include "server/letters/letter.h"

#include <stdlib.h>

struct journal *journal_new(entry_no first)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->letter.kind = LETTER_JOURNAL;
	j->first = first;
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	arena_clear(&j->arena);
	free(j->entries);
	free(j);
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

static void copy_span(void *arena, struct span *s)
{
	*s = arena_dup(arena, *s);
}

void journal_add(struct journal *j, const struct entry *e)
{
	j->entries = grow(j->entries, j->n_entries, &j->n_space, sizeof(*j->entries));
	j->entries[j->n_entries] = *e;
	entry_each_span(&j->entries[j->n_entries++], copy_span, &j->arena);
}

// Offsets of the spans of each kind of entry, ended by 0 (no span stands at offset 0).
#define AT(member) offsetof(struct entry, member)

static const size_t spans[ENTRY_KINDS][8] = {
	[ENTRY_SETTING] = {AT(setting.key), AT(setting.value)},
	[ENTRY_ACCOUNT] = {AT(account.name), AT(account.password), AT(account.realname)},
	[ENTRY_CREDENTIAL] = {AT(credential.label)},
	[ENTRY_INVITE] = {AT(invite.creator), AT(invite.note)},
	[ENTRY_ROOM] = {AT(room.name), AT(room.topic), AT(room.topic_by), AT(room.key)},
	[ENTRY_BAN] = {AT(ban.mask), AT(ban.by), AT(ban.reason)},
	[ENTRY_BAN_GONE] = {AT(ban_gone.mask)},
	[ENTRY_MESSAGE] = {AT(message.sender), AT(message.text), AT(message.tags),
			   AT(message.client_id)},
	[ENTRY_REDACT] = {AT(redact.reason)},
	[ENTRY_CURSOR] = {AT(cursor.device)},
	[ENTRY_METADATA] = {AT(metadata.key), AT(metadata.value)},
	[ENTRY_METADATA_GONE] = {AT(metadata_gone.key)},
	[ENTRY_AUDIT] = {AT(audit.actor), AT(audit.verb), AT(audit.detail)},
};

void entry_each_span(struct entry *e, void (*fn)(void *arg, struct span *s), void *arg)
{
	const size_t *at = spans[e->kind];

	for (; *at; at++)
		fn(arg, (struct span *)(void *)((char *)e + *at));
}
