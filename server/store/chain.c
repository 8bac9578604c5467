// SPDX-License-Identifier: MIT
#include "server/store/chain.h"

#include "common/buf.h"
#include "common/grow.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

// One question for what is added and what is looked at: an entry, beside it its link and salt.
#define ENTRY                                                                                  \
	"SELECT i.id, a.id IS NOT NULL, coalesce(a.at_ms, l.at_ms), coalesce(a.actor, ''),"    \
	" coalesce(a.verb, l.verb), coalesce(a.detail, ''), coalesce(a.room, l.room),"         \
	" coalesce(a.about, 0), coalesce(a.reason, ''), coalesce(a.uid, ''),"                  \
	" l.words, l.hash, s.salt, l.at_ms IS a.at_ms AND l.verb IS a.verb"                    \
	" AND l.room IS a.room, EXISTS (SELECT 1 FROM room AS r WHERE r.id = l.room),"         \
	" l.at_ms, l.verb, l.room FROM "
#define BESIDE                                                                                 \
	" AS i LEFT JOIN audit AS a ON a.id = i.id LEFT JOIN audit_link AS l ON l.id = i.id"   \
	" LEFT JOIN audit_salt AS s ON s.id = i.id "

static const char one[] = ENTRY "(SELECT ?1 AS id)" BESIDE;
static const char all[] =
	ENTRY "(SELECT id FROM audit UNION SELECT id FROM audit_link)" BESIDE "ORDER BY i.id";

enum column {
	ID,
	IS_THERE,
	AT_MS,
	ACTOR,
	VERB,
	DETAIL,
	ROOM,
	ABOUT,
	REASON,
	UID,
	WORDS,
	HASH,
	SALT,
	IS_SAME,
	HAS_ROOM,
	LINK_AT_MS,
	LINK_VERB,
	LINK_ROOM,
};

static struct span span_at(sqlite3_stmt *row, enum column column)
{
	return span_from(sqlite3_column_blob(row, column),
			 (size_t)sqlite3_column_bytes(row, column));
}

static void add_part(crypto_generichash_state *state, struct span part)
{
	struct buf length = {0};

	buf_printf(&length, "%zu:", part.len);
	crypto_generichash_update(state, (const uint8_t *)length.at, length.len);
	crypto_generichash_update(state, (const uint8_t *)part.at, part.len);
	buf_clear(&length);
}

static void words_of(sqlite3_stmt *row, struct span salt, uint8_t out[static CHAIN_LEN])
{
	static const enum column parts[] = {ACTOR, UID, DETAIL, REASON, ABOUT};
	crypto_generichash_state state;

	crypto_generichash_init(&state, (const uint8_t *)salt.at, salt.len, CHAIN_LEN);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		add_part(&state, span_at(row, parts[i]));
	crypto_generichash_final(&state, out, CHAIN_LEN);
}

static void hash_of(const uint8_t before[static CHAIN_LEN], const uint8_t *words,
		    sqlite3_stmt *row, const enum column *about, uint8_t out[static CHAIN_LEN])
{
	crypto_generichash_state state;
	struct buf text = {0};

	buf_printf(&text, "%" PRId64 " %" PRId64 " %" PRId64 " " SPAN_FMT,
		   (int64_t)sqlite3_column_int64(row, ID),
		   (int64_t)sqlite3_column_int64(row, about[0]),
		   (int64_t)sqlite3_column_int64(row, about[1]),
		   SPAN_ARG(span_at(row, about[2])));
	crypto_generichash_init(&state, NULL, 0, CHAIN_LEN);
	crypto_generichash_update(&state, before, CHAIN_LEN);
	crypto_generichash_update(&state, words, CHAIN_LEN);
	crypto_generichash_update(&state, (const uint8_t *)text.at, text.len);
	crypto_generichash_final(&state, out, CHAIN_LEN);
	buf_clear(&text);
}

bool chain_is_there(sqlite3 *db)
{
	return db_number(db, "SELECT 1 FROM sqlite_schema WHERE name = 'audit_link'", 0) == 1;
}

