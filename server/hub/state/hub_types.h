// SPDX-License-Identifier: MIT
// What the hub and the rest of the server both name: settings, the time, the letters of a turn.
#pragma once

#include "common/snug_link.h"
#include "server/letters/admin.h"
#include "server/letters/hash_job.h"
#include "server/letters/identity.h"
#include "server/letters/inbox.h"
#include "server/letters/journal.h"
#include "server/letters/limits.h"
#include "server/letters/outbox.h"
#include "server/letters/query.h"

struct hub;
struct mechanism;

enum registration { REGISTRATION_INVITE, REGISTRATION_OPEN, REGISTRATION_CLOSED };
enum room_policy { ROOMS_BY_MEMBERS, ROOMS_BY_ADMINS };
enum hook_policy { HOOKS_BY_ADMINS, HOOKS_BY_FOUNDERS };
// Who makes invites in a client.
enum invite_policy {
	INVITES_BY_MODERATORS, // of the room
	INVITES_BY_MEMBERS,
	INVITES_BY_ADMINS,
	INVITES_BY_NOBODY,
};

// What a client needs to know to get a token of the issuer. All "" but the issuer: left out.
struct hub_oidc {
	struct span issuer; // "": nobody signs in by OpenID Connect
	struct span scope, configuration, client_id, resource, authorization;
};

// What the hub needs of the configuration. Spans are copied.
struct hub_config {
	struct span name;        // host name: the source of the server's own lines
	struct span network;     // NETWORK of ISUPPORT; the server's title
	struct span description; // of RPL_WHOISSERVER, LINKS
	struct span motd;        // lines by LF; "" none
	struct span version;     // "snugd-0.1"
	struct span icon;        // draft/ICON, "" none
	struct snug_link link;   // the hosts and pins of every link; by value
	uint16_t port;
	bool has_web;          // somewhere HTTP is spoken
	uint16_t web_port;     // of the first such address
	struct span web_hosts; // names that it goes by there, a blank between two; 1 at least
	bool has_page; // a browser takes the certificate there, so that links lead to the page
	struct hub_oidc oidc;
	int64_t recheck_ms; // how long a yes of an issuer lets in (people/lease.h)
	bool sign_in_makes; // whoever an issuer sends gets an account
	enum registration registration;
	bool has_sts;        // clients are told to insist on a certificate that is vouched for
	bool admin_2fa;      // administrators have their rights with a second factor only
	bool email_required; // by REGISTER; noted in the audit log
	enum room_policy create_rooms;
	enum hook_policy hooks;
	enum invite_policy invites;
	int64_t argon2_memory; // bytes
	int64_t argon2_passes;
	int64_t logins_per_source;      // wrong ones in a minute; 0: no limit
	int64_t logins_waiting;         // to be hashed; 0: no limit
	int64_t connections_per_source; // 0: no limit; logged-in ones do not count
	int64_t rooms_per_hour;         // that an account may make; 0: no limit
	int64_t presence_limit;         // members past which a room is large; 0: no limit
	int64_t lines_per_second;       // that an account may say; 0: no limit
	int64_t lines_burst;
	int64_t asks_per_second; // tokens for answers to an account; 0: no limit
	int64_t asks_burst;
	int64_t bot_times; // an account of that class may so many times as much; 0: no limit
	int64_t bridge_times;
	int64_t account_per_day; // bytes that an account may store in a day; 0: no limit
	int64_t room_per_day;    // ... and that may be stored in a room
	bool has_files;          // people send files, over HTTP
	int64_t file_max;        // bytes of one
	int64_t files_account;   // of all that an account sent; 0: no limit
	int64_t files_room;      // ... that are in a room
	int64_t files_total;     // ... of all
	int64_t files_per_day;   // ... that an account sends in a day
	int64_t disk_share; // percent of the disk, past which who stored most is refused; 0
	int64_t disable_unseen_ms;  // of accounts nobody logs in with; 0: never
	int64_t history_keep_ms;    // retention; 0: forever
	int64_t history_keep_bytes; // of a room; 0: no bound
	int64_t history_keep_total; // of all together; 0: no bound
	int64_t replay_limit;       // messages of a room shown at a login; 0: all
	bool push;                  // devices are woken (Web Push),
	int64_t push_delay_ms;      // ... so long after what wakes them
	struct span pam_service;    // of whom passwords are asked; "": nobody
	int64_t pam_tries;          // wrong ones a day and account that are passed on
	int64_t pam_cache_ms;       // so long a yes is kept (door/kept_yes.h); 0: not
	bool has_kerberos;          // who has a ticket is let in (GS2-KRB5-PLUS),
	bool has_plain_kerberos;    // ... also where it is not bound to the stream (GSSAPI)
	bool durability_full;
	unsigned n_shards;                         // 0 offline
	unsigned n_hashers;                        // 0: one
	const struct mechanism *const *mechanisms; // of SASL; NULL: those of sasl.c
};

struct hub_time {
	int64_t mono_ms;  // timers
	int64_t wall_ms;  // what people see
	int64_t clock_ms; // what the machine's clock says while it is not believed; else 0
	int64_t taken_ms; // when it will be, should it stay so
};

// The clock proved false: what was stamped later than over_ms belongs shift_ms later.
struct hub_step {
	int64_t over_ms;
	int64_t shift_ms; // below 0: earlier
};

// Which history, and how far it goes.
struct hub_high {
	uint8_t history[HISTORY_ID_LEN];
	message_id last;
	bool is_durable; // all of it
};

// What a database knows of the time.
struct hub_clock {
	struct span saved; // by hub_save_clock
	int64_t newest_ms; // of all that was said; 0: nothing
};

// A line of the log about a login.
struct signin_line {
	const char *event, *way, *why;   // the last two NULL: nothing to say
	char *source, *account, *device; // owned; the last two NULL: of nobody
	bool is_kept;                    // by a yes that was kept
	int64_t left_out;                // so many lines of the source were not said
};

// What an issuer says over HTTP: for the server to judge, and to answer.
struct logout_heard {
	conn_id conn;
	char *token; // owned
};

// The letters of one turn, each NULL if there is none.
struct hub_out {
	struct outbox *outboxes[SHARDS_MAX];
	struct journal *journal;
	struct letter *queries; // chains (letter.h)
	struct letter *jobs;
	struct letter *pushes;     // to be carried out
	struct letter *identities; // who is it?
	struct letter *answers;    // only those that may be shown: the hub holds back the rest
	struct letter *files;      // LETTER_REMOVE, LETTER_LIST
	int64_t n_ended;           // accounts that were disabled by themselves (endings.h)
	// Connections that asked for what the whole server counts: the server answers them.
	conn_id *counted_for;
	size_t n_counted_for, counted_space;
	struct signin_line *signins;
	size_t n_signins, signins_space;
	struct logout_heard *logouts;
	size_t n_logouts, logouts_space;
};

// What a verb of the command line asked of the server (hub_wish).
enum hub_wish { WISH_NONE, WISH_STOP, WISH_RELOAD, WISH_CLOCK, WISH_LOG };

// What goes with it.
struct wish_about {
	ticket_id ticket; // of the answer that tells of it; 0: nobody waits for one
	char pin[64];     // that a reload may bring in; "": none but the one in force
	char reason[96];  // of a stop, for who is connected
	int log_level;    // of the log (enum log_level),
	int64_t log_ms;   // ... for so long; 0: back to the configured one now
};
