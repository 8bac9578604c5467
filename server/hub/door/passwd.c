// SPDX-License-Identifier: MIT
// PASSWD OLD NEW, both as base64, so that they may hold blanks; answered by PASSWD * once
// it is durable. Passwords are compared in verify.c, as everywhere.
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

#include <sodium.h>
#include <stdlib.h>

void passwd_forget(struct session *s)
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
		s->password_told(s, "TEMPORARILY_UNAVAILABLE",
				 "The server is too busy: try again in a while");
		return;
	}
	account_set_password(s->account, span_of(job->phc));
	audit(s);
	end_others(s);
	s->password_told(s, NULL, "Your password is changed, and your other connections ended");
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES && v->account == s->account) {
		struct hash_job *job =
			hash_job_new(HASH_MAKE, 0, s->new_password, strlen(s->new_password));

		job->source = s->source;
		ask_hash(s->hub, s, job, on_made, NULL);
	} else if (v->kind == VERDICT_LATER) {
		s->password_told(s, "TEMPORARILY_UNAVAILABLE",
				 "Too many attempts: try again in a minute");
	} else {
		s->password_told(s, "WRONG_PASSWORD", "The old password is wrong");
	}
	passwd_forget(s);
}

void passwd_change(struct session *s, struct span old, struct span fresh, passwd_fn *told)
{
	const char *fault = password_fault(fresh, span_of(s->account->name));

	if (fault) {
		told(s, "WEAK_PASSWORD", fault);
	} else if (!s->account->password[0] || token_is(old)) {
		// A token must not be able to become more than it is.
		told(s, "WRONG_PASSWORD",
		     "Only who knows the password can change it: ask an administrator for a "
		     "new one (snugd user passwd)");
	} else if (need_disk(s, "PASSWD")) {
		passwd_forget(s);
		s->new_password = span_dup(fresh);
		s->password_told = told;
		verify_secret(s, span_of(s->account->name), SPAN(""), old, on_verified);
	}
}

static void tell(struct session *s, const char *code, const char *words)
{
	struct line l;

	if (code) {
		fail(s, "PASSWD", code, (struct span){0}, words);
		return;
	}
	line_start(&l, s->hub, NULL, "PASSWD");
	line_str(&l, "*");
	reply_end(&l, s);
}

// A password that can also be typed into PASS and SASL PLAIN.
static bool decode(struct buf *out, struct span text)
{
	return decode_b64(out, text) && out->len && !memchr(out->at, '\0', out->len) &&
	       !memchr(out->at, '\r', out->len) && !memchr(out->at, '\n', out->len);
}

void cmd_passwd(struct session *s, const struct msg *m)
{
	struct buf old = {0}, fresh = {0};

	if (decode(&old, m->params[0]) && decode(&fresh, m->params[1]))
		passwd_change(s, buf_span(&old), buf_span(&fresh), tell);
	else
		fail(s, "PASSWD", "INVALID_PARAMS", (struct span){0},
		     "Use PASSWD OLD NEW, each of them one line of text as base64 (RFC 4648)");
	buf_wipe(&old);
	buf_wipe(&fresh);
}
