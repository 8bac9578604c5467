// SPDX-License-Identifier: MIT
// Retention: what the bounds of the configuration and of rooms no longer keep goes, oldest
// first, while the server runs.
//
// The store computes what that is (QUERY_EXPIRED), the hub journals it (ENTRY_EXPIRE), and
// the store removes it in idle moments. Numbers of messages that went stay taken.
// Owner: hub.on_retention and hub.retention_asked; main thread.
#pragma once

#include "server/hub/state/state.h"

// A bound may have changed (or the hub was loaded): looks soon, when there is any.
void retention_changed(struct hub *h);
// The question, by the bounds that hold now.
MUST_USE struct query *retention_query(struct hub *h);
// Journals that this goes.
void retention_expire(struct hub *h, const struct rows_target *t);
