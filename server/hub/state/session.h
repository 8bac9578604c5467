// SPDX-License-Identifier: MIT
// Session: one attached client. A person's devices are several sessions of one account.
//
// Made when the connection opened, freed when it closed; named across turns by conn_id.
// Owner: hub.sessions; main thread.
#pragma once

#include "common/caps.h"
#include "common/list.h"
#include "common/msg.h"
#include "common/tls_binding.h"
#include "server/hub/state/purse.h"
#include "server/hub/state/state.h"

struct exchange; // of SASL (sasl.h)
struct login;    // registration in progress (login.h)
struct offer;    // of a device to let in another one (offer.h)
struct enrol;    // a second factor is not confirmed yet (enrol.h)
struct vouch;    // the other devices are asked (vouch.h)
struct capture;  // replies of a labeled command (label.c)
struct member;
struct session;
struct passwd_end;

// Is told what became of a new password (passwd.h).
typedef void passwd_fn(struct session *s, const struct passwd_end *end);

// Beside its capabilities in `caps`: live messages are withheld from it (replay.h).
#define SESSION_REPLAYS ((cap_set)1 << 62)

// A client certificate, as far as anyone asks.
struct shown_cert {
	uint8_t pin[32];  // SHA-256 of its SPKI
	uint8_t hash[64]; // SHA-512 of the whole
};

struct session {
	conn_id id;
	struct hub *hub;
	struct list in_hub;      // hub.session_list
	struct account *account; // NULL until logged in
	struct list in_account;  // account.sessions, once registered
	bool registered;         // 001 was sent
	bool is_web;             // it came by WebSocket, as browsers do
	bool closing;            // an ERROR was sent: ignore what still comes
	bool no_presence; // others do not see by it that its account is here (presence.h)
	bool stalled;     // live lines are dropped by its shard: catch up when drained
	bool cap_302;
	bool oper;          // rights of its account's role are in force
	account_id oper_by; // or of this account's, by its password (OPER); 0: no
	cap_set caps;
	char *host; // address as text
	struct origin from;
	struct turn *turn;           // its password waits to be hashed (hash_queue.h)
	int64_t hash_asked_ms;       // mono, when that was asked for
	int64_t hash_waited_ms;      // until the last one was answered
	bool is_excused;             // it waits for us, or there was no room
	struct shown_cert *cert;     // that its client showed, or NULL
	struct tls_binding *binding; // of its stream; NULL: none, or nobody asks
	enum login_way way;          // by which it proved who it is
	bool is_kept;                // ... to what was kept of an older yes (kept_yes.h)
	bool is_strange;         // it came by that from where its account never was (signin.h)
	int64_t token;           // the credential that let it in, 0: another way
	int64_t proved_until_ms; // mono: its last proof counts until then (step_up.h); 0: none
	int64_t signs_in_until_ms; // mono: until then it may say who it is elsewhere; 0
	bool binds;                // ... so that it is bound, else to prove that it is them
	struct offer *offer;       // that it made, or claims; NULL: none
	struct vouch *vouch;       // NULL: the other devices are not asked
	struct enrol *enrol;       // NULL: no second factor waits to be confirmed
	char *device; // label of the device: of its credential, or account@device; "" unknown
	struct login *login;       // NULL once registered
	struct exchange *exchange; // of SASL, that is going on; NULL: none
	struct capture *capture;
	int64_t opened_ms, active_ms; // wall
	int64_t attended_ms; // wall: a person was seen to type, to switch or to read; 0: never
	// Lines that wait for an answer or for the budget; see session_feed.h.
	unsigned waiting;
	struct list backlog;
	size_t n_backlog;
	size_t said;            // bytes of answers since it was known to take them
	size_t made, looked;    // bytes of answers, and things looked at, that are not paid yet
	struct list tellings;   // what is being told, first to last (telling.h)
	struct list in_tellers; // hub.tellers, while the next page may be made
	bool is_long;           // a telling waits between turns
	bool is_telling;        // its shard tells when it has (session_taken)
	struct purse purses[PURSES]; // flood.c: before it is in; then those of its account
	struct list in_purse;        // while it waits for one,
	enum purse_kind waits_for;   // ... of this kind
	int64_t spent[PURSES];       // of each, in its time
	int64_t paid;                // tokens, for the line that runs
	bool is_storing;             // the line that runs, or waits for its answer, stores
	struct list in_credit;       // hub.crediting, while credit > 0
	unsigned credit;             // lines that ran since the shard was told
	char **monitored;            // monitor.c
	size_t n_monitored;
	struct multiline *multiline; // a batch that is being received
	message_id caught_up;        // replay.c: cursor awaiting its PONG
	message_id newest;           // replay.c: when it was looked at last
	bool cursor_stands;          // replay.c: some of what it missed could not be shown
	int64_t unasked_ms;      // replay.c: since when a live client is to be asked; 0: not
	struct replay *replay;   // what it missed is being sent; NULL: it is live
	struct listening *rooms; // where it stands among the rooms' listeners (listener.c)
	size_t n_rooms, rooms_space;
	uint64_t peers_round;      // the last round of peers_say that reached it
	char *away;                // of this connection, NULL: here (away.h)
	char *new_password;        // wished for while the old one is checked (passwd.c); wiped
	passwd_fn *password_told;  // who is told what came of it
	bool password_revokes;     // the other devices go with the old one
	bool password_waits;       // it will be in force later (forgotten.h)
	struct map early_metadata; // set before the login was complete (metadata.c)
	struct idmap cursors;
	struct map metadata_subs;
};

MUST_USE struct session *session_find(struct hub *h, conn_id id);
// A device of it may be woken by a push: it asked for that by one of the two names.
MUST_USE bool session_is_pushed(const struct session *s);
static inline bool session_has(const struct session *s, enum cap cap)
{
	return cap_has(s->caps, cap);
}
