// SPDX-License-Identifier: MIT
// Two roads: cautious (ask, wait for the offer, take what there is) and ahead (what was
// enabled the last time is asked for at once, with the login and CAP END behind it).
// A server that refuses what was asked ahead has to be met anew on the cautious road.
#include "client/net/login_private.h"

#include "common/numerics.h"
#include "common/spoken.h"
#include "common/wipe.h"

#include <stdio.h>
#include <string.h>

#define NICKS_MAX 4
#define OFFER_MAX 32768
#define METADATA "draft/metadata-2"

static void send_line(struct login_flow *l, const char *line)
{
	l->send(l->arg, span_of(line), false);
}

void login_send_with(struct login_flow *l, const char *command, const char *argument)
{
	struct buf line = {0};

	buf_printf(&line, "%s%s", command, argument);
	l->send(l->arg, buf_span(&line), false);
	buf_clear(&line);
}

enum login_result login_fail(struct login_flow *l, enum failure failure, struct span detail)
{
	l->failure = failure;
	buf_reset(&l->detail);
	buf_add_span(&l->detail, detail);
	return LOGIN_FAILED;
}

// Steps of the login.

// The names that people are shown by. Before the server tells of rooms, if it can be said then:
// so they come along with those.
static void subscribe(struct login_flow *l)
{
	if (l->has_subscribed)
		return;
	l->has_subscribed = true;
	send_line(l, "METADATA * SUB display-name");
}

static bool can_subscribe_early(const struct login_flow *l)
{
	struct span words = login_cap_value(l, METADATA), unused;

	if (l->is_ahead)
		return caps_find(span_of(l->order.caps), SPAN(METADATA), &unused);
	while (login_has_cap(l, METADATA) && words.len) {
		if (span_eq(span_cut(&words, ','), SPAN("before-connect")))
			return true;
	}
	return false;
}

static void end_negotiation(struct login_flow *l)
{
	if (l->has_ended)
		return;
	l->has_ended = true;
	if (can_subscribe_early(l))
		subscribe(l);
	send_line(l, "CAP END");
}

static const char *mechanism(const struct login_flow *l)
{
	if (l->order.way)
		return l->order.way->name;
	return l->order.how == LOGIN_DEVICE ? "EXTERNAL" : "PLAIN";
}

// Without a list (SASL 3.1) every mechanism of the login's own is tried.
static bool has_mechanism(const struct login_flow *l)
{
	struct span list, name = span_of(mechanism(l));

	if (!caps_find(buf_span(&l->offered), SPAN("sasl"), &list))
		return false;
	if (!list.len)
		return !l->order.way;
	while (list.len) {
		if (span_eq_fold(span_cut(&list, ','), name))
			return true;
	}
	return false;
}

// RFC 4616: NUL, the account, NUL, the password.
static void send_plain(struct login_flow *l)
{
	struct buf plain = {0};

	// Once for all: growing would leave copies behind.
	(void)buf_space(&plain, strlen(l->order.name) + l->order.secret.len + 2);
	buf_add_char(&plain, '\0');
	buf_add_str(&plain, l->order.name);
	buf_add_char(&plain, '\0');
	buf_add_span(&plain, l->order.secret);
	sasl_send_bytes(buf_span(&plain), l->send, l->arg);
	wipe_away(&plain);
}

static void send_proof(struct login_flow *l)
{
	if (l->code[0])
		login_send_code(l);
	if (l->has_proof)
		return;
	l->has_proof = true;
	if (l->order.how == LOGIN_DEVICE)
		send_line(l, "AUTHENTICATE +");
	else
		send_plain(l);
}

static void send_names(struct login_flow *l)
{
	struct buf line = {0};

	login_send_with(l, "NICK ", l->nick);
	buf_printf(&line, "USER %s 0 * :%s", l->nick, l->nick);
	l->send(l->arg, buf_span(&line), false);
	buf_clear(&line);
}

static void send_secret(struct login_flow *l, const char *command, struct span secret)
{
	struct buf line = {0};

	(void)buf_space(&line, strlen(command) + secret.len + 1);
	buf_add_str(&line, command);
	buf_add_span(&line, secret);
	l->send(l->arg, buf_span(&line), true);
	wipe_away(&line);
}

static enum login_result register_account(struct login_flow *l)
{
	struct span unused;
	struct buf command = {0};

	if (!caps_find(buf_span(&l->offered), SPAN("draft/account-registration"), &unused))
		return login_fail(l, FAILURE_REGISTRATION,
				  span_of(spoken("this server makes no accounts in this way")));
	if (l->order.invite[0])
		send_secret(l, "PASS ", span_of(l->order.invite));
	send_names(l);
	buf_printf(&command, "REGISTER %s * :", l->order.name);
	send_secret(l, buf_str(&command), l->order.secret);
	buf_clear(&command);
	return LOGIN_MORE;
}

