// SPDX-License-Identifier: MIT
// Listeners: which sessions hear which rooms, kept for the hot path.
//
// A room holds its listeners densely; a session holds its places in them densely, too;
// each side knows the other's place, so that both add and remove are O(1).
// Owner: the room and the session, one end each; main thread.
#pragma once

#include "server/hub/rooms/room.h"

// Beside its capabilities in listener.caps: it sees all who come to a large room (member.h), as
// moderators do and those who asked for events (draft/event-playback).
#define LISTENER_SEES_ALL ((cap_set)1 << 61)

// Who hears a live line, without a look at the session.
struct listener {
	conn_id conn;
	cap_set caps; // a copy; rooms_caps() keeps it true
	struct session *session;
	const struct account *account;
	size_t at; // in session.rooms
};

// Its other end, in the session.
struct listening {
	struct room *room;
	size_t at; // in room.listeners
};

// It is shown the member.
MUST_USE bool listener_is_shown(const struct listener *l, const struct member *m);
// s hears r from now on. It did not before.
void listener_add(struct room *r, struct session *s);
// It no longer does. Harmless if it did not.
void listener_remove(struct room *r, struct session *s);
// All sessions of the account hear r, or none does.
void listener_add_account(struct room *r, struct account *a);
void listener_remove_account(struct room *r, struct account *a);
// From now on the account's sessions see all who come to r, until they no longer hear it.
void listener_see_all(struct room *r, const struct account *a);
// Does s see all who come to r; false, too, of a room that it does not hear.
MUST_USE bool listener_sees_all(const struct room *r, const struct session *s);
// Leaves all rooms.
void listener_forget(struct session *s);
// The room goes: takes it out of all sessions.
void listener_forget_room(struct room *r);

// Lets every listener of the room hear the line that has all of `need` and none of
// `lack`, but `except` (NULL: nobody is left out). A hidden sender is shown first.
void room_say(struct room *r, struct line *line, cap_set need, cap_set lack,
	      const struct session *except);
// The same for the members of at least this role only (STATUSMSG).
void room_say_status(struct room *r, struct line *line, enum member_role role, cap_set need,
		     cap_set lack, const struct session *except);
// The same for all but the sessions of one account.
void room_say_others(struct room *r, struct line *line, cap_set need, cap_set lack,
		     const struct account *except);
// To all that are shown the member, its own sessions included.
void member_say(const struct member *m, struct line *line);
// The same for all sessions that are shown a in a room (each once), a's own included if
// `self`.
void peers_say(struct account *a, struct line *line, cap_set need, cap_set lack, bool self);

// The capabilities of s changed.
void rooms_caps(struct session *s);
