// SPDX-License-Identifier: MIT
// TOTP (IRCv3 draft account-2fa): the second step behind a password, a code of six digits or a
// recovery code.
#include "server/hub/door/sasl.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/step_up.h"

static bool is_offered(const struct hub *h)
{
	return h->n_factors > 0;
}

static enum sasl_result start(struct exchange *x)
{
	return x->session->login->half ? SASL_CHALLENGE : SASL_REFUSED;
}

static enum sasl_result step(struct exchange *x, struct span response)
{
	struct verdict v;

	second_step_take(x->session, response, &v);
	if (v.kind == VERDICT_LATER)
		return SASL_LATER;
	if (v.kind == VERDICT_NO)
		return SASL_REFUSED;
	step_up_proved(x->session);
	x->account = v.account;
	x->device = v.device;
	return SASL_DONE;
}

const struct mechanism sasl_totp = {
	.name = "TOTP", .is_offered = is_offered, .start = start, .step = step};
