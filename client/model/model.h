// SPDX-License-Identifier: MIT
// What the client knows: targets and their messages, people, the link, open questions.
//
// The network side changes it (handle_line for what the server says; target.h, own.h and
// the functions below for what only this program knows), the user interface draws it. No
// I/O, no clock: time comes in as an argument, wall time in ms. Text is kept as received; it
// is made harmless when drawn (client/text/filter.h). Every change adds one to `version`.
// Owner: the client's one thread. Borrowed pointers to targets, people and lines do not
// outlive the turn, unless said otherwise.
#pragma once

#include "client/model/scrollback.h"
#include "common/list.h"
#include "common/map.h"
#include "common/msg.h"
#include "common/span.h"

#define MODEL_WATCHERS_MAX 8
#define TYPING_MAX 4
#define MODEL_TARGETS_MAX 4096
#define MODEL_CAPS_MAX 64
#define HISTORY_ID_MAX 64 // bytes of a name; longer ones are none
#define HISTORIES_MAX 255 // inside: that one run may meet, more begin anew

// Somebody seen on this server. Lives while a room, a line or a reaction points at it; with
// nothing left, until some line of the server behind that.
struct person {
	char *name;            // as the server spells it
	char *key;             // folded; the map borrows it
	char *account;         // "" when unknown or logged out
	char *display;         // what it wants to be shown as (shown.h), or NULL
	char *away;            // NULL: here
	int64_t ignored_until; // what it said before is folded (hush.h); 0: all is shown
	bool is_bot;
	bool is_needed; // of people_sweep() alone
};

struct room_member {
	struct person *person;
	char prefixes[4]; // highest first, "~@+", NUL-terminated
	bool is_absent;   // a member, and not connected (snug.chat/absent)
};

// What of a target's messages alerts; `muted` goes before it.
enum alerts { ALERTS_MENTIONS, ALERTS_ALL, ALERTS_NONE };

enum target_kind { TARGET_SERVER, TARGET_ROOM, TARGET_PERSON };

enum history_state {
	HISTORY_UNKNOWN, // nothing was asked for yet
	HISTORY_MORE,    // there are older messages, or may be
	HISTORY_LOADING,
	HISTORY_ALL,  // the oldest message is here
	HISTORY_NONE, // the server keeps none
};

enum own_state {
	OWN_KEEPING, // not on disk yet
	OWN_QUEUED,  // on disk, not sent yet
	OWN_SENDING, // sent, no word from the server
	OWN_REFUSED, // the server said no; `reason` says why
	OWN_HELD,    // too old to be sent without asking
	OWN_LOST,    // the server had stored it and has it no more: sent when the user says so
};

// A message of ours that the server has not stored. Drawn below the stored ones.
struct own {
	struct list in_target;
	uint64_t local_id; // the outbox's number
	int64_t at_ms;
	enum own_state state;
	enum line_kind kind; // LINE_MESSAGE, LINE_ACTION, LINE_NOTICE, LINE_EDIT, or an act
	char *text;
	char *reply_to; // id of the message it answers or edits, or NULL
	char *reason;   // of OWN_REFUSED, else NULL
};

struct typing {
	const struct person *who;
	int64_t until_ms;
};

struct target {
	unsigned id; // never used again
	enum target_kind kind;
	char *name;         // "#lounge", "bob", or the network's name
	char *key;          // folded
	char *topic;        // "" when none
	char *people;       // of a conversation: the others, "bob, cem"; "" of a room (talk.h)
	char *modes;        // "+nt" or ""
	bool joined;        // rooms: we are in it
	bool muted;         // on this computer: shows no counts, never alerts
	bool is_hushed;     // the same, on all of the account's (hush.h)
	enum alerts alerts; // what of it alerts while it is not muted
	bool pinned;        // stands above the others in the list
	struct scrollback log;
	struct list own;         // struct own, oldest first
	struct log_line **edits; // the lines of `log` that are LINE_EDIT, as they came
	size_t n_edits;
	struct room_member *members; // by folded name
	size_t n_members, cap_members;
	bool members_partial; // between the first NAMES line and the end of them
	struct typing typing[TYPING_MAX];
	bool has_marker; // the server told a read marker
	int64_t read_at; // everything up to here was read, on any device
	int64_t came_at; // when we came the last time that is in the log; 0: not in it
	int64_t new_at;  // where "new since" is drawn: read_at when the target was shown
	unsigned unread, mentions;
	uint64_t shown_no;  // rises with each time it is shown; 0: never was
	int64_t alerted_at; // newest line that was alerted for
	enum history_state history;
	uint64_t floor;  // the first number that is not hidden from us; 0: none is
	bool gap_open;   // the link was lost: what comes next may miss something before it
	int64_t lost_at; // newest line when the link was lost; 0: it never was
	size_t n_missed; // messages that history brought since then
};

