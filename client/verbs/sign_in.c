// SPDX-License-Identifier: MIT
#include "client/verbs/sign_in.h"

#include "client/api/exit_code.h"
#include "client/outside/outside_loop.h"
#include "client/sign_in/device_grant.h"
#include "client/sign_in/issuer_https.h"
#include "client/verbs/print.h"
#include "client/verbs/prompt.h"

#define QUESTION_ROOM 400

enum sign_in_choice sign_in_ask(const struct sign_in_place *place)
{
	char question[QUESTION_ROOM], choice;

	snprintf(question, sizeof(question), "Sign in at %s?  [Y]es, by a [p]assword, [n]o ",
		 place->host);
	switch (prompt_choice(question, "pny", &choice)) {
	case PROMPT_NO_TERMINAL:
		return SIGN_IN_THERE;
	case PROMPT_CANCELLED:
		return SIGN_IN_CANCELLED;
	case PROMPT_OK:
		break;
	}
	if (choice == 'p')
		return SIGN_IN_BY_PASSWORD;
	return choice == 'y' ? SIGN_IN_THERE : SIGN_IN_CANCELLED;
}

struct waiting {
	const struct sign_in_place *place;
	const struct face *face;
	const char *name;
	struct bearer_login *login;
	bool is_over;
	int code;
};

static void on_code(void *arg, const struct device_code *c, bool again)
{
	const struct waiting *w = arg;

	if (again)
		print_words(stderr, "The answer of %s was lost: that code is void now.",
			    w->place->host);
	print_words(stderr, "On any device open   %s\nand type the code    %s", c->address,
		    c->shown);
	if (w->face && c->with_all)
		w->face->show_code(span_of(c->with_all));
	print_words(stderr, "Waiting until you have said yes there, for %lld s",
		    (long long)c->life_s);
	fflush(stderr);
}

static void on_end(void *arg, enum device_grant_end end, const struct token_answer *tokens,
		   const char *why)
{
	struct waiting *w = arg;

	w->is_over = true;
	w->code = end == DEVICE_FAILED ? EXIT_UNREACHABLE : EXIT_LOGIN;
	switch (end) {
	case DEVICE_GRANTED:
		w->code = EXIT_OK;
		bearer_login_with(w->login, w->name, tokens);
		break;
	case DEVICE_DENIED:
		print_words(stderr, "snug: you, or somebody else, said no at %s",
			    w->place->host);
		break;
	case DEVICE_OVER:
		print_words(stderr, "snug: nobody said yes at %s in time: run it again",
			    w->place->host);
		break;
	case DEVICE_FAILED:
		print_words(stderr, "snug: %s", why);
		break;
	}
}

int sign_in_wait(const struct sign_in_place *place, const struct face *face, const char *name,
		 struct bearer_login *login)
{
	struct waiting w = {.place = place, .face = face, .name = name, .login = login};
	struct device_grant_order order = {.issuer = place->issuer,
					   .client_id = place->said.client_id,
					   .scope = place->said.scope,
					   .resource = place->said.resource};
	struct device_grant_events events = {.arg = &w, .on_code = on_code, .on_end = on_end};
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct issuer_https *https = issuer_https_new(l);
	struct issuer_line line = issuer_https_line(https);
	struct device_grant *grant = device_grant_new(&outside, &line, &order, &events);

	while (!w.is_over)
		loop_turn(l, -1);
	device_grant_free(grant);
	issuer_https_free(https);
	loop_free(l);
	return w.code;
}
