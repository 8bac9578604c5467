// SPDX-License-Identifier: MIT
// What a running server is made of.
//
// Owner: server_run, in the main thread.
#pragma once

#include "common/histogram.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/map.h"
#include "server/admin_socket.h"
#include "server/beside/beside.h"
#include "server/beside/doorway.h"
#include "server/cert_watch.h"
#include "server/config.h"
#include "server/files/files.h"
#include "server/handed_in.h"
#include "server/hash/hasher.h"
#include "server/hub/hub.h"
#include "server/kerberos.h"
#include "server/io/shard.h"
#include "server/notify.h"
#include "server/push/vapid.h"
#include "server/pulse.h"
#include "server/sandbox.h"
#include "server/server.h"
#include "server/store/store.h"
#include "server/wall.h"

enum stop_phase {
	STOP_NOT,
	STOP_STORING, // what was accepted is being stored and acknowledged
	STOP_PARTING, // the last lines leave
};

struct server {
	const struct paths *paths;
	const char *user; // by the command line, or NULL
	struct config config;
	struct loop *loop;
	struct mailbox *mailbox;
	struct hub *hub;
	struct store *store;
	struct standby *standby; // for the store, which another has; NULL: it does not
	struct mailbox *leased;  // letters of its lease; NULL: it has none
	int lock;                // of the state directory, where the store has none; or -1
	struct writer *writer;
	struct readers *readers;
	struct hasher *hasher;
	struct files *files;
	struct kerberos kerberos;
	struct acceptor *acceptor; // NULL: nobody comes by Kerberos
	int files_folder;          // until files owns it, or -1
	struct admin_socket *admin;
	struct vapid_keys *push_keys; // NULL: no device is woken
	struct beside *beside;        // NULL: there is no program beside
	struct server_oidc *oidc;     // NULL: no issuer is asked
	struct doorway *doorway;      // NULL: no stack of PAM is asked
	int starter;                  // until beside owns it, or -1
	struct shard *shard;          // in this thread, when io_threads is 0
	struct shard_thread *threads[SHARDS_MAX];
	unsigned n_shards, n_hashers;
	struct listening *sockets;
	struct net_address *bound;
	size_t n_sockets;
	struct loop_timer *hub_timer, *stop_timer, *hour_timer, *clock_timer, *memory_timer;
	int64_t least_resident; // bytes, after the last time that some were given back
	struct notify notify;
	struct pulse pulse;
	struct loop_timer *pulse_timer; // NULL: nobody wants to know
	struct handed_in handed;
	bool was_handed;      // some of the sockets it listens on
	struct loop_fd *mail; // of the mailbox
	struct loop_hook *on_stop[2], *on_reload, *at_turn_end;
	int64_t hub_timer_at;
	bool hub_is_due;               // wants a turn though no letter came
	struct idmap status_tickets;   // answers that get facts of the process
	struct idmap reloaded;         // what became of a reload, by the ticket of its answer
	struct buf waiting;            // "[server] name, …": for a restart
	struct durable disk;           // as last reported
	int64_t away_since_ms;         // mono: of DISK_AWAY; 0: the store is there
	struct loop_timer *away_timer; // or NULL
	uint8_t said_chain[CHAIN_LEN]; // head of the audit log, as the log has it
	struct histogram commits;      // how long each took
	struct io_counts io_counts[SHARDS_MAX];
	enum stop_phase stop;
	int64_t started_ms;           // wall
	char boot[BOOT_ID_LEN + 1];   // which start of the machine; "" unknown
	struct wall wall, saved_wall; // what time it is, and as the database has it
	int priority;                 // of its threads but the writer, as nice counts
	uint8_t pin[TLS_PIN_LEN];
	int64_t certificate_expires;
	int64_t expiry_said;            // the last days that were told of
	struct tls_context *served;     // as the shards have it
	struct cert_watch *certs;       // NULL: the kernel gives none
	uint8_t other_pin[TLS_PIN_LEN]; // a key that the files hold, where other_waits
	bool other_waits;
	bool key_is_saved; // the database has which one is served
	bool is_vouched;   // an authority of this computer stands behind the certificate
	char *fault;       // why the files were not taken at last, or NULL
	struct sandbox sandbox;
	int high;              // descriptor of the witness; -1: none
	message_id noted_high; // as it stands there
	int log;               // of the log's file, until it takes the place of stderr; or -1
	enum log_level log_level;     // for a while,
	int64_t log_until_ms;         // ... until then, wall; 0: as configured
	struct loop_timer *log_timer; // its end; or NULL
	int memory;                   // descriptor of what the kernel counts of it; -1: none
	int code;                     // to exit with
	struct unanswered unanswered; // questions, by the stop
	bool is_hashing;              // a thread could not be waited for
};

