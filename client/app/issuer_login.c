// SPDX-License-Identifier: MIT
// Two roads with the same middle: asking the server, asking the person, a code. To come back,
// the first and the last are logins; to bind, or to prove that it is oneself, exchanges on the
// login that there is, each behind a line that says what for. Such an exchange is tried with a
// ticket first, where there is one: nobody has to be asked for that.
#include "client/app/issuer_login.h"

#include "client/model/hand_out.h"
#include "client/model/target.h"
#include "client/sign_in/bearer_login.h"
#include "client/sign_in/device_grant.h"
#include "common/die.h"
#include "common/numerics.h"

#include <stdlib.h>

#define TO_THE_MINUTE 16 // bytes of "2026-11-30T08:30:12.345Z"

enum step {
	STEP_NONE,
	STEP_TICKET,  // the ticket that there is is shown
	STEP_ASK,     // the server is asked who is believed
	STEP_CONSENT, // the person, whether to go there
	STEP_CODE,    // who is to say yes there
	STEP_TELL,    // the server is told the tokens
};

enum purpose { TO_COME_BACK, TO_BIND, TO_PROVE };

struct issuer_login {
	struct issuer_login_order order;
	enum step step;
	enum purpose purpose;
	bool has_words; // of the server, about a refusal
	struct bearer_login bearer;
	const struct sasl_way *ticket; // of STEP_TICKET
	struct sign_in_place place;
	struct device_grant *grant;
};

static void note(const struct issuer_login *l, enum line_kind kind, const char *words)
{
	struct engine *e = l->order.core;

	model_note(e->model, NULL, kind, outside_wall_ms(e->outside), span_of(words));
}

PRINTF(3, 4)
static void notef(const struct issuer_login *l, enum line_kind kind, const char *format, ...)
{
	struct buf words = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	note(l, kind, buf_str(&words));
	buf_clear(&words);
}

static void stop(struct issuer_login *l)
{
	if (l->step == STEP_CODE)
		hand_out_over(l->order.core->model);
	if (l->step == STEP_CONSENT)
		model_ask_done(l->order.core->model, QUESTION_SIGN_IN);
	l->step = STEP_NONE;
	device_grant_free(l->grant);
	l->grant = NULL;
	bearer_login_clear(&l->bearer);
	sign_in_place_clear(&l->place);
}

// The server is told.

static void send_line(void *arg, struct span line, bool secret)
{
	const struct issuer_login *l = arg;

	uplink_send_as(l->order.core->session, line, secret);
}

static void log_in(struct issuer_login *l, enum login_how how)
{
	struct engine *e = l->order.core;
	struct login_order login = {.how = how,
				    .name = how == LOGIN_SASL ? e->model->me->name : "",
				    .invite = "",
				    .caps = "",
				    .way = &l->bearer.way};

	l->order.connect(l->order.arg, &login);
}

// BIND is said again, should it want a proof first.
static void open_exchange(const struct issuer_login *l)
{
	const struct engine *e = l->order.core;

	if (l->purpose == TO_BIND)
		devices_sent(e->devices, SPAN("ACCOUNT BIND"));
	uplink_send(e->session,
		    l->purpose == TO_BIND ? SPAN("ACCOUNT BIND") : SPAN("CERT PROVE SIGN-IN"));
}

// By an exchange that the server has to be ready for, or by a login.
static void say(struct issuer_login *l)
{
	l->has_words = false;
	if (l->purpose != TO_COME_BACK)
		open_exchange(l);
	else
		log_in(l, l->step == STEP_ASK ? LOGIN_ASK : LOGIN_SASL);
}

// The code.

static void on_code(void *arg, const struct device_code *c, bool again)
{
	const struct issuer_login *l = arg;
	struct engine *e = l->order.core;
	struct buf words = {0};

	if (again)
		note(l, LINE_INFO, "the issuer's answer was lost: that code is void now");
	buf_printf(&words,
		   "Sign in at %s: on any device open %s and type %s. The code is good for "
		   "%lld s, once.",
		   l->place.host, c->address, c->shown, (long long)c->life_s);
	hand_out(e->model, buf_span(&words), span_of(c->with_all ? c->with_all : c->address),
		 outside_wall_ms(e->outside));
	buf_clear(&words);
}

static void tell(struct issuer_login *l, const struct token_answer *tokens)
{
	hand_out_over(l->order.core->model);
	l->step = STEP_TELL;
	bearer_login_with(&l->bearer, "", tokens);
	say(l);
}

static void on_end(void *arg, enum device_grant_end end, const struct token_answer *tokens,
		   const char *why)
{
	struct issuer_login *l = arg;

	switch (end) {
	case DEVICE_GRANTED:
		tell(l, tokens);
		return;
	case DEVICE_DENIED:
		notef(l, LINE_ERROR, "you, or somebody else, said no at %s", l->place.host);
		break;
	case DEVICE_OVER:
		notef(l, LINE_ERROR, "nobody said yes at %s in time", l->place.host);
		break;
	case DEVICE_FAILED:
		note(l, LINE_ERROR, why);
		break;
	}
	stop(l);
}

