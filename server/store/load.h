// SPDX-License-Identifier: MIT
// Reads the whole state back as journal entries: their fold is the hub at start.
#pragma once

#include "server/letters/journal.h"
#include "server/store/store.h"

typedef void store_entry_fn(void *arg, const struct entry *e);

// Emits settings, accounts, credentials, invites, rooms, dialogs, stream heads, members,
// bans, markers, cursors and metadata, in this order: nothing names what has not come
// before. Stream heads come also for streams that are gone, so that no number is used
// twice. Spans are valid during the call. Before writer_start, in the store's thread.
// False with words in *error when a row cannot be read.
MUST_USE bool store_load(struct store *s, store_entry_fn *on_entry, void *arg, char **error);