#define STOPPED_TWICE 1 // exit code
#define RENEW_DAYS 21   // before the end of a certificate

// Brings everything up. The exit code of what failed, told on stderr; 0: it runs.
MUST_USE int server_start(struct server *s);
// Whether machines share its store.
MUST_USE bool server_is_shared(const struct server *s);
// Binds all places, and listens where nobody else can have the store; the second listens in any
// case. False with words in *error.
MUST_USE bool server_bind(struct server *s, struct buf *error);
MUST_USE bool server_listen(struct server *s, struct buf *error);
// Has the store, which machines share, before it returns: until then it does not listen. The
// exit code of what failed; 0: s->store is open, or s->stop says that it was told to end.
MUST_USE int server_wait(struct server *s);
// Whoever asks a server that waits: a verb, taken; a signal to end.
void server_asked_waiting(struct server *s, struct admin_request *request);
void server_stop_waiting(struct server *s);
// Takes up the files of key and certificate, while it waits.
void server_load_waiting(struct server *s);
// The sandbox: threads inherit it, so it comes before the first of them.
void server_enter_sandbox(struct server *s);
// Each thread does this first, in itself; the main thread last.
MUST_USE struct thread_begin server_begin(struct server *s);
void server_take_role(void *server, enum thread_role role);
// Signals, limits and priority.
void server_prepare_process(struct server *s);
// What whoever manages it as a service handed in, and wants to be told. False with words in
// *error.
MUST_USE bool server_meet_manager(struct server *s, struct buf *error);
// Once the database is loaded: what of it no key here opens, to the log.
void server_warn_of_keys(const struct server *s);
// Tells that it serves, and from now on that it is alive.
void server_tell_ready(struct server *s);
// Around a reload.
void server_tell_reloading(const struct server *s);
void server_tell_reloaded(const struct server *s);
void server_tell_stopping(const struct server *s);
void server_leave_manager(struct server *s);
// Forks the starter where the settings want a program beside. False with words in *error.
MUST_USE bool server_fork_starter(struct server *s, struct buf *error);
// Has them started, and from now on looked after; then whoever is asked by them.
void server_start_beside(struct server *s);
// The keys of pushes, where the settings want any. False and *error, the caller's.
MUST_USE bool server_start_push(struct server *s, char **error);
// Encrypts it and has it carried; taken. What came of it reaches the hub as a letter.
void server_push(struct server *s, struct push *p);
// Who it is: handed on by its act; what is not configured is answered LATER. Taken; the answer
// reaches the hub as a letter.
void server_identify(struct server *s, struct identity_question *q);
// The issuer, where the settings name one; other settings of it; its end, after the programs
// beside.
void server_start_oidc(struct server *s);
void server_set_oidc(struct server *s);
void server_end_oidc(struct server *s);
// Takes a question about a token. False, and it is the caller's: no issuer is asked.
MUST_USE bool server_ask_issuer(struct server *s, struct identity_question *q);
// Judges and answers what the hub heard.
void server_take_logouts(struct server *s, struct hub_out *out);
// Adds where browsers log in, where that is known.
void server_oidc_for_hub(const struct server *s, struct hub_oidc *out);
// "URL up since …"; nothing where none is asked.
void server_oidc_words(const struct server *s, struct buf *out);
// Questions with this result.
MUST_USE int64_t server_oidc_count(const struct server *s, enum identity_result result);
// Where snug-door comes in, where the settings name a service. False with *error.
MUST_USE bool server_open_door(struct server *s, char **error);
// Takes a question about a password or a standing. False, and it is the caller's: nobody is
// asked.
MUST_USE bool server_ask_door(struct server *s, struct identity_question *q);
void server_end_door(struct server *s);
// Looks at the files of Kerberos, where the settings name any. False with *error.
MUST_USE bool server_open_kerberos(struct server *s, char **error);
// Begins the thread that looks at tickets, which does `begin` first, where there is one.
void server_start_kerberos(struct server *s, struct thread_begin begin);
MUST_USE bool server_takes_tickets(const struct server *s);
// Has it looked at; taken. Only where it takes any.
void server_look_at_ticket(struct server *s, struct identity_question *q);
void server_end_kerberos(struct server *s);
// Opens the folder of the files, and makes it where browsers are served. False with *error.
MUST_USE bool server_open_files(struct server *s, char **error);
// Begins the thread that has it; each thread does `begin` first.
void server_start_files(struct server *s, struct thread_begin begin);
// Where shards put what people send; NULL: they take none.
MUST_USE struct mailbox *server_files(const struct server *s);
// What the hub asks of it: takes the chain.
void server_post_files(struct server *s, struct letter **letters);
// After the thread's end, and that of all who put letters.
void server_free_files(struct server *s);
// Ends all threads and closes the database, whatever of it is up.
void server_end(struct server *s);
// Frees the rest; does not return while a thread that could not be waited for uses it.
void server_clear(struct server *s);
// Remembers how the disk is, from the writer's letters; does not return when it failed.
void server_note_disk(struct server *s, struct letter *letters);
// Takes up configuration and certificate. The answer says what became of each; with a code that
// is not ADMIN_DONE the old ones stay. `confirmed` is the pin that may come in the place of the
// one in force, or "".
MUST_USE struct admin_answer *server_reload(struct server *s, const char *confirmed);
// False with a line for each mistake.
MUST_USE bool server_can_reload(const struct server *s, struct buf *errors);
// What differs from what is in force; notes what waits for a restart.
MUST_USE struct admin_answer *server_changes(struct server *s, const struct config *fresh,
					     const struct tls_context *tls);
