// SPDX-License-Identifier: MIT
#include "server/oidc/claim.h"

#include "common/json_read.h"

#include <stdlib.h>

#define LATEST_S 1e15 // times are whole numbers in a double up to here

bool claim_time(const json_t *token, const char *name, int64_t *s)
{
	const json_t *value = json_object_get(token, name);
	double seconds = json_number_value(value);

	*s = 0;
	if (!value)
		return true;
	if (!json_is_number(value) || !(seconds > -LATEST_S && seconds < LATEST_S))
		return false;
	*s = (int64_t)seconds;
	return true;
}

// Control characters would drive a log or a terminal, and what is not ASCII may be written in
// two ways (OpenID Connect Core, 2: subjects are ASCII).
char *claim_text(const json_t *token, const char *name, size_t max)
{
	char *text = json_read_text(token, name, max);

	for (const char *c = text; c && *c; c++) {
		if (*c < ' ' || *c > '~') {
			free(text);
			return NULL;
		}
	}
	return text;
}

bool claim_has(const json_t *value, const char *wanted)
{
	const json_t *one;
	size_t i;

	if (json_is_string(value))
		return strcmp(json_string_value(value), wanted) == 0;
	json_array_foreach(value, i, one) {
		if (json_is_string(one) && strcmp(json_string_value(one), wanted) == 0)
			return true;
	}
	return false;
}

bool claim_is(const json_t *token, const char *name, const char *wanted)
{
	const json_t *value = json_object_get(token, name);

	return json_is_string(value) && strcmp(json_string_value(value), wanted) == 0;
}

enum identity_why claim_times(const json_t *token, int64_t now_s)
{
	int64_t ends, begins, issued;

	if (!claim_time(token, "exp", &ends) || !claim_time(token, "nbf", &begins) ||
	    !claim_time(token, "iat", &issued))
		return IDENTITY_WHY_CLAIMS;
	if (json_object_get(token, "exp") && ends + CLAIM_LEEWAY <= now_s)
		return IDENTITY_WHY_EXPIRED;
	if (begins - CLAIM_LEEWAY > now_s || issued - CLAIM_LEEWAY > now_s)
		return IDENTITY_WHY_EARLY;
	return IDENTITY_WHY_NONE;
}
