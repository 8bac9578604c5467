// SPDX-License-Identifier: MIT
// What a restore or a downgrade that was cut short left in the state directory is ended by
// whoever comes next: the state is the old one or the new one, and it is said which.
#pragma once

#include "server/letters/admin.h"
#include "server/paths.h"

#include "common/buf.h"

// ADMIN_DONE; with words when there was something. ADMIN_FAILED, or ADMIN_CONFLICT while the
// state is in use, with words. As the user that owns the state.
MUST_USE enum admin_code state_settle(const struct paths *p, struct buf *words);
// Until then nobody else uses a state of which a half is there: false with words.
MUST_USE bool state_is_settled(const struct paths *p, struct buf *words);
