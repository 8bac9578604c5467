// SPDX-License-Identifier: MIT
// znc.in/playback: PRIVMSG *playback :PLAY target [from [to]] answers with history.
//
// Times are seconds since 1970, with a fraction. Main thread.
#pragma once

#include "server/hub/commands/utterance.h"

// False: the target is not "*playback".
MUST_USE bool playback_takes(struct session *s, const struct utterance *u, struct span target);
