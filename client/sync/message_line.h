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
// What is said or done, of one line.
struct message_words {
	enum line_kind kind;
	struct span target, text;
	struct span id;       // of snug.chat/id, or ""
	struct span reply_to; // message id, or ""; of LINE_TOPIC the topic that it replaces
};
// "PRIVMSG #lounge :text", "TAGMSG #lounge", "REDACT #lounge MSGID :why", "TOPIC #lounge :text"
void message_line(struct buf *out, const struct message_words *w);
// "snug.chat/id=ID;+reply=MSGID", for LINE_EDIT "...;+draft/edit=MSGID", for LINE_REACTION
// "...;+draft/reply=MSGID;+draft/react=TEXT".
void message_tags(struct buf *out, const struct message_words *w);
// What an echo repeats of such a line: its last parameter. Borrowed from it.
MUST_USE struct span message_last_param(struct span line);
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
// Looks at one line that may answer what message_line made (REDACT and TOPIC of the same
// target are its echo, too), sent by `nick`; text at NULL means any. *r is changed unless the
// line is unrelated. True when it was not.
bool message_receipt_take(struct message_receipt *r, const struct msg *m, struct span nick,
			  struct span target, struct span text);
