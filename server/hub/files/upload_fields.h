// SPDX-License-Identifier: MIT
// What the sender of a file says of it: Content-Disposition (RFC 6266), Content-Type. Pure; any
// thread.
#pragma once

#include "common/buf.h"

// The name within the field, made harmless (file_name.h).
void upload_name(struct span disposition, struct buf *out);
// "TYPE/SUBTYPE" without parameters, in lower case; "" when it is none, or too long.
void upload_type(struct span said, struct buf *out);
