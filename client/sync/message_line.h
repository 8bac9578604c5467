// SPDX-License-Identifier: MIT
// From a text to the lines that say it: split where lines end and where they are too
// long, marked as action or notice, with the tags that carry id and reply.
//
// Pure.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"
#include "common/msg.h"

struct message_parts {
	struct span rest; // what was not taken yet
	size_t max;       // bytes of text in a line
	bool is_first;
};

// line_len: LINELEN of the server, 512 when it told none.
void message_parts_init(struct message_parts *p, struct span text, enum line_kind kind,
			struct span target, unsigned line_len);
// Bytes of text that fit into one line to this target.
MUST_USE size_t message_text_max(enum line_kind kind, struct span target, unsigned line_len);
// Takes the next line's text; false at the end. Lines without text are left out, but a
// message of nothing else gives one.
MUST_USE bool message_parts_next(struct message_parts *p, struct span *part);
// "PRIVMSG #lounge :text"
void message_line(struct buf *out, enum line_kind kind, struct span target, struct span text);
// "snug.chat/id=ID;+reply=MSGID", for LINE_EDIT "…;+draft/edit=MSGID": either may be empty.
void message_tags(struct buf *out, enum line_kind kind, struct span id, struct span reply_to);
// An answer of the server to such a line: what became of it.
enum message_fate { MESSAGE_UNRELATED, MESSAGE_STORED, MESSAGE_REFUSED };
struct message_receipt {
	enum message_fate fate;
	char id[65];   // of the stored message, "" when the server gives none
	int64_t at_ms; // 0: the server gives none
	uint64_t seq;
	char *reason;  // of MESSAGE_REFUSED, owned; free() it
	char code[40]; // FAIL code or numeric
};
// Looks at one line that may answer `PRIVMSG target :text`, sent by `nick`; text at NULL
// means any. *r is changed unless the line is unrelated. True when it was not.
bool message_receipt_take(struct message_receipt *r, const struct msg *m, struct span nick,
			  struct span target, struct span text);
