// SPDX-License-Identifier: MIT
// EXTERNAL (RFC 4422, appendix A): the client certificate of the connection.
#include "server/hub/door/sasl.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"

static enum sasl_result step(struct exchange *x, struct span response)
{
	struct session *s = x->session;
	struct credential *c = credential_shown_by(s);
	struct span name, device;

	login_split(response, &name, &device);
	if (!c || c->kind != CREDENTIAL_CERT || !credential_lets_in(c) ||
	    (name.len && !span_eq_fold(name, span_of(c->account->name)))) {
		struct signin_try try = signin_try(s, name, device);

		s->hub->figures.logins[LOGIN_CERTIFICATE][LOGIN_WRONG]++;
		signin_failed(s->hub, &try, LOGIN_CERTIFICATE, "unknown");
		return SASL_REFUSED;
	}
	s->hub->figures.logins[LOGIN_CERTIFICATE][LOGIN_PROVED]++;
	signin_proved(s, c->account, LOGIN_CERTIFICATE, credential_is_fresh(c));
	credential_used(c);
	credential_shown(c, s->cert->hash);
	throttle_met(s->hub, &s->from, span_of(c->account->name));
	x->account = c->account;
	x->device = device.len ? device : span_of(c->label);
	return SASL_DONE;
}

const struct mechanism sasl_external = {.name = "EXTERNAL", .step = step};
