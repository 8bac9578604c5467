// SPDX-License-Identifier: MIT
// Questions on the terminal itself (/dev/tty), and passwords from a descriptor.
//
// A password is never echoed, never an argument, and lives in memory that is locked and
// wiped. Owner: main; blocks.
#pragma once

#include "common/span.h"

#define SECRET_MAX 1024

// A password's place: sodium_malloc'd, wiped by secret_free.
struct secret {
	char *at; // SECRET_MAX + 1 bytes
	size_t len;
};

void secret_init(struct secret *s);
void secret_free(struct secret *s);
static inline struct span secret_span(const struct secret *s)
{
	return (struct span){s->at, s->len};
}

enum prompt_result { PROMPT_OK, PROMPT_NO_TERMINAL, PROMPT_CANCELLED };

// "Question [preset]: " and one line into out (room bytes with the NUL); an empty answer
// is the preset.
MUST_USE enum prompt_result prompt_line(const char *question, const char *preset, char *out,
					size_t room);
// Stars are shown for what is typed. Ends at Enter.
MUST_USE enum prompt_result prompt_secret(const char *question, struct secret *s);
// One of `choices` ("tvn"); Enter is the last of them.
MUST_USE enum prompt_result prompt_choice(const char *question, const char *choices, char *out);
// The first line of a descriptor. False when it cannot be read, is empty or too long.
MUST_USE bool secret_read(struct secret *s, int fd);
// A fresh passphrase of six syllable pairs: 75 bits.
void secret_invent(struct secret *s);
