// SPDX-License-Identifier: MIT
// What one is on the server, an administrator or a guest, by one's own user modes: asked for
// when one comes in (221, modern-irc), and told of by MODE whenever they change.
#include "client/web/tab.h"

#include "common/numerics.h"

// Of a server that is not snug `g` may be anything: an administrator's forms are refused there
// anyway, and a guest is one of snug's.
static void set_modes(struct tab *t, struct span modes)
{
	bool add = true;

	for (size_t i = 0; i < modes.len; i++) {
		if (modes.at[i] == '+' || modes.at[i] == '-')
			add = modes.at[i] == '+';
		else if (modes.at[i] == 'o')
			t->is_admin = add;
		else if (modes.at[i] == 'g')
			t->is_guest = add;
	}
}

void tab_ask_modes(struct tab *t)
{
	t->is_admin = t->is_guest = false;
	uplink_sendf(t->core.session, "MODE %s", uplink_nick(t->core.session));
}

// :server 221 nick +modes, :who MODE nick +modes
void tab_hear_modes(struct tab *t, const struct msg *m)
{
	uint64_t number;
	bool is_answer = span_to_u64(m->command, &number) && number == RPL_UMODEIS;

	if (!is_answer && !span_eq_fold(m->command, SPAN("MODE")))
		return;
	if (span_eq_fold(msg_param(m, 0), span_of(t->core.model->me->name)))
		set_modes(t, msg_param(m, 1));
}
