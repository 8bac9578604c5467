// SPDX-License-Identifier: MIT
// Exchanges of SASL that went past SASL_MAX, as tickets of Kerberos may: each holds what a
// stranger sent, so there are so many at once, and of one source so many.
#pragma once

#include "server/hub/door/sasl.h"

// Whether it may go on, as one of them; it counts until sasl_long_end.
MUST_USE bool sasl_long_goes_on(struct exchange *x);
// It ends; harmless where it never was.
void sasl_long_end(struct exchange *x);
