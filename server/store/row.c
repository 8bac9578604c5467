// SPDX-License-Identifier: MIT
#include "server/store/row.h"

#include "server/store/driver.h"
#include "server/store/error.h"

// A type that cannot be bound or read does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

static size_t n_fields(enum entry_kind kind)
{
	size_t n = 0;

	while (entry_fields(kind)[n].name)
		n++;
	return n;
}

static bool match_column(enum entry_kind kind, const char *given, int column, const char *name,
			 char **error)
{
	const char *field = entry_fields(kind)[column].name;

	if (given && strcmp(given, field) == 0)
		return true;
	error_words(error, "%s: column %d is %s, but field %d of %s is %s (entries.def)", name,
		    column + 1, given ? given : "nameless", column + 1, entry_name(kind),
		    field);
	return false;
}

static bool match_columns(const struct row *r, const struct sql *s, enum sql_id id,
			  const char *name, char **error)
{
	int count = s->driver->n_columns(s, id), n = (int)n_fields(r->kind);
	bool match = true;

	if (count != 0 && (count != n || r->part != ROW_WHOLE)) {
		error_words(error,
			    "%s: it gives %d columns, but %s has %d fields (entries.def)", name,
			    count, entry_name(r->kind), n);
		return false;
	}
	for (int i = 0; i < count && match; i++)
		match = match_column(r->kind, s->driver->column_name(s, id, i), i, name, error);
	return match;
}

static bool match_param(struct row *r, const char *param, const char *name, char **error)
{
	const struct field *fields = entry_fields(r->kind);

	for (uint8_t i = 0; param[0] == ':' && fields[i].name; i++) {
		if (strcmp(param + 1, fields[i].name) != 0)
			continue;
		r->fields[r->n_params++] = i;
		return true;
	}
	error_words(error, "%s: the parameter %s is no field of %s (entries.def)", name, param,
		    entry_name(r->kind));
	return false;
}

// All have names or, in a question (?1), none has.
static bool match_params(struct row *r, const struct sql *s, enum sql_id id, const char *name,
			 char **error)
{
	int count = s->driver->n_params(s, id);
	bool is_question = s->driver->n_columns(s, id) > 0, match = true;

	r->n_params = 0;
	for (int i = 0; i < count && match && !is_question; i++) {
		const char *param = s->driver->param_name(s, id, i);

		match = match_param(r, param ? param : "?", name, error);
	}
	if (!match || is_question || r->n_params == n_fields(r->kind) ||
	    (r->part == ROW_PART && r->n_params))
		return match;
	error_words(error, "%s: it binds %zu of the %zu fields of %s (entries.def)", name,
		    r->n_params, n_fields(r->kind), entry_name(r->kind));
	return false;
}

bool row_match(struct row *r, const struct sql *s, int id, const char *name, char **error)
{
	return match_columns(r, s, (enum sql_id)id, name, error) &&
	       match_params(r, s, (enum sql_id)id, name, error);
}

static struct value value_of(const struct field *f, const void *row)
{
	switch (f->type) {
	case FIELD_NUMBER:
		return of_u64(field_number(f, row));
	case FIELD_TEXT:
		return of_text(field_bytes(f, row));
	case FIELD_TEXT_OR_NULL:
		return of_text_or_null(field_bytes(f, row));
	case FIELD_BLOB:
	case FIELD_BYTES:
		break;
	}
	return of_blob(field_bytes(f, row).at, field_bytes(f, row).len);
}

void row_values(const struct row *r, const struct entry *e, struct value *out)
{
	const struct field *fields = entry_fields(e->kind);
	const void *row = entry_row_const(e);

	assert(r->part != ROW_NONE && r->kind == e->kind && r->n_params);
	for (size_t i = 0; i < r->n_params; i++)
		out[i] = value_of(&fields[r->fields[i]], row);
}

static void read_column(const struct field *f, const struct statement *statement, int column,
			void *out)
{
	static const char nothing[ENTRY_BYTES_MAX];
	struct span bytes;

	switch (f->type) {
	case FIELD_NUMBER:
		field_set_number(f, out, (uint64_t)sql_int(statement, column));
		break;
	case FIELD_TEXT:
	case FIELD_TEXT_OR_NULL:
	case FIELD_BLOB:
		*field_span(f, out) = sql_span(statement, column);
		break;
	case FIELD_BYTES:
		// Of another length: a certificate that was never seen.
		bytes = sql_span(statement, column);
		field_set_bytes(f, out, bytes.len == f->size ? bytes.at : nothing);
		break;
	}
}

void row_read(enum entry_kind kind, const struct statement *statement, void *out)
{
	const struct field *fields = entry_fields(kind);

	for (int i = 0; fields[i].name; i++)
		read_column(&fields[i], statement, i, out);
}
