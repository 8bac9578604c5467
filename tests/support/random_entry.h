// SPDX-License-Identifier: MIT
// Entries of any kind with something in every field, the same for the same seed.
#pragma once

#include "common/arena.h"
#include "server/letters/entry.h"

// Numbers run over all their values, texts are printable, bytes are any. *seed moves on.
struct entry random_entry(enum entry_kind kind, uint64_t *seed, struct arena *arena);
// Another value for one field, by its number.
void random_field(struct entry *e, size_t field, uint64_t *seed, struct arena *arena);
