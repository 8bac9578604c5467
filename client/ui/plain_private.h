// SPDX-License-Identifier: MIT
// What the files of the lines share.
#pragma once

#include "client/ui/plain.h"
#include "client/ui/handles.h"
#include "client/ui/plain_line.h"
#include "client/ui/teletype.h"

// A question of the lines' own, beside those of client/sync/delivery.h.
#define PLAIN_REDACT (-2)

struct plain {
	struct model *m;
	const struct intents *intents;
	struct teletype *tty;
	struct loop_hook *turn_end;
	struct handles handles;
	bool has_handles;
	int64_t day;               // some moment of the day of the line that was printed last
	unsigned place;            // id of the target that was told as the current one
	unsigned sought;           // id of the target in which a place is looked for, 0: none
	int64_t sought_before;     // what is older than that is not printed as it comes then
	char *redaction;           // id of the message that PLAIN_REDACT is about, or NULL, and
	unsigned redaction_target; // where it stands
};

// plain.c
PRINTF(2, 3) void plain_sayf(struct plain *p, const char *format, ...);
// A message, with its day above it where that is another one.
void plain_print(struct plain *p, const struct target *t, const struct log_line *l);
void plain_print_found(struct plain *p, const struct found *f, const struct target *t);
// NULL: messages get no names.
MUST_USE struct handles *plain_handles(struct plain *p);
// plain_acts.c: PLAIN_REDACT was answered.
void plain_redact_answer(struct plain *p, bool is_yes);
// The answer to a search is there.
void plain_on_found(void *arg);
// A place that was looked for is found, or not.
void plain_on_sought(void *arg, struct target *t, struct log_line *l, enum sought how);
