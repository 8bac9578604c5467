// SPDX-License-Identifier: MIT
// History: the numbered, stored sequence of a room or a direct conversation.
//
// Invariants: within a stream seq runs 1, 2, 3, … without gaps over PRIVMSG and NOTICE;
// time rises; message ids grow over the whole server and are never used twice.
// Owner: the room or dialog that embeds the stream; main thread.
#pragma once

#include "server/hub/state/state.h"

// A place in a stream: the newest of all that came before.
struct upto {
	uint64_t seq;
	message_id id;
};

struct stream {
	stream_id id;
	uint64_t seq;
	message_id last;
	int64_t last_ms;
	int64_t said_ms;         // of the newest message, events left out; 0: none
	message_id expired;      // all up to here went by its age or size, since the start
	struct day_count day;    // quota.h
	struct file_share files; // that are, or may be, said there
	struct room *room;       // one of the two
	struct dialog *dialog;
};

// Its present end. The id is of this moment, and tells of no message.
MUST_USE struct upto stream_upto(const struct hub *h, const struct stream *s);

// A direct conversation of two accounts (or of one with itself).
struct dialog {
	struct stream stream;
	struct account *low, *high; // by id; NULL when that account was deleted
	account_id ids[2];
	char *gone; // how who was deleted is called there, like no account; NULL: nobody was
};

// Gives the message its id, seq (PRIVMSG and NOTICE) and time, and journals it.
void history_append(struct hub *h, struct stream *stream, struct entry_message *m);
// A PRIVMSG or NOTICE of before, with its time, which is older than any of this server and
// newer than stream->said_ms: gives it its id, which is the stream's alone, and seq, and
// journals it.
// It is no news: nobody's bytes of today, and not among the recent.
void history_append_past(struct hub *h, struct stream *stream, struct entry_message *m);
// What it takes in the store, about.
#define MESSAGE_ROW_BYTES 128 // inside: what stands around the text and the tags
MUST_USE size_t message_bytes(const struct entry_message *m);
// Appends an event (MESSAGE_JOIN …) by `by`; text as draft/event-playback will show it.
// *m is filled for the live line.
void history_event(struct hub *h, struct stream *stream, struct account *by,
		   enum message_kind kind, struct span text, struct entry_message *m);
// A fresh message id, for what is said but not stored.
MUST_USE message_id history_new_id(struct hub *h);
// NULL when it is gone.
MUST_USE struct stream *history_stream(struct hub *h, stream_id id);
// The conversation of a and b; made and journaled when there is none and `make`.
MUST_USE struct dialog *dialog_of(struct hub *h, struct account *a, struct account *b,
				  bool make);
MUST_USE struct account *dialog_other(const struct dialog *d, const struct account *self);
// The conversation of `self` with who is called so, or was when his account was deleted; NULL:
// there is none.
MUST_USE struct dialog *dialog_named(struct account *self, struct span name);
// Somebody is to be called so: conversations with who was called so get another name.
void dialogs_give_way(struct hub *h, struct span name);
void dialog_load(struct hub *h, const struct entry_dialog *row);
// Once, when all is loaded: what conversations of older databases call those who were deleted
// is kept back (freed.h).
void dialogs_start(struct hub *h);
void stream_head_load(struct hub *h, const struct entry_stream_head *row);
// The account is deleted: who talked with it keeps that, by its name. Journals.
// ... and an account of that number is there again: it is called as that one is. Journals.
void dialogs_return(struct account *a);
void dialogs_keep_name(struct account *a);
// The account is freed (also at the end of the hub): its dialogs lose it.
void history_account_gone(struct account *a);
// Frees dialogs and all else, after the last session and account.
void history_free(struct hub *h);
