// SPDX-License-Identifier: MIT
// Verbs of the command line (admin.def): the same code live, offline and from chat.
//
// A verb gets its words, answers with cells and words, and ends with admin_end, at once
// or in a later turn (after a hash or a query). What it changed is durable before the
// answer is shown. Every act is a row in the audit log. Main thread.
#pragma once

#include "common/usage.h"
#include "server/hub/state/state.h"

struct acts;
struct verb;

struct verb_call {
	struct hub *hub;
	const struct verb *verb; // its row
	struct admin_request *request;
	struct admin_answer *answer;
	struct session *session; // from chat; NULL otherwise, or when it is gone
	conn_id session_id;
	struct usage usage;
	struct usage_given given; // words and flags behind NOUN VERB, as the usage wants them
	size_t n_cells;           // of the answer so far
	struct acts *acts;        // it is one of several (acts.h); NULL: alone
	bool is_unchanged;        // what was asked for was so already
	bool waits_for_nothing;   // its answer tells how the server is, whatever the store does
};

typedef void verb_fn(struct verb_call *c);

// Word i after NOUN VERB, "" past the end; --flag present; --flag VALUE. The row's usage says
// which words and flags there may be: "NAME [--expires 7d]".
MUST_USE struct span verb_word(const struct verb_call *c, size_t i);
MUST_USE bool verb_flag(const struct verb_call *c, const char *flag);
MUST_USE struct span verb_value(const struct verb_call *c, const char *flag); // at NULL: absent

// Does any option say what to do, and not only how (--confirm, --reason)?
MUST_USE bool verb_is_told_what(const struct verb_call *c);

// Whoever asked by ADMIN RUN, and waits for what is asked further, so that the answer keeps
// the line's label; NULL: nobody does.
MUST_USE struct session *verb_asker(const struct verb_call *c);

// Columns once, then cells row by row.
void verb_columns(struct verb_call *c, const char *const *names, size_t n);
void verb_text(struct verb_call *c, struct span text);
void verb_number(struct verb_call *c, int64_t n);
// What stands where nobody here knows the number.
void verb_none(struct verb_call *c);
// What the clock is to us.
void verb_clock_words(const struct hub *h, struct buf *out);
void verb_time(struct verb_call *c, int64_t wall_ms);
void verb_bool(struct verb_call *c, bool yes);

// One row, shown as KEY VALUE lines; text that is printed bare (a link, a token); the same link
// for a browser.
void verb_is_record(struct verb_call *c);
void verb_plain(struct verb_call *c, struct span text);
void verb_page(struct verb_call *c, struct span link);

// Ends the call: words for stderr. Frees c.
PRINTF(3, 4) void verb_end(struct verb_call *c, enum admin_code code, const char *format, ...);
// ... with nothing to do: it was so already.
PRINTF(2, 3) void verb_unchanged(struct verb_call *c, const char *format, ...);
// Whether it changed something says a verb that is no act of a batch, before its end.
void verb_says_changed(struct verb_call *c, bool is_changed);
// ... for there is one already: a conflict, unless --if-missing was given.
PRINTF(2, 3) void verb_exists(struct verb_call *c, const char *format, ...);
// Journals an audit row for this call, with its --reason.
void verb_audit(struct verb_call *c, struct span detail);
// The same of a setting or role: "OF BEFORE -> AFTER".
void verb_audit_change(struct verb_call *c, const char *of, const char *before,
		       const char *after);
// The same for what another verb of the command line did by this one.
void verb_audit_as(struct verb_call *c, struct span verb, struct span detail);
// May anything be stored now? Else answers and frees c: then return at once.
MUST_USE bool verb_may_write(struct verb_call *c);
// May it go on in a later turn, for a password to be hashed or a question? Acts of a batch
// may not: answers and frees c then.
MUST_USE bool verb_may_wait(struct verb_call *c);
// What stands for WORD...: all of it, with blanks between.
void verb_all_words(const struct verb_call *c, struct buf *out);
// The account of that name; NULL: answered ADMIN_NOT_FOUND and freed c.
MUST_USE struct account *verb_account(struct verb_call *c, struct span name);
// Whether there is an account, where a mask is the name of one; else answers ADMIN_NOT_FOUND
// and frees c.
MUST_USE bool verb_knows_account(struct verb_call *c, struct span mask);
// A time as in "7d" of --flag, which is not 0; *ms is left alone when it is not given.
// `endless` says how to have no end. False: answered ADMIN_USAGE and freed c.
MUST_USE bool verb_span(struct verb_call *c, const char *flag, const char *endless,
			int64_t *ms);
// As a wall time: from now, or a time as in 2026-01-31T12:00:00.000Z that is to come, or
// `missing` from now when it is not given; 0 for "never".
MUST_USE bool verb_until(struct verb_call *c, const char *flag, int64_t missing_ms,
			 int64_t *wall_ms);
// Checks --confirm NAME, or answers ADMIN_UNCONFIRMED and frees c: then return at once.
MUST_USE bool verb_confirmed(struct verb_call *c, struct span name);
// The same for what can be undone, but is hardly meant: `risk` says why.
MUST_USE bool verb_meant(struct verb_call *c, const char *risk, struct span name);
// A name that looks like `other` (NULL: like no other) is given only if it is meant so.
MUST_USE bool verb_meant_alike(struct verb_call *c, struct span name, const char *other);

// It changes something, or is several acts: who asks over the wire proves first that it is
// oneself (step_up.h).
MUST_USE bool admin_is_act(const struct admin_request *r);
// Starts the verb of a letter (takes it). session: who asks in chat, or NULL.
void admin_run(struct hub *h, struct admin_request *request, struct session *session);

// The same for one of several acts, whose turn has come.
void admin_act(struct hub *h, struct admin_request *request, struct session *session,
	       struct acts *acts);

#define VERB(noun, verb, fn, usage, about) verb_fn fn;
#include "server/hub/admin/admin.def"
#undef VERB
