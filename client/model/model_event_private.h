// SPDX-License-Identifier: MIT
// One line from the server while its handler looks at it.
#pragma once

#include "client/model/model_private.h"
#include "common/buf.h"
#include "common/msg.h"

enum batch_kind { BATCH_OTHER, BATCH_HISTORY, BATCH_MULTILINE, BATCH_SEARCH };

struct line_batch {
	struct list in_model;
	enum batch_kind kind;
	char *ref;
	char *parent; // ref of the batch that holds this one, or NULL
	char *target; // first parameter, or ""
	char *label;
	char *tags; // of the opening line, for BATCH_MULTILINE
	char *source;
	struct buf text; // BATCH_MULTILINE: what came so far
	bool is_notice, has_line;
	struct history_page page;
};

struct event {
	struct model *m;
	const struct msg *msg;
	int64_t at_ms; // server-time, else now
	int64_t now_ms;
	struct span nick;    // of the source
	struct person *from; // NULL without a source that is a person
	bool is_mine;
	bool is_redacted;         // removed before it came: its text says by whom
	bool is_history;          // inside a chathistory batch: the past, changes no state
	struct line_batch *batch; // innermost, or NULL
	struct span id;
	uint64_t seq;
};

typedef void handler_fn(const struct event *e);

// Takes what the line tells of messages that are hidden from us (snug.chat/floor, and hidden):
// they are no hole. False: it tells nothing.
bool floor_take(const struct event *e, struct target *t);

// handle_device.c: a FAIL of CERT that asks the user something.
MUST_USE bool event_is_device_fail(const struct event *e);

// The file of the message (model.read_file); *text then shows its name, by *words. NULL: none.
struct line_file *event_file(const struct event *e, struct span *text, struct buf *words);
// Makes the line of this event and adds it to t.
struct log_line *event_add(const struct event *e, struct target *t, enum line_kind kind,
			   struct span text);
PRINTF(4, 5)
void event_addf(const struct event *e, struct target *t, enum line_kind kind,
		const char *format, ...);
// The chathistory batch around the event, or NULL.
MUST_USE struct line_batch *event_page(const struct event *e);
MUST_USE struct line_batch *batch_find(const struct model *m, struct span ref);
// The name of the page's target is that of `t` now (NULL: of nobody): a room that was renamed
// or left took its lines along.
void page_is_of(struct history_page *page, struct target *t);
// The event belongs to a message of many lines and was put there.
MUST_USE bool batch_takes(const struct event *e, bool is_notice, struct span text);
// The event is an answer to a search and is kept with the others.
void found_add(const struct event *e);
// The id of the message that this one edits (+draft/edit); false: it edits none.
MUST_USE bool event_edit(const struct event *e, struct span *id);
// The parameters from `from` on, with blanks between.
void event_words(const struct event *e, size_t from, struct buf *out);
// The target named by parameter i when there is one, else the current one.
MUST_USE struct target *event_place(const struct event *e, size_t i);

#define SILENT(name)
#define ROW(name, fn) handler_fn fn;
#include "client/model/handlers.def"
#undef ROW
#undef SILENT