static void get_code(struct issuer_login *l)
{
	struct device_grant_order order = {.issuer = l->place.issuer,
					   .client_id = l->place.said.client_id,
					   .scope = l->place.said.scope,
					   .resource = l->place.said.resource};
	struct device_grant_events events = {.arg = l, .on_code = on_code, .on_end = on_end};

	l->step = STEP_CODE;
	l->grant = device_grant_new(l->order.core->outside, &l->order.line, &order, &events);
}

// The person is asked.

static void ask_person(struct issuer_login *l)
{
	struct buf words = {0};

	if (!sign_in_place_read(&l->bearer, &l->place)) {
		note(l, LINE_ERROR, "the server names no issuer to sign in at");
		stop(l);
		return;
	}
	l->step = STEP_CONSENT;
	buf_printf(&words,
		   l->purpose == TO_BIND
			   ? "sign in at %s, to bind your account to who you are there?"
			   : "sign in at %s?",
		   l->place.host);
	model_ask(l->order.core->model, QUESTION_SIGN_IN, buf_span(&words), "yn");
	buf_clear(&words);
}

void issuer_login_answer(struct issuer_login *l, int question_id, char choice)
{
	if (question_id != QUESTION_SIGN_IN || l->step != STEP_CONSENT)
		return;
	model_ask_done(l->order.core->model, QUESTION_SIGN_IN);
	if (choice == 'y')
		get_code(l);
	else
		stop(l);
}

// The server is asked.

static bool offers(const struct issuer_login *l, const struct sasl_way *way)
{
	struct span list = uplink_cap_value(l->order.core->session, "sasl");

	while (way && list.len) {
		if (span_eq(span_cut(&list, ','), span_of(way->name)))
			return true;
	}
	return false;
}

static enum step first_step(struct issuer_login *l)
{
	l->ticket = l->order.ticket(l->order.arg);
	if (offers(l, l->ticket))
		return STEP_TICKET;
	return offers(l, &l->bearer.way) ? STEP_ASK : STEP_NONE;
}

void issuer_login_begin(struct issuer_login *l, bool binds)
{
	bool is_online = uplink_is_online(l->order.core->session);

	stop(l);
	bearer_login_ask(&l->bearer);
	l->purpose = binds ? TO_BIND : is_online ? TO_PROVE : TO_COME_BACK;
	if (binds && !is_online)
		note(l, LINE_ERROR, "there is no connection to bind your account on");
	else if (!is_online)
		l->step = STEP_ASK;
	else if ((l->step = first_step(l)) == STEP_NONE)
		note(l, LINE_ERROR, "this server asks nobody else who somebody is");
	if (l->step != STEP_NONE)
		say(l);
	else
		stop(l);
}

// An exchange on the login that there is.

static void take_yes(struct issuer_login *l)
{
	const char *whose = l->step == STEP_TICKET ? "by your ticket" : l->place.host;

	if (l->purpose == TO_PROVE)
		note(l, LINE_INFO, "it is proved that it is you, for ten minutes");
	else
		notef(l, LINE_INFO, "your account is bound to who you are %s%s",
		      l->step == STEP_TICKET ? "" : "at ", whose);
	stop(l);
}

// What was given up here has said why.
static void take_no(struct issuer_login *l, bool is_given_up, struct span words)
{
	if (!l->has_words && !is_given_up)
		notef(l, LINE_ERROR, SPAN_FMT, SPAN_ARG(words));
	if (l->step != STEP_TICKET || !offers(l, &l->bearer.way)) {
		stop(l);
		return;
	}
	l->step = STEP_ASK;
	say(l);
}

static void take_end(struct issuer_login *l, uint64_t number, struct span words)
{
	if (l->step == STEP_ASK)
		ask_person(l);
	else if (number == RPL_SASLSUCCESS)
		take_yes(l);
	else
		take_no(l, number == ERR_SASLABORTED, words);
}

// On the login that there is, and the server is waited for.
static bool is_exchange(const struct issuer_login *l)
{
	return l->purpose != TO_COME_BACK &&
	       (l->step == STEP_TICKET || l->step == STEP_ASK || l->step == STEP_TELL);
}

static const struct sasl_way *way_of(const struct issuer_login *l)
{
	return l->step == STEP_TICKET ? l->ticket : &l->bearer.way;
}

static bool is_sasl_end(uint64_t number)
{
	return number == RPL_SASLSUCCESS || number == ERR_NICKLOCKED ||
	       number == ERR_SASLFAIL || number == ERR_SASLTOOLONG || number == ERR_SASLABORTED;
}

