// SPDX-License-Identifier: MIT
// Masks, inside: for mask.c and ban.c, which matches many against one account.
#pragma once

#include "server/hub/people/account.h"

MUST_USE bool mask_is_mute(struct span mask); // ~m:
// The one name that the mask can mean, muted or not; "" when it is a pattern.
MUST_USE struct span mask_name(struct span mask);
// "nick!user@host", once for many masks.
void mask_who(const struct account *a, struct buf *full);
MUST_USE bool mask_means(struct span mask, const struct account *a, struct span full);
