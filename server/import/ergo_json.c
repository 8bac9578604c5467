// SPDX-License-Identifier: MIT
#include "server/import/ergo_json.h"

struct span ergo_string(const json_t *value)
{
	if (!json_is_string(value) || !json_string_length(value))
		return (struct span){0};
	return span_from(json_string_value(value), json_string_length(value));
}

struct span ergo_text(const json_t *object, const char *key)
{
	return ergo_string(json_object_get(object, key));
}

int64_t ergo_count(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 && n <= INT32_MAX ? n : 0;
}

json_t *ergo_parse(struct span text)
{
	return text.at ? json_loadb(text.at, text.len, 0, NULL) : NULL;
}
