// SPDX-License-Identifier: MIT
// Who it is, by somebody else's word: each question of the hub goes to those who can answer it.
#include "server/server_private.h"

// A question that nobody answers for good does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

// Nobody is configured who could say: as when nobody can be reached.
static void put_off(struct server *s, struct identity_question *q)
{
	struct identity_answer *a =
		identity_answer_new(q->ticket, IDENTITY_LATER, IDENTITY_WHY_DOWN);

	mailbox_put(s->mailbox, &a->letter);
	identity_question_free(q);
}

void server_identify(struct server *s, struct identity_question *q)
{
	switch (q->act) {
	case IDENTITY_TICKET:
		if (server_takes_tickets(s))
			server_look_at_ticket(s, q);
		else
			put_off(s, q);
		break;
	case IDENTITY_BEARER:
	case IDENTITY_CODE:
	case IDENTITY_AGAIN:
		if (!server_ask_issuer(s, q))
			put_off(s, q);
		break;
	case IDENTITY_PASSWORD:
	case IDENTITY_STANDING:
		if (!server_ask_door(s, q))
			put_off(s, q);
		break;
	}
}
