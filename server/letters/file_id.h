// SPDX-License-Identifier: MIT
// What a file is called: 128 random bits (the hub draws them), as text 22 characters of
// base64url. It is no secret and opens nothing: rights are asked at each request.
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdbool.h>

#define FILE_ID_LEN 16
#define FILE_ID_TEXT 22
// Of what a file holds: BLAKE2b-256.
#define FILE_HASH_LEN 32

struct file_id {
	unsigned char bytes[FILE_ID_LEN];
};

void file_id_text(const struct file_id *id, char out[static FILE_ID_TEXT + 1]);
// Whether its text is a word of a command line as it stands; one that begins with - would be an
// option. The hub draws others again.
MUST_USE bool file_id_is_word(const struct file_id *id);
// False: it is no id, or not in its one spelling; *id is unchanged.
MUST_USE bool file_id_parse(struct span text, struct file_id *id);
MUST_USE bool file_id_eq(const struct file_id *a, const struct file_id *b);
