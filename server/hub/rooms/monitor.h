// SPDX-License-Identifier: MIT
// MONITOR (IRCv3 monitor, extended-monitor): who wants to know of which account.
//
// Owner: hub.monitors (name -> watchers) and session.monitored, each the other's
// reverse; main thread.
#pragma once

#include "server/hub/wire/line.h"

// A name, folded, into the list of s (it is not there) and out of it (if it is there).
void monitor_add(struct session *s, struct span folded);
void monitor_remove(struct session *s, struct span folded);
MUST_USE bool monitor_watches(const struct session *s, struct span folded);
// What s subscribed to of the account's metadata, if there is one of that name.
void monitor_tell_metadata(struct session *s, struct span name);
// Others see the account come or go.
void monitor_online(struct account *a);
void monitor_offline(struct account *a);
MUST_USE bool monitor_has(const struct session *s, const struct account *a);
// peers_say of a change of `a`, then to those with extended-monitor who watch it. A
// session hears it once.
void watchers_say(struct account *a, struct line *line, cap_set need, bool self);
void monitor_forget(struct session *s); // frees its table
// Calls fn for each session that watches the account.
void monitor_each(struct account *a, void (*fn)(struct session *s, void *arg), void *arg);