enum link_state {
	LINK_CONNECTING, // the first time, or again: `tries`, `next_at_ms`
	LINK_LOGIN,      // connected; capabilities, login, joining
	LINK_ONLINE,     // `lag_ms`
	LINK_LAGGING,    // no answer since `since_ms`
	LINK_STORING,    // the server waits for its store, since `since_ms`
	LINK_OFFLINE,    // since `since_ms`, next try at next_at_ms; `text` says why
	LINK_REFUSED,    // ends here until the user acts; `text` is a full sentence
};

struct link_status {
	enum link_state state;
	int64_t since_ms;
	int64_t next_at_ms; // 0: no retry is planned
	unsigned tries;
	int lag_ms; // -1: unknown
	char *text; // owned by the model; "" when there is nothing to say
};

// What the server said about itself; the model fills it from 005 and CAP.
struct server_facts {
	char server[64]; // what its own lines come from
	char network[64];
	char prefix_modes[8]; // "qov"
	char prefix_signs[8]; // "~@+"
	char chan_types[8];   // "#"
	char list_modes[16];  // CHANMODES, the four classes
	char key_modes[16];
	char set_modes[16];
	unsigned line_len;  // LINELEN, 512 when not told
	char filehost[256]; // draft/FILEHOST: where files are sent, or ""
	char vapid[96];     // VAPID: the key that pushes are signed with, or ""
};

#define QUESTION_DEVICE 3 // revoke the device that is in use? about: its number
#define QUESTION_LET_IN 6 // let in another computer? about: the server's number
#define QUESTION_VOUCH 7  // is it you, on another device? about: the server's number
#define QUESTION_STEP_UP                                                                       \
	8 // how to prove that it is you? p: a password, s: a sign-in, d: by a device
#define QUESTION_CODE 10     // the login wants a code: c, it is given (intents->prove)
#define QUESTION_ENROL 11    // the first code of a new app: c, it is given
#define QUESTION_DISENROL 12 // a code to turn the second factor off: c, it is given
#define QUESTION_SIGN_IN 13  // sign in at the server's issuer?
#define QUESTION_CALL 5      // call all of a room? client/seat/seat_call.c
#define QUESTION_READ 9      // everything everywhere is read? client/sync/marks.h

// A question the status row asks; one at a time, newest wins.
struct question {
	int id;         // 0: none
	char *text;     // "send 2 lines from 09:14?"
	char *choices;  // "yne": the keys that answer; Esc is always "n" of these or the last
	uint64_t about; // the number of what it is about, for who asked
};

// Its answer c goes on with a code (intents->prove).
static inline bool question_wants_code(int id)
{
	return id == QUESTION_CODE || id == QUESTION_ENROL || id == QUESTION_DISENROL;
}

struct history_page {
	struct target *target;
	struct span label;                // of the BATCH, "" if none
	size_t count;                     // messages in the page
	size_t n_new;                     // of these, not held before
	struct log_line *oldest, *newest; // NULL when the page is empty
	bool oldest_is_new, newest_is_new;
};

// What came of going to a place (client/sync/seek.h).
enum sought {
	SOUGHT_HERE,
	SOUGHT_NOWHERE, // there is no such message, or it is not for us; nothing was said then
	SOUGHT_OFFLINE, // it is not loaded, and there is no connection
	SOUGHT_NO_HISTORY, // ... and the server keeps none
};

// To a room that we are not in (invitations.h).
struct invitation {
	char *room, *by;
	int64_t at_ms;
};

// A message that the server found (soju.im/search).
struct found {
	char *target;
	char *id;
	char *text;
	const struct person *from;
	int64_t at_ms;
};

struct reacted {
	const struct person *who;
	struct span text; // "👍"
	bool is_back;     // it is taken back
};

struct picture_answer; // client/model/picture.h

// Somebody who wants to know. Unset members are skipped.
struct model_watch {
	void *arg;
	// A line was added to t->log; page lines have LINE_HISTORY.
	void (*on_line)(void *arg, struct target *t, struct log_line *l);
	// The text of a line that was here was removed: line_removal() has by whom.
	void (*on_redacted)(void *arg, struct target *t, struct log_line *l);
	// Somebody reacted just now to a line that is here, or took that back.
	void (*on_reacted)(void *arg, struct target *t, struct log_line *l,
			   const struct reacted *what);
	// The line is about to be freed: forget its address.
	void (*on_gone)(void *arg, struct target *t, struct log_line *l);
	// A line asks for attention: mention or direct message, or any where the target's
	// `alerts` says so; not read, not muted, never told before. t is not necessarily in
	// the background.
	void (*on_alert)(void *arg, struct target *t, struct log_line *l);
	// A history page ended.
	void (*on_page)(void *arg, const struct history_page *page);
	// A place that was asked for by intents.seek: the line where it is, or NULL.
	void (*on_sought)(void *arg, struct target *t, struct log_line *l, enum sought how);
	// The answer to a search is whole: m->found.
	void (*on_found)(void *arg);
	void (*on_target)(void *arg, struct target *t);      // a target was added
	void (*on_target_gone)(void *arg, struct target *t); // is about to be freed
	// What is arranged of it changed: muted, pinned, alerts.
	void (*on_arranged)(void *arg, const struct target *t);
	void (*on_link)(void *arg);                                 // m->link changed its state
	void (*on_own)(void *arg, struct target *t, struct own *o); // own message changed
	void (*on_question)(void *arg);                             // one is asked: m->question
	// The user takes an own message back to change it: its text is the watcher's now, who
	// keeps it on disk.
	void (*on_recall)(void *arg, struct target *t, const struct own *o);
	// A link for somebody else is here: hand_out.h. The first watcher shows it; without
	// a link it is over.
	void (*on_hand_out)(void *arg, struct span words, struct span link);
	// What came of intents.picture: picture.h.
	void (*on_picture)(void *arg, const struct picture_answer *a);
};

