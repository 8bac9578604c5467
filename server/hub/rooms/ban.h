// SPDX-License-Identifier: MIT
// Bans: lists of masks of a room (+b +e +I, who was invited) and of the server.
//
// A mask is NICK!USER@HOST with * and ?, or an extended one: ~a:ACCOUNT (also ~account:,
// and $a: as others write it), ~m:MASK mutes instead of keeping out. A mask of the server
// is an account's name, an address, or a CIDR. The prefix '~' may be left out when set.
// What names an account means that account, whatever it is called. Timed ones end by
// themselves. Owner: room.bans, hub.server_bans; main thread.
#pragma once

#include "server/hub/rooms/room.h"

struct ban {
	struct list in_list;
	struct timer timer; // its end
	struct hub *hub;
	struct room *room; // NULL: the server's
	enum ban_kind kind;
	account_id account; // whom the mask names alone; 0: a pattern, or a name nobody has
	bool is_loose;      // it names one whom nobody is: who gets the name is meant then
	bool is_void;       // to be removed at the end of a walk
	char *mask;         // as it is shown: with the present name
	char *by, *reason;
	int64_t at_ms, expires_ms;
	struct upto upto; // the newest of the room when it was set
};

// Who set it is called so now, and said this of it. Journals.
void ban_reword(struct ban *b, struct span by, struct span reason);
// All below ignore what has expired.
MUST_USE struct ban *ban_find(struct hub *h, struct room *r, enum ban_kind kind,
			      struct span mask);
// Would setting it do anything? Not when it stands without an end, and again has none.
MUST_USE bool ban_would_change(struct hub *h, struct room *r, enum ban_kind kind,
			       struct span mask, int64_t lasts_ms);
// Is there no space for this mask? There always is for one that stands already.
MUST_USE bool bans_are_full(struct room *r, enum ban_kind kind, struct span mask);
// Journals; replaces an equal one, so that the last word on its end counts. lasts_ms 0:
// forever.
struct ban *ban_add(struct hub *h, struct room *r, enum ban_kind kind, struct span mask,
		    struct span by, struct span reason, int64_t lasts_ms);
void ban_remove(struct ban *b); // journals, frees
MUST_USE bool ban_is_over(const struct ban *b);
MUST_USE size_t bans_count(const struct room *r, enum ban_kind kind);
void ban_load(struct hub *h, const struct entry_ban *row);
void bans_clear(struct list *bans);
// An account has got its name: what names it shows that, and what named nobody means it.
void bans_named(struct account *a);
// ... of one that was just made, which nothing means yet.
void bans_known(struct account *a);
// Once, when all is loaded: the timed ones begin to run, rows from before ids stood in them get
// theirs.
void bans_start(struct hub *h);

MUST_USE bool room_bans(const struct room *r, const struct account *a);
MUST_USE bool room_mutes(const struct room *r, const struct account *a);
// By an exception of +i, not by INVITE. What lets in does so for those who had their account
// when it was set, but a name of +e or +I that nobody had then: the first to get it is meant.
MUST_USE bool room_lets_in(const struct room *r, const struct account *a);
// By INVITE, which has no end; NULL: a has none.
MUST_USE struct ban *room_invitation(const struct room *r, const struct account *a);
MUST_USE bool room_has_invited(const struct room *r, const struct account *a);
// The newest of the room when `a` was invited, or now: nobody did.
MUST_USE struct upto room_invited_at(const struct room *r, const struct account *a);
void room_uninvite(struct room *r, const struct account *a);
// A ban newer than an invitation wins: whom r bans has none any more. After a ban was added.
void room_uninvite_banned(struct room *r);
