// SPDX-License-Identifier: MIT
// Writing application/x-www-form-urlencoded, as OAuth wants it (RFC 6749, B); http.h reads it.
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

// Adds the text with all but letters, digits and "-._~" escaped.
void form_escape(struct buf *out, struct span text);
// Adds "name=value", behind a '&' where it is not the first. An absent value (at is NULL) adds
// nothing.
void form_add(struct buf *out, const char *name, struct span value);
