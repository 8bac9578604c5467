// SPDX-License-Identifier: MIT
// Bans of the server (hub.server_bans): of accounts, addresses and CIDRs. Main thread.
#pragma once

#include "server/hub/rooms/ban.h"

// The server's ban of this account or address (as text); NULL: none.
MUST_USE const struct ban *server_ban_account(struct hub *h, struct span name);
MUST_USE const struct ban *server_ban_address(struct hub *h, struct span host);
MUST_USE bool server_ban_means(const struct ban *b, const struct session *s);
// An account's name, an address or a CIDR: what a server's ban may be of. out: its one form.
MUST_USE bool server_mask_parse(struct span text, struct buf *out);
// The ban of the same account or addresses, however they are written; NULL: none.
MUST_USE struct ban *server_ban_find(struct hub *h, struct span mask);
// What a ban of this would do that is hardly meant, in words; NULL: nothing. by: the account
// that asks, or NULL.
MUST_USE const char *server_ban_risk(struct hub *h, struct span mask, const struct account *by);
// No other account that may administer is left: none that is neither disabled nor banned.
MUST_USE bool account_is_last_admin(const struct account *a);
