// SPDX-License-Identifier: MIT
// One buffer: [given out | whole lines | the start of a line | space].
//
// 1. What a line is called is decided at its LF and never sooner, so that no split of
//    the input can matter; only the flood is called without one.
// 2. Every byte is searched for LF once (`seen`), and moved at most once for each time
//    space is asked for.
// 3. An empty frame holds no memory.
// 4. What is given back is wiped: passwords come in lines.
#include "common/frame.h"

#include "common/die.h"
#include "common/utf8.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SPACE_FIRST 4096
#define SPACE_MIN 1024 // what a read should find, if the limit allows it

void frame_init(struct frame *f, size_t tags_max, size_t body_max)
{
	*f = (struct frame){.tags_max = (uint32_t)tags_max, .body_max = (uint32_t)body_max};
}

static void release(struct frame *f)
{
	if (f->at)
		sodium_memzero(f->at, f->cap);
	free(f->at);
	f->at = NULL;
	f->len = f->next = f->seen = f->cap = 0;
}

void frame_clear(struct frame *f)
{
	if (f)
		release(f);
}

static size_t limit(const struct frame *f)
{
	size_t longest = (size_t)f->tags_max + f->body_max + 2;

	return longest > FRAME_MAX ? longest : FRAME_MAX;
}

static void grow(struct frame *f)
{
	size_t cap = f->cap ? (size_t)f->cap * 2 : SPACE_FIRST;
	struct frame old = *f;

	if (cap > limit(f))
		cap = limit(f);
	f->at = xmalloc(cap);
	f->cap = (uint32_t)cap;
	if (old.at)
		memcpy(f->at, old.at, old.len);
	release(&old);
}

char *frame_space(struct frame *f, size_t *room)
{
	if (f->next) {
		f->len -= f->next;
		f->seen -= f->next;
		memmove(f->at, f->at + f->next, f->len);
		f->next = 0;
	}
	if (f->cap - f->len < SPACE_MIN && f->cap < limit(f))
		grow(f);
	*room = f->cap - f->len;
	assert(*room);
	return f->at + f->len;
}

void frame_fed(struct frame *f, size_t count)
{
	assert(count <= f->cap - f->len);
	f->len += (uint32_t)count;
	if (f->next == f->len)
		release(f);
}

// '@' to the space; a line that is nothing but tags is tags to its end.
static size_t tags_len(struct span line)
{
	size_t space;

	if (line.at[0] != '@')
		return 0;
	space = span_find(line, ' ');
	return space < line.len ? space + 1 : line.len;
}

size_t frame_body_max(struct span body)
{
	struct span word = span_cut(&body, ' ');

	if (word.len && word.at[0] == ':')
		word = span_cut(&body, ' ');
	if (span_eq_fold(word, SPAN("FAIL")))
		word = span_cut(&body, ' ');
	return span_eq_fold(word, SPAN("WEBPUSH")) ? FRAME_PUSH_MAX : FRAME_BODY_MAX;
}

static bool is_too_long(const struct frame *f, struct span body)
{
	return body.len > f->body_max && body.len > frame_body_max(body);
}

static enum frame_result judge(const struct frame *f, struct span line)
{
	size_t tags = tags_len(line);

	if (tags > f->tags_max || is_too_long(f, span_after(line, tags)))
		return FRAME_TOO_LONG;
	if (memchr(line.at, '\r', line.len) || memchr(line.at, '\0', line.len) ||
	    !utf8_is_valid(line))
		return FRAME_INVALID;
	return FRAME_LINE;
}

// The next line without its end; false when there is none.
static bool take_line(struct frame *f, struct span *line)
{
	const char *from = f->at + f->next, *end;

	if (f->seen == f->len)
		return false;
	end = memchr(f->at + f->seen, '\n', f->len - f->seen);
	if (!end) {
		f->seen = f->len;
		return false;
	}
	*line = span_from(from, (size_t)(end - from));
	f->next = f->seen = (uint32_t)(end - f->at) + 1;
	if (line->len && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

enum frame_result frame_next(struct frame *f, struct span *line)
{
	*line = SPAN("");
	while (!f->is_flood && take_line(f, line)) {
		if (line->len) {
			f->empty = 0;
			return judge(f, *line);
		}
		f->is_flood = ++f->empty > FRAME_EMPTY_MAX;
	}
	if (f->len - f->next >= limit(f))
		f->is_flood = true;
	if (f->is_flood) {
		release(f);
		return FRAME_FLOOD;
	}
	if (f->next == f->len)
		release(f);
	return FRAME_MORE;
}

void frame_give_back(struct frame *f, struct span line)
{
	f->next = f->seen = (uint32_t)(line.at - f->at);
}

static void add_bytes(struct frame *f, struct span bytes)
{
	while (bytes.len) {
		size_t room;
		char *to = frame_space(f, &room);
		size_t len = bytes.len < room ? bytes.len : room;

		memcpy(to, bytes.at, len);
		frame_fed(f, len);
		bytes = span_after(bytes, len);
	}
}

bool frame_add(struct frame *f, struct span line)
{
	// A CR at its end is part of it: so one is put behind it again.
	struct span end = SPAN("\r\n");

	if (f->len - f->next + line.len + end.len > limit(f))
		return false;
	add_bytes(f, line);
	add_bytes(f, end);
	return true;
}