// NOTE ACCOUNT BINDING NUMBER WAY ISSUER TENANT|* TIME|* :SUBJECT, of the last yes.
static bool show_binding(const struct issuer_login *l, const struct msg *m)
{
	struct span tenant = msg_param(m, 5), yes = msg_param(m, 6);

	if (!span_eq_fold(m->command, SPAN("NOTE")) || m->n_params < 8 ||
	    !span_eq(msg_param(m, 0), SPAN("ACCOUNT")) ||
	    !span_eq(msg_param(m, 1), SPAN("BINDING")))
		return false;
	yes.len = yes.len > TO_THE_MINUTE ? TO_THE_MINUTE : yes.len;
	notef(l, LINE_INFO,
	      "binding " SPAN_FMT ": " SPAN_FMT " at " SPAN_FMT "%s" SPAN_FMT
	      ", who last said yes " SPAN_FMT,
	      SPAN_ARG(msg_param(m, 2)), SPAN_ARG(msg_param(m, 7)), SPAN_ARG(msg_param(m, 4)),
	      span_eq(tenant, SPAN("*")) ? "" : " of ",
	      SPAN_ARG(span_eq(tenant, SPAN("*")) ? SPAN("") : tenant),
	      SPAN_ARG(span_eq(yes, SPAN("*")) ? SPAN("never") : yes));
	return true;
}

bool issuer_login_takes(struct issuer_login *l, const struct msg *m)
{
	const struct sasl_way *way = way_of(l);
	uint64_t number;

	if (show_binding(l, m))
		return true;
	if (!is_exchange(l) || !m->n_params || !uplink_is_online(l->order.core->session))
		return false;
	if (span_eq_fold(m->command, SPAN("AUTHENTICATE"))) {
		way->hear(way->arg, msg_param(m, 0), send_line, l);
		return true;
	}
	if (!span_to_u64(m->command, &number) || !is_sasl_end(number))
		return false;
	take_end(l, number, msg_param(m, m->n_params - 1));
	return true;
}

// The server is ready for the exchange.
static void begin_exchange(struct issuer_login *l)
{
	struct buf line = {0};

	if (l->step != STEP_TICKET) {
		bearer_login_begin(&l->bearer, send_line, l);
		return;
	}
	uplink_begin_way(l->order.core->session, l->ticket);
	buf_printf(&line, "AUTHENTICATE %s", l->ticket->name);
	send_line(l, buf_span(&line), false);
	buf_clear(&line);
}

static bool is_ready(const struct msg *m)
{
	struct span what = msg_param(m, 0), code = msg_param(m, 1);

	return span_eq_fold(m->command, SPAN("NOTE")) &&
	       ((span_eq(what, SPAN("ACCOUNT")) && span_eq(code, SPAN("BIND_NOW"))) ||
		(span_eq(what, SPAN("CERT")) && span_eq(code, SPAN("SIGN_IN_NOW"))));
}

void issuer_login_line(struct issuer_login *l, const struct msg *m)
{
	struct span what = msg_param(m, 0), code = msg_param(m, 1);

	if (!is_exchange(l))
		return;
	if (is_ready(m))
		begin_exchange(l);
	else if (!span_eq_fold(m->command, SPAN("FAIL")))
		return;
	else if (span_eq(what, SPAN("AUTHENTICATE")))
		l->has_words = true;
	else if (span_eq(what, SPAN("CERT")) && span_eq(code, SPAN("NOT_BOUND")))
		stop(l);
}

// A login of its own.

void issuer_login_state(struct issuer_login *l)
{
	struct uplink_status status;

	uplink_status(l->order.core->session, &status);
	if (l->purpose != TO_COME_BACK && l->step != STEP_NONE &&
	    status.state != UPLINK_ONLINE) {
		note(l, LINE_ERROR,
		     l->purpose == TO_BIND ? "the connection broke: nothing was bound"
					   : "the connection broke: nothing was proved");
		stop(l);
	} else if (l->purpose != TO_COME_BACK) {
		return;
	} else if (l->step == STEP_ASK && status.state == UPLINK_OFF) {
		ask_person(l);
	} else if (l->step == STEP_TELL && status.state == UPLINK_ONLINE) {
		stop(l);
		l->order.on_back(l->order.arg);
	} else if (status.state == UPLINK_REFUSED &&
		   (l->step == STEP_ASK || l->step == STEP_TELL)) {
		stop(l);
	}
}

// Life.

struct issuer_login *issuer_login_new(const struct issuer_login_order *o)
{
	struct issuer_login *l = xcalloc(1, sizeof(*l));

	l->order = *o;
	return l;
}

void issuer_login_free(struct issuer_login *l)
{
	if (!l)
		return;
	device_grant_free(l->grant);
	bearer_login_clear(&l->bearer);
	sign_in_place_clear(&l->place);
	free(l);
}
