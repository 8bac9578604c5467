// SPDX-License-Identifier: MIT
// Nobody waits for these hashes: they come behind all others.
#include "server/hub/door/kept_yes.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/verify.h"

#include <stdlib.h>

// Whose hash it is, and what was kept then.
struct keeping {
	account_id account;
	int64_t binding;
	unsigned n_kept;
	int64_t asked_ms; // mono
};

static bool is_for(const struct account_binding *b)
{
	const struct account *a = b->account;

	return a->hub->config.pam_cache_ms > 0 && a->role != ROLE_ADMIN && !account_is_shut(a);
}

// NULL: something else was said of it meanwhile, or it is gone.
static struct account_binding *find(struct hub *h, const struct keeping *k)
{
	struct account *a = account_by_id(h, k->account);
	struct account_binding *b = a ? binding_by_id(a, k->binding) : NULL;

	return b && b->n_kept == k->n_kept ? b : NULL;
}

static void ask_behind(struct account_binding *b, struct hash_job *job, hashed_fn *fn)
{
	struct hub *h = b->account->hub;
	struct keeping *k = xcalloc(1, sizeof(*k));

	*k = (struct keeping){b->account->id, b->id, b->n_kept, h->now.mono_ms};
	job->rank = HASH_BULK;
	ask_hash(h, NULL, job, fn, k);
}

static void on_made(struct hub *h, UNUSED struct session *s, struct hash_job *job, void *arg)
{
	struct keeping *k = arg;
	struct account_binding *b = find(h, k);

	if (b && job->result == HASH_OK && is_for(b))
		binding_keep(b, span_of(job->phc), k->asked_ms);
	free(k);
}

void kept_yes_put(struct account_binding *b, struct span secret)
{
	binding_forget(b);
	if (is_for(b))
		ask_behind(b, hash_job_new(HASH_MAKE, 0, secret.at, secret.len), on_made);
}

// A hash that was not made may have been of that password.
static void on_compared(struct hub *h, UNUSED struct session *s, struct hash_job *job,
			void *arg)
{
	struct account_binding *b = find(h, arg);

	if (b && job->result != HASH_WRONG)
		binding_forget(b);
	free(arg);
}

void kept_yes_refused(struct account_binding *b, struct span secret)
{
	if (b->kept)
		ask_behind(b, verify_with_kept(b, secret), on_compared);
	else
		binding_forget(b); // one may be on its way
}

bool kept_yes_lets_in(const struct account_binding *b)
{
	const struct hub *h = b->account->hub;

	return b->kept && is_for(b) && h->now.mono_ms - b->kept_ms < h->config.pam_cache_ms;
}

void kept_yes_configured(struct hub *h)
{
	size_t cursor = 0;
	struct account_binding *b;

	while (!h->config.pam_cache_ms && (b = map_next(&h->bindings, &cursor)))
		binding_forget(b);
}
