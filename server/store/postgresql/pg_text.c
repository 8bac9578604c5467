// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_text.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/letters/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// Types by their numbers in the catalogue, which never change.
#define OID_BYTES 17
#define OID_NUMBER 20
#define OID_TEXT 25

#define BY_STREAM ""
#define BY_EVENT ""
#define BY_CLIENT ""
#define BY_ID_OF_STREAM " ORDER BY s.id"
#define MOST(a, b) "greatest(" a ", " b ")"
#define BYTES(text) "octet_length(" text ")"
#include "server/store/sql_parts.h"

struct listed_text {
	const char *name;
	unsigned user;
	enum entry_kind kind; // whose fields its named parameters are
	const char *sql;
};

static const struct listed_text all[PG_COUNT] = {
#define SQL(name, user, sql) [SQL_##name] = {#name, SQL_##user, ENTRY_KINDS, sql},
#define ROW(name, user, kind, sql) [SQL_##name] = {#name, SQL_##user, ENTRY_##kind, sql},
#define PART(name, user, kind, sql) [SQL_##name] = {#name, SQL_##user, ENTRY_##kind, sql},
#include "server/store/sql.def"
#define OWN(name, user, sql) [PG_##name] = {#name, SQL_##user, ENTRY_KINDS, sql},
#include "server/store/postgresql/own.def"
};

static const char *const others[PG_COUNT] = {
#define OTHER(name, sql) [SQL_##name] = (sql),
#define NONE(name) [SQL_##name] = "",
#define LONG(name)
#define MANY(name, own)
#include "server/store/postgresql/other.def"
};

static const bool is_long[PG_COUNT] = {
#define OTHER(name, sql)
#define NONE(name)
#define LONG(name) [SQL_##name] = true,
#define MANY(name, own)
#include "server/store/postgresql/other.def"
};

// 0, which is a statement of sql.def: none.
static const enum pg_id many[PG_COUNT] = {
#define OTHER(name, sql)
#define NONE(name)
#define LONG(name)
#define MANY(name, own) [SQL_##name] = PG_##own,
#include "server/store/postgresql/other.def"
};

const char *pg_text(int id)
{
	return others[id] ? others[id] : all[id].sql;
}

const char *pg_name(int id)
{
	return all[id].name;
}

bool pg_is_for(int id, enum sql_user user)
{
	return (all[id].user & user) != 0 && *pg_text(id);
}

// The start reads all there is, and so does who copies.
bool pg_is_long(int id)
{
	return is_long[id] || (all[id].user & (SQL_LOADER | SQL_COPIER)) != 0;
}

enum pg_id pg_many(int id)
{
	return many[id] ? many[id] : PG_COUNT;
}

static Oid type_of(enum entry_kind kind, struct span name)
{
	const struct field *f;

	for (f = entry_fields(kind); f->name && !span_eq(name, span_of(f->name)); f++)
		continue;
	if (!f->name)
		return 0;
	switch (f->type) {
	case FIELD_NUMBER:
		return OID_NUMBER;
	case FIELD_TEXT:
	case FIELD_TEXT_OR_NULL:
		return OID_TEXT;
	case FIELD_BLOB:
	case FIELD_BYTES:
		break;
	}
	return OID_BYTES;
}

static bool is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t length_of(const char *word)
{
	size_t n = 1;

	while (is_of_name(word[n]))
		n++;
	return n;
}

// The number of ":name", counted from 1.
static int numbered(struct pg_text *t, int id, struct span word)
{
	for (int i = 0; i < t->n_params; i++) {
		if (span_eq(span_of(t->names[i]), word))
			return i + 1;
	}
	assert(t->n_params < PG_PARAMS_MAX && all[id].kind < ENTRY_KINDS);
	t->names[t->n_params] = span_dup(word);
	t->types[t->n_params] = type_of(all[id].kind, span_after(word, 1));
	return ++t->n_params;
}

static int number_of(struct pg_text *t, int id, struct span word)
{
	uint64_t n;

	if (word.at[0] == ':')
		return numbered(t, id, word);
	bool is_number = span_to_u64(span_after(word, 1), &n);
	assert(is_number && n >= 1 && n <= PG_PARAMS_MAX);
	t->n_params = (int)n > t->n_params ? (int)n : t->n_params;
	return (int)n;
}

// What is between quotes is none, nor is a cast (::).
static bool begins_param(const char *at)
{
	return (at[0] == '?' && at[1] >= '0' && at[1] <= '9') ||
	       (at[0] == ':' && is_of_name(at[1]));
}

static size_t quoted(const char *at)
{
	const char *end = strchr(at + 1, at[0]);

	assert(end);
	return (size_t)(end - at) + 1;
}

void pg_text_make(struct pg_text *t, int id)
{
	struct buf out = {0};

	*t = (struct pg_text){0};
	for (const char *at = pg_text(id); *at;) {
		size_t n = 1;

		if (*at == '\'' || *at == '"')
			n = quoted(at);
		else if (at[0] == ':' && at[1] == ':')
			n = 2;
		else if (begins_param(at))
			n = length_of(at);
		if (begins_param(at))
			buf_printf(&out, "$%d", number_of(t, id, span_from(at, n)));
		else
			buf_add(&out, at, n);
		at += n;
	}
	t->sql = buf_take(&out);
}

void pg_text_clear(struct pg_text *t)
{
	for (int i = 0; i < t->n_params; i++)
		free(t->names[i]);
	free(t->sql);
	*t = (struct pg_text){0};
}
