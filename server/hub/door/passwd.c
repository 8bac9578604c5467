// SPDX-License-Identifier: MIT
// Passwords are compared in verify.c, as everywhere.
#include "server/hub/door/passwd.h"

#include "server/hub/door/evict.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/step_up.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/password.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"
#include "server/hub/people/verify.h"

#include "server/hub/door/session_life.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

void passwd_forget(struct session *s)
{
	if (s->new_password)
		sodium_memzero(s->new_password, strlen(s->new_password));
	free(s->new_password);
	s->new_password = NULL;
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
	if (job->result == HASH_OK && can_mend(h) && s->password_waits) {
		forgotten_ask(s, span_of(job->phc));
		end.in_force_ms = s->account->next_ms;
		s->password_told(s, &end);
		return;
	}
	if (job->result != HASH_OK || !can_mend(h)) {
		refuse(s, s->password_told, "TEMPORARILY_UNAVAILABLE",
		       "The server is too busy: try again in a while");
		return;
	}
	account_set_password(s->account, span_of(job->phc));
	post_audit(h, span_of(s->account->name), SPAN("user passwd"), span_of(s->account->name),
		   SPAN(""));
	(void)account_kick_others(s->account, s, SPAN("Your password was changed"));
	end.revokes = s->password_revokes;
	if (end.revokes)
		end.n_revoked = credentials_revoke(s->account, s);
	end.n_left = count_others(s);
	s->password_told(s, &end);
}

static void make(struct session *s)
{
	struct hash_job *job =
		hash_job_new(HASH_MAKE, 0, s->new_password, strlen(s->new_password));

	job->rank = HASH_KNOWN;
	ask_hash(s->hub, s, job, on_made, NULL);
}

static void keep(struct session *s, struct span fresh, bool revokes, passwd_fn *told)
{
	passwd_forget(s);
	s->new_password = span_dup(fresh);
	s->password_revokes = revokes;
	s->password_waits = false;
	s->password_told = told;
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES) {
		assert(v->account == s->account); // it was its password that was asked about
		make(s);
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
	struct span name = span_of(s->account->name);
	const char *fault = s->account->role == ROLE_ADMIN
				    ? password_fault_of_admin(fresh, name, s->hub->config.name)
				    : password_fault(fresh, name);

	if (fault) {
		refuse(s, told, "WEAK_PASSWORD", fault);
	} else if (!s->account->password[0] || token_is(old)) {
		// A token must not be able to become more than it is.
		refuse(s, told, "WRONG_PASSWORD",
		       "Only who knows the password can change it: ask an administrator for a "
		       "new one (snugd user passwd)");
	} else if (need_disk_to_mend(s, "PASSWD")) {
		keep(s, fresh, revokes, told);
		verify_secret(s, span_of(s->account->name), SPAN(""), old, on_verified);
	}
}

void passwd_renew(struct session *s, struct span fresh, bool revokes, passwd_fn *told)
{
	const char *fault = password_fault(fresh, span_of(s->account->name));
	bool is_proved = step_up_is_proved(s);

	if (fault) {
		refuse(s, told, "WEAK_PASSWORD", fault);
	} else if (!is_proved && !forgotten_may(s)) {
		refuse(s, told, "STEP_UP_REQUIRED",
		       "Without the old password only a device older than seven days changes "
		       "it, or who proved just now that it is them (CERT PROVE asks your "
		       "other devices); an administrator can, too (snugd user passwd)");
	} else if (!is_proved && revokes) {
		refuse(s, told, "INVALID_PARAMS",
		       "It is in force in a day: sign out the others then");
	} else if (need_disk_to_mend(s, "PASSWD")) {
		keep(s, fresh, revokes, told);
		s->password_waits = !is_proved;
		make(s);
		passwd_forget(s);
	}
}
