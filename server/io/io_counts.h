// SPDX-License-Identifier: MIT
// What a shard counts for the metrics: it adds, the main thread looks.
//
// Owner: the server, one for each shard, for as long as the shard lives.
#pragma once

#include "common/histogram.h"

enum io_refusal {
#define IO_REFUSAL(kind, label) IO_REFUSED_##kind,
#include "server/io/io_refusals.def"
#undef IO_REFUSAL
	IO_REFUSED_KINDS,
};

struct io_counts {
	_Atomic uint64_t accepted;
	_Atomic uint64_t connected; // now
	_Atomic uint64_t refused[IO_REFUSED_KINDS];
	// From the turn of the hub that made a line to its bytes' being given to the socket:
	// for each record of each receiver, its oldest line.
	struct histogram delivered;
};
