// SPDX-License-Identifier: MIT
// PASSWD OLD NEW [KEEP|REVOKE], both as base64, so that they may hold blanks; answered by
// PASSWD * once it is durable. Passwords are compared in verify.c, as everywhere.
#include "server/hub/door/passwd.h"

#include "server/hub/commands/command.h"
#include "server/hub/people/credential.h"
#include "server/hub/door/login.h"
#include "server/hub/people/password.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/people/verify.h"

#include "common/encode.h"
#include "server/hub/door/session_life.h"

#include <sodium.h>
#include <stdlib.h>

void passwd_forget(struct session *s)
{
	if (s->new_password)
		sodium_memzero(s->new_password, strlen(s->new_password));
	free(s->new_password);
	s->new_password = NULL;
}

static void audit(struct session *s)
{
	struct entry e = {.kind = ENTRY_AUDIT};

	e.audit = (struct entry_audit){s->hub->now.wall_ms, span_of(s->account->name),
				       SPAN("user passwd"), span_of(s->account->name)};
	post(s->hub, &e);
}

static void refuse(struct session *s, passwd_fn *told, const char *code, const char *words)
{
	told(s, &(struct passwd_end){.code = code, .words = words});
}

static size_t count_others(const struct session *s)
{
	return credentials_beside(s->account, s, CREDENTIAL_CERT) +
	       credentials_beside(s->account, s, CREDENTIAL_TOKEN);
}

static void on_made(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct passwd_end end = {
		.words = "Your password is changed, and your other connections ended"};

	(void)arg;
	if (!s || s->closing)
		return;
	if (job->result != HASH_OK || !can_post(h)) {
		refuse(s, s->password_told, "TEMPORARILY_UNAVAILABLE",
		       "The server is too busy: try again in a while");
		return;
	}
	account_set_password(s->account, span_of(job->phc));
	audit(s);
	(void)account_kick_others(s->account, s, SPAN("Your password was changed"));
	end.revokes = s->password_revokes;
	if (end.revokes)
		end.n_revoked = credentials_revoke(s->account, s);
	end.n_left = count_others(s);
	s->password_told(s, &end);
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES && v->account == s->account) {
		struct hash_job *job =
			hash_job_new(HASH_MAKE, 0, s->new_password, strlen(s->new_password));

		job->source = s->source;
		ask_hash(s->hub, s, job, on_made, NULL);
	} else if (v->kind == VERDICT_LATER) {
		refuse(s, s->password_told, "TEMPORARILY_UNAVAILABLE",
		       "Too many attempts: try again in a minute");
	} else {
		refuse(s, s->password_told, "WRONG_PASSWORD", "The old password is wrong");
	}
	passwd_forget(s);
}

void passwd_change(struct session *s, struct span old, struct span fresh, bool revokes,
		   passwd_fn *told)
{
	const char *fault = password_fault(fresh, span_of(s->account->name));

	if (fault) {
		refuse(s, told, "WEAK_PASSWORD", fault);
	} else if (!s->account->password[0] || token_is(old)) {
		// A token must not be able to become more than it is.
		refuse(s, told, "WRONG_PASSWORD",
		       "Only who knows the password can change it: ask an administrator for a "
		       "new one (snugd user passwd)");
	} else if (need_disk(s, "PASSWD")) {
		passwd_forget(s);
		s->new_password = span_dup(fresh);
		s->password_revokes = revokes;
		s->password_told = told;
		verify_secret(s, span_of(s->account->name), SPAN(""), old, on_verified);
	}
}

// Who did not say what becomes of the others learns that they are still let in.
static void note_left(struct session *s, size_t n)
{
	struct buf words = {0};

	buf_printf(&words,
		   "%zu other devices and app tokens may still log in: PASSWD OLD NEW REVOKE "
		   "signs them out, CERT DEL one of them",
		   n);
	note(s, "PASSWD", "DEVICES_LEFT", (struct span){0}, buf_str(&words));
	buf_clear(&words);
}

static void tell(struct session *s, const struct passwd_end *end)
{
	struct line l;

	if (end->code) {
		fail(s, "PASSWD", end->code, (struct span){0}, end->words);
		return;
	}
	line_start(&l, s->hub, NULL, "PASSWD");
	line_str(&l, "*");
	if (end->revokes)
		line_number(&l, (int64_t)end->n_revoked);
	reply_end(&l, s);
	if (end->n_left)
		note_left(s, end->n_left);
}

// A password that can also be typed into PASS and SASL PLAIN.
static bool decode(struct buf *out, struct span text)
{
	return decode_b64(out, text) && out->len && !memchr(out->at, '\0', out->len) &&
	       !memchr(out->at, '\r', out->len) && !memchr(out->at, '\n', out->len);
}

void cmd_passwd(struct session *s, const struct msg *m)
{
	struct span others = msg_param(m, 2);
	bool revokes = span_eq_fold(others, SPAN("REVOKE"));
	bool is_known = revokes || !others.len || span_eq_fold(others, SPAN("KEEP"));
	struct buf old = {0}, fresh = {0};

	if (is_known && decode(&old, m->params[0]) && decode(&fresh, m->params[1]))
		passwd_change(s, buf_span(&old), buf_span(&fresh), revokes, tell);
	else
		fail(s, "PASSWD", "INVALID_PARAMS", (struct span){0},
		     is_known ? "Use PASSWD OLD NEW, each of them one line of text as base64 "
				"(RFC 4648)"
			      : "What becomes of your other devices is KEEP or REVOKE: PASSWD "
				"OLD NEW REVOKE");
	buf_wipe(&old);
	buf_wipe(&fresh);
}
