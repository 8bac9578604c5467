// SPDX-License-Identifier: MIT
// 1. session.exchange is there from a mechanism's name to its outcome.
// 2. While a step is_asked the session waits for a ticket, so no line of it comes here.
#include "server/hub/door/sasl.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/wipe.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/sasl_long.h"
#include "server/hub/door/second_step.h"
#include "server/hub/wire/reply.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#define PART_LEN 400 // bytes of base64

static const struct mechanism *const built_in[] = {&sasl_plain,
						   &sasl_external,
						   &sasl_oauthbearer,
						   &sasl_gs2_krb5,
						   &sasl_gssapi,
						   &sasl_totp,
						   NULL};

// The next row that is offered, from *at on; NULL: there is none.
static const struct mechanism *next_offered(const struct hub *h, size_t *at)
{
	const struct mechanism *const *rows =
		h->config.mechanisms ? h->config.mechanisms : built_in;

	while (rows[*at]) {
		const struct mechanism *m = rows[(*at)++];

		if (!m->is_offered || m->is_offered(h))
			return m;
	}
	return NULL;
}

void sasl_names(const struct hub *h, struct buf *out)
{
	const struct mechanism *m;
	size_t at = 0, start = out->len;

	while ((m = next_offered(h, &at))) {
		if (out->len > start)
			buf_add_char(out, ',');
		buf_add_str(out, m->name);
	}
}

bool sasl_binds(const struct hub *h)
{
	const struct mechanism *m;
	size_t at = 0;

	while ((m = next_offered(h, &at))) {
		if (m->binds)
			return true;
	}
	return false;
}

static const struct mechanism *find(const struct hub *h, struct span name)
{
	const struct mechanism *m;
	size_t at = 0;

	while ((m = next_offered(h, &at))) {
		if (span_eq_fold(name, span_of(m->name)))
			break;
	}
	return m;
}

void sasl_forget(struct session *s)
{
	struct exchange *x = s->exchange;

	if (!x)
		return;
	s->exchange = NULL;
	sasl_long_end(x);
	if (x->mechanism->end)
		x->mechanism->end(x);
	wipe_away(&x->text);
	wipe_away(&x->challenge);
	buf_clear(&x->said);
	free(x);
}

void exchange_say(struct exchange *x, const char *format, ...)
{
	va_list args;

	x->said.len = 0;
	va_start(args, format);
	buf_vprintf(&x->said, format, args);
	va_end(args);
	x->words = buf_str(&x->said);
}

static size_t max_of(const struct exchange *x)
{
	return x->mechanism->max ? x->mechanism->max : SASL_MAX;
}

static void failed(struct session *s)
{
	const struct exchange *x = s->exchange;

	replyf(s, ERR_SASLFAIL, "%s", x && x->words ? x->words : numeric_text(ERR_SASLFAIL));
	sasl_forget(s);
	if (s->login)
		s->login->failed = true;
}

void sasl_abort(struct session *s)
{
	sasl_forget(s);
	reply(s, ERR_SASLABORTED);
}

static void refuse_lease(struct session *s, const struct account *a, enum renewed r)
{
	struct buf words = {0};
	const char *code = renewal_words(s->hub, r, &words);

	exchange_say(s->exchange, "%s", buf_str(&words));
	fail(s, "AUTHENTICATE", code, (struct span){0}, buf_str(&words));
	failed(s);
	renewal_refused(s, a, r);
	buf_clear(&words);
}

static void on_renewed(struct session *s, struct account *a, struct span device, enum renewed r)
{
	s->exchange->is_asked = false;
	if (r != RENEWED_YES) {
		refuse_lease(s, a, r);
		return;
	}
	login_as(s, a, device);
	sasl_forget(s);
	s->login->failed = false;
	reply(s, RPL_SASLSUCCESS);
	login_try(s);
}

// Who is in has proved something else, and is who it was (identified.h).
static void succeeded(struct session *s)
{
	struct exchange *x = s->exchange;

	if (s->registered) {
		sasl_forget(s);
		reply(s, RPL_SASLSUCCESS);
		return;
	}
	assert(x->account);
	x->is_asked = true;
	renewal_login(s, x->account, x->device, on_renewed);
}

static void say_part(struct session *s, struct span part)
{
	struct line l;

	line_init(&l, s->hub);
	// Without a source: that is how it stands in the specification, and there are
	// clients that compare the whole line.
	buf_add_str(&l.body, "AUTHENTICATE ");
	buf_add_span(&l.body, part);
	session_say(s, &l);
	wipe_away(&l.body);
}

