// SPDX-License-Identifier: MIT
// Presence: what rooms and peers see when an account comes and goes, and what a session
// gets to see of a room.
//
// An account is shown from its first session's attaching to its last one's end; only then
// do others see JOIN and QUIT. More devices of the same account show nothing to others, nor
// does a session without presence (snug.chat/no-presence): it hears and speaks like any other,
// and the account is as away and as far as it would be without it.
// Owner: account.shown and room.n_present are written here and in member.c only.
#pragma once

#include "server/hub/rooms/room.h"

// Gives or takes the rights of an administrator, as OPER and MODE -o do.
void session_set_oper(struct session *s, bool oper);
// The same of +i, for an account that is present.
void account_set_invisible(struct account *a, bool invisible);

// account_rename, told to all who see the account: NICK, and ACCOUNT since the account's
// name is it; to those who watch, that the old name left and the new one came.
void presence_rename(struct account *a, struct span name);

// An account became a member: JOIN to the room where it is shown, and to its sessions what
// follows.
void presence_joined(struct member *m, const struct entry_message *event);
// JOIN (and topic, names, metadata) of a room to one session of a member.
void presence_burst(struct session *s, struct room *r);
// A hidden member (NULL: nobody) is shown: JOIN to those who were not. Harmless if it is not.
void presence_show(struct member *m);
// Shows all that are hidden, if the room is no longer large.
void presence_settle(struct room *r);
// What follows JOIN: topic, read marker, names, metadata.
void presence_room(struct session *s, struct room *r);

// A session of a member attached or is gone: who hears the room, and what others see
// (JOIN when the account became present, QUIT when it no longer is).
void rooms_attach(struct session *s);
void rooms_detach(struct session *s, struct span reason);
