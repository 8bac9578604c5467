// SPDX-License-Identifier: MIT
// Replies to one session: numerics, standard replies (FAIL, WARN, NOTE), batches.
//
// Labels are added by themselves (label.c): one line gets the label, several a
// labeled-response batch, none an ACK. Main thread.
#pragma once

#include "common/numerics.h"
#include "server/hub/wire/line.h"

// "nick" for replies: the account's name, or "*" before it is in (nothing that identifies a
// session may show until then).
MUST_USE struct span reply_nick(const struct session *s);
// ":server NNN nick [a] [b] [c] :text of numerics.def"; a parameter with at == NULL ends.
void reply(struct session *s, enum numeric n);
void reply1(struct session *s, enum numeric n, struct span a);
void reply2(struct session *s, enum numeric n, struct span a, struct span b);
// ":server NNN nick", for the caller to go on with; then session_say, line_clear.
void reply_start(struct line *l, struct session *s, enum numeric n);
// ... or reply_end, which does both.
void reply_end(struct line *l, struct session *s);
// Replies with a text of its own instead of the table's.
PRINTF(3, 4) void replyf(struct session *s, enum numeric n, const char *format, ...);

// IRCv3 standard-replies: FAIL COMMAND CODE [context] :text. context.at NULL: none.
void fail(struct session *s, const char *command, const char *code, struct span context,
	  const char *text);
void warn(struct session *s, const char *command, const char *code, struct span context,
	  const char *text);
void note(struct session *s, const char *command, const char *code, struct span context,
	  const char *text);
// FAIL for what would have to wait for a store that is away, and finds no room.
void fail_waits(struct session *s, const char *command, struct span context);
// FAIL for a write that the disk cannot take now. Use: if (!need_disk(s, "PRIVMSG")) return;
MUST_USE bool need_disk(struct session *s, const char *command);
// The same for what puts things in order (can_mend).
MUST_USE bool need_disk_to_mend(struct session *s, const char *command);
// A NOTICE of the server.
PRINTF(2, 3) void notice(struct session *s, const char *format, ...);

#define BATCH_REF_LEN 8
// BATCH +ref type params…; gives the reference in out (NUL-terminated; "" when the session
// lacks the batch capability: lines then simply stand alone). `outer` nests; at NULL: none.
void batch_open(struct session *s, const char *type, const struct span *params, size_t n_params,
		struct span outer, char out[static BATCH_REF_LEN + 1]);
void batch_close(struct session *s, const char *ref);
// BATCH -ref, for the caller to say.
void batch_end(struct line *l, struct session *s, const char *ref);
// A fresh reference, NUL-terminated.
void batch_ref(struct hub *h, char out[static BATCH_REF_LEN + 1]);
