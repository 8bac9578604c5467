// SPDX-License-Identifier: MIT
// The table of settings, for the files of server/config*.c.
#pragma once

#include "server/config.h"

extern const struct conf_row config_rows[];
extern const size_t config_n_rows;

// Whether [push], or [kerberos], can be done; else lines "FILE: what is wrong" in errors.
MUST_USE bool config_check_push(const struct config *c, const char *file, struct buf *errors);
MUST_USE bool config_check_kerberos(const struct config *c, const char *file,
				    struct buf *errors);
// The same of [pam].
MUST_USE bool config_check_pam(const struct config *c, const char *file, struct buf *errors);
void config_pam_for_hub(const struct config *c, struct hub_config *out);
// What the hub is told of [kerberos].
void config_kerberos_for_hub(const struct config *c, struct hub_config *out);
// The same of [server] store.
MUST_USE bool config_check_store(const struct config *c, const char *file, struct buf *errors);
// The same as the first of [tls], and of [acme].
MUST_USE bool config_check_tls(const struct config *c, const char *file, struct buf *errors);
MUST_USE bool config_check_acme(const struct config *c, const char *file, struct buf *errors);
// The same of [oidc]; works out what is not written, and reads the client's secret.
MUST_USE bool config_check_oidc(struct config *c, const struct paths *p, struct buf *errors);
// Wipes the secret.
void config_forget_oidc(struct config *c);
