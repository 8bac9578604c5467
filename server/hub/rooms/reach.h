// SPDX-License-Identifier: MIT
// Reach: what an account may read of what was said before. One place for all that ask: pages,
// TARGETS, SEARCH, replays, PLAY, edits, reactions, REDACT, files.
//
// A conversation of two is read by the two. A room is read by its members: all of it; with
// +H what came since they joined, the last time they did; with +J what came since they were
// invited, or joined where nobody did. What is hidden begins with the first message and ends
// at one place, which has a number, as clients see it, and an id, by which events stand before
// or behind it as well; in a stream the two grow together. Main thread.
#pragma once

#include "server/hub/files/shared_file.h"
#include "server/hub/rooms/room.h"

struct reach {
	bool any;         // a stranger reads nothing
	struct upto upto; // nothing up to here
};

MUST_USE struct reach reach_of(const struct account *a, const struct stream *stream);
// The message or event of the stream that has, or could have, this id.
MUST_USE bool may_read(const struct account *a, const struct stream *stream, message_id id);
// The file: its sender before a message has it, then who may read that one.
MUST_USE bool may_get(const struct account *a, const struct shared_file *f);
// The same for one that is at hand: a reaction goes with what it is about.
MUST_USE bool may_see(const struct account *a, const struct stream *stream,
		      const struct entry_message *m);
// The message that a reaction is about; 0: it is none, or about nothing.
MUST_USE message_id reaction_to(const struct entry_message *m);
// room_say to those who may read what it is about.
void room_say_readers(struct room *r, struct line *line, message_id about, cap_set need,
		      cap_set lack, const struct session *except);
// "since-joined", "since-invited", "all".
MUST_USE const char *reach_word(const struct room *r);
// The tags by which a JOIN tells of it, if there is anything to tell.
void reach_tags(const struct member *m, struct buf *out);
// The same in words, to who joined just now and is of no client of ours.
void reach_say(struct session *s, const struct member *m);
