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

static bool is_possible(struct hub *h, const struct entry *e, const struct field *f)
{
	const char *kind = entry_name(e->kind);
	const void *row = entry_row_const(e);

	if (f->type == FIELD_NUMBER && field_number(f, row) > f->greatest)
		hub_load_failed(h,
				"%s of a row of kind %s is %" PRIu64 ", and %" PRIu64
				" is the greatest: restore a backup",
				f->name, kind, field_number(f, row), f->greatest);
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
