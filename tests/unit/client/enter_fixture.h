// SPDX-License-Identifier: MIT
// snug join, snug login at a scripted server that gives accounts, and takes this computer's key.
#pragma once

#include "tests/unit/client/verb.h"

#define NEW_CAPS "sasl=PLAIN,EXTERNAL draft/account-registration " VERB_CAPS
#define SECRET "correct horse battery"

static const struct verb_answer enrols[] = {{"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
					    {0}};

static inline const char *address(struct verb_run *v)
{
	static char text[64];
	snprintf(text, sizeof(text), "127.0.0.1:%s", v->server.port);
	return text;
}

static inline const char *pin(struct verb_run *v)
{
	static char text[PIN_TEXT_MAX];
	pin_text(v->server.pin, text);
	return text;
}

static inline const char *invite(struct verb_run *v)
{
	static char text[300];
	snprintf(text, sizeof(text), "snug://%s/den,invite=t0ken,pin=%s", address(v),
		 pin(v) + 7);
	return text;
}

static inline void load(struct verb_run *v, const char *name, struct profile *p)
{
	char *error = NULL;
	assert_int_equal(profile_load(p, &v->paths, name, &error), PROFILE_OK);
}

static inline int set_up(void **state)
{
	verb_set_up(state);
	struct verb_run *v = *state;
	v->caps = NEW_CAPS;
	v->answers = enrols;
	return 0;
}

#define ASK_NAME                                                                               \
	{                                                                                      \
		"Your name [", "ann\r"                                                         \
	}
#define ASK_NEW                                                                                \
	{                                                                                      \
		"let me make one): ", SECRET "\r"                                              \
	}

#define TEST_ENTER(fn) cmocka_unit_test_setup_teardown(fn, set_up, verb_tear_down)
