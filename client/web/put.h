// SPDX-License-Identifier: MIT
// Values for JavaScript, built piece by piece: no text has to be made and taken apart for it.
//
// `key` is a literal, NULL in a list. One thread.
#pragma once

#include "client/web/web_private.h"
#include "common/span.h"

#include <stdbool.h>

static inline void put_text(const char *key, struct span text)
{
	page_put_text(key, text.at, text.len);
}

// NULL: "".
static inline void put_str(const char *key, const char *text)
{
	put_text(key, span_of(text));
}

static inline void put_number(const char *key, double number)
{
	page_put_number(key, number);
}

// Milliseconds; of what never comes a number beyond all dates.
static inline void put_ms(const char *key, int64_t ms)
{
	page_put_number(key, (double)ms);
}

static inline void put_flag(const char *key, bool is_so)
{
	page_put_flag(key, is_so);
}