struct line_batch;

// What a server that makes things up without end can make the model hold (docs/CLIENT.md).
struct model_bounds {
	size_t targets; // rooms and conversations; what is said in others goes to the server's
	size_t memberships; // people in rooms, one counted in each; more are not listed
	size_t people;      // the older half of each log goes, until fewer are left
	size_t log_bytes;   // the older half of the longest log goes, until fewer are left
};

struct model {
	struct model_bounds bounds;
	uint64_t version;
	struct target **targets; // server first, then in the order of the list
	size_t n_targets, cap_targets;
	unsigned next_target_id;
	struct target *server;   // always there
	struct target *current;  // shown; never NULL
	struct target *previous; // shown before; may be NULL
	uint64_t n_shown;        // how often another one was shown
	struct map target_by_key;
	struct map people;           // struct person by key
	struct idmap written, small; // how many are, or are shown, as looks like this (shown.h)
	bool by_account;             // the user wants accounts in the place of display names
	unsigned depth;      // of lines that are being handled: those of a batch come inside
	size_t people_limit; // how many there are at the next sweep
	size_t n_memberships;
	unsigned n_handled; // lines of the server, for the next sweep of the logs
	struct person *me;  // by our nick; never NULL
	struct server_facts facts;
	struct link_status link;
	int64_t down_at_ms, back_at_ms; // wall; of a server that goes down (0: not, unknown)
	struct question question;
	struct found *found; // of the last search, as the server ordered them
	size_t n_found;
	struct listed *listed; // rooms of a directory that is coming in (directory.h)
	size_t n_listed, cap_listed, n_unlisted;
	int list_order;                 // enum list_order
	unsigned n_invites;             // of a list that is coming in
	struct invitation *invitations; // oldest first
	size_t n_invitations;
	struct list batches; // open ones, struct line_batch
	struct hush_row *hushes;
	size_t n_hushes, cap_hushes;
	struct saved_row *saved; // by time, the oldest first (saved.h)
	size_t n_saved, cap_saved;
	unsigned last_saved; // number of a row
	bool is_hush_listed; // since the login: what comes now is news
	char **caps;         // enabled, sorted as they came
	size_t n_caps;
	char **keywords; // further words that count as a mention; owned
	size_t n_keywords;
	struct model_watch watchers[MODEL_WATCHERS_MAX];
	size_t n_watchers;
	char *away;       // our own away text, NULL when here
	char **histories; // of the server, as it named them: numbers.h
	unsigned n_histories;
	uint8_t history; // the one its numbers are of now, from 1; 0: it named none
	char *awaited;   // name of the room to show as soon as we are in it, or NULL
	bool focused;    // the user looks at the terminal (focus events), true when unknown
	int line_max;    // lines kept per target; older ones are let go
	char *progress;  // of files on their way, in words; or NULL
	// line_file_read where files are shown, or NULL.
	struct line_file *(*read_file)(const char *filehost, const struct msg *m,
				       struct span text, struct buf *words);
};

// `nick` is what we hope to be called; the server's 001 tells.
MUST_USE struct model *model_new(struct span nick);
void model_free(struct model *m);
void model_watch(struct model *m, const struct model_watch *w);
// Forgets the watchers with this arg. Not from inside a watcher.
void model_unwatch(struct model *m, const void *arg);

// Link and session, told by the network side.
// Copies; text may be NULL. Leaving ONLINE/LAGGING for OFFLINE or CONNECTING opens a
// gap in each target and clears typing.
void model_set_link(struct model *m, const struct link_status *s);
MUST_USE bool model_is_online(const struct model *m);
MUST_USE bool model_has_cap(const struct model *m, const char *name);
void model_add_keyword(struct model *m, struct span word);
void model_clear_keywords(struct model *m);
// choices as in struct question. The answer comes through intents.answer.
void model_ask(struct model *m, int id, struct span text, const char *choices);
void model_ask_done(struct model *m, int id);
// What files are on their way, and how far; "": none is.
void model_set_progress(struct model *m, struct span words);
// The answer to intents.seek.
void model_sought(struct model *m, struct target *t, struct log_line *l, enum sought how);
