// SPDX-License-Identifier: MIT
// snugd.conf: every setting is a row of one table (config.c) and has a default.
//
// Owner: whoever called config_read; freed by config_clear.
#pragma once

#include "common/cidr.h"
#include "common/conf.h"
#include "common/net.h"
#include "common/snug_link.h"
#include "common/tls.h"
#include "server/hub/hub.h"
#include "server/paths.h"

#define PORT_DEFAULT 6697

struct transport;

// Where to listen, and how those who connect there talk.
struct config_place {
	struct net_address address;
	const struct transport *transport;
};

enum sts_choice { STS_AUTO, STS_YES, STS_NO };

struct config {
	// [server]
	char *name; // NULL: this computer's
	char *user; // whom root becomes; NULL: the owner of the state directory
	char *network, *description, *icon, *motd_file;
	struct conf_list listen, proxy_from, link_hosts;
	int64_t io_threads;
	int durability; // enum store_durability
	int log_level;  // enum log_level
	int log_form;   // enum log_form
	char *log_file; // NULL: stderr
	bool sandbox;
	int refused_calls; // enum sandbox_refusal
	char *store;       // where it is; NULL: the database in the state directory
	// [beside]
	bool errand;
	char *ca_file; // NULL: the system's
	// [kerberos]
	char *keytab; // NULL: nobody comes by it
	struct conf_list realms;
	char *kerberos_service;
	bool kerberos_plain; // also without channel bindings
	// [push]
	bool push;
	int64_t push_delay_ms;
	char *push_contact;          // NULL: the server itself
	struct conf_list push_allow; // errand_allow.h
	// [pam]
	char *pam_service; // NULL: nobody is asked
	int64_t pam_tries; // wrong ones a day and account that are passed on
	int64_t pam_cache_ms;
	char *door_user; // whose snug-door is let in, too; NULL: nobody's
	// [oidc]
	char *oidc_issuer; // its URL; NULL: nobody is asked
	char *oidc_client_id, *oidc_secret_file, *oidc_audience, *oidc_scope;
	struct conf_list oidc_clients, oidc_algorithms, oidc_hosts;
	int oidc_token_type; // enum jwt_type
	char *oidc_name_claim, *oidc_groups_claim;
	char *oidc_admin_group, *oidc_tenant; // NULL: none
	// [web]
	struct conf_list web_listen, web_hosts, web_origins;
	char *metrics; // NULL: not served
	// [files]
	bool files;
	int64_t file_max, files_account, files_room, files_total, files_per_day;
	// [tls]
	char *certificate, *key; // NULL: in the state directory
	int64_t overlap_ms;      // so long a next key is announced before it comes
	int sts;                 // enum sts_choice
	// [acme]
	char *acme_server;              // NULL: no authority is asked for certificates
	char *acme_webroot, *acme_hook; // of other ways than TLS-ALPN-01; NULL: none
	// [auth]
	int64_t argon2_memory, argon2_passes, hash_threads, logins_waiting;
	int64_t recheck_ms; // how long a yes of an issuer lets in
	bool sign_in_makes;
	// [accounts], [rooms]
	int registration; // enum registration
	bool admin_2fa;
	bool email_required;
	int64_t disable_unseen_ms; // 0: never
	int invites;               // enum invite_policy
	int create_rooms;          // enum room_policy
	int hooks;                 // enum hook_policy
	// [limits]
	int64_t connections_per_source, unknown_connections, logins_per_source;
	int64_t account_per_day, room_per_day, disk_share;
	int64_t lines_per_second, lines_burst, asks_per_second, asks_burst, rooms_per_hour;
	int64_t bot_times, bridge_times;
	int64_t presence_limit;
	// [history]
	int64_t keep_ms, keep_bytes, keep_total, replay_limit;

