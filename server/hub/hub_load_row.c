// SPDX-License-Identifier: MIT
// Rows that nothing in here can have written: of another program, a damaged disk, or somebody
// who had the file. They would go out on the wire as they are.
#include "server/hub/hub_load.h"

#include "common/utf8.h"
#include "server/hub/state/state.h"
#include "server/letters/field.h"
#include "server/letters/limits.h"

#include <inttypes.h>
#include <string.h>

// The command line once took these with line ends in them; the wire gets none (line.h).
static bool may_break(const char *field)
{
	static const char *const fields[] = {"topic", "reason", "note", "label"};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!strcmp(field, fields[i]))
			return true;
	}
	return false;
}

static bool is_line(struct span text, bool may_break)
{
	if (text.len > ROW_TEXT_MAX || !utf8_is_valid(text))
		return false;
	return !text.len || (!memchr(text.at, '\0', text.len) &&
			     (may_break || (!memchr(text.at, '\r', text.len) &&
					    !memchr(text.at, '\n', text.len))));
}

// Ids, numbers of messages and times are added to: half of what an int64_t holds leaves room
// for it, and is more than any clock or counter gives. What is kept for ever is -1.
static bool is_number(const struct field *f, const void *row, uint64_t *greatest)
{
	bool is_kept = span_starts(span_of(f->name), SPAN("keep_"));
	bool is_chosen = is_kept || !strcmp(f->name, "limit");
	uint64_t number = field_number(f, row);

	*greatest = f->greatest < UINT64_MAX ? f->greatest
		    : is_chosen              ? INT64_MAX
					     : INT64_MAX / 2;
	return number <= *greatest || (is_kept && number == UINT64_MAX);
}

static bool is_possible(struct hub *h, const struct entry *e, const struct field *f)
{
	const char *kind = entry_name(e->kind);
	const void *row = entry_row_const(e);
	uint64_t greatest;

	if (f->type == FIELD_NUMBER && !is_number(f, row, &greatest))
		hub_load_failed(h,
				"%s of a row of kind %s is %" PRId64
				", and is to be from 0 to %" PRIu64 ": restore a backup",
				f->name, kind, (int64_t)field_number(f, row), greatest);
	else if ((f->type == FIELD_TEXT || f->type == FIELD_TEXT_OR_NULL) &&
		 !is_line(field_bytes(f, row), may_break(f->name)))
		hub_load_failed(h,
				"%s of a row of kind %s is no line of at most %d bytes: "
				"restore a backup",
				f->name, kind, ROW_TEXT_MAX);
	else
		return true;
	return false;
}

bool hub_row_is_possible(struct hub *h, const struct entry *e)
{
	const struct field *f;

	if (e->kind >= ENTRY_KINDS)
		return true;
	for (f = entry_fields(e->kind); f->name; f++) {
		if (!is_possible(h, e, f))
			return false;
	}
	return true;
}
