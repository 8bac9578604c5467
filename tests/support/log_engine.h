// SPDX-License-Identifier: MIT
// A second engine behind server/store/store.h: it writes a log first and the tables later.
//
// What is in the log is durable, whatever becomes of the process; what a step has moved into
// the tables is applied. How far they are stands in the tables themselves, in the same
// transaction, so that opening goes on where they are and applies nothing twice. The tables
// are the real store's, which stays the caller's.
// Owner: a fixture or a world; it stays while the process it serves stops and starts.
#pragma once

#include "server/store/store.h"

struct log_engine;

MUST_USE struct log_engine *log_engine_new(void);
void log_engine_free(struct log_engine *l);
// Brings the tables up to the log, before they are loaded; a new run counts from 1.
MUST_USE bool log_engine_open(struct log_engine *l, struct store *tables);
// Makes a journal (the caller's) durable.
void log_engine_put(struct log_engine *l, const struct journal *j);
// Moves up to n entries into the tables. False when they do not take them; *disk says why.
MUST_USE bool log_engine_apply(struct log_engine *l, struct store *tables, size_t n,
			       enum disk_state *disk);
// Fills in how far it is.
void log_engine_report(const struct log_engine *l, struct durable *d);