static enum login_result authenticate(struct login_flow *l)
{
	if (!has_mechanism(l))
		return login_fail(l, FAILURE_NO_LOGIN, login_cap_value(l, "sasl"));
	login_send_with(l, "AUTHENTICATE ", mechanism(l));
	return LOGIN_MORE;
}

// A server of this kind refuses an invite before it looks at the name, and there is none: who
// asks with nothing makes nothing.
static enum login_result ask_invite(struct login_flow *l)
{
	struct span unused, offered = buf_span(&l->offered);

	if (!caps_find(offered, SPAN("snug.chat/exactly-once"), &unused) ||
	    !caps_find(offered, SPAN("draft/account-registration"), &unused))
		return LOGIN_DONE;
	send_secret(l, "PASS ", span_of(l->order.invite));
	send_line(l, "REGISTER * * -");
	return LOGIN_MORE;
}

// By the certificate of this connection, which is let in then, or by a token that is given.
static enum login_result claim(struct login_flow *l)
{
	struct span unused;
	struct buf line = {0};

	if (!caps_find(buf_span(&l->offered), SPAN("snug.chat/devices"), &unused))
		return login_fail(l, FAILURE_CLAIM,
				  span_of(spoken("this server knows no such links")));
	(void)buf_space(&line, strlen(l->order.invite) + strlen(l->order.name) + 24);
	buf_printf(&line, "CERT CLAIM %s %s:%s", l->order.invite,
		   l->order.wants_token ? "TOKEN " : "", l->order.name);
	l->send(l->arg, buf_span(&line), true);
	wipe_away(&line);
	return LOGIN_MORE;
}

// CERT CLAIM ACCOUNT [TOKEN] :LABEL; the token is whose listens.
static enum login_result on_cert(struct login_flow *l, const struct msg *m)
{
	if (l->order.how != LOGIN_CLAIM || !span_eq_fold(msg_param(m, 0), SPAN("CLAIM")))
		return LOGIN_MORE;
	snprintf(l->nick, sizeof(l->nick), SPAN_FMT, SPAN_ARG(msg_param(m, 1)));
	return LOGIN_DONE;
}

// The server's whole offer is known.
static enum login_result on_offer(struct login_flow *l)
{
	if (l->order.how == LOGIN_INVITE)
		return ask_invite(l);
	if (l->order.how == LOGIN_CLAIM)
		return claim(l);
	caps_request_offered(l);
	login_first_begin(l);
	switch (l->order.how) {
	case LOGIN_CLAIM:
	case LOGIN_INVITE:
	case LOGIN_REGISTER:
		return register_account(l);
	case LOGIN_DEVICE:
	case LOGIN_PASSWORD:
	case LOGIN_SASL:
	case LOGIN_ASK:
		return authenticate(l);
	case LOGIN_OPEN:
		end_negotiation(l);
		return LOGIN_MORE;
	}
	return LOGIN_MORE;
}

static enum login_result on_cap(struct login_flow *l, const struct msg *m)
{
	struct span verb = msg_param(m, 1), words = msg_param(m, m->n_params - 1);
	bool is_offer = span_eq_fold(verb, SPAN("LS")) || span_eq_fold(verb, SPAN("NEW"));

	if (is_offer && l->offered.len + words.len < OFFER_MAX) {
		buf_add_span(&l->offered, words);
		buf_add_char(&l->offered, ' ');
	}
	if (span_eq_fold(verb, SPAN("LS")) && m->n_params < 4)
		return l->is_ahead ? LOGIN_MORE : on_offer(l);
	if (span_eq_fold(verb, SPAN("NEW")))
		caps_request_offered(l);
	if (span_eq_fold(verb, SPAN("ACK")))
		caps_acknowledged(l, words);
	if (l->is_in && login_has_cap(l, METADATA))
		subscribe(l);
	if (span_eq_fold(verb, SPAN("DEL"))) {
		while (words.len)
			caps_drop(l, span_cut(&words, ' '));
	}
	if (l->is_ahead && span_eq_fold(verb, SPAN("NAK")))
		return login_fail(l, FAILURE_CHANGED, words);
	return LOGIN_MORE;
}

static enum login_result on_register(struct login_flow *l, const struct msg *m)
{
	struct span words = msg_param(m, m->n_params - 1);

