// SPDX-License-Identifier: MIT
// What CERT says alike of a certificate and of an app token. Main thread.
#pragma once

#include "server/hub/door/step_up.h"
#include "server/hub/wire/line.h"

// Nothing keeps s from it, or the error was sent.
MUST_USE bool device_may(struct session *s, const struct step_up *why_not);
// A time as a parameter; 0 is never.
void device_add_time(struct line *l, int64_t wall_ms);
// c is what s came by: it goes when that is confirmed.
void device_unconfirmed(struct session *s, const struct credential *c);
