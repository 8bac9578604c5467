// SPDX-License-Identifier: MIT
// Welcome: what is told of the server itself, at the login and when asked. Main thread.
#pragma once

#include "server/hub/state/session.h"

// The burst from 001 to the end of the MOTD.
void welcome_say(struct session *s);
void motd_say(struct session *s);
// RPL_LUSERCLIENT and the like; is_entering: in the burst, with s itself.
void lusers_say(struct session *s, bool is_entering);
