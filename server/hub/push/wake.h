// SPDX-License-Identifier: MIT
// Wake: which devices of whom are woken by what is said.
//
// A message wakes an account when it is said to it alone, names it, calls all of a room, or is
// said where the account wants all (QUIET push); an invitation does, too. Not when the account
// is at one of its devices, has read it, ignores who said it, muted the place, or may not read
// it; that is asked when the delay is over. Main thread.
#pragma once

#include "server/hub/people/parcel.h"
#include "server/hub/rooms/room.h"

// It was stored just now.
void wake_said(struct hub *h, const struct stream *stream, const struct entry_message *m);
void wake_invited(const struct account *by, struct account *to, const struct room *r);
// The account has read the stream up to then: what was shown of it goes again.
void wake_read(struct account *a, const struct stream *stream, int64_t time_ms);
// Whether the account is to be woken by this message at all, whatever it does now.
MUST_USE bool wake_is_for(const struct account *a, const struct stream *stream,
			  const struct entry_message *m);
// Somebody is there: typed, switched or read within the last minutes, and is not away.
MUST_USE bool wake_is_attended(const struct account *a);
// What waits is not to be sent any more.
MUST_USE bool wake_is_over(const struct parcel *p);
// "off", "mentions" or "all": what of a stream wakes the account.
MUST_USE bool wake_level_is(struct span text);
