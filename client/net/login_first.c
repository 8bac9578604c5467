// SPDX-License-Identifier: MIT
// A way that is tried before all others, since nobody has to be asked: for so long it is what
// the order says.
#include "client/net/login_private.h"

// By name: who lists nothing offers nothing of it.
static bool is_offered(const struct login_flow *l, const char *name)
{
	struct span list = login_cap_value(l, "sasl");

	while (list.len) {
		if (span_eq_fold(span_cut(&list, ','), span_of(name)))
			return true;
	}
	return false;
}

void login_first_begin(struct login_flow *l)
{
	if (!l->order.first || !is_offered(l, l->order.first->name))
		return;
	l->is_first = true;
	l->then = l->order.how;
	l->then_way = l->order.way;
	l->order.how = LOGIN_SASL;
	l->order.way = l->order.first;
}

bool login_first_goes_on(const struct login_flow *l, struct span command)
{
	return l->is_first && span_eq_fold(command, SPAN("AUTHENTICATE"));
}

bool login_first_ended(struct login_flow *l)
{
	if (!l->is_first)
		return false;
	l->is_first = false;
	l->order.how = l->then;
	l->order.way = l->then_way;
	return true;
}
