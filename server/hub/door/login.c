// SPDX-License-Identifier: MIT
#include "server/hub/door/login.h"

#include "common/die.h"
#include "common/utf8.h"
#include "common/wipe.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/people/credential.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/door/leaving.h"
#include "server/hub/door/news.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/elsewhere.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/door/sasl.h"
#include "server/hub/door/session_life.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/step_up.h"
#include "server/hub/door/wait.h"
#include "server/hub/door/welcome.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/server_ban.h"

#include <sodium.h>
#include <stdlib.h>

void login_new(struct session *s)
{
	s->login = xcalloc(1, sizeof(*s->login));
	s->hub->n_unknown++;
	throttle_opened(s->hub, &s->from);
}

void login_wipe(struct session *s)
{
	struct login *l = s->login;

	if (l->secret)
		sodium_memzero(l->secret, strlen(l->secret));
	free(l->secret);
	l->secret = NULL;
	sasl_forget(s);
}

void login_free(struct session *s)
{
	struct login *l = s->login;

	if (!l)
		return;
	login_wipe(s);
	elsewhere_end(l);
	s->login = NULL;
	s->hub->n_unknown--;
	throttle_ended(s->hub, &s->from);
	if (s->is_excused)
		throttle_let_in(s->hub, &s->from);
	free(l->username);
	free(l->realname);
	free(l->device);
	free(l->half_device);
	free(l);
}

static bool is_device(struct span text)
{
	if (!text.len || text.len > DEVICE_NAME_MAX || !utf8_is_valid(text))
		return false;
	for (size_t at = 0; at < text.len;) {
		uint32_t code = utf8_next(text, &at);

		if (code <= ' ' || utf8_is_unprintable(code))
			return false;
	}
	return true;
}

void login_split(struct span text, struct span *name, struct span *device)
{
	*device = text;
	*name = span_cut(device, '@');
	if (!is_device(*device))
		*device = SPAN("");
}

void login_as(struct session *s, struct account *a, struct span device)
{
	struct buf prefix = {0};
	struct line l;

	s->account = a;
	if (device.len)
		account_set_text(&s->device, device);
	account_prefix(a, &prefix);
	reply_start(&l, s, RPL_LOGGEDIN);
	line_param(&l, buf_span(&prefix));
	line_str(&l, a->name);
	line_textf(&l, "You are now logged in as %s", a->name);
	reply_end(&l, s);
	buf_clear(&prefix);
}

static void refuse_banned(struct session *s)
{
	s->hub->figures.refused[HUB_REFUSED_BANNED]++;
	session_close(s, SPAN("You are banned from this server"));
}

static bool may_enter(struct session *s)
{
	struct account *a = s->account;
	const char *lockdown;
	size_t n = 0;

	list_for_each(item, &a->sessions)
		n++;
	if (account_is_shut(a))
		session_close(s, SPAN("The account is disabled"));
	else if ((lockdown = lockdown_member(s)) != NULL)
		session_close(s, span_of(lockdown));
	else if (server_ban_account(s->hub, span_of(a->name)))
		refuse_banned(s);
	else if (!lease_lets_stay(s))
		session_close(s, SPAN("Your sign-in is over: sign in again"));
	else if (n >= SESSIONS_PER_ACCOUNT)
		session_close(s,
			      SPAN("Your account has too many connections: close one first"));
	return !s->closing;
}

// The name in prefixes is that of the newest login. A client without chghost learns of it
// with the next line: to it the person did not leave and come again.
static void take_username(struct account *a, struct span username)
{
	struct span name = username.len ? username : span_of(a->name);
	struct line l;

	if (a->shown && !span_eq(name, account_username(a))) {
		line_start(&l, a->hub, a, "CHGHOST");
		line_param(&l, name);
		line_param(&l, a->hub->config.name);
		watchers_say(a, &l, cap_bit(CAP_CHGHOST), true);
		line_clear(&l);
	}
	account_set_text(&a->username, username);
}

// What USER said of the person behind the account.
static void take_user(struct session *s)
{
	struct account *a = s->account;
	const struct login *l = s->login;
	struct span realname = span_of(l->realname);

	if (l->device && !s->device)
		account_set_text(&s->device, span_of(l->device));
	if (s->no_presence)
		return;
	take_username(a, span_of(l->username));
	if (!a->shown && realname.len && !span_eq(realname, span_of(a->realname))) {
		account_set_text(&a->realname, realname);
		account_post(a);
	}
}

