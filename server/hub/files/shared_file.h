// SPDX-License-Identifier: MIT
// Shared file: bytes that an account sent, to be said in one place (server/files has them).
//
// An upload is its sender's alone until a message names it: then it belongs to the first
// message that did, is read by who may read that one (reach.h), and goes with it. Row and
// bytes: the row goes first, the bytes when that is durable, so that a row always has its
// bytes. Owner: hub.files; in the lists of its account and, once its place is known, of the
// stream. Main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/letters/file_id.h"

struct shared_file {
	struct file_id id; // key in hub.files
	struct hub *hub;
	struct account *account; // who sent it
	struct stream *stream;   // the one place where it may be said; NULL: not known yet
	message_id message;      // that has it; 0: none yet
	char *name, *type;       // "" it has none
	int64_t size;
	uint8_t hash[32];
	int64_t created_ms;
	struct list in_account, in_stream;
};

// What one counts for: much is kept of the smallest, too.
MUST_USE int64_t shared_file_weight(int64_t size);
// Journals and adds a copy of *as, of which account, stream (may be NULL), id, name, type, size
// and hash are filled in; no other has that id.
struct shared_file *shared_file_new(struct hub *h, const struct shared_file *as);
// NULL: there is none.
MUST_USE struct shared_file *shared_file_find(const struct hub *h, const struct file_id *id);
// The message of the stream has it from now on. It had none, and its place is not another one.
// Journals.
void shared_file_bind(struct shared_file *f, struct stream *stream, message_id message);
// Journals; the bytes go when that is durable. f is gone.
void shared_file_delete(struct shared_file *f);
// The same of all that the message has; of all that messages up to this one have; of a stream
// that goes; of an account that goes.
void shared_files_redact(struct hub *h, stream_id stream, message_id message);
void shared_files_expire(struct stream *stream, message_id upto);
void shared_files_lose_stream(struct stream *stream);
void shared_files_lose_account(struct account *a);
// Uploads that no message named within FILE_UNNAMED_MS go, now and as time passes. Once, when
// all is loaded, and when there is a new one.
void shared_files_tend(struct hub *h);
// Its row is gone, its bytes are still to be removed.
MUST_USE bool shared_file_is_going(const struct hub *h, const struct file_id *id);
// Bytes whose row is gone durably: hands them to those who remove them (hub_out).
void shared_files_release(struct hub *h);
void file_load(struct hub *h, const struct entry_file *row);
// Frees all, without entries.
void shared_files_free(struct hub *h);
