// SPDX-License-Identifier: MIT
// A NUL in a text, what stands behind the value and depth without end are refused by jansson
// itself.
#include "common/json_read.h"

json_t *json_read_object(struct span text)
{
	json_t *value =
		json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

char *json_read_text(const json_t *object, const char *name, size_t max)
{
	const json_t *value = json_object_get(object, name);
	size_t len = json_string_length(value);

	if (!len || len > max)
		return NULL;
	return span_dup(span_from(json_string_value(value), len));
}
