// SPDX-License-Identifier: MIT
// What a program beside snugd that was taken over says to it: a letter of the one kind that is
// waited for, whole, with a text that may be logged; or nothing.
#include "common/utf8.h"
#include "server/beside/beside_letter.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Proves X1.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct beside_letter l, again;
	struct span bytes = span_from(data, size);

	if (!beside_letter_read(&l, bytes, BESIDE_ECHOED))
		return 0;
	assert(size == BESIDE_LETTER_LEN && l.kind == BESIDE_ECHOED &&
	       l.len <= BESIDE_TEXT_LEN);
	assert(l.walls <= (BESIDE_WALL_FILES | BESIDE_WALL_CALLS));
	assert(utf8_is_valid(beside_letter_text(&l)) && !memchr(l.text, '\0', l.len));
	// There is one way to write it.
	beside_letter_write(&again, BESIDE_ECHOED, l.number, beside_letter_text(&l));
	again.walls = l.walls;
	assert(memcmp(&again, data, size) == 0);
	assert(!beside_letter_read(&again, bytes, BESIDE_ECHO));
	return 0;
}
