// SPDX-License-Identifier: MIT
// The hashers of the fixture: at once, or when they are told to.
#include "common/encode.h"
#include "tests/support/hub_fixture_private.h"

#include <inttypes.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

// Costs nothing and is as good as the real one for a hub that cannot look inside.
void fixture_do_hash(struct hash_job *job)
{
	uint8_t digest[16];
	struct buf phc = {0};

	crypto_generichash(digest, sizeof(digest), (const uint8_t *)job->password,
			   job->password_len, NULL, 0);
	buf_add_str(&phc, "$test$");
	encode_hex(&phc, digest, sizeof(digest));
	if (job->kind == HASH_MAKE) {
		snprintf(job->phc, sizeof(job->phc), "%s", buf_str(&phc));
		job->result = HASH_OK;
	} else {
		job->result = strcmp(buf_str(&phc), job->phc) == 0 ? HASH_OK : HASH_WRONG;
	}
	buf_clear(&phc);
}

void fixture_hold_hashes(struct fixture *f, bool hold)
{
	f->inside->mail.jobs_are_held = hold;
	while (!hold && f->inside->mail.jobs)
		fixture_hash(f);
	fixture_settle(f);
}

// The job comes back with the last of the letters.
static struct hash_job *hash_first(struct fixture *f)
{
	struct hub_mail_way way = fixture_way(f);
	struct letter *l;

	if (!f->inside->mail.jobs)
		fail_msg("nothing waits to be hashed");
	hub_mail_hash(&f->inside->mail, &way);
	for (l = f->inside->mail.letters; l->next; l = l->next)
		continue;
	return container_of(l, struct hash_job, letter);
}

void fixture_hash(struct fixture *f)
{
	(void)hash_first(f);
	fixture_settle(f);
}

void fixture_hash_as(struct fixture *f, enum hash_result result, const char *phc)
{
	struct hash_job *job = hash_first(f);

	job->result = result;
	job->outdated = phc && !job->stays;
	if (job->outdated)
		snprintf(job->phc, sizeof(job->phc), "%s", phc);
	fixture_settle(f);
}

void fixture_hash_in_a_turn(struct fixture *f, struct buf *asked)
{
	struct hash_job *job = hash_first(f);

	buf_printf(asked, "%d %d %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %s",
		   (int)job->kind, (int)job->rank, job->weighs_on, job->place, job->memory,
		   job->passes, job->phc);
	if (job->result == HASH_OK && !job->stays) {
		job->outdated = true;
		snprintf(job->phc, sizeof(job->phc), "%s", "$dearer$");
	}
	fixture_turn(f);
}

int64_t fixture_hashed(const struct fixture *f)
{
	struct hub_figures figures;

	hub_figures(f->hub, &figures);
	return figures.hashed;
}
