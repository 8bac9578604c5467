// SPDX-License-Identifier: MIT
// Shard -> files and back: a step of one file on its way to disk, or from it.
//
// One letter serves a whole transfer: it goes to the files' thread as LETTER_FILING, comes back
// as LETTER_FILED with what became of it, and goes again with the next step. So of each
// transfer there are FILING_BYTES in memory and no more, and between two steps nothing is open:
// who is removed while it is read is gone at the next step.
// Owner: the shard until put, then the files' thread.
#pragma once

#include "common/mailbox.h"
#include "common/span.h"
#include "server/letters/file_id.h"
#include "server/letters/ids.h"

#include <sodium.h>

#define FILING_BYTES (64 * 1024)

enum filing_act {
	FILING_BEGIN, // an upload of `size` bytes: room is kept for it
	FILING_ADD,   // `len` bytes of it
	FILING_END,   // it is whole: from now on it is there, after a loss of power too
	FILING_DROP,  // it does not come, or goes again: has no answer
	FILING_READ,  // up to `len` bytes from `at` on
};

enum filing_result {
	FILING_DONE,
	FILING_GONE,   // there is no such file
	FILING_FULL,   // no room on disk
	FILING_BROKEN, // the disk failed; the log says how
};

// After a result that is not FILING_DONE nothing is left of an upload.
struct filing {
	struct letter letter;
	struct mailbox *from; // where it goes back to; borrowed
	conn_id conn;
	enum filing_act act;
	enum filing_result result;
	struct file_id file;
	uint64_t size; // READ: as it comes back, of the whole file
	uint64_t at;   // upload: bytes that are there
	crypto_generichash_state sum;
	unsigned char hash[FILE_HASH_LEN]; // END, as it comes back: BLAKE2b-256 of all bytes
	struct span type;                  // after the first ADD: file_type_of() the bytes
	size_t len;                        // READ, as it comes back: what there was
	char bytes[FILING_BYTES];
};

MUST_USE struct filing *filing_new(struct mailbox *from, conn_id conn,
				   const struct file_id *file);
void filing_free(struct filing *f);
