// SPDX-License-Identifier: MIT
// Makes the length and the sum of a record right again after its bytes were changed, by the
// words of server/letters/record.h and not by its code.
#pragma once

#include "common/buf.h"

#define RECORD_HEAD 13

static inline void seal_number(char *at, size_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(unsigned char)(number >> 8 * i);
}

static inline void seal_record(struct buf *record)
{
	uint32_t sum = 2166136261U;

	seal_number(record->at, record->len - 4);
	for (size_t i = 0; i < record->len; i++) {
		if (i < 4 || i >= 8)
			sum = (sum ^ (unsigned char)record->at[i]) * 16777619U;
	}
	seal_number(record->at + 4, sum);
}
