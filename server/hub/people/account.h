// SPDX-License-Identifier: MIT
// Account: an identity, with what it owns (devices, roles, rooms) and its presence.
//
// Lives from its creation to its deletion, whether anyone is connected or not. It is
// present while it has sessions. Owner: hub.accounts; main thread.
#pragma once

#include "common/list.h"
#include "server/hub/state/session.h"

#define REPLAY_ALL (-1)

struct account {
	account_id id;
	struct hub *hub;
	char *name;                         // as shown
	char *folded;                       // key in hub.account_names
	struct namesake as_named, as_shown; // by its name, its display name
	int64_t ids_upto_ms;  // of its ids that the keepsakes let go: the newest (keepsake.h)
	char *password;       // PHC string, "" none
	char *next_password;  // PHC, in force at next_ms (forgotten.h); NULL: none is asked for
	int64_t next_ms;      // wall; 0: never
	unsigned n_passwords; // how often another one was set: what was asked before is over
	char *realname;
	enum account_role role;
	enum account_class class;
	bool disabled;
	bool bot;                // +B, of bot-mode (account_is_bot)
	bool invisible, wallops; // +i, +w
	char *username; // of its last USER, as prefixes, WHO and masks show it; NULL: the name
	int64_t created_ms, seen_ms;
	int64_t replay;     // messages of a room shown at a login; 0: the server's, REPLAY_ALL
	int64_t erase_ms;   // wall, when it is erased (farewell.h); 0: never
	bool erased;        // nobody's, and never again (erase.h)
	int64_t expires_ms; // wall, when it ends by itself (endings.h); 0: never
	stream_id guest_room; // the one room of a guest (guest.h); 0: no guest
	char *away;           // NULL: here
	struct list credentials;
	struct list bindings;  // who others say that it is (binding.h)
	struct factor *factor; // the second step of its logins (factor.h); NULL: none
	struct list sessions;
	struct list slips; // what it has to be told (slip.h)
	size_t n_slips;
	struct list signins; // who logged in as it (signin.h)
	struct list hushes;  // what it is not to be disturbed by (hush.h)
	size_t n_hushes;
	struct list subscriptions; // where its devices are woken (subscription.h)
	size_t n_subscriptions;
	struct list in_subscribers; // hub.subscribers, while it has any
	struct list saved;          // messages that it comes back to (saved.h)
	size_t n_saved;
	struct member **members; // its memberships (room.h)
	size_t n_members, members_space;
	struct idmap dialogs;    // other account's id -> struct dialog
	struct idmap markers;    // stream_id -> struct marker (marker.c)
	struct idmap rules_read; // room's id -> struct rules_read (rules.c)
	struct idmap reports;    // of messages, by their ids (report.c)
	int64_t no_vouch_ms;     // mono: a device said no, none is asked until then (vouch.h)
	int64_t reports_ms;      // need.c: when its budget of reports is whole again
	struct map cursors;      // device -> struct cursor (replay.c)
	struct map metadata;     // key -> struct metadata
	int64_t present_ms;      // wall, since when it is present
	struct day_count day;    // what it stored (quota.h)
	struct file_share files; // that it sent
	struct day_count files_day;  // ... and how many bytes of late
	struct list file_tokens;     // files/file_token.h
	int64_t makes_rooms_ms;      // need.c: when the budget of new rooms is whole again
	struct purse purses[PURSES]; // what its sessions may say and ask (flood.c)
	bool shown;                  // the rooms count it as present (presence.c)
};

// Journals and adds; `password` is a PHC string or "". NULL when the name is taken, kept back
// (freed.h) or not of the grammar (check first for a good error). What waits for somebody of
// that name is told by the caller (bans_known).
struct account *account_new(struct hub *h, struct span name, struct span password);
// One in the place of an account that is gone, which nobody can log in with. The name is free.
// Journals.
struct account *account_new_erased(struct hub *h, account_id id, struct span name);
// Journals the account's row after a change of its fields.
void account_post(struct account *a);
// The name is of the grammar, and free or another casing of its own; the one it had is kept
// back. Journals; the NICK lines are the caller's.
void account_rename(struct account *a, struct span name);
// phc: as account_new. Journals.
void account_set_password(struct account *a, struct span phc);
// One that will be in force then; "", 0: none. Another password ends it. Journals.
void account_set_next(struct account *a, struct span phc, int64_t at_ms);
// The same password, hashed otherwise. Journals.
void account_rehash(struct account *a, struct span phc);
MUST_USE struct account *account_find(struct hub *h, struct span name); // any case
// Another one whose name, or an administrator whose display name, looks like that one; self
// NULL: it would be a new account's.
MUST_USE const struct account *account_alike(const struct hub *h, struct span name,
					     const struct account *self);
MUST_USE struct account *account_by_id(struct hub *h, account_id id);
MUST_USE bool account_is_present(const struct account *a);
// A program: it says so by +B, or its class does, which no -B undoes.
MUST_USE bool account_is_bot(const struct account *a);
// Nothing lets it in: it is disabled, or its time is over.
MUST_USE bool account_is_shut(const struct account *a);
void account_set_text(char **field, struct span text);
// 1..REALNAME_MAX bytes of what may stand in a text (text.h).
MUST_USE bool account_realname_is_valid(struct span name);
// "name!name@host" with the host all accounts share.
void account_prefix(const struct account *a, struct buf *out);
MUST_USE struct span account_username(const struct account *a);
// The host part of its prefix; out is the caller's.
void account_host(const struct account *a, struct buf *out);
// One of its sessions has the rights of an administrator.
MUST_USE bool account_is_oper(const struct account *a);
// Load and fold of entries.
void account_load(struct hub *h, const struct entry_account *row);
void account_free(struct account *a);
