// SPDX-License-Identifier: MIT
// What snugd, or whoever is in its place, says to a program beside it: answered when it is a
// letter, and each answer is one that snugd takes.
#include "server/beside/child.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Proves X1.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct beside_letter asked, answer, read;
	struct span bytes = span_from(data, size);
	bool is_letter = beside_letter_read(&asked, bytes, BESIDE_ECHO);

	assert(child_answer(bytes, BESIDE_WALL_CALLS, &answer) == is_letter);
	if (!is_letter)
		return 0;
	assert(size == BESIDE_LETTER_LEN && asked.len <= BESIDE_TEXT_LEN && !asked.walls);
	assert(beside_letter_read(&read, span_from(&answer, sizeof(answer)), BESIDE_ECHOED));
	assert(read.number == asked.number && read.walls == BESIDE_WALL_CALLS);
	assert(span_eq(beside_letter_text(&read), beside_letter_text(&asked)));
	return 0;
}
