// SPDX-License-Identifier: MIT
// The JSON that Ergo imports: {"version": 1, "source": "anope" or "atheme", "users": {…},
// "channels": {…}}.
//
// Pure; any thread.
#pragma once

#include "server/import/people.h"

#include <jansson.h>

// False and *error (the caller's) when it is none.
MUST_USE bool ergo_services_read(const json_t *file, struct import_people *p, char **error);
