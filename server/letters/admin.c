// SPDX-License-Identifier: MIT
#include "server/letters/admin.h"

#include "common/die.h"
#include "server/letters/letter.h"

#include <stdlib.h>

struct admin_request *admin_request_new(void)
{
	struct admin_request *r = xcalloc(1, sizeof(*r));

	r->letter.kind = LETTER_ADMIN;
	return r;
}

void admin_request_free(struct admin_request *r)
{
	if (!r)
		return;
	arena_wipe(&r->arena);
	free(r->words);
	free(r->records);
	free(r);
}

struct admin_answer *admin_answer_new(ticket_id ticket)
{
	struct admin_answer *a = xcalloc(1, sizeof(*a));

	a->letter.kind = LETTER_ANSWER;
	a->ticket = ticket;
	return a;
}

void admin_answer_free(struct admin_answer *a)
{
	if (!a)
		return;
	arena_wipe(&a->arena);
	free(a->columns);
	free(a->cells);
	free(a);
}