	// Worked out of these.
	char *web_names;             // of `[web]`: hosts, a blank between two
	char *motd;                  // what motd_file holds; NULL: none
	char *oidc_secret;           // what its file holds; wiped; NULL: a public client
	char *oidc_for;              // `audience`, or its default
	char *oidc_configuration;    // where the issuer says what it is; NULL without one
	struct snug_link link;       // of `link_host`; without any see config_for_hub
	struct config_place *places; // of `listen`, or of the default; then of `[web]`
	size_t n_places;
	struct cidr *proxies; // of `proxy_from`
	size_t n_proxies;
	size_t n_lines; // of them, where IRC is spoken
};

// Fills *c from the file (absent and not named: all defaults). False when anything is wrong: a
// line each in *errors. *c is to be cleared in both cases.
MUST_USE bool config_read(struct config *c, const struct paths *p, struct buf *errors);
void config_clear(struct config *c);
// Why it cannot be [server] store; NULL: it can.
MUST_USE const char *config_store_fault(const char *store);
// The i-th file, and the port of the i-th host, that the store's place names. False: there are
// no more. is_secret: nobody else may read it.
MUST_USE bool config_store_file(const struct config *c, size_t i, struct buf *path,
				bool *is_secret);
MUST_USE bool config_store_port(const struct config *c, size_t i, uint16_t *port);
// Sets p->store, as the file says. Of a file that is wrong whoever reads it tells.
void config_find_store(struct paths *p);
// Whether people may send files: where browsers are served, too.
MUST_USE bool config_has_files(const struct config *c);
// What the hub needs, with spans borrowed from c. `port` goes into invite links; is_vouched: an
// authority stands behind the certificate.
void config_for_hub(const struct config *c, const uint8_t pin[static TLS_PIN_LEN],
		    bool is_vouched, uint16_t port, struct hub_config *out);
// The context of the configured certificate (pair.h); NULL and *error (the caller's).
MUST_USE struct tls_context *config_tls(const struct config *c, const struct paths *p,
					char **error);

// A setting that differs: "[section] key", both as they would be written.
struct config_change {
	struct span name, old, fresh;
	bool reloads; // takes effect without a restart
};

// The change is valid during the call.
typedef void config_change_fn(void *arg, const struct config_change *change);
// Each setting that differs, in the order of the table.
void config_changes(const struct config *old, const struct config *fresh,
		    config_change_fn *on_change, void *arg);
// *fresh gets of *old what takes effect only with a restart; *old is then only to be cleared.
void config_keep(struct config *fresh, struct config *old);
// "[section] key = value" of every setting, with the default where none is given.
void config_show(const struct config *c, struct buf *out);
// "ircs://ADDR:PORT", or "ADDR:PORT" for the same. False for a scheme that is no transport's.
MUST_USE bool config_place(struct config_place *place, struct span text);
// Adds the places of `[web]`. False with a line for each mistake.
MUST_USE bool config_web_places(struct config *c, const char *file, struct buf *errors);
// The hosts that requests may name, the caller's.
MUST_USE char *config_web_hosts(const struct config *c);
// Whom requests may take the server for, and whose pages may speak to it, the caller's.
// is_vouched: browsers may be told to come over TLS alone from now on.
MUST_USE struct web_names *config_web_names(const struct config *c, bool is_vouched);
// Of the issuer's that snug-errand may go to: the first is its own. "issuer=HOST:PORT"; false:
// there is none of this number.
MUST_USE bool config_oidc_place(const struct config *c, size_t number, struct buf *out);
// Whom tokens must be for, the caller's.
MUST_USE char *config_oidc_for(const struct config *c);
// For whom tokens are asked (RFC 8707); NULL: the issuer does not want to be told.
MUST_USE const char *config_oidc_resource(const struct config *c);
// The client that programs of people are to be: the first of `clients`, or client_id.
MUST_USE const char *config_oidc_told(const struct config *c);
// What clients are told; borrowed from c. But for `authorization`, which the issuer knows.
void config_oidc_for_hub(const struct config *c, struct hub_oidc *out);
// The port of an address.
MUST_USE uint16_t address_port(const struct net_address *a);