int chain_head(sqlite3 *db, uint8_t out[static CHAIN_LEN])
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(
		db, "SELECT hash FROM audit_link ORDER BY id DESC LIMIT 1", -1, &row, NULL);

	memset(out, 0, CHAIN_LEN);
	if (code == SQLITE_OK)
		code = sqlite3_step(row);
	if (code == SQLITE_ROW && sqlite3_column_bytes(row, 0) == CHAIN_LEN)
		memcpy(out, sqlite3_column_blob(row, 0), CHAIN_LEN);
	sqlite3_finalize(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

// Two blobs behind the number and, for a link, what of the entry stands in it.
static int put(sqlite3 *db, const char *text, int64_t id, const uint8_t *first,
	       const uint8_t *second)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, text, -1, &row, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(row, 1, id);
	if (code == SQLITE_OK)
		code = sqlite3_bind_blob(row, 2, first, CHAIN_LEN, SQLITE_STATIC);
	if (code == SQLITE_OK && second)
		code = sqlite3_bind_blob(row, 3, second, CHAIN_LEN, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(row);
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

// What the entry says, hashed with a fresh salt and behind the hash before it.
static int hash_entry(sqlite3 *db, int64_t id, const uint8_t salt[static CHAIN_LEN],
		      uint8_t words[static CHAIN_LEN], uint8_t hash[static CHAIN_LEN])
{
	static const enum column about[] = {AT_MS, ROOM, VERB};
	uint8_t before[CHAIN_LEN];
	sqlite3_stmt *row = NULL;
	int code = chain_head(db, before);

	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, one, -1, &row, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(row, 1, id);
	if (code == SQLITE_OK)
		code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		words_of(row, span_from(salt, CHAIN_LEN), words);
		hash_of(before, words, row, about, hash);
	}
	sqlite3_finalize(row);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

int chain_add(sqlite3 *db, int64_t id, uint8_t hash[static CHAIN_LEN])
{
	uint8_t words[CHAIN_LEN], salt[CHAIN_LEN];
	int code;

	randombytes_buf(salt, sizeof(salt));
	code = hash_entry(db, id, salt, words, hash);
	if (code == SQLITE_OK)
		code = put(db,
			   "INSERT INTO audit_link (id, at_ms, verb, room, words, hash)"
			   " SELECT id, at_ms, verb, room, ?2, ?3 FROM audit WHERE id = ?1",
			   id, words, hash);
	if (code == SQLITE_OK)
		code = put(db, "INSERT INTO audit_salt (id, salt) VALUES (?1, ?2)", id, salt,
			   NULL);
	return code;
}

// Looked at.

static void problem_of(struct store_chain *c, int64_t id, const char *what)
{
	c->n_problems++;
	if (c->n_problems <= CHAIN_PROBLEMS_MAX)
		buf_printf(&c->problems, "entry %" PRId64 ": %s\n", id, what);
}

static void problem(struct store_chain *c, sqlite3_stmt *row, const char *what)
{
	problem_of(c, sqlite3_column_int64(row, ID), what);
}

static void note_emptied(struct store_chain *c, int64_t id)
{
	c->emptied = grow(c->emptied, c->n_emptied, &c->emptied_space, sizeof(*c->emptied));
	c->emptied[c->n_emptied++] = (struct store_emptied){.id = id};
	c->n_erased++;
}

static int compare_emptied(const void *a, const void *b)
{
	const struct store_emptied *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

// "NAME: 3 4 9": what stands behind the colon was emptied by an erasing, and came before this.
static void believe_erasing(struct store_chain *c, sqlite3_stmt *row)
{
	struct span rest = span_at(row, DETAIL);
	uint64_t id;

	if (!span_eq(span_at(row, VERB), SPAN(VERB_ERASED)))
		return;
	span_cut(&rest, ' ');
	while (rest.len && span_to_u64(span_cut(&rest, ' '), &id)) {
		struct store_emptied wanted = {.id = (int64_t)id}, *found = NULL;

		if (c->n_emptied)
			found = bsearch(&wanted, c->emptied, c->n_emptied, sizeof(*c->emptied),
					compare_emptied);
		if (found)
			found->is_named = true;
	}
}

// What the entry says against its link. Where nothing can be said of it, why that may be so.
static void judge_words(struct store_chain *c, sqlite3_stmt *row)
{
	struct span salt = span_at(row, SALT), words = span_at(row, WORDS);
	uint8_t found[CHAIN_LEN];

	if (!sqlite3_column_int(row, IS_THERE)) {
		c->n_gone++;
		if (salt.len || !sqlite3_column_int64(row, LINK_ROOM) ||
		    sqlite3_column_int(row, HAS_ROOM))
			problem(c, row, "it was removed, and only a room takes entries along");
		return;
	}
	if (!sqlite3_column_int(row, IS_SAME)) {
		problem(c, row, "its time, its verb or its room was changed");
		return;
	}
	if (!salt.len) {
		note_emptied(c, sqlite3_column_int64(row, ID));
		return;
	}
	if (salt.len == CHAIN_LEN && words.len == CHAIN_LEN) {
		words_of(row, salt, found);
		if (memcmp(found, words.at, CHAIN_LEN) == 0) {
			believe_erasing(c, row);
			return;
		}
	}
	problem(c, row, "what it says was changed");
}

// Goes on from what is stored, so that one change is told once.
static void judge_link(struct store_chain *c, sqlite3_stmt *row)
{
	static const enum column about[] = {LINK_AT_MS, LINK_ROOM, LINK_VERB};
	struct span words = span_at(row, WORDS), hash = span_at(row, HASH);
	uint8_t found[CHAIN_LEN];

	if (!c->n++) {
		c->first_id = sqlite3_column_int64(row, ID);
		c->first_ms = sqlite3_column_int64(row, LINK_AT_MS);
	}
	if (words.len != CHAIN_LEN || hash.len != CHAIN_LEN) {
		problem(c, row, "its link is none");
		return;
	}
	hash_of(c->head, (const uint8_t *)words.at, row, about, found);
	if (memcmp(found, hash.at, CHAIN_LEN) != 0)
		problem(c, row,
			"it does not follow the one before it: one of them was changed, or "
			"something between them was removed, put in or put elsewhere");
	memcpy(c->head, hash.at, CHAIN_LEN);
	c->last_ms = sqlite3_column_int64(row, LINK_AT_MS);
	c->is_met |= c->wanted && memcmp(c->wanted, c->head, CHAIN_LEN) == 0;
}

static void judge(struct store_chain *c, sqlite3_stmt *row)
{
	if (sqlite3_column_type(row, HASH) != SQLITE_NULL) {
		judge_link(c, row);
		judge_words(c, row);
		return;
	}
	if (c->n)
		problem(c, row, "it is not of the chain: it was put in by other hands");
	else
		c->n_outside++;
}

static struct store_audited audited(sqlite3_stmt *row)
{
	return (struct store_audited){
		.id = sqlite3_column_int64(row, ID),
		.is_there = sqlite3_column_int(row, IS_THERE),
		.row = {.at_ms = sqlite3_column_int64(row, AT_MS),
			.actor = span_at(row, ACTOR),
			.verb = span_at(row, VERB),
			.detail = span_at(row, DETAIL),
			.room = sqlite3_column_int64(row, ROOM),
			.about = sqlite3_column_int64(row, ABOUT),
			.reason = span_at(row, REASON),
			.uid = span_at(row, UID)},
		.words = span_at(row, WORDS),
		.hash = span_at(row, HASH),
		.salt = span_at(row, SALT),
	};
}

static void conclude(struct store_chain *c)
{
	for (size_t i = 0; i < c->n_emptied; i++) {
		if (!c->emptied[i].is_named)
			problem_of(c, c->emptied[i].id,
				   "something was taken out of it, and no erasing of an "
				   "account says that it did so");
	}
	if (c->wanted && !c->is_met) {
		c->n_problems++;
		buf_add_str(&c->problems,
			    "the head that was given is of no entry: what was in the chain "
			    "then is not what is in it now, or an older copy was put back\n");
	}
}

static int walk(sqlite3 *db, struct store_chain *c, store_audited_fn *fn, void *arg)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, all, -1, &row, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(row);
		if (code != SQLITE_ROW)
			break;
		judge(c, row);
		if (fn) {
			struct store_audited entry = audited(row);

			fn(arg, &entry);
		}
	}
	sqlite3_finalize(row);
	return code;
}

bool store_audit(const char *path, const uint8_t *wanted, store_audited_fn *fn, void *arg,
		 struct store_chain *c, char **error)
{
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, error);

	*c = (struct store_chain){.wanted = wanted};
	if (!db)
		return false;
	if (!chain_is_there(db))
		error_words(error, "%s is of an older snugd: its audit log is no chain", path);
	else if (walk(db, c, fn, arg) != SQLITE_DONE)
		db_error(db, "read", path, error);
	else
		conclude(c);
	c->wanted = NULL;
	free(c->emptied);
	c->emptied = NULL;
	sqlite3_close(db);
	return !*error;
}

void store_chain_clear(struct store_chain *c)
{
	buf_clear(&c->problems);
}
