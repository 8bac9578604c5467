// SPDX-License-Identifier: MIT
// The keys by which push services know this server (server/push/vapid.h): a file of the state
// directory, web-push.key, 0600. It is in no database, and in a backup only --with-keys. Main
// thread.
#pragma once

#include "server/paths.h"
#include "server/push/vapid.h"

#define PUSH_KEY_NAME "web-push.key"

// The caller's; one is made where there is no file. NULL: *error says why, the caller's, too.
MUST_USE struct vapid_keys *push_key_take(const struct paths *p, char **error);
