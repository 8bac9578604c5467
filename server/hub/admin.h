// SPDX-License-Identifier: MIT
// Verbs of the command line (admin.def): the same code live, offline and from chat.
//
// A verb gets its words, answers with cells and words, and ends with admin_end, at once
// or in a later turn (after a hash or a query). What it changed is durable before the
// answer is shown. Every act is a row in the audit log. Main thread.
#pragma once

#include "server/hub/state.h"

struct verb_call {
	struct hub *hub;
	struct admin_request *request;
	struct admin_answer *answer;
	struct session *session; // from chat; NULL otherwise, or when it is gone
	conn_id session_id;
	size_t n_named; // words after NOUN VERB that are no --flags
};

typedef void verb_fn(struct verb_call *c);

// Positional word i after NOUN VERB, "" past the end; --flag present; --flag VALUE.
MUST_USE struct span verb_word(const struct verb_call *c, size_t i);
MUST_USE bool verb_flag(const struct verb_call *c, const char *flag);
MUST_USE struct span verb_value(const struct verb_call *c, const char *flag); // at NULL: absent

// Columns once, then cells row by row.
void verb_columns(struct verb_call *c, const char *const *names, size_t n);
void verb_text(struct verb_call *c, struct span text);
void verb_number(struct verb_call *c, int64_t n);
void verb_time(struct verb_call *c, int64_t wall_ms);
void verb_bool(struct verb_call *c, bool yes);

// Ends the call: words for stderr. Frees c.
PRINTF(3, 4) void verb_end(struct verb_call *c, enum admin_code code, const char *format, ...);
// Journals an audit row for this call.
void verb_audit(struct verb_call *c, struct span detail);
// Checks --confirm NAME, or answers ADMIN_UNCONFIRMED and frees c: then return at once.
MUST_USE bool verb_confirmed(struct verb_call *c, struct span name);

// Starts the verb of a letter (takes it). session: who asks in chat, or NULL.
void admin_run(struct hub *h, struct admin_request *request, struct session *session);

#define VERB(noun, verb, fn, words, usage, about) verb_fn fn;
#include "server/hub/admin.def"
#undef VERB
