// SPDX-License-Identifier: MIT
// JSON that somebody else wrote: read strictly, since two readers of one text that differ are
// two answers to who somebody is.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <jansson.h>

// One object and nothing behind it, no member twice at any depth; the caller's. NULL: it is
// none.
MUST_USE json_t *json_read_object(struct span text);
// A fresh copy of a member that is a text of 1 to max bytes (free()). NULL: it is not.
MUST_USE char *json_read_text(const json_t *object, const char *name, size_t max);
