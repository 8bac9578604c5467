// SPDX-License-Identifier: MIT
// One line a call, to stderr: `time=… level=info event=ready addr=[::1]:6697` (logfmt), or the
// same as an object of JSON whose values are all texts.
//
// Values are quoted and control characters escaped, so no input forges a line. Never
// log passwords, tokens or message text. Any thread; a line is one write().
#pragma once

#include "common/attr.h"
#include "common/span.h"

#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_form { LOG_LOGFMT, LOG_JSON };

// Lines above the level are dropped. Default LOG_INFO.
void log_set_level(enum log_level level);
// Default LOG_LOGFMT.
void log_set_form(enum log_form fresh);
// "error", "warn", "info", "debug". False when it is none of them.
MUST_USE bool log_level_find(struct span name, enum log_level *level);
MUST_USE const char *log_level_name(enum log_level level);
// How many lines could not be written as a whole.
MUST_USE int64_t log_lost(void);
// Pairs of key and value, all strings, ended by NULL:
// log_event(LOG_INFO, "ready", "addr", addr, NULL).
SENTINEL void log_event(enum log_level level, const char *event, ...);
// The same for the handler of a signal: takes no memory and no lock. The values are words of
// our own, which need no quotes; all after LOG_FIXED_LEN bytes is left out.
SENTINEL void log_fixed(enum log_level level, const char *event, ...);

#define LOG_FIXED_LEN 400
#define LOG_NUMBER_LEN 24
// A number as text in `out`, for log_event.
const char *log_number(char out[static LOG_NUMBER_LEN], int64_t n);
