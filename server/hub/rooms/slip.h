// SPDX-License-Identifier: MIT
// Slip: what the server has to tell one account, kept until a device of it had it.
//
// It comes as a NOTICE of the server, to who is here at once, else at the next login; behind it
// a PING :slip-..., and with the PONG it is gone. Of too many the oldest go.
// Owner: account.slips; main thread.
#pragma once

#include "server/hub/people/account.h"

struct slip {
	struct list in_account;
	int64_t id, at_ms;
	char *text;
	int64_t not_from; // nobody from this source takes it away; 0: who comes
};

// Journals. What is said fits into a line: names and reasons have their bounds.
PRINTF(2, 3) void slip_tell(struct account *a, const char *format, ...);
// To all but `except`, which knows; NULL: to all.
PRINTF(3, 4)
void slip_tell_except(struct account *a, const struct session *except, const char *format, ...);
// The same about s, to the others: who comes from where it is sees it, and does not take it
// away.
PRINTF(2, 3) void slip_tell_others(struct session *s, const char *format, ...);
// A session of the account is in: it is told what is kept.
void slips_welcome(struct session *s);
// A PONG came: what its PING stood behind is gone.
void slips_pong(struct session *s, struct span token);
void slip_load(struct hub *h, const struct entry_slip *row);
void slips_free(struct account *a);
