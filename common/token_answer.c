// SPDX-License-Identifier: MIT
#include "common/token_answer.h"

#include "common/bearer.h"
#include "common/json_read.h"
#include "common/wipe.h"

#include <stdlib.h>

#define TOKEN_LEN 8192
#define WORD_LEN 64
#define SCOPE_LEN 1024
#define YEAR_S ((int64_t)366 * 24 * 3600)

static void wipe_text(char *secret)
{
	if (secret)
		wipe_bytes(secret, strlen(secret));
	free(secret);
}

void token_answer_clear(struct token_answer *t)
{
	wipe_text(t->access);
	wipe_text(t->refresh);
	free(t->scope);
	free(t->error);
	*t = (struct token_answer){0};
}

// What may stand in a code, a refresh token, a word of error (RFC 6749, appendix A).
static bool is_visible(const char *text)
{
	for (; text && *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

// A year is for ever: whoever says more is not believed more.
static int64_t lifetime(const json_t *json)
{
	double s = json_number_value(json_object_get(json, "expires_in"));

	if (!(s > 0))
		return 0;
	return s < (double)YEAR_S ? (int64_t)s : YEAR_S;
}

static bool is_bearer(const json_t *json)
{
	const char *type = json_string_value(json_object_get(json, "token_type"));

	return type && span_eq_fold(span_of(type), SPAN("Bearer"));
}

static bool take_tokens(const json_t *json, struct token_answer *t)
{
	t->access = json_read_text(json, "access_token", TOKEN_LEN);
	t->refresh = json_read_text(json, "refresh_token", TOKEN_LEN);
	t->scope = json_read_text(json, "scope", SCOPE_LEN);
	t->expires_in_s = lifetime(json);
	return t->access && bearer_token_is_fit(span_of(t->access)) && is_visible(t->refresh) &&
	       is_visible(t->scope) && is_bearer(json);
}

static bool take(const json_t *json, struct token_answer *t)
{
	if (!json_object_get(json, "error"))
		return take_tokens(json, t);
	t->error = json_read_text(json, "error", WORD_LEN);
	return t->error && is_visible(t->error);
}

bool token_answer_read(struct span json, struct token_answer *t)
{
	json_t *object = json_read_object(json);
	bool is_fine;

	*t = (struct token_answer){0};
	is_fine = object && take(object, t);
	json_decref(object);
	if (!is_fine)
		token_answer_clear(t);
	return is_fine;
}
