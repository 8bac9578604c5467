// SPDX-License-Identifier: MIT
// What the user wants from the rest of the program: the calls that the user interface
// and the commands make, and that the seat (client/seat/seat.c) answers, and a composition
// root (client/app/client.c).
//
// All are called in the client's thread, never from inside a model callback. Spans are
// borrowed for the call. Every member must be set.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

struct picture_wish; // client/model/picture.h

struct intents {
	void *arg;
	// Enter was pressed on this text (may hold LF): a message, or a /command. The
	// composition root gives it to command_typed().
	void (*typed)(void *arg, struct target *t, struct span text);
	// Send through the outbox, which calls own_add(). kind: MESSAGE, ACTION, NOTICE, or
	// EDIT: reply_to is the message whose text this replaces. Acts, too: REACTION (text is
	// its sign), REMOVAL (why), TOPIC (reply_to is the topic that it replaces).
	// text may hold LF (multiline). reply_to: message id or empty.
	void (*message)(void *arg, struct target *t, enum line_kind kind, struct span text,
			struct span reply_to);
	// One IRC line without CR LF, sent as it is when online. False: not online.
	bool (*raw)(void *arg, struct span line);
	// Load the page before this line (its LINE_GAP hole), or before the oldest (NULL).
	void (*history)(void *arg, struct target *t, struct log_line *before);
	// The user saw everything up to at_ms. The model already knows.
	void (*mark_read)(void *arg, struct target *t, int64_t at_ms);
	// The user is typing in t, or stopped. At most every 3 s.
	void (*typing)(void *arg, struct target *t, bool active);
	// Refused or held own message: send again, or forget.
	void (*retry)(void *arg, uint64_t local_id);
	void (*drop)(void *arg, uint64_t local_id);
	// A model question was answered with one of its choices.
	void (*answer)(void *arg, int question_id, char choice);
	// Try to connect now (Enter while waiting, any key after an outage, SIGCONT).
	void (*reconnect)(void *arg);
	void (*quit)(void *arg, struct span reason);
	// True: this is the account's password, which must not be sent nor kept. May be NULL.
	bool (*is_secret)(void *arg, struct span text);
	// Changes a setting, "screen.theme", in its file and here; an empty value shows it, an
	// empty key all of them. `words` gets lines to show; false: they say what is wrong. May
	// be NULL.
	bool (*set)(void *arg, struct span key, struct span value, struct buf *words);
	// What a face remembers of itself between runs, by a key that begins with a dot: words,
	// or none. `kept` gives NULL or the words, borrowed. Both may be NULL.
	void (*keep)(void *arg, struct span key, struct span words);
	const char *(*kept)(void *arg, struct span key);
	// Removes a message from the server: soon, so that it can be taken back; without a
	// connection once there is one. The newest is taken back by `restore`, as long as that
	// is seconds; with `any` one that waits for a connection, too. False: there is none.
	void (*remove)(void *arg, struct target *t, struct span id);
	bool (*restore)(void *arg, bool any);
	// Goes to the message with this id, or (no id) to what was said first at or behind the
	// time; loads what is around it. The answer comes by the model's on_sought, at once or
	// later; a new call takes the place of an open one.
	void (*seek)(void *arg, struct target *t, struct span id, int64_t at_ms);
	// The password or a code, to prove who one is (QUESTION_STEP_UP), or the code that the
	// login or the second factor wants (question_wants_code): said to the server and kept
	// nowhere. May be NULL.
	void (*prove)(void *arg, int question_id, struct span text);
	// Sends a file: "PATH [CAPTION]"; "cancel" stops what is on its way, "retry" takes up
	// what failed. Or fetches that of a message, to a path or ("") where files go, and
	// shows it where `opens`. Both NULL: this program has no files.
	void (*upload)(void *arg, struct target *t, struct span text);
	void (*get)(void *arg, struct target *t, struct span id, struct span path, bool opens);
	// Fetches the picture of a message and has it drawn; the answer comes by the model's
	// on_picture, at once or later. NULL: this program shows none.
	void (*picture)(void *arg, struct target *t, const struct picture_wish *wish);
	// Signs in at the issuer that the server names: to log in anew, or (binds) to bind the
	// account to who one is there. NULL: this program has another way.
	void (*sign_in)(void *arg, bool binds);
};

// A slash command as completion and help show it.
struct command_help {
	const char *name;  // without the slash
	const char *usage; // "#room [key]"
	const char *help;
};
