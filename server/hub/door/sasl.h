// SPDX-License-Identifier: MIT
// SASL (IRCv3 sasl 3.1 and 3.2): PLAIN (RFC 4616) and EXTERNAL (RFC 4422, appendix A).
//
// A response comes as base64 in parts of 400 bytes; a shorter one, or "+", ends it. All
// failures look alike. Main thread.
#pragma once

#include "server/hub/state/session.h"

#define SASL_MECHANISMS "PLAIN,EXTERNAL"

// Ends the exchange that is going on with 906.
void sasl_abort(struct session *s);
// What AUTHENTICATE says: a mechanism, a part of a response, or "*".
void sasl_take(struct session *s, struct span text);
