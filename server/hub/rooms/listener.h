// SPDX-License-Identifier: MIT
// Listeners: which sessions hear which rooms, kept for the hot path.
//
// A room holds its listeners densely; a session holds its places in them densely, too;
// each side knows the other's place, so that both add and remove are O(1).
// Owner: the room and the session, one end each; main thread.
#pragma once

#include "server/hub/rooms/room.h"

// s hears r from now on. It did not before.
void listener_add(struct room *r, struct session *s);
// It no longer does. Harmless if it did not.
void listener_remove(struct room *r, struct session *s);
// All sessions of the account hear r, or none does.
void listener_add_account(struct room *r, struct account *a);
void listener_remove_account(struct room *r, struct account *a);
// Leaves all rooms.
void listener_forget(struct session *s);
// The room goes: takes it out of all sessions.
void listener_forget_room(struct room *r);
