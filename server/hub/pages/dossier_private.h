// SPDX-License-Identifier: MIT
// What the files of the dossier share.
#pragma once

#include "server/hub/history/history.h"
#include "server/hub/pages/dossier.h"
#include "server/hub/people/account.h"
#include "server/letters/message_json.h"

// {"record": kind}: the caller's.
MUST_USE json_t *dossier_record(const char *kind);
// Adds the line, and lets go of the object.
void dossier_add(struct buf *out, json_t *object);
// "in": a room, or with whom the conversation is.
void dossier_place(json_t *object, const struct account *a, stream_id id);
// The lines of what it is and has.
void dossier_account(const struct account *a, struct buf *out);
