// SPDX-License-Identifier: MIT
// REGISTER and VERIFY (draft/account-registration): a person makes an account.
//
// With registration = invite a token must have come by PASS. Its use is taken before the
// password is hashed and given back if no account comes of it.
#include "server/hub/commands/command.h"
#include "server/hub/people/invite.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/door/endings.h"
#include "server/hub/door/login.h"
#include "server/hub/door/new_name.h"
#include "server/hub/door/step_up.h"
#include "server/hub/people/password.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/newcomer.h"

#include "common/die.h"
#include "common/utf8.h"
#include "server/letters/limits.h"

#include <stdlib.h>

struct wish {
	int64_t invite;       // 0: none was needed
	stream_id guest_room; // of a guest (guest.h), and when its time is over
	int64_t guest_ms;
	char email[EMAIL_MAX + 1]; // "" none
	char name[ACCOUNT_NAME_MAX + 1];
};

static void refuse(struct session *s, const char *code, struct span context, const char *text)
{
	fail(s, "REGISTER", code, context.len ? context : SPAN("*"), text);
}

static void refuse_locked(struct session *s, struct span name)
{
	s->hub->figures.refused[HUB_REFUSED_LOCKDOWN]++;
	refuse(s, "LOCKDOWN", name, lockdown_newcomer(s->hub));
}

// May s make an account at all? False: it was told why not.
static bool may_register(struct session *s, struct span name)
{
	const struct hub *h = s->hub;
	const struct login *l = s->login;

	if (!s->account && lockdown_newcomer(h))
		refuse_locked(s, name);
	else if (s->account)
		refuse(s, "ALREADY_AUTHENTICATED", name, "You are logged in already");
	else if (h->config.registration == REGISTRATION_CLOSED)
		refuse(s, "DISALLOWED", name,
		       "Only the administrators of this server make accounts");
	else if (h->config.registration == REGISTRATION_INVITE && !l->invite)
		refuse(s, "INVITE_REQUIRED", name,
		       l->secret ? "The invite is unknown, used up or has expired"
				 : "An account needs an invite: send its token by PASS first");
	else
		return true;
	return false;
}

// Whose name it is, or looks like, is not told.
static bool name_will_do(struct session *s, struct span name, enum name_fault fault)
{
	switch (fault) {
	case NAME_FINE:
		return true;
	case NAME_NONE:
		refuse(s, "NEED_NICK", name, "Send NICK first, or name the account");
		break;
	case NAME_FORM:
		refuse(s, "BAD_ACCOUNT_NAME", name,
		       "A name has letters, digits, - and _, 32 at most, and begins with a "
		       "letter");
		break;
	case NAME_OF_SERVER:
		refuse(s, "BAD_ACCOUNT_NAME", name, "The name is one of the server's own");
		break;
	case NAME_TAKEN:
		refuse(s, "ACCOUNT_EXISTS", name, "The name is taken");
		break;
	case NAME_ALIKE:
		refuse(s, "BAD_ACCOUNT_NAME", name,
		       "The name looks like one that is taken: choose another");
		break;
	}
	return false;
}

static bool name_is_free(struct session *s, struct span name)
{
	return name_will_do(s, name, new_name_fault(s->hub, name));
}

static bool email_will_do(struct session *s, struct span email, struct span name)
{
	size_t at = span_find(email, '@');

	if (!s->hub->config.email_required)
		return true;
	if (at > 0 && at + 1 < email.len && email.len <= EMAIL_MAX && utf8_is_valid(email))
		return true;
	refuse(s, "INVALID_EMAIL", name,
	       "This server wants an e-mail address: REGISTER NAME ADDRESS PASSWORD");
	return false;
}

static bool password_will_do(struct session *s, struct span password, struct span name)
{
	const char *fault = password_fault(password, name);

	if (fault)
		refuse(s,
		       password.len < PASSWORD_MIN ? "WEAK_PASSWORD" : "UNACCEPTABLE_PASSWORD",
		       name, fault);
	return !fault;
}

static void welcome_new(struct session *s, struct account *a)
{
	struct line l;

	line_start(&l, s->hub, NULL, "REGISTER");
	line_str(&l, "SUCCESS");
	line_str(&l, a->name);
	line_textf(&l, "The account %s was made", a->name);
	reply_end(&l, s);
	login_as(s, a, SPAN(""));
}

