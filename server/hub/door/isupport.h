// SPDX-License-Identifier: MIT
// RPL_ISUPPORT, as many lines as it takes. Main thread.
#pragma once

#include "server/hub/state/session.h"

void isupport_say(struct session *s);
