// SPDX-License-Identifier: MIT
#include "server/hub/door/sasl.h"

#include "common/encode.h"
#include "common/utf8.h"
#include "server/hub/people/credential.h"
#include "server/hub/door/login.h"
#include "server/hub/wire/reply.h"
#include "server/hub/people/verify.h"

#include <sodium.h>

#define CHUNK_LEN 400

static void reset(struct login *l)
{
	l->mechanism = MECHANISM_NONE;
	buf_wipe(&l->sasl);
}

static void failed(struct session *s)
{
	reset(s->login);
	s->login->failed = true;
	reply(s, ERR_SASLFAIL);
}

void sasl_abort(struct session *s)
{
	reset(s->login);
	reply(s, ERR_SASLABORTED);
}

static void succeeded(struct session *s, struct account *a, struct span device)
{
	reset(s->login);
	s->login->failed = false;
	login_as(s, a, device);
	reply(s, RPL_SASLSUCCESS);
	login_try(s);
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES) {
		succeeded(s, v->account, v->device);
		return;
	}
	if (v->kind == VERDICT_LATER)
		fail(s, "AUTHENTICATE", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "Too many attempts at the moment: try again in a while");
	failed(s);
}

// authzid NUL authcid NUL password; nothing may be left over, and only the first may be
// empty.
static bool plain_split(struct span response, struct span part[3])
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

static void plain(struct session *s, struct span response)
{
	struct span part[3], name, device, other, ignored;

	if (!plain_split(response, part)) {
		failed(s);
		return;
	}
	login_split(part[1], &name, &device);
	login_split(part[0], &other, &ignored);
	if (other.len && !span_eq_fold(other, name))
		failed(s);
	else
		verify_secret(s, name, device, part[2], on_verified);
}

static void external(struct session *s, struct span response)
{
	struct credential *c = credential_shown_by(s);
	struct span name, device;

	login_split(response, &name, &device);
	if (!c || c->kind != CREDENTIAL_CERT || credential_is_over(c) || c->account->disabled ||
	    (name.len && !span_eq_fold(name, span_of(c->account->name)))) {
		failed(s);
		return;
	}
	credential_used(c);
	credential_shown(c, s->cert->hash);
	succeeded(s, c->account, device.len ? device : span_of(c->label));
}

static void finish(struct session *s)
{
	struct login *l = s->login;
	enum mechanism mechanism = l->mechanism;
	struct buf response = {0};

	l->mechanism = MECHANISM_NONE;
	if (!decode_b64(&response, buf_span(&l->sasl)))
		failed(s);
	else if (mechanism == MECHANISM_PLAIN)
		plain(s, buf_span(&response));
	else
		external(s, buf_span(&response));
	buf_wipe(&response);
	if (s->login)
		buf_wipe(&s->login->sasl);
}

static void go_on(struct session *s, struct span chunk)
{
	struct login *l = s->login;

	if (chunk.len > CHUNK_LEN) {
		reset(l);
		reply(s, ERR_SASLTOOLONG);
		return;
	}
	if (!span_eq(chunk, SPAN("+")))
		buf_add_span(&l->sasl, chunk);
	if (l->sasl.len > SASL_MAX / 3 * 4)
		failed(s);
	else if (chunk.len < CHUNK_LEN)
		finish(s);
}

static void begin(struct session *s, struct span mechanism)
{
	struct line l;

	if (span_eq_fold(mechanism, SPAN("PLAIN"))) {
		s->login->mechanism = MECHANISM_PLAIN;
	} else if (span_eq_fold(mechanism, SPAN("EXTERNAL"))) {
		s->login->mechanism = MECHANISM_EXTERNAL;
	} else {
		reply1(s, RPL_SASLMECHS, SPAN(SASL_MECHANISMS));
		failed(s);
		return;
	}
	line_init(&l, s->hub);
	// Without a source: that is how it stands in the specification, and there are
	// clients that compare the whole line.
	buf_add_str(&l.body, "AUTHENTICATE +");
	reply_end(&l, s);
}

void sasl_take(struct session *s, struct span text)
{
	if (s->registered || s->account)
		reply(s, ERR_SASLALREADY);
	else if (span_eq(text, SPAN("*")))
		sasl_abort(s);
	else if (s->login->mechanism == MECHANISM_NONE)
		begin(s, text);
	else
		go_on(s, text);
}
