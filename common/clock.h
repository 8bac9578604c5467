// SPDX-License-Identifier: MIT
// Monotonic and wall time in milliseconds, and the time text of IRCv3 server-time.
//
// Any thread. The hub never calls the first four: time enters it with the letters.
#pragma once

#include "common/buf.h"

#include <stdint.h>

#define CLOCK_TEXT_LEN 24 // 2026-11-22T12:05:31.204Z

MUST_USE int64_t clock_mono_ms(void);
MUST_USE int64_t clock_mono_us(void);
MUST_USE int64_t clock_wall_ms(void);
// Since the machine's start, with the time that it slept: nobody can set it.
MUST_USE int64_t clock_boot_ms(void);
// Writes CLOCK_TEXT_LEN bytes and a NUL. Times outside years 1970..9999 are clamped.
void clock_text(int64_t wall_ms, char out[static CLOCK_TEXT_LEN + 1]);
// YYYY-MM-DDThh:mm:ss[.fraction]Z (server-time, chathistory). False if anything else.
MUST_USE bool clock_parse(struct span text, int64_t *wall_ms);
// "30s", "15m", "12h", "7d", "4w", or "0" -> milliseconds. False if anything else, or more
// than a thousand years: a sum with a time of the clock never overflows.
MUST_USE bool clock_parse_span(struct span text, int64_t *ms);
// The same text again, in the largest unit that fits; a part of a second counts as a whole.
void clock_add_span(struct buf *out, int64_t ms);
