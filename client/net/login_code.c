// SPDX-License-Identifier: MIT
// The second step of a login by password (IRCv3 draft account-2fa, mechanism TOTP). Whoever
// knows the code is asked while the server waits: to hang up and come again would be a failed
// login each time.
#include "client/net/login_private.h"

#include "common/wipe.h"

#include <stdio.h>

#define CODES_MAX 3 // the server ends it then

void login_wants_code(struct login_flow *l)
{
	l->has_proof = l->has_proof || l->order.how == LOGIN_SASL;
	l->wants_code = l->order.how == LOGIN_PASSWORD || l->order.how == LOGIN_SASL;
	l->wants_code = l->wants_code && l->has_proof;
}

void login_code(struct login_flow *l, struct span code)
{
	if (!l->wants_code || !code.len)
		return;
	code.len = code.len < LOGIN_CODE_MAX ? code.len : LOGIN_CODE_MAX;
	snprintf(l->code, sizeof(l->code), SPAN_FMT, SPAN_ARG(code));
	l->wants_code = false;
	l->n_codes++;
	login_send_with(l, "AUTHENTICATE ", "TOTP");
}

void login_send_code(struct login_flow *l)
{
	sasl_send_bytes(span_of(l->code), l->send, l->arg);
	wipe_bytes(l->code, sizeof(l->code));
}

enum login_result login_code_refused(struct login_flow *l, struct span words)
{
	wipe_bytes(l->code, sizeof(l->code));
	if (l->n_codes >= CODES_MAX)
		return login_fail(l, FAILURE_CODE, words);
	l->wants_code = true;
	return LOGIN_MORE;
}