// The room of the invite by which the account was made.
static void enter_room(struct session *s, stream_id id)
{
	struct room *r = id ? room_by_id(s->hub, id) : NULL;

	if (r && !member_find(r, s->account))
		member_join(r, s->account, MEMBER_PLAIN);
}

static void enter(struct session *s)
{
	stream_id room = s->login->room;

	if (!may_enter(s))
		return;
	s->no_presence = session_has(s, CAP_NO_PRESENCE) || token_without_presence(s);
	take_user(s);
	s->is_excused = true;
	login_free(s);
	s->registered = true;
	welcome_say(s);
	session_attach(s);
	wait_advise(s);
	leaving_tell(s);
	lockdown_tell(s);
	enter_room(s, room);
	news_of_login(s);
	signin_done(s);
}

static const char how_to[] =
	"You must log in: use SASL (PLAIN with your account's name and password), or the "
	"server password NAME:PASSWORD";

// Who knows no standard replies is shown the numeric that a password is wanted by.
static void hint(struct session *s, const char *words)
{
	if (session_has(s, CAP_STANDARD_REPLIES))
		note(s, "*", "ACCOUNT_REQUIRED", (struct span){0}, words);
	else
		replyf(s, ERR_PASSWDMISMATCH, "%s", words);
}

static void refuse(struct session *s)
{
	const struct login *l = s->login;
	bool stays = l->invite || session_has(s, CAP_ACCOUNT_REGISTRATION) ||
		     (session_has(s, CAP_SASL) && !l->failed);

	fail(s, "*", "ACCOUNT_REQUIRED", (struct span){0}, how_to);
	if (stays)
		return;
	hint(s, "irssi: /network add -sasl_username NAME -sasl_password PASSWORD "
		"-sasl_mechanism PLAIN NET");
	hint(s, "WeeChat: /set irc.server.NET.sasl_username NAME, then /set "
		"irc.server.NET.sasl_password PASSWORD");
	session_close(s,
		      SPAN("You must log in: use SASL, or the server password NAME:PASSWORD"));
}

static void refuse_pass(struct session *s)
{
	reply(s, ERR_PASSWDMISMATCH);
	session_close(s,
		      SPAN("Wrong name or password, or the account wants a second factor: then "
			   "use an app token in the password's place"));
}

static void on_pass_renewed(struct session *s, struct account *a, struct span device,
			    enum renewed r)
{
	struct buf words = {0};
	const char *code;

	if (r == RENEWED_YES) {
		login_as(s, a, device);
		login_try(s);
		return;
	}
	code = renewal_words(s->hub, r, &words);
	fail(s, "PASS", code, (struct span){0}, buf_str(&words));
	replyf(s, ERR_PASSWDMISMATCH, "%s", buf_str(&words));
	session_close_as(s, r == RENEWED_LATER ? PARTING_LATER : PARTING_REFUSED,
			 buf_span(&words));
	renewal_refused(s, a, r);
	buf_clear(&words);
}

static void on_pass(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_LATER) {
		fail(s, "PASS", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "Passwords cannot be checked at the moment: try again in a while");
		session_close_as(s, PARTING_LATER,
				 SPAN("Too many attempts at the moment: try again in a while"));
	} else if (v->kind == VERDICT_NO) {
		refuse_pass(s);
	} else if (v->wants_code) {
		second_step_refuse(s, v, refuse_pass);
	} else {
		if (!v->is_token && !v->is_kept)
			step_up_proved(s);
		renewal_login(s, v->account, v->device, on_pass_renewed);
	}
}

// PASS NAME:SECRET, NAME@DEVICE:SECRET, a token alone, or the secret of the account that
// NICK names.
static void try_pass(struct session *s)
{
	struct login *l = s->login;
	struct span secret = span_of(l->secret), name, device;
	const char *lockdown;

	l->tried = true;
	if (span_find(secret, ':') < secret.len)
		login_split(span_cut(&secret, ':'), &name, &device);
	else
		name = token_is(secret) ? SPAN("") : span_of(l->nick), device = SPAN("");
	lockdown = lockdown_password(s, name, secret);
	if (lockdown)
		session_close(s, span_of(lockdown));
	else
		elsewhere_look(s, name, device, secret, false, on_pass);
	if (s->login)
		login_wipe(s);
}

void login_try(struct session *s)
{
	struct login *l = s->login;

	if (!l || s->closing || s->waiting || l->cap_open || !l->nick[0] || !l->has_user)
		return;
	if (s->account) {
		enter(s);
		return;
	}
	if (s->exchange)
		sasl_abort(s);
	second_step_end(s);
	if (l->secret && !l->tried && !l->invite)
		try_pass(s);
	else
		refuse(s);
}
