// SPDX-License-Identifier: MIT
// NickServ: one's own account. Passwords are compared in verify.c, as everywhere.
#include "server/hub/credential.h"
#include "server/hub/login.h"
#include "server/hub/password.h"
#include "server/hub/post.h"
#include "server/hub/reply.h"
#include "server/hub/roster.h"
#include "server/hub/service.h"
#include "server/hub/verify.h"

#include "common/clock.h"
#include "common/utf8.h"

#include <sodium.h>
#include <stdlib.h>

#define NICKSERV "NickServ"

static size_t count_kind(const struct account *a, enum credential_kind kind)
{
	size_t n = 0;

	list_for_each(item, &a->credentials) n +=
		container_of(item, struct credential, in_account)->kind == kind;
	return n;
}

static void say_own(struct session *s)
{
	const struct account *a = s->account;
	size_t n = 0;

	list_for_each(item, &a->sessions) n++;
	service_say(s, NICKSERV, "certificates: %zu, app tokens: %zu, connections now: %zu",
		    count_kind(a, CREDENTIAL_CERT), count_kind(a, CREDENTIAL_TOKEN), n);
	service_say(s, NICKSERV, "password: %s, rooms: %zu", a->password[0] ? "yes" : "none",
		    a->n_members);
}

void nickserv_info(struct session *s, const struct service_call *c)
{
	struct span name = service_word(c, 1);
	const struct account *a = name.len ? account_find(s->hub, name) : s->account;
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
	} else if (c || need_disk(s, "CERT")) {
		if (!c)
			c = credential_new(s->account, CREDENTIAL_CERT, s->cert->pin, label, 0);
		credential_shown(c, s->cert->hash);
		service_say(s, NICKSERV,
			    "Certificate %lld (%s) may log in: let your client use SASL "
			    "EXTERNAL",
			    (long long)c->id, c->label);
	}
}

static void cert_list(struct session *s)
{
	char used[CLOCK_TEXT_LEN + 1];

	list_for_each(item, &s->account->credentials)
	{
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind != CREDENTIAL_CERT)
			continue;
		clock_text(c->used_ms, used);
		service_say(s, NICKSERV, "%lld  %s  last used: %s", (long long)c->id, c->label,
			    c->used_ms ? used : "never");
	}
	service_say(s, NICKSERV, "certificates: %zu", count_kind(s->account, CREDENTIAL_CERT));
}

static void cert_del(struct session *s, struct span name)
{
	struct credential *c = credential_named(s->account, CREDENTIAL_CERT, name);

	if (!c) {
		service_say(s, NICKSERV, "You have no certificate of that number or label");
	} else if (need_disk(s, "CERT")) {
		service_say(s, NICKSERV, "Certificate %lld (%s) is gone", (long long)c->id,
			    c->label);
		credential_delete(c);
	}
}

void nickserv_cert(struct session *s, const struct service_call *c)
{
	struct span what = c->words[1], name = service_word(c, 2);

	if (span_eq_fold(what, SPAN("ADD")))
		cert_add(s, name);
	else if (span_eq_fold(what, SPAN("LIST")))
		cert_list(s);
	else if (span_eq_fold(what, SPAN("DEL")) && name.len)
		cert_del(s, name);
	else
		service_say(s, NICKSERV, "Usage: CERT ADD [LABEL] | LIST | DEL NUMBER|LABEL");
}

void service_forget(struct session *s)
{
	if (s->new_password)
		sodium_memzero(s->new_password, strlen(s->new_password));
	free(s->new_password);
	s->new_password = NULL;
}

static void end_others(struct session *s)
{
	list_for_each_safe(item, after, &s->account->sessions)
	{
		struct session *other = container_of(item, struct session, in_account);

		if (other != s)
			session_close(other, SPAN("Your password was changed"));
	}
}

static void audit(struct session *s)
{
	struct entry e = {.kind = ENTRY_AUDIT};

	e.audit = (struct entry_audit){s->hub->now.wall_ms, span_of(s->account->name),
				       SPAN("user passwd"), span_of(s->account->name)};
	post(s->hub, &e);
}

static void on_made(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	(void)arg;
	if (!s || s->closing)
		return;
	if (job->result != HASH_OK || !can_post(h)) {
		service_say(s, NICKSERV, "The server is too busy: try again in a while");
		return;
	}
	account_set_password(s->account, span_of(job->phc));
	audit(s);
	end_others(s);
	service_say(s, NICKSERV, "Your password is changed, and your other connections ended");
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES && v->account == s->account) {
		struct hash_job *job =
			hash_job_new(HASH_MAKE, 0, s->new_password, strlen(s->new_password));

		job->source = s->source;
		ask_hash(s->hub, s, job, on_made, NULL);
	} else {
		service_say(s, NICKSERV,
			    v->kind == VERDICT_LATER
				    ? "Too many attempts: try again in a minute"
				    : "The old password is wrong: nothing was changed");
	}
	service_forget(s);
}

static void change_password(struct session *s, struct span old, struct span fresh)
{
	const char *fault = password_fault(fresh, span_of(s->account->name));

	if (fault) {
		service_say(s, NICKSERV, "%s: nothing was changed", fault);
	} else if (!s->account->password[0] || token_is(old)) {
		// A token must not be able to become more than it is.
		service_say(s, NICKSERV,
			    "Only who knows the password can change it: ask an administrator "
			    "for a new one (snugd user passwd)");
	} else if (need_disk(s, "PASSWD")) {
		service_forget(s);
		s->new_password = span_dup(fresh);
		verify_secret(s, span_of(s->account->name), SPAN(""), old, on_verified);
	}
}

void nickserv_passwd(struct session *s, const struct service_call *c)
{
	if (c->n_words != 3)
		service_say(s, NICKSERV, "Usage: PASSWD OLD NEW, neither with a space in it");
	else
		change_password(s, c->words[1], c->words[2]);
}

void nickserv_set(struct session *s, const struct service_call *c)
{
	if (span_eq_fold(c->words[1], SPAN("PASSWORD")) && c->n_words == 4)
		change_password(s, c->words[2], c->words[3]);
	else
		service_say(s, NICKSERV, "Usage: SET PASSWORD OLD NEW");
}
