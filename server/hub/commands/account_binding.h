// SPDX-License-Identifier: MIT
// ACCOUNT BIND, BINDINGS, UNBIND: to whom else one's account is bound (people/binding.h).
// Main thread.
#pragma once

#include "server/hub/state/session.h"

// For five minutes whom s proves to be elsewhere (door/identified.h) is bound to its account.
void account_bind(struct session *s);
void account_bindings(struct session *s);
void account_unbind(struct session *s, struct span number);
