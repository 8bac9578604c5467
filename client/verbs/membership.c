// SPDX-License-Identifier: MIT
#include "client/verbs/membership.h"

#include "client/verbs/errand.h"

#define TIMEOUT_S 10

static void hear_nothing(void *arg, const json_t *answer, bool is_last)
{
	(void)arg;
	(void)answer;
	(void)is_last;
}

static int in_room(const struct options *o, const char *op)
{
	json_t *request = json_pack("{s:s, s:s}", "op", op, "target", o->args[0]);
	struct errand e = {
		.options = o,
		.request = request,
		.fn = hear_nothing,
		.timeout_ms = (o->timeout ? o->timeout : TIMEOUT_S) * 1000,
	};

	if (o->n_args == 2)
		json_object_set_new(request, "text", json_string(o->args[1]));
	int code = errand_run(&e);
	json_decref(request);
	return code;
}

int membership_begin(struct options *o)
{
	return in_room(o, "join");
}

int snug_part(struct options *o)
{
	return in_room(o, "part");
}
