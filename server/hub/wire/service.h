// SPDX-License-Identifier: MIT
// Services: NickServ, ChanServ and Snug, to which people type out of habit.
//
// They are no accounts: nothing said to them is stored or relayed, and nobody can register
// their names. They answer by NOTICE. Main thread.
#pragma once

#include "server/hub/state/session.h"

struct service {
	const char *name, *about;
};

// By the name in any case, "NickServ@anywhere" too; NULL: no service of that name.
MUST_USE const struct service *service_find(struct span name);
// As it is shown.
MUST_USE struct span service_name(const struct service *v);
// A NOTICE of the service, in as many as it takes.
PRINTF(3, 4) void service_say(struct session *s, const char *service, const char *format, ...);
