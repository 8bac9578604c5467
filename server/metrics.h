// SPDX-License-Identifier: MIT
// What a server counts, as the text that Prometheus reads (exposition format 0.0.4).
//
// metrics_write is pure; who gathers is server_metrics.c for a running server, cli_metrics.c
// without one.
#pragma once

#include "common/buf.h"
#include "common/histogram.h"
#include "server/beside/beside.h"
#include "server/config.h"
#include "server/hub/state/figures.h"
#include "server/io/io_counts.h"
#include "server/letters/identity.h"

struct metrics {
	bool is_up; // else only the rows that are METRIC_DOWN or FAMILY_DOWN are written
	struct hub_figures hub;
	int64_t classes[CLASS_BRIDGE + 1]; // sessions that are logged in
	int64_t accepted, connected;       // of all shards
	int64_t io_refused[IO_REFUSED_KINDS];
	struct histogram_seen commits, delivered;
	int64_t started_ms, turn_us;
	bool has_disk; // the database is a file here: these three are known
	int64_t disk_free, database_bytes, wal_bytes;
	int64_t memory_bytes;
	int64_t certificate_expires_ms;          // wall; 0: there is none
	int64_t keep_ms, keep_bytes, keep_total; // of the configuration; 0: no bound
	enum helper_state helpers[PROGRAMS], door;
	int64_t issuer[IDENTITY_LATER + 1]; // questions, by enum identity_result
	int64_t log_lost;                   // lines
	bool is_shut_in;
	int64_t schema; // of the database, as this program has it
};

// What the disk and the configuration say by themselves, with a server or without.
void metrics_look_at_disk(struct metrics *m, const struct paths *p, const struct config *c);
// Appends each row with its help and type.
void metrics_write(const struct metrics *m, struct buf *out);
