// SPDX-License-Identifier: MIT
#include "client/verbs/prove.h"

#include "client/api/exit_code.h"
#include "client/net/proof.h"

#include <sodium.h>
#include <stdio.h>

#define QUESTION_ROOM 400

struct proof_ask {
	cold_line_fn *fn;
	void *arg;
	bool wants_proof;
};

static void on_line(void *arg, const struct msg *m)
{
	struct proof_ask *a = arg;

	a->wants_proof = a->wants_proof || (span_eq_fold(m->command, SPAN("FAIL")) &&
					    span_eq(msg_param(m, 1), SPAN("STEP_UP_REQUIRED")));
	if (a->fn)
		a->fn(a->arg, m);
}

static int ask_password(const struct options *o, const struct profile *p, struct secret *s)
{
	char question[QUESTION_ROOM];

	if (o->password_fd >= 0) {
		if (secret_read(s, o->password_fd))
			return EXIT_OK;
		fprintf(stderr, "snug: no password on descriptor %d\n", o->password_fd);
		return EXIT_USAGE;
	}
	snprintf(question, sizeof(question), "Password of %s at %s (or a code of your app)",
		 p->account, p->host);
	enum prompt_result result = prompt_secret(question, s);
	if (result == PROMPT_OK && s->len)
		return EXIT_OK;
	fprintf(stderr, "snug: %s\n",
		result == PROMPT_NO_TERMINAL
			? "there is no terminal to ask on: use --password-fd N"
			: "cancelled");
	return EXIT_USAGE;
}

static int prove(struct cold *c, const struct secret *s)
{
	struct buf line = {0};

	// All at once: what grows would leave its bytes behind.
	(void)buf_space(&line, 2 * SECRET_MAX);
	proof_line(&line, secret_span(s));
	int code = cold_ask(c, buf_str(&line), NULL, NULL);
	sodium_memzero(line.at, line.cap);
	buf_clear(&line);
	return code;
}

int prove_ask(struct cold *c, const struct options *o, const char *line, cold_line_fn *fn,
	      void *arg)
{
	struct proof_ask a = {.fn = fn, .arg = arg};
	struct secret s;
	int code = cold_ask(c, line, on_line, &a);

	if (!a.wants_proof)
		return code;
	secret_init(&s);
	code = ask_password(o, &c->profile, &s);
	if (code == EXIT_OK)
		code = prove(c, &s);
	secret_free(&s);
	return code == EXIT_OK ? cold_ask(c, line, fn, arg) : code;
}
