// SPDX-License-Identifier: MIT
#include "client/sign_in/device_code.h"

#include "common/discovery.h"
#include "common/json_read.h"
#include "common/wipe.h"

#include <stdlib.h>

#define SECRET_MAX 2048
#define SHOWN_MAX 64

static bool is_printable(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

// A page that is opened; NULL: none that may be.
static char *read_address(const json_t *object, const char *name)
{
	char *text = json_read_text(object, name, DISCOVERY_URL_MAX);

	if (text && endpoint_is_fit(span_of(text)))
		return text;
	free(text);
	return NULL;
}

static int64_t read_seconds(const json_t *object, const char *name, int64_t otherwise)
{
	const json_t *number = json_object_get(object, name);
	int64_t value = json_is_integer(number) ? json_integer_value(number) : otherwise;

	return value > 0 ? value : otherwise;
}

bool device_code_read(struct span json, struct device_code *c)
{
	json_t *object = json_read_object(json);

	*c = (struct device_code){0};
	if (!object)
		return false;
	c->secret = json_read_text(object, "device_code", SECRET_MAX);
	c->shown = json_read_text(object, "user_code", SHOWN_MAX);
	c->address = read_address(object, "verification_uri");
	c->with_all = read_address(object, "verification_uri_complete");
	c->interval_s = read_seconds(object, "interval", DEVICE_CODE_INTERVAL_S);
	c->life_s = read_seconds(object, "expires_in", DEVICE_CODE_LIFE_S);
	if (c->life_s > DEVICE_CODE_LIFE_S)
		c->life_s = DEVICE_CODE_LIFE_S;
	if (c->interval_s > DEVICE_CODE_LIFE_S)
		c->interval_s = DEVICE_CODE_LIFE_S;
	json_decref(object);
	if (c->secret && c->shown && c->address && is_printable(c->shown))
		return true;
	device_code_clear(c);
	return false;
}

void device_code_clear(struct device_code *c)
{
	char *texts[] = {c->secret, c->shown, c->address, c->with_all};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (texts[i])
			wipe_bytes(texts[i], strlen(texts[i]));
		free(texts[i]);
	}
	*c = (struct device_code){0};
}
