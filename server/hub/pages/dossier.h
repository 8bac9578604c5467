// SPDX-License-Identifier: MIT
// Dossier: all that is stored of one person, as lines of JSON, page by page: the lines of
// `snugd user export` and of ACCOUNT EXPORT. snugd(8) lists them.
//
// First what it is and has, then what it wrote, wherever that was, then what others said where
// it may read it (reach.h); others are told by their names alone, and no secret is in it.
// Nothing is held between two pages but the place. Owner: the caller; main thread.
#pragma once

#include "server/hub/state/hub_types.h"
#include "server/letters/query.h"

struct dossier;
struct hub;

// Of the account of that name; NULL: there is none.
MUST_USE struct dossier *dossier_named(struct hub *h, struct span name);
MUST_USE struct dossier *dossier_new(struct hub *h, account_id id);
void dossier_free(struct dossier *d);
// The account, its devices, rooms and so on.
void dossier_begin(struct dossier *d, struct buf *out);
// The place behind what was told: "*" at the end; else no blanks, and good for dossier_go_to of
// the same account, also in another session.
void dossier_place_next(const struct dossier *d, struct buf *out);
// Tells on from there. False: it is no place.
MUST_USE bool dossier_go_to(struct dossier *d, struct span place);
// Makes the fresh query the next question. False: all is told, or the account is gone.
MUST_USE bool dossier_ask(struct dossier *d, struct query *q);
// What the answer tells. False: the history could not be read.
MUST_USE bool dossier_take(struct dossier *d, const struct rows *rows, struct buf *out);
