// SPDX-License-Identifier: MIT
// user import: thousands of accounts from records, tokens for them if asked.
//
// Records with a password wait for the hashers, IN_FLIGHT_MAX at a time; the others are
// made at once. One that cannot be made does not stop the rest.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/freed.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/journal/post.h"

#include "common/die.h"
#include "common/names.h"
#include "server/letters/verifier.h"
#include "server/hub/wire/service.h"

#include <sodium.h>
#include <stdlib.h>

#define IN_FLIGHT_MAX 16  // inside: the others wait their turn
#define FAULTS_SHOWN 1000 // inside: of as many accounts as one asks for
#define RETRY_MS 50

struct import {
	struct verb_call *call;
	struct timer retry;
	size_t next; // record to look at
	size_t in_flight;
	size_t n_made, n_bad;
	struct buf faults; // words on the first of the bad
};

struct hashing {
	struct import *import;
	size_t record;
};

static void go_on(struct import *im);

static void fault(struct import *im, const struct admin_record *r, const char *why)
{
	if (im->n_bad++ < FAULTS_SHOWN)
		buf_printf(&im->faults, "; " SPAN_FMT ": %s", SPAN_ARG(r->name), why);
}

static const char *fault_of(const struct import *im, const struct admin_record *r)
{
	const struct span phc = r->password_hash;
	struct hash_job *limits = NULL;
	struct verifier known;
	enum phc_result cost;

	if (im->call->hub->disk != DISK_FINE)
		return "the disk takes nothing new at the moment: import it again later";
	if (!name_is_account(r->name))
		return "no name that an account can have";
	if (service_find(r->name))
		return "one of the server's own names";
	if (account_find(im->call->hub, r->name))
		return "there is such an account already";
	if (name_is_freed(im->call->hub, r->name, 0))
		return "somebody else had that name: user add NAME --reuse gives it on purpose";
	if (account_alike(im->call->hub, r->name, NULL))
		return "it looks like the name of an account: user add --confirm makes it";
	if (r->realname.at && !account_realname_is_valid(r->realname))
		return "the real name is empty, too long, or holds what may not stand in one";
	cost = phc.len ? verifier_parse(phc, &known) : PHC_OK;
	if (cost == PHC_NONE || phc.len >= sizeof(limits->phc))
		return "password_hash is neither an Argon2id PHC string nor bcrypt";
	if (cost == PHC_TOO_DEAR)
		return "password_hash costs more than m=1048576 (1 GiB), t=64, p=16, or of "
		       "bcrypt 14: set a password instead";
	if (r->password.at && (!r->password.len || r->password.len > PASSWORD_MAX))
		return "the password is empty or longer than 1024 bytes";
	return NULL;
}

static void make(struct import *im, const struct admin_record *r, struct span phc)
{
	struct verb_call *c = im->call;
	struct account *a = account_new(c->hub, r->name, phc);
	char token[TOKEN_TEXT_MAX + 1];

	if (!a) {
		fault(im, r, "the name was taken meanwhile");
		return;
	}
	if (r->realname.at) {
		account_set_text(&a->realname, r->realname);
		account_post(a);
	}
	bans_known(a);
	im->n_made++;
	verb_text(c, span_of(a->name));
	if (!verb_flag(c, "--token"))
		return;
	(void)token_new(a, SPAN("import"), 0, token);
	verb_text(c, span_of(token));
	sodium_memzero(token, sizeof(token));
}

static void on_retry(struct hub *h, struct timer *t)
{
	(void)h;
	go_on(container_of(t, struct import, retry));
}

// The server ends.
static void give_up(struct import *im, const struct admin_record *r)
{
	fault(im, r, "the server goes down: import those that are left when it is up again");
	im->n_bad += im->call->request->n_records - im->next;
	im->next = im->call->request->n_records;
}

static void on_hashed(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct hashing *hashing = arg;
	struct import *im = hashing->import;
	const struct admin_record *r = &im->call->request->records[hashing->record];

	(void)h;
	(void)s;
	im->in_flight--;
	if (job->result == HASH_OK)
		make(im, r, span_of(job->phc));
	else if (job->result == HASH_BUSY)
		give_up(im, r);
	else
		fault(im, r, "not enough memory to hash the password");
	free(hashing);
	go_on(im);
}

static void hash(struct import *im, size_t record)
{
	const struct admin_record *r = &im->call->request->records[record];
	struct hashing *hashing = xcalloc(1, sizeof(*hashing));
	struct hash_job *job = hash_job_new(HASH_MAKE, 0, r->password.at, r->password.len);

	*hashing = (struct hashing){im, record};
	im->in_flight++;
	job->rank = HASH_BULK;
	ask_hash(im->call->hub, verb_asker(im->call), job, on_hashed, hashing);
}

static void finish(struct import *im)
{
	struct verb_call *c = im->call;
	struct buf detail = {0};

	buf_printf(&detail, "%zu accounts", im->n_made);
	verb_audit(c, buf_span(&detail));
	buf_clear(&detail);
	verb_end(c,
		 !im->n_bad   ? ADMIN_DONE
		 : im->n_made ? ADMIN_PARTLY
			      : ADMIN_FAILED,
		 "made %zu accounts, left out %zu%s", im->n_made, im->n_bad,
		 im->faults.len ? buf_str(&im->faults) : "");
	timer_stop(&im->retry);
	buf_clear(&im->faults);
	free(im);
}

static void take(struct import *im, size_t record)
{
	const struct admin_record *r = &im->call->request->records[record];
	const char *why = fault_of(im, r);

	if (why)
		fault(im, r, why);
	else if (r->password_hash.at || !r->password.at)
		make(im, r, r->password_hash.at ? r->password_hash : SPAN(""));
	else
		hash(im, record);
}

// Each commit may hold many, but the hub never runs further ahead of the disk than it may.
static void go_on(struct import *im)
{
	const struct admin_request *r = im->call->request;

	while (im->next < r->n_records && im->in_flight < IN_FLIGHT_MAX) {
		if (post_is_full(im->call->hub)) {
			timer_set(im->call->hub, &im->retry,
				  im->call->hub->now.mono_ms + RETRY_MS, on_retry);
			return;
		}
		take(im, im->next++);
	}
	if (im->next == r->n_records && !im->in_flight)
		finish(im);
}

void verb_user_import(struct verb_call *c)
{
	static const char *const columns[] = {"name", "token"};
	struct import *im;

	if (!c->request->n_records) {
		verb_end(c, ADMIN_USAGE, "there is no record to import");
		return;
	}
	if (!verb_may_wait(c) || !verb_may_write(c))
		return;
	verb_columns(c, columns, verb_flag(c, "--token") ? 2 : 1);
	im = xcalloc(1, sizeof(*im));
	im->call = c;
	go_on(im);
}
