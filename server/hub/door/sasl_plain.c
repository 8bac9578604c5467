// SPDX-License-Identifier: MIT
// PLAIN (RFC 4616): a name, and a password or a token.
#include "common/utf8.h"
#include "server/hub/door/elsewhere.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/door/sasl.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/step_up.h"
#include "server/hub/wire/reply.h"

// authzid NUL authcid NUL password; nothing may be left over, and only the first may be
// empty.
static bool split(struct span response, struct span part[3])
{
	size_t nuls = 0;

	for (size_t i = 0; i < response.len; i++)
		nuls += response.at[i] == '\0';
	if (nuls != 2 || !utf8_is_valid(response))
		return false;
	part[0] = span_cut(&response, '\0');
	part[1] = span_cut(&response, '\0');
	part[2] = response;
	return part[1].len && part[2].len;
}

// The same for a wrong password and for a right one behind which a code is wanted: who cannot
// be asked for it must not learn which it was.
static void refuse(struct session *s)
{
	if (!session_has(s, CAP_ACCOUNT_2FA))
		s->exchange->words = USE_APP_TOKEN;
	if (!session_has(s, CAP_ACCOUNT_2FA) && session_has(s, CAP_STANDARD_REPLIES))
		fail(s, "AUTHENTICATE", "USE_APP_TOKEN", (struct span){0}, USE_APP_TOKEN);
	sasl_answer(s, SASL_REFUSED);
}

static void half(struct session *s, const struct verdict *v)
{
	if (session_has(s, CAP_ACCOUNT_2FA)) {
		second_step_begin(s, v);
		sasl_answer(s, SASL_HALF);
	} else {
		second_step_refuse(s, v, refuse);
	}
}

static enum sasl_result whole(struct session *s, const struct verdict *v)
{
	struct exchange *x = s->exchange;

	if (!v->is_token && !v->is_kept)
		step_up_proved(s);
	x->account = v->account;
	x->device = v->device;
	return SASL_DONE;
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_LATER)
		sasl_answer(s, SASL_LATER);
	else if (v->kind == VERDICT_NO)
		refuse(s);
	else if (v->wants_code)
		half(s, v);
	else
		sasl_answer(s, whole(s, v));
}

static enum sasl_result step(struct exchange *x, struct span response)
{
	struct span part[3], name, device, other, ignored;
	const char *lockdown;

	if (!split(response, part))
		return SASL_REFUSED;
	login_split(part[1], &name, &device);
	login_split(part[0], &other, &ignored);
	if (other.len && !span_eq_fold(other, name))
		return SASL_REFUSED;
	lockdown = lockdown_password(x->session, name, part[2]);
	if (lockdown) {
		fail(x->session, "AUTHENTICATE", "LOCKDOWN", (struct span){0}, lockdown);
		return SASL_REFUSED;
	}
	elsewhere_look(x->session, name, device, part[2],
		       session_has(x->session, CAP_ACCOUNT_2FA), on_verified);
	return SASL_SLOW;
}

const struct mechanism sasl_plain = {.name = "PLAIN", .step = step};
