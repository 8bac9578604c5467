// SPDX-License-Identifier: MIT
#include "server/admin_json.h"

#include "common/grow.h"
#include "common/json.h"
#include "common/utf8.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static void dump(json_t *object, struct buf *out)
{
	json_add_line(out, object);
	json_decref(object);
}

static bool set_text(json_t *object, const char *key, struct span s)
{
	if (!s.at)
		return true;
	if (!utf8_is_valid(s))
		return false;
	return json_object_set_new(object, key, json_text(s)) == 0;
}

static const struct {
	const char *key;
	size_t at;
} record_keys[] = {
	{"name", offsetof(struct admin_record, name)},
	{"password", offsetof(struct admin_record, password)},
	{"password_hash", offsetof(struct admin_record, password_hash)},
	{"realname", offsetof(struct admin_record, realname)},
	{"time", offsetof(struct admin_record, time)},
	{"text", offsetof(struct admin_record, text)},
	{"kind", offsetof(struct admin_record, kind)},
};

static struct span *key_of(struct admin_record *record, size_t i)
{
	return (struct span *)(void *)((char *)record + record_keys[i].at);
}

static bool is_record_key(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(record_keys); i++) {
		if (!strcmp(record_keys[i].key, key))
			return true;
	}
	return false;
}

static bool add_record(json_t *list, struct admin_record *record)
{
	json_t *object = json_object();
	bool is_text = true;

	json_array_append_new(list, object);
	for (size_t i = 0; i < ARRAY_LEN(record_keys); i++)
		is_text = set_text(object, record_keys[i].key, *key_of(record, i)) && is_text;
	return is_text;
}

bool admin_request_encode(const struct admin_request *r, struct buf *out)
{
	json_t *object = json_object(), *words = json_array(), *records = json_array();
	bool is_text = set_text(object, "secret", r->secret) && set_text(object, "uid", r->uid);

	json_object_set_new(object, "words", words);
	json_object_set_new(object, "records", records);
	for (size_t i = 0; i < r->n_words; i++) {
		is_text = is_text && utf8_is_valid(r->words[i]);
		json_array_append_new(words, json_text(r->words[i]));
	}
	for (size_t i = 0; i < r->n_records; i++)
		is_text = add_record(records, &r->records[i]) && is_text;
	if (!is_text) {
		json_decref(object);
		return false;
	}
	dump(object, out);
	return true;
}

static json_t *cell_of(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		return json_text(cell->text);
	case CELL_NUMBER:
		return json_integer(cell->number);
	case CELL_BOOL:
		return json_boolean(cell->number);
	case CELL_NONE:
		return json_null();
	case CELL_TIME:
		break;
	}
	return json_pack("{sI}", "time", (json_int_t)cell->number);
}

void admin_answer_encode(const struct admin_answer *a, struct buf *out)
{
	json_t *object = json_object(), *columns = json_array(), *cells = json_array();

	json_object_set_new(object, "code", json_integer(a->code));
	json_object_set_new(object, "words", json_text(a->words));
	json_object_set_new(object, "plain", json_text(a->plain));
	json_object_set_new(object, "page", json_text(a->page));
	json_object_set_new(object, "is_record", json_boolean(a->is_record));
	json_object_set_new(object, "changed", json_integer(a->changed));
	json_object_set_new(object, "columns", columns);
	json_object_set_new(object, "cells", cells);
	for (size_t i = 0; i < a->n_columns; i++)
		json_array_append_new(columns, json_text(a->columns[i]));
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++)
		json_array_append_new(cells, cell_of(&a->cells[i]));
	dump(object, out);
}

// An absent or wrong value is an absent span.
static struct span take_text(struct arena *arena, const json_t *value)
{
	if (!json_is_string(value))
		return (struct span){0};
	return arena_dup(arena, span_from(json_string_value(value), json_string_length(value)));
}

void admin_request_word(struct admin_request *r, struct span word)
{
	r->words = xreallocarray(r->words, r->n_words + 1, sizeof(*r->words));
	r->words[r->n_words++] = arena_dup(&r->arena, word);
}

static bool take_record(struct admin_request *r, const json_t *object)
{
	struct admin_record *record;
	size_t space = r->n_records;

	// Doubles at powers of two.
	if ((space & (space - 1)) == 0)
		r->records =
			xreallocarray(r->records, space ? space * 2 : 1, sizeof(*r->records));
	record = &r->records[r->n_records];
	for (size_t i = 0; i < ARRAY_LEN(record_keys); i++)
		*key_of(record, i) =
			take_text(&r->arena, json_object_get(object, record_keys[i].key));
	r->n_records += record->name.at != NULL;
	return record->name.at != NULL;
}

static json_t *parse(struct span text, char **error)
{
	json_error_t why;
	json_t *object = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &why);

	if (!object)
		*error = xstrdup(why.text);
	if (object && !json_is_object(object)) {
		*error = xstrdup("not a JSON object");
		json_decref(object);
		object = NULL;
	}
	return object;
}

