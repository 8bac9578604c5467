// SPDX-License-Identifier: MIT
// Names of files as HTTP carries them: Content-Disposition (RFC 6266, RFC 8187).
//
// Pure.
#pragma once

#include "common/buf.h"

// "attachment; filename="…"; filename*=UTF-8''…" for a name; of one that is no UTF-8 the first
// form alone.
void disposition_add(struct buf *out, struct span name);
// The name in such a value, filename* before filename; nothing is added where there is none.
void disposition_name(struct buf *out, struct span value);
