// SPDX-License-Identifier: MIT
// The thread that owns the files that people sent: STATE/files, ID of each its name.
//
// A file comes as ID.new, which is renamed once all of it is on disk: what has a name is whole.
// Each letter is a step of its own (server/letters/filing.h, file_list.h) that opens what it
// needs and closes it again, so nothing is held for those who come and do not end. Steps are
// done in the order of their letters; a slow disk slows files alone.
// Owner: the caller of files_start.
#pragma once

#include "common/mailbox.h"
#include "common/thread.h"

struct files;

// Opens the folder; where it is not there it is made (0700) if `makes`. What a server that
// ended left half there is removed. -1 with words in *error, or when it is not there: nobody
// ever sent a file.
MUST_USE int files_open(const char *folder, bool makes, char **error);
// `folder` as of files_open, the thread's own from now on; -1: every file is FILING_GONE. What
// the hub asked for goes to to_hub.
MUST_USE struct files *files_start(int folder, struct mailbox *to_hub,
				   struct thread_begin begin);
// Where letters are put: LETTER_FILING, _REMOVE, _LIST; any thread. Lives until files_free.
MUST_USE struct mailbox *files_mailbox(struct files *f);
// Ends the thread, after the step that it is in and what is to be removed: nothing is answered
// after that. NULL is accepted, here and below.
void files_stop(struct files *f);
// After files_stop, and when nobody puts a letter any more.
void files_free(struct files *f);
