// SPDX-License-Identifier: MIT
#include "client/app/filehost_pass.h"

#include "client/model/saying.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdlib.h>

#define TOKEN_MS (9 * 60 * 1000) // the server lets it live for ten minutes

void filehost_pass_forget(struct filehost_pass *t)
{
	if (t->token)
		wipe_bytes(t->token, strlen(t->token));
	free(t->token);
	t->token = NULL;
}

void filehost_pass_clear(struct filehost_pass *t)
{
	filehost_pass_forget(t);
	if (t->call)
		calls_cancel(t->core->calls, t->call);
	free(t->refusal);
	t->refusal = NULL;
}

const char *filehost_pass_now(struct filehost_pass *t)
{
	if (t->token && clock_mono_ms() >= t->until)
		filehost_pass_forget(t);
	return t->token;
}

static void on_line(void *arg, const struct msg *m, bool is_sure)
{
	struct filehost_pass *t = arg;
	struct buf words = {0};

	if (span_eq_fold(m->command, SPAN("FILEHOST")) &&
	    span_eq_fold(msg_param(m, 0), SPAN("TOKEN")) && msg_param(m, 1).len) {
		filehost_pass_forget(t);
		t->token = span_dup(msg_param(m, 1));
		t->until = clock_mono_ms() + TOKEN_MS;
	} else if (is_sure && saying_is_refusal(m)) {
		saying_add(&words, m);
		free(t->refusal);
		t->refusal = words.len ? span_dup(buf_span(&words)) : NULL;
	}
	buf_clear(&words);
}

static void on_end(void *arg, enum call_end end)
{
	struct filehost_pass *t = arg;
	char *refusal = t->refusal;

	t->call = 0;
	t->refusal = NULL;
	t->on_answer(t->arg, t->token           ? NULL
			     : end == CALL_LOST ? "the connection was cut"
			     : refusal          ? refusal
						: "the server lets nobody in there");
	free(refusal);
}

bool filehost_pass_ask(struct filehost_pass *t)
{
	struct call_fns fns = {
		.arg = t, .is_private = true, .on_line = on_line, .on_end = on_end};

	if (!t->call && uplink_is_online(t->core->session))
		t->call = calls_send(t->core->calls, SPAN(""), SPAN("FILEHOST TOKEN"), &fns);
	return t->call != 0;
}
