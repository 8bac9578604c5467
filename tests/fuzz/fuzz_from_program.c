// SPDX-License-Identifier: MIT
// What a program beside snugd that was taken over says to it: a letter of a kind that is
// waited for, whole, with a text that may be logged and an answer within its bounds; or nothing.
#include "common/utf8.h"
#include "server/beside/beside_letter.h"
#include "server/beside/door_letter.h"
#include "server/beside/errand_letter.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Proves X1.
static bool is_echo(struct span bytes)
{
	struct beside_letter l, again;

	if (!beside_letter_read(&l, bytes, BESIDE_ECHOED))
		return false;
	assert(bytes.len == BESIDE_LETTER_LEN && l.kind == BESIDE_ECHOED &&
	       l.len <= BESIDE_TEXT_LEN);
	assert(l.walls <= (BESIDE_WALL_FILES | BESIDE_WALL_CALLS));
	assert(utf8_is_valid(beside_letter_text(&l)) && !memchr(l.text, '\0', l.len));
	// There is one way to write it.
	beside_letter_write(&again, BESIDE_ECHOED, l.number, beside_letter_text(&l));
	again.walls = l.walls;
	assert(memcmp(&again, bytes.at, bytes.len) == 0);
	assert(!beside_letter_read(&again, bytes, BESIDE_ECHO));
	return true;
}

// Proves X1.
static bool is_errand(struct span bytes)
{
	struct errand_tell l, again;
	struct errand_answer a;

	if (!errand_tell_read(&l, bytes, &a))
		return false;
	assert(a.body.len <= ERRAND_KEYS_MAX);
	assert(bytes.len ==
	       (a.body.len > ERRAND_ANSWER_MAX ? ERRAND_TELL_LONG : ERRAND_TELL_LEN));
	assert(a.outcome < ERRAND_OUTCOMES && errand_outcome_word(a.outcome)[0]);
	if (a.outcome == ERRAND_ANSWERED)
		assert(a.status >= 100 && a.status <= 599);
	else
		assert(!a.status && !a.body.len && !a.retry_after_s);
	errand_tell_write(&again, &a);
	assert(memcmp(&again, bytes.at, bytes.len) == 0);
	return true;
}

// Proves X1.
static bool is_door(struct span bytes)
{
	struct door_tell l, again;
	struct door_answer a;

	if (!door_tell_read(&l, bytes, &a))
		return false;
	assert(bytes.len == DOOR_TELL_LEN && a.delay_ms <= DOOR_DELAY_MAX);
	assert(a.result < DOOR_RESULTS && door_result_word(a.result)[0]);
	assert(a.result == DOOR_YES ? door_is_name(a.name) : !a.name.len);
	door_tell_write(&again, &a);
	assert(memcmp(&again, bytes.at, bytes.len) == 0);
	return true;
}

// Proves X1.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_from(data, size);

	assert((int)is_echo(bytes) + (int)is_errand(bytes) + (int)is_door(bytes) <= 1);
	return 0;
}
