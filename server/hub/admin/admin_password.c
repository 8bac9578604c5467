// SPDX-License-Identifier: MIT
#include "server/hub/admin/admin_password.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/people/password.h"
#include "server/hub/journal/post.h"

#include <stdlib.h>

#define PASSPHRASE_LEN 23 // 4 times 5 of 32 letters: 100 bits

struct hashing {
	struct verb_call *call;
	account_id account; // 0: it is to be made
	password_fn *fn;
};

static void on_hashed(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct hashing *hashing = arg;
	struct verb_call *c = hashing->call;
	struct account *a = account_by_id(h, hashing->account);

	(void)s;
	if (hashing->account && !a)
		verb_end(c, ADMIN_NOT_FOUND,
			 "the account was deleted meanwhile: nothing was changed");
	else if (job->result == HASH_OK)
		hashing->fn(c, a, span_of(job->phc));
	else if (job->result == HASH_NO_MEMORY)
		verb_end(c, ADMIN_FAILED,
			 "there is not enough memory to hash a password: lower argon2_memory");
	else
		verb_end(c, ADMIN_FAILED, "too many passwords are being hashed: try again");
	free(hashing);
}

static void make_passphrase(struct hub *h, char out[static PASSPHRASE_LEN + 1])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789";
	uint8_t random[PASSPHRASE_LEN];

	_Static_assert(sizeof(letters) - 1 == 32, "5 bits a letter");
	hub_random(h, random, sizeof(random));
	for (size_t i = 0; i < PASSPHRASE_LEN; i++)
		out[i] = i % 6 == 5 ? '-' : letters[random[i] % 32];
	out[PASSPHRASE_LEN] = '\0';
}

static bool is_of_admin(const struct verb_call *c, const struct account *a)
{
	return a ? a->role == ROLE_ADMIN : span_eq(verb_value(c, "--role"), SPAN("admin"));
}

// What is given for one who may do everything must bear guessing.
static bool need_strong(struct verb_call *c, const struct account *a)
{
	struct span name = a ? span_of(a->name) : verb_word(c, 0);
	const char *fault = NULL;

	if (is_of_admin(c, a) && !verb_flag(c, "--generate"))
		fault = password_fault_of_admin(c->request->secret, name, c->hub->config.name);
	if (fault)
		verb_end(c, ADMIN_USAGE,
			 "%s: an administrator's is refused when it is weak; choose another, "
			 "or have one made up by --generate",
			 fault);
	return !fault;
}

void admin_password_hash(struct verb_call *c, const struct account *a, password_fn *fn)
{
	struct span secret = c->request->secret;
	char passphrase[PASSPHRASE_LEN + 1];
	struct hashing *hashing;
	struct hash_job *job;

	if (!verb_may_wait(c))
		return;
	if (verb_flag(c, "--generate")) {
		make_passphrase(c->hub, passphrase);
		verb_plain(c, span_of(passphrase));
		secret = c->answer->plain;
	}
	if (!secret.len || secret.len > PASSWORD_MAX) {
		verb_end(c, ADMIN_USAGE,
			 secret.len
				 ? "a password has at most 1024 bytes"
				 : "give the password by --password-stdin, or use --generate");
		return;
	}
	if (!need_strong(c, a))
		return;
	hashing = xcalloc(1, sizeof(*hashing));
	*hashing = (struct hashing){c, a ? a->id : 0, fn};
	job = hash_job_new(HASH_MAKE, 0, secret.at, secret.len);
	ask_hash(c->hub, verb_asker(c), job, on_hashed, hashing);
}

const char *admin_password_advice(const struct verb_call *c)
{
	size_t len = c->request->secret.len;

	return len && len < PASSWORD_MIN && !verb_flag(c, "--generate")
		       ? "; its password is short: 12 characters or more are safer"
		       : "";
}