	if (l->order.how == LOGIN_INVITE)
		return LOGIN_DONE;
	if (!span_eq_fold(msg_param(m, 0), SPAN("SUCCESS")))
		return login_fail(l, FAILURE_REGISTRATION, words);
	l->has_account = true;
	end_negotiation(l);
	return LOGIN_MORE;
}

// Where nobody could say who it is, what was to prove it is used up: nothing tries again.
static enum failure failure_of_sasl(const struct login_flow *l, enum failure failure)
{
	return l->order.way && failure == FAILURE_BUSY ? FAILURE_SIGN_IN : failure;
}

static enum login_result on_fail(struct login_flow *l, const struct msg *m)
{
	static const struct {
		const char *code;
		enum failure failure;
	} codes[] = {
		{"ACCOUNT_EXISTS", FAILURE_NAME_TAKEN},
		{"USERNAME_EXISTS", FAILURE_NAME_TAKEN},
		{"ACCOUNT_NAME_MUST_BE_NICK", FAILURE_BAD_NAME},
		{"BAD_ACCOUNT_NAME", FAILURE_BAD_NAME},
		{"WEAK_PASSWORD", FAILURE_WEAK_PASSWORD},
		{"UNACCEPTABLE_PASSWORD", FAILURE_WEAK_PASSWORD},
		{"INVALID_INVITE", FAILURE_INVITE},
		{"BAD_INVITE", FAILURE_INVITE},
		{"INVITE_REQUIRED", FAILURE_INVITE},
		{"DISALLOWED", FAILURE_INVITE},
		{"ACCOUNT_DISABLED", FAILURE_DISABLED},
		{"BANNED", FAILURE_BANNED},
		{"TEMPORARILY_UNAVAILABLE", FAILURE_BUSY},
		{"TRY_AGAIN", FAILURE_BUSY},
		{"SIGN_IN_AGAIN", FAILURE_SIGN_IN_AGAIN},
		{"SERVER_FULL", FAILURE_BUSY},
	};
	struct span words = msg_param(m, m->n_params - 1), code = msg_param(m, 1);

	if (login_first_goes_on(l, msg_param(m, 0)))
		return LOGIN_MORE;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (span_eq_fold(code, span_of(codes[i].code)))
			return login_fail(l, failure_of_sasl(l, codes[i].failure), words);
	}
	if (l->order.how == LOGIN_CLAIM && span_eq_fold(msg_param(m, 0), SPAN("CERT")))
		return login_fail(l, FAILURE_CLAIM, words);
	if (span_eq_fold(msg_param(m, 0), SPAN("REGISTER")) && l->order.how == LOGIN_INVITE)
		return LOGIN_DONE;
	if (span_eq_fold(msg_param(m, 0), SPAN("REGISTER")))
		return login_fail(l, FAILURE_REGISTRATION, words);
	return LOGIN_MORE;
}

static enum login_result on_sasl_failed(struct login_flow *l, const struct msg *m)
{
	static const enum failure failures[] = {[LOGIN_DEVICE] = FAILURE_DEVICE,
						[LOGIN_PASSWORD] = FAILURE_PASSWORD,
						[LOGIN_SASL] = FAILURE_SIGN_IN,
						[LOGIN_ASK] = FAILURE_NONE};

	if (login_first_ended(l))
		return authenticate(l);
	if (l->order.how == LOGIN_ASK)
		return LOGIN_DONE;
	if (!failures[l->order.how])
		return LOGIN_MORE;
	if (l->n_codes)
		return login_code_refused(l, msg_param(m, m->n_params - 1));
	return login_fail(l, failures[l->order.how], msg_param(m, m->n_params - 1));
}

// :server 900 NICK MASK ACCOUNT :words
static enum login_result on_logged_in(struct login_flow *l, const struct msg *m)
{
	struct span account = msg_param(m, 2);

	l->has_account = true;
	if (l->order.how != LOGIN_SASL || l->nick[0] || !account.len)
		return LOGIN_MORE;
	snprintf(l->nick, sizeof(l->nick), SPAN_FMT, SPAN_ARG(account));
	send_names(l);
	return LOGIN_MORE;
}

// Other servers let a nick be taken by somebody else: with an underscore, then.
static enum login_result on_nick_taken(struct login_flow *l, const struct msg *m)
{
	size_t len = strlen(l->nick);

	if (++l->n_nicks > NICKS_MAX || len + 2 > sizeof(l->nick) ||
	    l->order.how == LOGIN_REGISTER)
		return login_fail(l, FAILURE_NAME_TAKEN, msg_param(m, m->n_params - 1));
	l->nick[len] = '_';
	l->nick[len + 1] = '\0';
	login_send_with(l, "NICK ", l->nick);
	return LOGIN_MORE;
}

