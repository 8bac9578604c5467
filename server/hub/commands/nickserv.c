// SPDX-License-Identifier: MIT
// NickServ: one's own account.
#include "server/hub/rooms/guest.h"
#include "server/hub/people/credential.h"
#include "server/hub/door/device_told.h"
#include "server/hub/door/elsewhere.h"
#include "server/hub/people/factor.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/login.h"
#include "server/hub/door/passwd.h"
#include "server/hub/wire/reply.h"
#include "server/hub/commands/nickserv_key.h"
#include "server/hub/commands/services.h"

#include "common/clock.h"
#include "common/utf8.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/step_up.h"
#include "server/hub/people/verify.h"

#define NICKSERV "NickServ"

static void say_own(struct session *s)
{
	const struct account *a = s->account;
	size_t n = 0;

	list_for_each(item, &a->sessions)
		n++;
	service_say(s, NICKSERV, "certificates: %zu, app tokens: %zu, connections now: %zu",
		    nickserv_count(a, CREDENTIAL_CERT), nickserv_count(a, CREDENTIAL_TOKEN), n);
	service_say(s, NICKSERV, "password: %s, rooms: %zu", a->password[0] ? "yes" : "none",
		    a->n_members);
}

void nickserv_info(struct session *s, const struct service_call *c)
{
	struct span name = service_word(c, 1);
	const struct account *a = name.len ? account_known(s, name) : s->account;
	char made[CLOCK_TEXT_LEN + 1];

	if (!a) {
		service_say(s, NICKSERV, "There is no account " SPAN_FMT, SPAN_ARG(name));
		return;
	}
	clock_text(a->created_ms, made);
	service_say(s, NICKSERV, "%s: an account since %s%s", a->name, made,
		    a->role == ROLE_ADMIN ? ", an administrator" : "");
	if (a == s->account)
		say_own(s);
}

static void cert_add(struct session *s, struct span label)
{
	struct credential *c = credential_shown_by(s);
	bool is_new = !c;

	label = label.len ? utf8_cut(label, DEVICE_NAME_MAX) : SPAN("device");
	if (!s->cert) {
		service_say(s, NICKSERV,
			    "Your client shows no certificate on this connection. Make one and "
			    "connect again with it: irssi -tls_cert FILE; WeeChat "
			    "irc.server.NET.ssl_cert");
	} else if (c && c->account != s->account) {
		service_say(s, NICKSERV, "The certificate belongs to another account");
	} else if (!c && credentials_count(s->account) >= CREDENTIALS_PER_ACCOUNT) {
		service_say(s, NICKSERV, "There are too many: CERT DEL one first");
	} else if (c || (nickserv_may(s, step_up_add(s)) && need_disk(s, "CERT"))) {
		if (!c)
			c = credential_new(s->account, CREDENTIAL_CERT, s->cert->pin, label, 0);
		if (is_new)
			device_added(s, c);
		credential_shown(c, s->cert->hash);
		service_say(s, NICKSERV,
			    "Certificate %lld (%s) may log in: let your client use SASL "
			    "EXTERNAL",
			    (long long)c->id, c->label);
		if (is_new && !span_eq(label, span_of(c->label)))
			service_say(
				s, NICKSERV,
				"It is called %s: another of your devices is called " SPAN_FMT
				", or that is a number",
				c->label, SPAN_ARG(label));
	}
}

void nickserv_cert(struct session *s, const struct service_call *c)
{
	struct span what = c->words[1], name = service_word(c, 2);

	if (span_eq_fold(what, SPAN("ADD")))
		cert_add(s, name);
	else if (span_eq_fold(what, SPAN("LIST")))
		nickserv_list(s, CREDENTIAL_CERT);
	else if (span_eq_fold(what, SPAN("DEL")) && name.len)
		nickserv_del(s, CREDENTIAL_CERT, name,
			     span_eq_fold(service_word(c, 3), SPAN("CONFIRM")));
	else
		service_say(s, NICKSERV,
			    "Usage: CERT ADD [LABEL] | LIST | DEL NUMBER|LABEL [CONFIRM]");
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES) {
		step_up_proved(s);
		service_say(s, NICKSERV,
			    "Proved: you may change your devices in the next ten minutes");
	} else {
		service_say(s, NICKSERV,
			    v->kind == VERDICT_NO ? "The password is wrong"
						  : "Too many attempts: try again in a minute");
	}
}

static void prove_by_code(struct session *s, struct span code)
{
	struct verdict v = {.kind = second_step_prove(s, code)};

	if (v.kind == VERDICT_NO)
		service_say(s, NICKSERV, "The code is wrong, or was used");
	else
		on_verified(s, &v);
}

void nickserv_prove(struct session *s, const struct service_call *c)
{
	struct span password = c->words[1];

	if (c->n_words != 2)
		service_say(
			s, NICKSERV,
			"Usage: PROVE PASSWORD|CODE, without a space in it: a password with "
			"one is for the command CERT PROVE");
	else if (token_is(password))
		service_say(s, NICKSERV, "An app token proves nothing here");
	else if (factor_is_on(s->account) && factor_is_code(password))
		prove_by_code(s, password);
	else
		elsewhere_prove(s, password, on_verified);
}

static void tell(struct session *s, const struct passwd_end *end)
{
	service_say(s, NICKSERV, "%s%s", end->words, end->code ? "; nothing was changed" : "");
	if (end->code)
		return;
	if (end->revokes)
		service_say(s, NICKSERV, "Signed out: %zu other devices and app tokens",
			    end->n_revoked);
	else if (end->n_left)
		service_say(s, NICKSERV,
			    "%zu other devices and app tokens may still log in: PASSWD OLD NEW "
			    "REVOKE signs them out, too",
			    end->n_left);
}

// OLD NEW [REVOKE] from word `first` on. False: it is something else.
static bool change(struct session *s, const struct service_call *c, size_t first)
{
	bool revokes =
		c->n_words == first + 3 && span_eq_fold(c->words[first + 2], SPAN("REVOKE"));

	if (c->n_words != first + 2 && !revokes)
		return false;
	passwd_change(s, c->words[first], c->words[first + 1], revokes, tell);
	return true;
}

static void cancel(struct session *s)
{
	if (need_disk_to_mend(s, "PASSWD"))
		service_say(s, NICKSERV,
			    forgotten_cancel(s) ? "The new password is refused"
						: "No new password waits to be in force");
}

void nickserv_passwd(struct session *s, const struct service_call *c)
{
	if (c->n_words == 2 && span_eq_fold(c->words[1], SPAN("CANCEL")))
		cancel(s);
	else if (!change(s, c, 1))
		service_say(s, NICKSERV,
			    "Usage: PASSWD OLD NEW [REVOKE], no password with a space in it: "
			    "those with one are for the command PASSWD (snug passwd)");
}

void nickserv_set(struct session *s, const struct service_call *c)
{
	if (!span_eq_fold(c->words[1], SPAN("PASSWORD")) || !change(s, c, 2))
		service_say(s, NICKSERV, "Usage: SET PASSWORD OLD NEW [REVOKE]");
}
