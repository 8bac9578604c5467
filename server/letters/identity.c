// SPDX-License-Identifier: MIT
#include "server/letters/identity.h"

#include "common/die.h"
#include "common/wipe.h"
#include "server/letters/letter.h"

#include <stdlib.h>

static void end(struct identity_context *c)
{
	if (c)
		c->end(c);
}

struct identity_question *identity_question_new(enum identity_act act, ticket_id ticket)
{
	struct identity_question *q = xcalloc(1, sizeof(*q));

	q->letter.kind = LETTER_IDENTITY;
	q->act = act;
	q->ticket = ticket;
	return q;
}

void identity_question_free(struct identity_question *q)
{
	if (!q)
		return;
	wipe_away(&q->secret);
	wipe_away(&q->refresh);
	wipe_away(&q->verifier);
	end(q->context);
	free(q->redirect);
	free(q->name);
	free(q->subject);
	free(q);
}

struct identity_answer *identity_answer_new(ticket_id ticket, enum identity_result result,
					    enum identity_why why)
{
	struct identity_answer *a = xcalloc(1, sizeof(*a));

	a->letter.kind = LETTER_IDENTIFIED;
	a->ticket = ticket;
	a->result = result;
	a->why = why;
	return a;
}

void identity_answer_free(struct identity_answer *a)
{
	if (!a)
		return;
	wipe_away(&a->memory);
	wipe_away(&a->reply);
	end(a->context);
	free(a->issuer);
	free(a->subject);
	free(a->tenant);
	free(a->proposed);
	free(a->acts_as);
	free(a);
}

const char *identity_why_word(enum identity_why why)
{
	static const char *const words[] = {
#define WHY(name, word) [IDENTITY_WHY_##name] = (word),
#include "server/letters/identity_why.def"
#undef WHY
	};

	return words[why];
}
