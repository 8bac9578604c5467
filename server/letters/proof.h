// SPDX-License-Identifier: MIT
// The proof that this server is the one that writes: how old it is.
//
// Where the engine has a lease, another server may take it over. Whoever has not proved lately
// that it is still its own says nothing that another could say otherwise (docs/GATE.md). The
// writer notes when it *sent* the newest commit or beat that came back well; whoever writes to
// a socket looks just before, by its own clock: no letter, and no thread that stands still,
// has a part in it.
// Owner: the store; the writer's thread alone changes it, any thread reads it.
#pragma once

#include "common/attr.h"
#include "server/letters/limits.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct proof {
	_Atomic int64_t at_ms; // mono; INT64_MAX: there is no lease
};

// Nobody can take the store over: no clock need be asked.
MUST_USE static inline bool proof_is_lasting(const struct proof *p)
{
	return atomic_load_explicit(&p->at_ms, memory_order_acquire) == INT64_MAX;
}

// Whether it counts at that time (mono ms).
MUST_USE static inline bool proof_is_young(const struct proof *p, int64_t now_ms)
{
	int64_t at_ms = atomic_load_explicit(&p->at_ms, memory_order_acquire);

	return at_ms > now_ms || now_ms - at_ms <= PROOF_MS;
}
