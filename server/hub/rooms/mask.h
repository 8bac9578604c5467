// SPDX-License-Identifier: MIT
// Masks: their one form, and whom they mean.
//
// Pure, but for the accounts they are asked about. Main thread.
#pragma once

#include "server/hub/rooms/ban.h"

// Brings a mask into the one form that is stored: "bar" becomes "bar!*@*", "$a:x" "~a:x".
// *lasts_ms is what ~t:DURATION: said in front of it, else 0. False when it is no mask.
MUST_USE bool mask_parse(struct span text, struct buf *out, int64_t *lasts_ms);
// The mask as lists show it, and mask_parse takes it: ~t:DURATION: is in front of one that
// ends, counted from its at_ms.
void mask_show(const struct ban *b, struct buf *out);
// Does a mask (of that form, without a mute) mean the account?
MUST_USE bool mask_matches(struct span mask, const struct account *a);

MUST_USE bool mask_is_mute(struct span mask); // ~m:
// The one name that the mask can mean, muted or not; "" when it is a pattern.
MUST_USE struct span mask_name(struct span mask);
// Such a mask without its name, and with one again.
void mask_without_name(struct span mask, struct buf *out);
void mask_with_name(struct span mask, struct span name, struct buf *out);
// "nick!user@host", once for many masks.
void mask_who(const struct account *a, struct buf *full);
MUST_USE bool mask_means(struct span mask, const struct account *a, struct span full);
