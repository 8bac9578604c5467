// SPDX-License-Identifier: MIT
// What the files of the composition root share.
#pragma once

#include "client/app/client.h"
#include "client/app/courier.h"
#include "client/app/door.h"
#include "client/app/gallery.h"
#include "client/app/issuer_login.h"
#include "client/seat/seat.h"
#include "client/outside/route.h"
#include "client/app/second_factor.h"
#include "client/app/secret_guard.h"
#include "client/app/unsent_file.h"
#include "client/sign_in/issuer_https.h"
#include "client/sync/engine.h"

struct client {
	struct loop *loop;
	const struct folders *paths;
	struct profile *profile;
	struct preferences *config;
	struct engine core;
	struct unsent_file *unsent_file;
	struct requests *requests;
	struct door *door;
	struct route *route;
	const struct face *face;
	void *shown; // what the face opened, or NULL
	struct arranged *arranged;
	struct seat seat;
	void *second;
	char *state_dir, *layout;
	char *wanted;             // room to be in, or NULL
	char *joining;            // words of the last JOIN: a room, and its key, or NULL
	struct login_order login; // the latest; its secret counts with keeps_secret only
	struct secret_guard guard;
	struct second_factor second_factor;
	struct issuer_https *issuer;
	struct issuer_login *issuer_login;
	struct courier *courier;
	struct gallery *gallery;
	struct ticket_login *ticket; // NULL: none was wanted yet
	bool is_changed;             // the profile is, on disk it is not
};

// What a face works with.
struct face_order client_face_order(struct client *c, bool plain);

// client_intents.c: what the user wants of this program alone.
void client_set_intents(struct client *c);

// client_keep.c: what the profile remembers of this run.
// The user's own line: the key of a room is kept with it, for the next time.
void client_note_sent(struct client *c, struct span line);
// Rooms that we entered or left.
void client_note_membership(struct client *c, const struct msg *m);
// What was learnt at this login and saves time at the next.
void client_keep_caps(struct client *c);
// The server's key, when it went over to another one or announced that.
// The place at which the server answered is tried first the next time.
void client_keep_answered(struct client *c);
void client_keep_key(struct client *c);
// Where the user is, for the next start.
void client_keep_place(struct client *c);
// The key that is trusted now, from disk.
void client_take_pin(struct client *c);
// Writes the profile when it changed.
void client_save_profile(struct client *c);
// The rooms of the last time, until the server tells.
void client_show_rooms(struct client *c);
