// SPDX-License-Identifier: MIT
// What lets a device in without the password: its certificate's key, or an app token.
//
// The functions on one credential stand in account.h. A token reads snug_ID_SECRET.
// Owner: account.credentials; main thread.
#pragma once

#include "server/hub/people/account.h"
#include "server/hub/people/invite.h"

#define TOKEN_TEXT_MAX (5 + 20 + 1 + SECRET_TEXT_LEN)

// Of the form of a token, valid or not.
MUST_USE bool token_is(struct span text);
// Makes one; `text` is to be shown once and wiped.
struct credential *token_new(struct account *a, struct span label, int64_t expires_ms,
			     char text[static TOKEN_TEXT_MAX + 1]);
// The token's credential if it lets in now; NULL otherwise.
MUST_USE struct credential *token_find(struct hub *h, struct span text);
MUST_USE bool credential_is_over(const struct credential *c);
// credential_label.c: what it may be called when `wanted` is another's name (but of
// `except`, NULL: none) or a number: with "-2", "-3" ... behind it, within DEVICE_NAME_MAX.
void credential_label(const struct account *a, const struct credential *except,
		      struct span wanted, struct buf *out);
// Once, when all is loaded: equal labels of older databases are made different. Journals.
void credentials_loaded(struct hub *h);
// Journals it as it is.
void credential_post(const struct credential *c);
// "certificate 17 (laptop), added 2026-11-22, last used 2026-11-23".
void credential_describe(const struct credential *c, struct buf *out);
// By number, label or (certificates) pin as base64url; NULL if there is none of the kind.
MUST_USE struct credential *credential_named(struct account *a, enum credential_kind kind,
					     struct span name);
MUST_USE size_t credentials_count(const struct account *a);
// The one of the certificate that s showed; NULL: it showed none, or one that nobody has.
MUST_USE struct credential *credential_shown_by(const struct session *s);
// It was shown by the certificate with this SHA-512 (its key may be in a renewed one).
void credential_shown(struct credential *c, const uint8_t cert[static 64]);
// Is it that by which s came in: its token, or the certificate that it showed?
MUST_USE bool credential_is_of(const struct credential *c, const struct session *s);
// Those of the kind that are not of `own` (NULL: all): how many; and deletes all such of
// both kinds, giving how many.
MUST_USE size_t credentials_beside(const struct account *a, const struct session *own,
				   enum credential_kind kind);
size_t credentials_revoke(struct account *a, const struct session *own);
// cmd_device.c: a NOTE of the command to who asked for another label than it got.
void label_told(struct session *s, const char *command, struct span wanted,
		const struct credential *c);
// Frees all, without entries.
void credentials_free(struct account *a);
