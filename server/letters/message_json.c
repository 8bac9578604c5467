// SPDX-License-Identifier: MIT
#include "server/letters/message_json.h"

#include "common/clock.h"
#include "common/encode.h"

void json_set_text(json_t *object, const char *key, struct span text)
{
	json_object_set_new(object, key, json_text(text));
}

void json_set_id(json_t *object, const char *key, message_id id)
{
	char text[ID_TEXT_LEN + 1];

	if (!id)
		return;
	encode_id(id, text);
	json_set_text(object, key, span_of(text));
}

void json_set_time(json_t *object, const char *key, int64_t wall_ms)
{
	char text[CLOCK_TEXT_LEN + 1];

	if (!wall_ms)
		return;
	clock_text(wall_ms, text);
	json_set_text(object, key, span_of(text));
}

json_t *message_json(const struct entry_message *m)
{
	json_t *object = json_object();

	json_set_id(object, "id", m->id);
	json_set_time(object, "time", m->time_ms);
	if (m->seq)
		json_object_set_new(object, "seq", json_integer((json_int_t)m->seq));
	json_set_text(object, "kind", span_of(message_command(m->kind)));
	json_set_text(object, "from", m->sender);
	json_set_text(object, "text", m->text);
	if (m->tags.len)
		json_set_text(object, "tags", m->tags);
	if (m->redacted)
		json_object_set_new(object, "redacted", json_true());
	if (m->redacted_name.len)
		json_set_text(object, "redacted_by", m->redacted_name);
	if (m->redacted_reason.len)
		json_set_text(object, "redacted_reason", m->redacted_reason);
	return object;
}
