// SPDX-License-Identifier: MIT
// Invites: tokens that let somebody make an account, counted and expiring, and bring the
// holder into a room.
//
// A token is 160 random bits as base64url (27 characters); only its keyed hash is kept.
// Owner: hub.invites; main thread.
#pragma once

#include "server/hub/state/state.h"

#define SECRET_BYTES 20
#define SECRET_TEXT_LEN 27
#define SECRET_HASH_LEN 32

struct invite {
	int64_t id;
	uint8_t hash[SECRET_HASH_LEN];
	stream_id room; // 0: none
	int64_t uses_left, uses_max;
	int64_t expires_ms, created_ms;
	int64_t guest_ms; // when the guests that it brings end (guest.h); 0: no guests
	account_id maker; // who made it in a client, and may take it back; 0: the command line
	char *creator, *note;
};

// What an invite is to be: `room`, `uses_max`, `expires_ms`, `guest_ms`, `maker`,
// `creator`, `note` count. Journals; `token` is filled and is to be wiped by the caller.
struct invite *invite_new(struct hub *h, const struct invite *wanted,
			  char token[static SECRET_TEXT_LEN + 1]);
// "snug://HOST[:PORT]/ROOM,invite=TOKEN,pin=BASE64URL"; room "": none. To be wiped.
void invite_url(const struct hub *h, struct span room, const char *token, struct buf *out);
// The same for a browser; nothing is appended where none would take the certificate.
void invite_page_url(const struct hub *h, struct span room, const char *token, struct buf *out);
// Who made it, as they are called now.
MUST_USE struct span invite_by(const struct hub *h, const struct invite *i);
// One that can still be used: neither is it over nor is its maker gone or shut out. NULL
// otherwise.
MUST_USE struct invite *invite_find(struct hub *h, struct span token);
MUST_USE struct invite *invite_by_id(struct hub *h, int64_t id);
MUST_USE bool invite_is_usable(const struct hub *h, const struct invite *i);
// Takes one use off it, or gives it back. Journals.
void invite_use(struct hub *h, struct invite *i);
void invite_refund(struct hub *h, int64_t id);
// Who made it is called so now, and noted this. Journals.
void invite_reword(struct hub *h, struct invite *i, struct span creator, struct span note);
void invite_delete(struct hub *h, struct invite *i);
// What the account made goes: all of it (room 0), for it is deleted, or what leads into a room,
// for it is no member or no moderator of it any more and could come back by its own link.
void invites_withdraw(const struct account *a, stream_id room);
void invite_load(struct hub *h, const struct entry_invite *row);
void invites_free(struct hub *h);

// A fresh secret as text, and the keyed BLAKE2b hash under which it is kept.
void secret_make(struct hub *h, char text[static SECRET_TEXT_LEN + 1]);
void secret_hash(const struct hub *h, struct span text, uint8_t hash[static SECRET_HASH_LEN]);
