// SPDX-License-Identifier: MIT
// /2fa: the second factor of a login by password. A page has a part of its own for it.
#include "client/slash/command_private.h"
#include "common/spoken.h"

static void ask_disenrol(struct model *m)
{
	const char *words =
		spoken("a code of your app turns it off: c gives one, n leaves it on");

	model_ask(m, QUESTION_DISENROL, span_of(words), "cn");
}

void slash_2fa(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;

	if (screen && screen->message_act(screen->arg, call->name, call->rest))
		return;
	struct span what = call_word(call);
	if (!model_has_cap(call->c->model, "draft/account-2fa"))
		call_note(call, LINE_ERROR, spoken("this server knows no second factor"));
	else if (span_eq(what, SPAN("on")))
		call_send(call, "2FA CHALLENGE totp");
	else if (span_eq(what, SPAN("codes")))
		call_send(call, "2FA RECOVERY");
	else if (span_eq(what, SPAN("off")))
		ask_disenrol(call->c->model);
	else
		call_send(call, "2FA LIST");
}