// Of what it answered the audit log has what was before and is now.
void server_audit_changes(struct server *s, const struct admin_answer *told);
// The time for the hub, at its start (once its database is loaded) and from then on.
MUST_USE struct hub_time server_clock_start(struct server *s);
MUST_USE struct hub_time server_time(struct server *s);
// The clock is right, says the operator.
void server_accept_clock(struct server *s);
// The witness: opened, compared once the database is loaded, written over.
void server_open_high(struct server *s);
void server_check_high(struct server *s);
void server_note_high(struct server *s);
// For the next start.
void server_save_clock(struct server *s);
// Begins the orderly stop.
void server_stop(struct server *s, struct span reason);
// Adds what the hub cannot know to an answer to `status`.
void server_add_facts(const struct server *s, struct admin_answer *answer);
// Opens the file of the log, where the configuration names one. False with words in *error.
MUST_USE bool server_open_log(struct server *s, struct buf *error);
// From now on it stands in the place of stderr.
void server_use_log(struct server *s);
// Both again: it was rotated.
void server_reopen_log(struct server *s);
// Form and level as configured; a level that was set for a while stays.
void server_set_log(struct server *s);
// For so long; 0: back to the configured one.
void server_set_log_level(struct server *s, enum log_level level, int64_t ms);
// "info", or "debug until ..., then info".
void server_log_words(const struct server *s, struct buf *out);
// Memory of the process that is there.
// Logs the head of the audit log's chain, if it is another than when it was logged last: what
// the log holds, nobody who changes the database can take back there.
void server_say_signins(struct hub_out *out);
void server_say_audit_head(struct server *s);
MUST_USE int64_t server_resident_bytes(const struct server *s);
// From now on what is freed goes back to the system before long.
void server_memory_start(struct server *s);
// All that is counted, as text for Prometheus.
void server_metrics(const struct server *s, struct buf *out);
// "127.0.0.1:6697,[::1]:6697": where it is talked to in this way.
void server_addresses(const struct server *s, const struct transport *way, struct buf *out);
// All of these to the log: it serves.
void server_say_ready(const struct server *s);
// The database is loaded and the hub is not (hub_served_key): goes over to the key that was
// served last, where it is the next one here.
void server_follow_key(struct server *s);
// Has the database keep which key is served, unless it does; when it can.
void server_save_key(struct server *s);
// The announced pair comes into its place, before anything is served. False and *error (the
// caller's).
MUST_USE bool server_take_next(struct server *s, char **error);
// Loads the certificate to begin with. False and *error (the caller's).
MUST_USE bool server_load_certificate(struct server *s, char **error);
// From now on what is renewed is seen, and what ends soon is told of.
void server_watch_certificate(struct server *s);
// What changed while no server ran: before it is ready, so that who asks for its status hears
// of a key that waits.
void server_look_first(struct server *s);
// Gives each shard its context, taken, and tells of the certificate from now on.
void server_use_contexts(struct server *s, struct tls_context **contexts);
// Looks whether the files hold what should be taken, and takes it. Another key is taken when
// the old one vouches for it or when its pin is `confirmed` (else NULL). is_vouched: who asks
// saw that an authority stands behind it. False with words when what the files hold is not
// served.
MUST_USE bool server_look_at_files(struct server *s, const uint8_t *confirmed, bool is_vouched,
				   struct buf *words);
// How the certificate is, in a line for `status`.
void server_certificate_words(const struct server *s, struct buf *out);
// Whether clients are told to insist on such a certificate.
MUST_USE bool server_has_sts(const struct server *s);
// What the hub is told of the settings, and of how the server stands.
void server_hub_config(const struct server *s, struct hub_config *out);
// Tells the hub of the settings, and of the pin.
void server_configure_hub(struct server *s);
// The mailbox of a shard.
MUST_USE struct mailbox *server_shard(const struct server *s, unsigned number);
// The end of each turn of the main loop.
void server_turn(void *arg);
// A verb from the admin socket; taken.
void server_asked(void *arg, struct admin_request *request);
