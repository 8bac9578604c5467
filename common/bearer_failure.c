// SPDX-License-Identifier: MIT
#include "common/bearer_failure.h"

#include "common/discovery.h"
#include "common/json.h"
#include "common/json_read.h"

#include <stdlib.h>

#define TEXT_LEN 1024 // of each

// A member of the JSON and where it is kept; an address is one of HTTPS.
static const struct field {
	const char *name;
	size_t at;
	bool is_address;
} fields[] = {
	{"status", offsetof(struct bearer_failure, status), false},
	{"scope", offsetof(struct bearer_failure, scope), false},
	{"openid-configuration", offsetof(struct bearer_failure, configuration), true},
	{"client_id", offsetof(struct bearer_failure, client_id), false},
	{"resource", offsetof(struct bearer_failure, resource), false},
	{"authorization_endpoint", offsetof(struct bearer_failure, authorization), true},
};

static char **kept(struct bearer_failure *f, const struct field *field)
{
	return (char **)(void *)((char *)f + field->at);
}

static const char *said(const struct bearer_failure *f, const struct field *field)
{
	return *(char *const *)(const void *)((const char *)f + field->at);
}

void bearer_failure_write(struct buf *out, const struct bearer_failure *f)
{
	json_t *json = json_object();

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *text = said(f, &fields[i]);

		if (text)
			(void)json_object_set_new(json, fields[i].name,
						  json_text(span_of(text)));
	}
	json_add_line(out, json);
	out->len--;
	json_decref(json);
}

static bool take(struct bearer_failure *f, const json_t *json)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		char *text = json_read_text(json, fields[i].name, TEXT_LEN);

		*kept(f, &fields[i]) = text;
		if (text && fields[i].is_address && !endpoint_is_fit(span_of(text)))
			return false;
	}
	return f->status != NULL;
}

bool bearer_failure_read(struct span json, struct bearer_failure *f)
{
	json_t *object = json.len <= BEARER_FAILURE_MAX ? json_read_object(json) : NULL;
	bool is_fine;

	*f = (struct bearer_failure){0};
	is_fine = object && take(f, object);
	json_decref(object);
	if (!is_fine)
		bearer_failure_clear(f);
	return is_fine;
}

void bearer_failure_clear(struct bearer_failure *f)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		free(*kept(f, &fields[i]));
	*f = (struct bearer_failure){0};
}
