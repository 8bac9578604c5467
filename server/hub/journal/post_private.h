// SPDX-License-Identifier: MIT
// Inside of server/hub/journal/post*.c.
#pragma once

#include "server/hub/journal/post.h"

struct ticket {
	conn_id session; // 0: nobody
	entry_no after;
	rows_fn *on_rows;
	hashed_fn *on_hashed;
	identified_fn *on_identified;
	void *arg;
	uint64_t place; // among the questions of somebody that wait (post_questions.c); 0: none
};

// Under that number, for s (NULL: nobody), who waits from now on.
MUST_USE struct ticket *ticket_of(struct hub *h, ticket_id id, struct session *s, void *arg);
// True: this answer is the question itself, which waits once more.
MUST_USE bool question_came_back(struct hub *h, struct ticket *t, struct rows *rows);
// What may be asked now, and those that are not asked any more.
void questions_release(struct hub *h);
void questions_free(struct hub *h);
