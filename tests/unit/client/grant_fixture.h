// SPDX-License-Identifier: MIT
// An issuer that says what the test says, and time that passes when the test says so.
#pragma once

#include "client/sign_in/device_grant.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define ISSUER "https://login.example.org"
#define DISCOVERY                                                                              \
	"{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" ISSUER "/token\","                  \
	"\"jwks_uri\":\"" ISSUER "/jwks\","                                                    \
	"\"device_authorization_endpoint\":\"" ISSUER "/device\"}"
#define CODE(code, more)                                                                       \
	"{\"device_code\":\"" code "\",\"user_code\":\"FXFL-SPJL\","                           \
	"\"verification_uri\":\"" ISSUER "/go\","                                              \
	"\"verification_uri_complete\":\"" ISSUER "/go?c=FXFL-SPJL\"" more "}"
#define TOKENS                                                                                 \
	"{\"access_token\":\"acc3ss\",\"refresh_token\":\"r3fresh\",\"token_type\":\"Bearer\"}"
#define PENDING "{\"error\":\"authorization_pending\"}"

struct scene {
	struct loose_world world;
	struct issuer_line line;
	struct device_grant *grant;
	struct buf asked; // "GET URL\n", "POST URL FORM\n"
	unsigned n_asked;
	issuer_told_fn *told;
	void *told_arg;
	struct buf seen; // of what the grant told: "code …\n", "granted …\n", …
};

static inline void on_ask(void *arg, const char *url, struct span form, issuer_told_fn *told,
			  void *told_arg)
{
	struct scene *s = arg;

	assert_null(s->told); // one at a time
	buf_printf(&s->asked, form.len ? "POST %s " SPAN_FMT "\n" : "GET %s" SPAN_FMT "\n", url,
		   SPAN_ARG(form));
	s->n_asked++;
	s->told = told;
	s->told_arg = told_arg;
}

static inline void on_stop(void *arg)
{
	struct scene *s = arg;

	s->told = NULL;
}

static inline void on_code_shown(void *arg, const struct device_code *c, bool again)
{
	struct scene *s = arg;

	buf_printf(&s->seen, "%s %s %s %s\n", again ? "again" : "code", c->shown, c->address,
		   c->with_all ? c->with_all : "-");
}

static inline void on_grant_end(void *arg, enum device_grant_end end,
				const struct token_answer *tokens, const char *why)
{
	static const char *const words[] = {"granted", "denied", "over", "failed"};
	struct scene *s = arg;

	buf_printf(&s->seen, "%s", words[end]);
	if (tokens)
		buf_printf(&s->seen, " %s %s", tokens->access,
			   tokens->refresh ? tokens->refresh : "-");
	if (why)
		buf_printf(&s->seen, " %s", why);
	buf_add_char(&s->seen, '\n');
	device_grant_free(s->grant); // as may be done inside
	s->grant = NULL;
}

// The issuer answers what was asked last.
static inline void answer_as(struct scene *s, const struct issuer_answer *a)
{
	issuer_told_fn *told = s->told;

	assert_non_null(told);
	s->told = NULL;
	told(s->told_arg, a);
}

static inline void answer(struct scene *s, unsigned status, const char *json)
{
	answer_as(s, &(struct issuer_answer){.status = status, .body = span_of(json)});
}

static inline void lose(struct scene *s, bool is_sent)
{
	answer_as(s,
		  &(struct issuer_answer){.why = "the connection was cut", .is_sent = is_sent});
}

static inline void begin(struct scene *s)
{
	struct device_grant_order order = {.issuer = ISSUER,
					   .client_id = "snug",
					   .scope = "openid profile",
					   .resource = "https://chat.example.org"};
	struct device_grant_events events = {s, on_code_shown, on_grant_end};

	s->line = (struct issuer_line){.arg = s, .ask = on_ask, .stop = on_stop};
	s->grant = device_grant_new(&s->world.outside, &s->line, &order, &events);
}

// Up to a code that is shown.
static inline void get_code(struct scene *s, const char *json)
{
	begin(s);
	answer(s, 200, DISCOVERY);
	answer(s, 200, json);
}

static inline int open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	loose_world_init(&s->world, 1700000000000);
	*state = s;
	return 0;
}

static inline int close_scene(void **state)
{
	struct scene *s = *state;

	device_grant_free(s->grant);
	loose_world_clear(&s->world);
	buf_clear(&s->asked);
	buf_clear(&s->seen);
	free(s);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