static void audit(struct hub *h, const struct account *a, const struct wish *wish)
{
	struct buf detail = {0};

	buf_printf(&detail, "%s", a->name);
	if (wish->invite)
		buf_printf(&detail, " by invite %lld%s", (long long)wish->invite,
			   wish->guest_ms ? ", a guest" : "");
	if (wish->email[0])
		buf_printf(&detail, ", %s", wish->email);
	post_audit(h, span_of(a->name), SPAN("user register"), buf_span(&detail), SPAN(""));
	buf_clear(&detail);
}

static void make(struct session *s, const struct wish *wish, struct span phc)
{
	struct hub *h = s->hub;
	const struct invite *invite = wish->invite ? invite_by_id(h, wish->invite) : NULL;
	struct account *a;

	// It may have been taken while the password was hashed.
	if (!name_is_free(s, span_of(wish->name))) {
		invite_refund(h, wish->invite);
		return;
	}
	a = new_name_make(h, span_of(wish->name), phc);
	if (wish->guest_ms) {
		a->guest_room = wish->guest_room;
		a->expires_ms = wish->guest_ms;
		account_post(a);
		endings_changed(h);
	}
	newcomer_join(a);
	audit(h, a, wish);
	s->login->room = invite ? invite->room : 0;
	s->login->invite = 0;
	step_up_proved(s);
	welcome_new(s, a);
	signin_said(s, "registered", SPAN(""));
	login_try(s);
}

static void on_hashed(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct wish *wish = arg;

	if (s && s->login && job->result == HASH_OK && can_post(h)) {
		make(s, wish, span_of(job->phc));
	} else {
		invite_refund(h, wish->invite);
		if (s)
			refuse(s, "TEMPORARILY_UNAVAILABLE", span_of(wish->name),
			       "The server is too busy to make an account: try again in a "
			       "while");
	}
	free(wish);
}

// What it makes of the account stays, also when it is withdrawn meanwhile.
static void take_invite(struct hub *h, struct wish *wish)
{
	struct invite *i = invite_by_id(h, wish->invite);

	wish->guest_ms = i->guest_ms;
	wish->guest_room = i->guest_ms ? i->room : 0;
	invite_use(h, i);
}

static void start(struct session *s, struct span name, struct span email, struct span password)
{
	struct hub *h = s->hub;
	struct wish *wish = xcalloc(1, sizeof(*wish));
	struct hash_job *job = hash_job_new(HASH_MAKE, 0, password.at, password.len);

	memcpy(wish->name, name.at, name.len);
	if (h->config.email_required)
		memcpy(wish->email, email.at, email.len);
	wish->invite = s->login->invite;
	if (wish->invite)
		take_invite(h, wish);
	job->rank = HASH_STRANGER;
	job->weighs_on = s->from.wide;
	job->place = throttle_place(h, &s->from, name);
	ask_hash(h, s, job, on_hashed, wish);
}

// The invite was good when PASS came; it must be now.
static bool invite_will_do(struct session *s, struct span name)
{
	struct login *l = s->login;
	const struct invite *i = l->invite ? invite_by_id(s->hub, l->invite) : NULL;

	if (!l->invite || (i && invite_is_usable(s->hub, i)))
		return true;
	l->invite = 0;
	refuse(s, "INVITE_REQUIRED", name, "The invite has been used up or withdrawn");
	return false;
}

// Whether a name is taken is told to nobody who asks for many.
static bool may_ask(struct session *s, struct span name)
{
	struct hub *h = s->hub;

	if (!throttle_may_ask(h, &s->from)) {
		refuse(s, "TEMPORARILY_UNAVAILABLE", name,
		       "Too many attempts from your address: try again in a minute");
		return false;
	}
	throttle_tried(h, &s->from);
	return name_is_free(s, name);
}

void cmd_register(struct session *s, const struct msg *m)
{
	struct span name = m->params[0], password = m->params[2];

	if (s->registered) {
		refuse(s, "ALREADY_AUTHENTICATED", name, "You are logged in already");
		return;
	}
	if (span_eq(name, SPAN("*")))
		name = span_of(s->login->nick);
	if (!may_register(s, name) || !name_will_do(s, name, new_name_form(name)) ||
	    !invite_will_do(s, name) || !email_will_do(s, m->params[1], name) ||
	    !password_will_do(s, password, name) || !need_disk(s, "REGISTER"))
		return;
	if (may_ask(s, name))
		start(s, name, m->params[1], password);
}

void cmd_verify(struct session *s, const struct msg *m)
{
	fail(s, "VERIFY", "INVALID_CODE", m->params[0], "Accounts need no verification here");
}
