// SPDX-License-Identifier: MIT
// What lets a device in without the password: its certificate's key, or an app token.
//
// A token reads snug_ID_SECRET.
// Owner: account.credentials; main thread.
#pragma once

#include "common/list.h"
#include "server/hub/people/account.h"
#include "server/hub/people/invite.h"

#define TOKEN_TEXT_MAX (5 + 20 + 1 + SECRET_TEXT_LEN) // inside: a buffer for a whole token

struct credential {
	struct list in_account;
	struct account *account;
	int64_t id;
	enum credential_kind kind;
	uint8_t hash[32];
	char *label;
	int64_t created_ms, used_ms, expires_ms;
	uint8_t cert[64]; // SHA-512 of the certificate it was last shown by
	int64_t rate; // lines a minute that who comes by this token may say; 0: as its account
	struct purse *purses; // of its own; NULL: without a rate
	bool is_told;         // its person heard of it when it was let in
	bool no_presence;     // of sessions that come by it (presence.h)
	bool is_device;       // a token of a device, which can show no certificate
	bool free_of_lease; // a token that lets in whatever the account's issuers say (lease.h)
};

// The label is made its own (credential_label).
struct credential *credential_new(struct account *a, enum credential_kind kind,
				  const uint8_t hash[static 32], struct span label,
				  int64_t expires_ms);
MUST_USE struct credential *credential_find(struct hub *h, const uint8_t hash[static 32]);
// Notes that it was used now (journaled at most once an hour).
void credential_used(struct credential *c);
// Nobody came by it yet, it is not the only one of its account, and nobody was told of it.
MUST_USE bool credential_is_fresh(const struct credential *c);
void credential_load(struct hub *h, const struct entry_credential *row);
// Journals that it is gone; the sessions that it let in are the caller's matter.
void credential_post_gone(const struct credential *c);
// Takes it out of the tables, without an entry.
void credential_free(struct credential *c);

// Of the form of a token, valid or not.
MUST_USE bool token_is(struct span text);
// Makes one; `text` is to be shown once and wiped.
struct credential *token_new(struct account *a, struct span label, int64_t expires_ms,
			     char text[static TOKEN_TEXT_MAX + 1]);
// Gives it purses of its own, which are filled at that rate. Journals it.
void token_set_rate(struct credential *c, int64_t lines_per_minute);
// The token that let s in, where it has purses of its own; NULL otherwise.
MUST_USE struct credential *token_with_rate(const struct session *s);
// Who comes by it from now on is not shown to others as being here. Journals it.
void token_set_no_presence(struct credential *c);
// It is a device's from now on (step_up.h). Journals it.
void token_set_device(struct credential *c);
// It lets in from now on whatever the account's issuers say (lease.h). Journals it.
void token_set_free_of_lease(struct credential *c);
// The token that let s in; NULL: it came otherwise.
MUST_USE struct credential *token_letting_in(const struct session *s);
// Such a token let s in.
MUST_USE bool token_without_presence(const struct session *s);
// The token's credential if it lets in now; NULL otherwise.
MUST_USE struct credential *token_find(struct hub *h, struct span text);
MUST_USE bool credential_is_over(const struct credential *c);
// Whoever shows it is let in: it is not over, and its account is not shut.
MUST_USE bool credential_lets_in(const struct credential *c);
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
// How many of the kind are not of `own` (NULL: all).
MUST_USE size_t credentials_beside(const struct account *a, const struct session *own,
				   enum credential_kind kind);
// Frees all, without entries.
void credentials_free(struct account *a);
