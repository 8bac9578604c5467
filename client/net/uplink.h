// SPDX-License-Identifier: MIT
// One login to one server, kept alive: connects, checks the key, logs in, answers PING,
// notices a dead server, and comes back by itself. A server that answers in several places is
// tried in their order and round again: the next place at once, the next round after a wait.
// After a loss the round begins where it was.
//
// Owner: the client's one thread. There may be several, and each may go while
// the others stay.
#pragma once

#include "client/net/login.h"
#include "client/net/outside.h"
#include "common/snug_link.h"

#define IDLE_PING_MS 60000
#define DEAD_AFTER_MS 15000
#define LOGIN_WITHIN_MS 30000
#define QUEUED_SILENCE_MS                                                                      \
	150000                // of a server that makes the login wait, and says PING meanwhile
#define CODE_WITHIN_MS 120000 // for a person who looks for their telephone
#define PROBE_MS 500 // and four times the last lag: for an answer after a change of network

enum uplink_state {
	UPLINK_OFF,     // not asked to connect
	UPLINK_DIALING, // looking up, connecting, TLS
	UPLINK_LOGIN,   // the key is good
	UPLINK_ONLINE,
	UPLINK_WAITING, // for the next try, at next_at
	UPLINK_REFUSED, // ends here until uplink_open
};

struct uplink_order {
	const char *host, *port;          // copied, like all that follows but the secret
	const struct link_others *others; // where else this server answers, or NULL
	size_t at;                        // where it answered last: 0 host, n others->at[n - 1]
	struct pins pins;                 // none: an authority has to vouch for `host`
	bool has_next_pin;                // a key of these announced this one
	uint8_t next_pin[TLS_PIN_LEN];
	int64_t pinned_at;                // wall ms, 0 unknown; of the status alone
	const char *cert_file, *key_file; // the device's, or both NULL
	// login.secret is borrowed until online or refused; with keeps_secret, for good
	struct login_order login;
	bool only_key; // end with UPLINK_OFF as soon as the key was found good
	// Somebody else keeps the way open, and tells when it matters whether there is one: no
	// timer runs while nothing was sent that an answer has to come to.
	bool is_watched;
};

struct uplink_events {
	void *arg;
	// The state changed; see uplink_status.
	void (*on_state)(void *arg);
	// Every line, before and after the login, but PING and PONG of our own.
	void (*on_line)(void *arg, const struct msg *m, struct span line);
};

struct uplink_status {
	enum uplink_state state;
	enum failure failure; // why it is WAITING or REFUSED
	bool is_queued;       // the login waits for its turn; the detail says how long
	bool wants_code;      // the login waits for uplink_give_code
	unsigned n_codes;     // of these that were wrong
	// Of the server, "" before any order; borrowed as the detail is.
	const char *port;
	const char *detail;    // what the server or system said; borrowed until the next change
	int64_t next_at;       // monotonic ms of the next try
	unsigned tries;        // failed since it was last online
	int lag_ms;            // of the last PING, -1 when unknown
	int64_t storing_since; // monotonic ms: the server waits for its store; 0: it does not
	const struct link_others *others; // where else it answers, or NULL
	size_t at;                        // which of them is tried or answered, as above
	// The keys that are trusted, since when, and the one that the server showed; or NULL.
	const struct pins *pins;
	const uint8_t *peer_pin;
	int64_t pinned_at;
};

struct uplink;

// The outside is borrowed.
MUST_USE struct uplink *uplink_new(const struct outside *o, const struct uplink_events *events);
// Gives back what it took of the outside; not from a callback of its own. NULL is accepted.
void uplink_free(struct uplink *s);
// Connects, with these orders from now on.
void uplink_open(struct uplink *s, const struct uplink_order *order);
// Says QUIT and closes; comes back only by uplink_open.
void uplink_close(struct uplink *s, struct span reason);
// Does not wait any longer; when online, asks whether the server still answers.
void uplink_retry(struct uplink *s);
// The network is another one, or the computer slept: what waits or dials begins anew, what is
// online must be answered soon, or is given up without a wait.
void uplink_network_changed(struct uplink *s);
// From now on logs in with the device's key: it was enrolled.
void uplink_use_device(struct uplink *s);
// From now on this way is tried first, where the server offers it; borrowed.
void uplink_use_first(struct uplink *s, const struct sasl_way *first);
// An exchange by this way begins on the connection that there is; NULL is accepted.
void uplink_begin_way(const struct uplink *s, const struct sasl_way *way);
// From now on logs in with this secret, which its owner keeps for good.
void uplink_use_secret(struct uplink *s, struct span secret);
// The code of a second factor, where the login waits for one.
void uplink_give_code(struct uplink *s, struct span code);
// Ends the connection as if this had happened to it.
void uplink_fail(struct uplink *s, enum failure failure, struct span detail);
void uplink_status(const struct uplink *s, struct uplink_status *out);
MUST_USE bool uplink_is_online(const struct uplink *s);
MUST_USE bool uplink_has_cap(const struct uplink *s, const char *name);
// The value that the server gave with it, "" if none; borrowed until the next line.
MUST_USE struct span uplink_cap_value(const struct uplink *s, const char *name);
// Blank separated names of what is enabled; borrowed until the next line.
MUST_USE struct span uplink_caps(const struct uplink *s);
// What the server called us in 001; borrowed.
MUST_USE const char *uplink_nick(const struct uplink *s);
MUST_USE const char *uplink_host(const struct uplink *s);
// The key that the server showed last; false before any.
MUST_USE bool uplink_peer_pin(const struct uplink *s, uint8_t pin[static TLS_PIN_LEN]);
// The keys that are known from now on, and in *next the one that was announced or NULL;
// borrowed. NULL where the order names no pin.
MUST_USE const struct pins *uplink_known_pins(const struct uplink *s, const uint8_t **next);
// "TLSv1.3 TLS_AES_256_GCM_SHA384", "" when not connected; borrowed.
MUST_USE const char *uplink_tls_version(const struct uplink *s);
// What time it is there, wall ms; 0: it has not said. It may be late, and is not ahead.
MUST_USE int64_t uplink_server_ms(const struct uplink *s);
MUST_USE const struct outside *uplink_outside(const struct uplink *s);
// One line without CR LF. Dropped when not online.
void uplink_send(struct uplink *s, struct span line);
// The same; a secret one is wiped once it is sent.
void uplink_send_as(struct uplink *s, struct span line, bool secret);
PRINTF(2, 3) void uplink_sendf(struct uplink *s, const char *format, ...);
// Bytes that wait to be sent.
MUST_USE size_t uplink_queued(const struct uplink *s);
