// SPDX-License-Identifier: MIT
#include "client/app/incoming.h"

#include "client/model/handle.h"

static bool is_error(const struct msg *m)
{
	char first = m->command.at[0];

	return first == '4' || first == '5' || span_eq_fold(m->command, SPAN("FAIL"));
}

bool incoming_line(const struct incoming *in, const struct msg *m, int64_t now_ms)
{
	bool is_private = calls_is_private(in->calls, m);

	if ((is_private || is_error(m)) && calls_take(in->calls, m))
		return false;
	handle_line(in->model, m, now_ms);
	if (!is_error(m))
		calls_take(in->calls, m);
	catchup_line(in->catchup, m);
	requests_line(in->requests, m);
	return true;
}
