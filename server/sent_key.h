// SPDX-License-Identifier: MIT
// Which next key was last handed out for another machine: a file of the state directory with
// its pin. Of a store that machines share, where the other one must have it before it serves.
#pragma once

#include "common/attr.h"
#include "common/tls.h"
#include "server/paths.h"

// Without it the next `tls rotate --now` is refused, and says what to do.
void sent_key_note(const struct paths *p, const struct tls_context *next);
MUST_USE bool sent_key_is(const struct paths *p, const struct tls_context *next);
// Some key was, so there was another machine.
MUST_USE bool sent_key_is_any(const struct paths *p);
