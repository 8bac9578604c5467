// SPDX-License-Identifier: MIT
#include "server/letters/letter.h"
#include "tests/support/hub_fixture_private.h"

const struct identity_question *fixture_identity(struct fixture *f)
{
	struct letter *first = f->inside->mail.identities;

	return first ? container_of(first, struct identity_question, letter) : NULL;
}

void fixture_identified(struct fixture *f, struct identity_answer *a)
{
	struct identity_question *q = container_of(letter_take(&f->inside->mail.identities),
						   struct identity_question, letter);

	a->ticket = q->ticket;
	identity_question_free(q);
	letter_add(&f->inside->mail.letters, &a->letter);
	fixture_settle(f);
}

void fixture_told(struct fixture *f, struct identity_answer *a)
{
	letter_add(&f->inside->mail.letters, &a->letter);
	fixture_settle(f);
}

void fixture_swap_identities(struct fixture *f)
{
	struct letter *first = letter_take(&f->inside->mail.identities);

	letter_add(&f->inside->mail.identities, first);
}