static enum login_result on_welcome(struct login_flow *l, const struct msg *m)
{
	snprintf(l->nick, sizeof(l->nick), SPAN_FMT, SPAN_ARG(msg_param(m, 0)));
	// What the server has learnt since the last time.
	if (l->is_ahead)
		caps_request_offered(l);
	l->is_in = true;
	if (login_has_cap(l, METADATA))
		subscribe(l);
	return LOGIN_DONE;
}

static enum login_result on_numeric(struct login_flow *l, const struct msg *m, uint64_t number)
{
	struct span words = msg_param(m, m->n_params - 1);

	switch (number) {
	case RPL_WELCOME:
		return on_welcome(l, m);
	case RPL_LOGGEDIN:
		return on_logged_in(l, m);
	case RPL_SASLSUCCESS:
		l->has_account = true;
		end_negotiation(l);
		return LOGIN_MORE;
	case ERR_NICKLOCKED:
	case ERR_SASLFAIL:
	case ERR_SASLTOOLONG:
	case ERR_SASLABORTED:
		return on_sasl_failed(l, m);
	case ERR_NICKNAMEINUSE:
		return on_nick_taken(l, m);
	case ERR_ERRONEUSNICKNAME:
		return login_fail(l, FAILURE_BAD_NAME, words);
	case ERR_PASSWDMISMATCH:
		return login_fail(
			l, l->order.how == LOGIN_REGISTER ? FAILURE_INVITE : FAILURE_PASSWORD,
			words);
	case ERR_YOUREBANNEDCREEP:
		return login_fail(l, FAILURE_BANNED, words);
	default:
		return LOGIN_MORE;
	}
}

static void note_wait(struct login_flow *l, struct span words)
{
	l->is_queued = true;
	buf_reset(&l->detail);
	buf_add_span(&l->detail, words);
}

static void on_authenticate(struct login_flow *l, struct span words)
{
	if (span_eq_fold(words, SPAN("2FA-REQUIRED")))
		login_wants_code(l);
	else if (l->order.way && !l->n_codes)
		l->order.way->hear(l->order.way->arg, words, l->send, l->arg);
	else if (span_eq(words, SPAN("+")))
		send_proof(l);
}

enum login_result login_line(struct login_flow *l, const struct msg *m)
{
	uint64_t number;

	if (!m->n_params)
		return LOGIN_MORE;
	if (span_to_u64(m->command, &number))
		return on_numeric(l, m, number);
	if (span_eq_fold(m->command, SPAN("CAP")))
		return on_cap(l, m);
	if (span_eq_fold(m->command, SPAN("AUTHENTICATE")) && !l->is_ahead)
		on_authenticate(l, msg_param(m, 0));
	if (span_eq_fold(m->command, SPAN("REGISTER")))
		return on_register(l, m);
	if (span_eq_fold(m->command, SPAN("CERT")))
		return on_cert(l, m);
	if (span_eq_fold(m->command, SPAN("FAIL")))
		return on_fail(l, m);
	if (span_eq_fold(m->command, SPAN("NOTE")) &&
	    (span_eq(msg_param(m, 1), SPAN("WAIT")) ||
	     span_eq(msg_param(m, 1), SPAN("STORING_WAITS"))))
		note_wait(l, msg_param(m, m->n_params - 1));
	return LOGIN_MORE;
}

static bool knows_server(const struct login_order *o)
{
	struct span unused, caps = span_of(o->caps);

	return o->how == LOGIN_DEVICE && !o->first &&
	       caps_find(caps, SPAN("snug.chat/exactly-once"), &unused) &&
	       caps_find(caps, SPAN("sasl"), &unused);
}

static void send_ahead(struct login_flow *l)
{
	l->is_ahead = true;
	caps_request_known(l);
	send_line(l, "AUTHENTICATE EXTERNAL");
	send_proof(l);
	end_negotiation(l);
}

void login_start(struct login_flow *l, const struct login_order *order, login_send_fn *send,
		 void *arg)
{
	login_clear(l);
	*l = (struct login_flow){.order = *order, .send = send, .arg = arg};
	snprintf(l->nick, sizeof(l->nick), "%s", order->name);
	send_line(l, "CAP LS 302");
	if (order->how == LOGIN_REGISTER || order->how == LOGIN_INVITE ||
	    order->how == LOGIN_CLAIM)
		return;
	if (l->nick[0])
		send_names(l);
	if (knows_server(order))
		send_ahead(l);
}

void login_clear(struct login_flow *l)
{
	buf_clear(&l->offered);
	buf_clear(&l->enabled);
	buf_clear(&l->detail);
	wipe_bytes(l->code, sizeof(l->code));
}
