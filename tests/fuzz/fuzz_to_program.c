// SPDX-License-Identifier: MIT
// What snugd, or whoever is in its place, says to a program beside it: answered when it is a
// letter, and each answer is one that snugd takes. An errand has a URL, and no field of it ends
// a line.
#include "server/beside/child.h"
#include "server/beside/door_letter.h"
#include "server/beside/errand_letter.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Proves X1.
static bool is_echo(struct span bytes)
{
	struct beside_letter asked, answer, read;
	bool is_letter = beside_letter_read(&asked, bytes, BESIDE_ECHO);

	assert(child_answer(bytes, BESIDE_WALL_CALLS, &answer) == is_letter);
	if (!is_letter)
		return false;
	assert(bytes.len == BESIDE_LETTER_LEN && asked.len <= BESIDE_TEXT_LEN && !asked.walls);
	assert(beside_letter_read(&read, span_from(&answer, sizeof(answer)), BESIDE_ECHOED));
	assert(read.number == asked.number && read.walls == BESIDE_WALL_CALLS);
	assert(span_eq(beside_letter_text(&read), beside_letter_text(&asked)));
	return true;
}

static bool is_line(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < ' ' || s.at[i] > '~')
			return false;
	}
	return true;
}

// Proves X1.
static bool is_errand(struct span bytes)
{
	struct errand_ask l, again;
	struct errand_request r;

	if (!errand_ask_read(&l, bytes, &r))
		return false;
	bool is_push = r.kind == ERRAND_PUSH;
	assert(is_push || r.kind == ERRAND_ISSUER);
	assert(bytes.len == (is_push ? ERRAND_ASK_LEN : ERRAND_ASK_LONG));
	assert(r.method == ERRAND_POST || (r.method == ERRAND_GET && !is_push && !r.body.len));
	assert(errand_is_url(r.url) && is_line(r.url) && r.url.len <= ERRAND_URL_MAX);
	for (size_t i = 0; i < ERRAND_HEADERS; i++)
		assert(is_line(r.headers[i]) && errand_header_name((enum errand_header)i)[0]);
	assert(r.body.len <= (is_push ? ERRAND_BODY_MAX : ERRAND_FORM_MAX));
	// There is one way to write it.
	assert(errand_ask_write(&again, &r));
	assert(memcmp(&again, bytes.at, bytes.len) == 0);
	return true;
}

// No part of it is more than one word to whoever reads it, or leads out of a folder.
// Proves X1.
static bool is_door(struct span bytes)
{
	struct door_ask l, again;
	struct door_question q;

	if (!door_ask_read(&l, bytes, &q))
		return false;
	assert(bytes.len == DOOR_ASK_LEN);
	assert(door_is_service(q.service) && door_is_name(q.name));
	assert(!memchr(q.service.at, '/', q.service.len) && q.service.at[0] != '.');
	assert(!memchr(q.name.at, '/', q.name.len) && !memchr(q.name.at, '\0', q.name.len));
	assert((q.act == DOOR_PASSWORD) == (q.password.len > 0));
	assert(!q.password.len || !memchr(q.password.at, '\0', q.password.len));
	assert(door_ask_write(&again, &q));
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