static void challenge(struct session *s)
{
	struct exchange *x = s->exchange;
	struct buf text = {0};
	struct span rest;

	assert(x->challenge.len <= max_of(x));
	encode_b64(&text, x->challenge.at, x->challenge.len);
	wipe_away(&x->challenge);
	for (rest = buf_span(&text); rest.len >= PART_LEN; rest = span_after(rest, PART_LEN))
		say_part(s, (struct span){rest.at, PART_LEN});
	say_part(s, rest.len ? rest : SPAN("+"));
	wipe_away(&text);
}

void sasl_answer(struct session *s, enum sasl_result result)
{
	assert(s->exchange && s->exchange->is_asked);
	s->exchange->is_asked = false;
	switch (result) {
	case SASL_CHALLENGE:
		challenge(s);
		return;
	case SASL_DONE:
		succeeded(s);
		return;
	case SASL_HALF:
		sasl_forget(s);
		say_part(s, SPAN("2FA-REQUIRED"));
		return;
	case SASL_LATER:
		fail(s, "AUTHENTICATE", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     s->exchange->words ? s->exchange->words
					: "Too many attempts at the moment: try again in a "
					  "while");
		failed(s);
		return;
	case SASL_REFUSED:
		failed(s);
		return;
	case SASL_SLOW:
		break;
	}
	assert(!"a slow answer is no answer");
}

// Of a step that may have answered by itself, and so ended the exchange, or the login.
static void take_result(struct session *s, enum sasl_result result)
{
	if (result != SASL_SLOW)
		sasl_answer(s, result);
	else if (s->exchange)
		assert(!s->exchange->is_asked || s->waiting);
}

static void finish(struct session *s)
{
	struct exchange *x = s->exchange;
	struct buf response = {0};
	bool is_good = decode_b64(&response, buf_span(&x->text));

	wipe_away(&x->text);
	x->taken += response.len;
	x->is_asked = true;
	if (is_good && x->taken <= max_of(x))
		take_result(s, x->mechanism->step(x, buf_span(&response)));
	else
		sasl_answer(s, SASL_REFUSED);
	wipe_away(&response);
}

static void go_on(struct session *s, struct span part)
{
	struct exchange *x = s->exchange;

	if (part.len > PART_LEN) {
		sasl_forget(s);
		reply(s, ERR_SASLTOOLONG);
		return;
	}
	if (!span_eq(part, SPAN("+")))
		buf_add_span(&x->text, part);
	if (x->text.len > max_of(x) / 3 * 4) {
		failed(s);
	} else if (x->text.len > SASL_MAX / 3 * 4 && !sasl_long_goes_on(x)) {
		x->is_asked = true;
		sasl_answer(s, SASL_LATER);
	} else if (part.len < PART_LEN) {
		finish(s);
	}
}

static void refuse_name(struct session *s)
{
	struct buf names = {0};

	sasl_names(s->hub, &names);
	reply1(s, RPL_SASLMECHS, buf_span(&names));
	buf_clear(&names);
	failed(s);
}

static void begin(struct session *s, struct span name)
{
	const struct mechanism *m = find(s->hub, name);
	struct exchange *x;

	if (!m) {
		refuse_name(s);
		return;
	}
	if (s->login && m != &sasl_totp)
		second_step_end(s);
	x = s->exchange = xcalloc(1, sizeof(*x));
	list_init(&x->in_long);
	x->session = s;
	x->mechanism = m;
	x->is_asked = true;
	take_result(s, m->start ? m->start(x) : SASL_CHALLENGE);
}

// Who is in says so only when it asked to (ACCOUNT BIND, CERT PROVE SIGN-IN).
static bool may_take(const struct session *s, struct span text)
{
	const struct mechanism *m;

	if (s->exchange || !s->account)
		return true;
	m = s->registered ? find(s->hub, text) : NULL;
	return m && m->binds && s->hub->now.mono_ms < s->signs_in_until_ms;
}

void sasl_take(struct session *s, struct span text)
{
	if (!may_take(s, text))
		reply(s, ERR_SASLALREADY);
	else if (span_eq(text, SPAN("*")))
		sasl_abort(s);
	else if (!s->exchange)
		begin(s, text);
	else
		go_on(s, text);
}
