// SPDX-License-Identifier: MIT
// What the files of `snugd check` share: the rows, and who looks at what.
//
// A row that is not fine ends with the line that mends it, behind two spaces: a command, or a
// setting as it would stand in snugd.conf.
#pragma once

#include "server/cli.h"

#include <sys/types.h>

struct check {
	const struct cli *cli;
	struct admin_answer *answer;
	struct config config;
	bool has_config; // it was read without a mistake
	bool is_root;    // when it was given
};

// A row, and one that makes the answer tell of problems when it is not fine.
void check_row(struct check *k, const char *what, bool is_fine, const char *found);
void check_report(struct check *k, const char *what, bool is_fine, const char *found);
// Of a file that is there: nobody of `denied` may get at it.
void check_mode(struct check *k, const char *what, const char *path, mode_t denied);
// Lines as one.
void check_join(struct buf *out, struct span lines);
// Whether no server has the database open.
MUST_USE bool check_is_idle(const struct check *k);

// The certificate: its file, its time, whom it names, what stands behind it. cli_check_key.c
void check_key(struct check *k);
// The authority that gives it, where one is configured. cli_check_acme.c
void check_acme(struct check *k);
// The issuer, as the server that runs last heard of it. cli_check_issuer.c
void check_issuer(struct check *k, struct span status);
// Whether it is one of many tenants, none of which is named.
void check_tenant(struct check *k);
// Whether tickets of Kerberos can let in, where they may. cli_check_kerberos.c
void check_kerberos(struct check *k);
// PAM: the service that is named, and, of the server that runs, who asks it. cli_check_pam.c
void check_pam(struct check *k);
void check_door(struct check *k, struct span status);
// What of this computer is needed. cli_check_host.c
void check_port(struct check *k);
void check_descriptors(struct check *k);
void check_room_on_disk(struct check *k);
void check_sync(struct check *k);
void check_quotas(struct check *k);
// Whom `run` would serve as, and what that user cannot reach. cli_check_access.c
void check_user(struct check *k);
MUST_USE bool check_access(struct check *k);
// The database, and the clock beside its newest message. cli_check_database.c
void check_database(struct check *k);
// The key beside what the database says of it (SETTING_KEY). cli_check_served.c
void check_served(struct check *k, struct span key);
// Of a store that machines share: where it is, and what is at risk. cli_check_store.c
struct store_report;
void check_store(struct check *k);
void check_risks(struct check *k, const struct store_report *found);
// The files that people sent, where the database is sound. cli_check_files.c
void check_files(struct check *k);
void check_mend_times(struct check *k);
// Who signs in elsewhere, where the database is sound. cli_check_signin.c
void check_signins(struct check *k);
// What is sealed in the database, and no key of the state opens. cli_check_sealed.c
void check_sealed(struct check *k);
// Who is bound to somebody whom the settings do not name, likewise. cli_check_bound.c
void check_bound(struct check *k);
