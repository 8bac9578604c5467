// SPDX-License-Identifier: MIT
// Bans of the server (hub.server_bans): of accounts, addresses and CIDRs. Main thread.
#pragma once

#include "server/hub/rooms/ban.h"

// The server's ban of this account or address (as text); NULL: none.
MUST_USE const struct ban *server_ban_account(struct hub *h, struct span name);
MUST_USE const struct ban *server_ban_address(struct hub *h, struct span host);
MUST_USE bool server_ban_means(const struct ban *b, const struct session *s);
// An account's name, an address or a CIDR: what a server's ban may be of.
MUST_USE bool server_mask_is_valid(struct span mask);
