// SPDX-License-Identifier: MIT
// Hub -> files and back: what is to go, and what is there.
//
// LETTER_REMOVE: these files go; what is not there is gone already. LETTER_LIST: asks what is
// there, a page after the other; each comes back as LETTER_LISTED. A file that is being
// uploaded is in no page, but one whose upload ended just now is: the hub knows of it, since it
// gave out its id. One list at a time.
// Owner: the hub until put, then the files' thread; listed ones the other way round.
#pragma once

#include "common/mailbox.h"
#include "server/letters/file_id.h"

#include <stddef.h>

#define FILES_LISTED_MAX 4096 // inside: ids of a page

struct file_list {
	struct letter letter;
	struct file_id *ids; // grown by file_list_add
	size_t n_ids, n_space;
	bool begins; // LIST: from the first on; else where the last page ended
	bool ends;   // LISTED: there are no more
};

MUST_USE struct file_list *file_list_new(int kind);
void file_list_free(struct file_list *list);
void file_list_add(struct file_list *list, const struct file_id *id);