bool admin_record_decode(struct admin_request *r, struct span text, char **error)
{
	json_t *object = parse(text, error);
	const char *key;
	json_t *value;
	bool is_fine = true;

	if (!object)
		return false;
	json_object_foreach(object, key, value) {
		is_fine = is_fine && is_record_key(key);
		is_fine = is_fine && (json_is_string(value) || json_is_null(value));
	}
	if (!is_fine || !take_record(r, object)) {
		*error = xstrdup("want {\"name\": TEXT, and if known \"password\": TEXT or "
				 "\"password_hash\": TEXT, and \"realname\": TEXT; of a "
				 "message \"name\", \"time\", \"text\" and \"kind\"}");
		is_fine = false;
	}
	json_decref(object);
	return is_fine;
}

static bool is_uid(struct span text)
{
	uint64_t uid;

	return span_to_u64(text, &uid) && uid <= UINT32_MAX;
}

struct admin_request *admin_request_decode(struct span text, char **error)
{
	json_t *object = parse(text, error), *value;
	struct admin_request *r;
	bool is_fine = true;
	size_t i;

	if (!object)
		return NULL;
	r = admin_request_new();
	r->secret = take_text(&r->arena, json_object_get(object, "secret"));
	r->uid = take_text(&r->arena, json_object_get(object, "uid"));
	is_fine = !r->uid.at || is_uid(r->uid);
	json_array_foreach(json_object_get(object, "words"), i, value) {
		is_fine = is_fine && json_is_string(value);
		admin_request_word(r, take_text(&r->arena, value));
	}
	json_array_foreach(json_object_get(object, "records"), i, value)
		is_fine = take_record(r, value) && is_fine;
	json_decref(object);
	if (is_fine && r->n_words)
		return r;
	*error = xstrdup("a request has words, records have names, and a uid is a number");
	admin_request_free(r);
	return NULL;
}

void admin_answer_column(struct admin_answer *a, const char *name)
{
	a->columns = xreallocarray(a->columns, a->n_columns + 1, sizeof(*a->columns));
	a->columns[a->n_columns++] = arena_dup(&a->arena, span_of(name));
}

// cells_space counts what is there; rows follow from it once they are whole.
void admin_answer_cell(struct admin_answer *a, const struct cell *cell)
{
	a->cells = xreallocarray(a->cells, a->cells_space + 1, sizeof(*a->cells));
	a->cells[a->cells_space] = *cell;
	if (cell->kind == CELL_TEXT)
		a->cells[a->cells_space].text = arena_dup(&a->arena, cell->text);
	a->n_rows = ++a->cells_space / a->n_columns;
}

static struct cell take_cell(struct admin_answer *a, const json_t *value)
{
	const json_t *time = json_object_get(value, "time");

	if (json_is_boolean(value))
		return (struct cell){.kind = CELL_BOOL, .number = json_is_true(value)};
	if (json_is_integer(value))
		return (struct cell){.kind = CELL_NUMBER, .number = json_integer_value(value)};
	if (json_is_null(value))
		return (struct cell){.kind = CELL_NONE};
	if (time)
		return (struct cell){.kind = CELL_TIME, .number = json_integer_value(time)};
	return (struct cell){.kind = CELL_TEXT, .text = take_text(&a->arena, value)};
}

// At once, since an answer may have a hundred thousand cells.
static void take_cells(struct admin_answer *a, const json_t *list)
{
	size_t count = json_array_size(list), i;
	json_t *value;

	if (!a->n_columns)
		return;
	a->cells = xcalloc(count, sizeof(*a->cells));
	a->cells_space = count;
	a->n_rows = count / a->n_columns;
	json_array_foreach(list, i, value)
		a->cells[i] = take_cell(a, value);
}

struct admin_answer *admin_answer_decode(struct span text, char **error)
{
	json_t *object = parse(text, error), *value;
	struct admin_answer *a;
	size_t i;

	if (!object)
		return NULL;
	a = admin_answer_new(0);
	a->code = (enum admin_code)json_integer_value(json_object_get(object, "code"));
	a->words = take_text(&a->arena, json_object_get(object, "words"));
	a->plain = take_text(&a->arena, json_object_get(object, "plain"));
	a->page = take_text(&a->arena, json_object_get(object, "page"));
	a->is_record = json_is_true(json_object_get(object, "is_record"));
	a->changed = (enum admin_changed)json_integer_value(json_object_get(object, "changed"));
	json_array_foreach(json_object_get(object, "columns"), i, value) {
		a->columns = xreallocarray(a->columns, i + 1, sizeof(*a->columns));
		a->columns[a->n_columns++] = take_text(&a->arena, value);
	}
	take_cells(a, json_object_get(object, "cells"));
	json_decref(object);
	return a;
}
