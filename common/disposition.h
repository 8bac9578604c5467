// SPDX-License-Identifier: MIT
// Names of files as HTTP carries them: Content-Disposition (RFC 6266, RFC 8187).
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

// "inline" or "attachment; filename="..."; filename*=UTF-8''..." for a name; of one that is
// no UTF-8 the first form alone.
void disposition_add(struct buf *out, bool is_inline, struct span name);
// The name in such a value as it stands there, filename* before filename; nothing is added
// where there is none. Some clients write blanks in filename* as '+': whether they are read so.
void disposition_read(struct span value, bool plus_is_blank, struct buf *out);
