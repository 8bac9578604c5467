// SPDX-License-Identifier: MIT
#include "server/hub/door/enrol.h"

#include "common/die.h"

#include <sodium.h>
#include <stdlib.h>

struct enrol {
	uint8_t secret[TOTP_SECRET_LEN];
	int64_t until_ms; // mono
};

const uint8_t *enrol_start(struct session *s)
{
	enrol_forget(s);
	s->enrol = xcalloc(1, sizeof(*s->enrol));
	hub_random(s->hub, s->enrol->secret, sizeof(s->enrol->secret));
	s->enrol->until_ms = s->hub->now.mono_ms + ENROL_MS;
	return s->enrol->secret;
}

const uint8_t *enrol_secret(const struct session *s)
{
	if (!s->enrol || s->hub->now.mono_ms >= s->enrol->until_ms)
		return NULL;
	return s->enrol->secret;
}

void enrol_forget(struct session *s)
{
	if (s->enrol)
		sodium_memzero(s->enrol, sizeof(*s->enrol));
	free(s->enrol);
	s->enrol = NULL;
}
