// SPDX-License-Identifier: MIT
// One logfmt line a call, to stderr: `time=… level=info event=ready addr=[::1]:6697`.
//
// Values are quoted and control characters escaped, so no input forges a line. Never
// log passwords, tokens or message text. Any thread; a line is one write().
#pragma once

#include "common/attr.h"

#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

// Lines above the level are dropped. Default LOG_INFO.
void log_set_level(enum log_level level);
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
