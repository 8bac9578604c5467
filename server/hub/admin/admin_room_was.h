// SPDX-License-Identifier: MIT
// What a room was set to, for the audit log: beside what it is set to now. Main thread.
#pragma once

#include "server/hub/admin/admin.h"

struct room;

#define ROOM_FACTS 9 // inside: rows of the table in admin_room_was.c

struct room_was {
	char *facts[ROOM_FACTS];
	char *name;
};

MUST_USE struct room_was room_was(const struct room *r);
// Audits "#den limit none -> 5; topic changed", and frees it. Of a key, a topic and rules only
// that they changed: a secret, and what was said.
void verb_audit_room(struct verb_call *c, const struct room *r, struct room_was *was);
