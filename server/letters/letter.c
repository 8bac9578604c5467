// SPDX-License-Identifier: MIT
#include "server/letters/letter.h"

#include "server/letters/admin.h"
#include "server/letters/file_list.h"
#include "server/letters/filing.h"
#include "server/letters/hash_job.h"
#include "server/letters/identity.h"
#include "server/letters/inbox.h"
#include "server/letters/journal.h"
#include "server/letters/outbox.h"
#include "server/letters/push.h"
#include "server/letters/query.h"

#include <assert.h>
#include <stdlib.h>

// A kind that nobody frees does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

void letter_add(struct letter **chain, struct letter *l)
{
	while (*chain)
		chain = &(*chain)->next;
	l->next = NULL;
	*chain = l;
}

struct letter *letter_take(struct letter **chain)
{
	struct letter *l = *chain;

	if (!l)
		return NULL;
	*chain = l->next;
	l->next = NULL;
	return l;
}

void letter_free(struct letter *l)
{
	if (!l)
		return;
	switch ((enum letter_kind)l->kind) {
	case LETTER_INBOX:
		inbox_free(container_of(l, struct inbox, letter));
		break;
	case LETTER_OUTBOX:
		outbox_free(container_of(l, struct outbox, letter));
		break;
	case LETTER_JOURNAL:
		journal_free(container_of(l, struct journal, letter));
		break;
	case LETTER_QUERY:
		query_free(container_of(l, struct query, letter));
		break;
	case LETTER_ROWS:
		rows_free(container_of(l, struct rows, letter));
		break;
	case LETTER_JOB:
	case LETTER_HASHED:
		hash_job_free(container_of(l, struct hash_job, letter));
		break;
	case LETTER_ADMIN:
		admin_request_free(container_of(l, struct admin_request, letter));
		break;
	case LETTER_ANSWER:
		admin_answer_free(container_of(l, struct admin_answer, letter));
		break;
	case LETTER_FILING:
	case LETTER_FILED:
		filing_free(container_of(l, struct filing, letter));
		break;
	case LETTER_REMOVE:
	case LETTER_LIST:
	case LETTER_LISTED:
		file_list_free(container_of(l, struct file_list, letter));
		break;
	case LETTER_PUSH:
		push_free(container_of(l, struct push, letter));
		break;
	case LETTER_IDENTITY:
		identity_question_free(container_of(l, struct identity_question, letter));
		break;
	case LETTER_IDENTIFIED:
		identity_answer_free(container_of(l, struct identity_answer, letter));
		break;
	case LETTER_PUSHED:
	case LETTER_DURABLE:
	case LETTER_LEASE:
	case LETTER_STOP:
		free(l);
		break;
	case LETTER_SETTINGS:
		assert(!"settings are freed by who takes them up");
		break;
	}
}

void letters_free(struct letter **chain)
{
	for (struct letter *l; (l = letter_take(chain));)
		letter_free(l);
}
