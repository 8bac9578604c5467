// SPDX-License-Identifier: MIT
#include "server/store/chain.h"

#include "common/buf.h"
#include "common/grow.h"
#include "server/store/engine.h"
#include "server/store/error.h"
#include "server/store/migrations.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

// Of CHAIN_ENTRY and CHAIN_ALL.
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

static struct span span_at(struct statement *row, enum column column)
{
	return sql_span(row, column);
}

static void add_part(crypto_generichash_state *state, struct span part)
{
	struct buf length = {0};

	buf_printf(&length, "%zu:", part.len);
	crypto_generichash_update(state, (const uint8_t *)length.at, length.len);
	crypto_generichash_update(state, (const uint8_t *)part.at, part.len);
	buf_clear(&length);
}

static void words_of(struct statement *row, struct span salt, uint8_t out[static CHAIN_LEN])
{
	static const enum column parts[] = {ACTOR, UID, DETAIL, REASON};
	crypto_generichash_state state;
	struct buf about = {0};

	crypto_generichash_init(&state, (const uint8_t *)salt.at, salt.len, CHAIN_LEN);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		add_part(&state, span_at(row, parts[i]));
	buf_add_i64(&about, sql_int(row, ABOUT));
	add_part(&state, buf_span(&about));
	buf_clear(&about);
	crypto_generichash_final(&state, out, CHAIN_LEN);
}

static void hash_of(const uint8_t before[static CHAIN_LEN], const uint8_t *words,
		    struct statement *row, const enum column *about,
		    uint8_t out[static CHAIN_LEN])
{
	crypto_generichash_state state;
	struct buf text = {0};

	buf_printf(&text, "%" PRId64 " %" PRId64 " %" PRId64 " " SPAN_FMT, sql_int(row, ID),
		   sql_int(row, about[0]), sql_int(row, about[1]),
		   SPAN_ARG(span_at(row, about[2])));
	crypto_generichash_init(&state, NULL, 0, CHAIN_LEN);
	crypto_generichash_update(&state, before, CHAIN_LEN);
	crypto_generichash_update(&state, words, CHAIN_LEN);
	crypto_generichash_update(&state, (const uint8_t *)text.at, text.len);
	crypto_generichash_final(&state, out, CHAIN_LEN);
	buf_clear(&text);
}

enum db_code chain_head(struct sql *s, uint8_t out[static CHAIN_LEN])
{
	struct statement *row = sql_bind(s, SQL_CHAIN_HEAD, NULL);
	enum db_code code = sql_step(row);

	memset(out, 0, CHAIN_LEN);
	if (code == DB_ROW && sql_span(row, 0).len == CHAIN_LEN)
		memcpy(out, sql_span(row, 0).at, CHAIN_LEN);
	sql_reset(row);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}

// What the entry says, hashed with a fresh salt and behind the hash before it.
static enum db_code hash_entry(struct sql *s, int64_t id, const uint8_t salt[static CHAIN_LEN],
			       uint8_t words[static CHAIN_LEN], uint8_t hash[static CHAIN_LEN])
{
	static const enum column about[] = {AT_MS, ROOM, VERB};
	uint8_t before[CHAIN_LEN];
	enum db_code code = chain_head(s, before);

	if (code != DB_OK)
		return code;
	struct statement *row = sql_bind(s, SQL_CHAIN_ENTRY, (struct value[]){of_int(id)});
	code = sql_step(row);
	if (code == DB_ROW) {
		words_of(row, span_from(salt, CHAIN_LEN), words);
		hash_of(before, words, row, about, hash);
	}
	sql_reset(row);
	return code == DB_ROW ? DB_OK : code == DB_END ? DB_FAILED : code;
}

enum db_code chain_add(struct sql *s, uint8_t hash[static CHAIN_LEN])
{
	uint8_t words[CHAIN_LEN], salt[CHAIN_LEN];
	int64_t id = 0;
	enum db_code code = sql_number(s, SQL_NEWEST_AUDIT, NULL, &id);

	randombytes_buf(salt, sizeof(salt));
	if (code == DB_OK)
		code = hash_entry(s, id, salt, words, hash);
	if (code == DB_OK)
		code = sql_run(s, SQL_ADD_LINK,
			       (struct value[]){of_int(id), of_blob(words, CHAIN_LEN),
						of_blob(hash, CHAIN_LEN)});
	if (code == DB_OK)
		code = sql_run(s, SQL_ADD_SALT,
			       (struct value[]){of_int(id), of_blob(salt, CHAIN_LEN)});
	return code;
}

// Looked at.

static void problem_of(struct store_chain *c, int64_t id, const char *what)
{
	c->n_problems++;
	if (c->n_problems <= CHAIN_PROBLEMS_MAX)
		buf_printf(&c->problems, "entry %" PRId64 ": %s\n", id, what);
}

static void problem(struct store_chain *c, struct statement *row, const char *what)
{
	problem_of(c, sql_int(row, ID), what);
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
static void believe_erasing(struct store_chain *c, struct statement *row)
{
	struct span rest = span_at(row, DETAIL);
	uint64_t id;

	if (!span_eq(span_at(row, VERB), SPAN(VERB_ERASED)))
		return;
	span_cut(&rest, ' ');
	while (span_to_u64(span_cut(&rest, ' '), &id)) {
		struct store_emptied wanted = {.id = (int64_t)id}, *found = NULL;

		if (c->n_emptied)
			found = bsearch(&wanted, c->emptied, c->n_emptied, sizeof(*c->emptied),
					compare_emptied);
		if (found)
			found->is_named = true;
	}
}

// What the entry says against its link. Where nothing can be said of it, why that may be so.
static void judge_words(struct store_chain *c, struct statement *row)
{
	struct span salt = span_at(row, SALT), words = span_at(row, WORDS);
	uint8_t found[CHAIN_LEN];

	if (!sql_int(row, IS_THERE)) {
		c->n_gone++;
		if (salt.len || !sql_int(row, LINK_ROOM) || sql_int(row, HAS_ROOM))
			problem(c, row, "it was removed, and only a room takes entries along");
		return;
	}
	if (!sql_int(row, IS_SAME)) {
		problem(c, row, "its time, its verb or its room was changed");
		return;
	}
	if (!salt.len) {
		note_emptied(c, sql_int(row, ID));
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
static void judge_link(struct store_chain *c, struct statement *row)
{
	static const enum column about[] = {LINK_AT_MS, LINK_ROOM, LINK_VERB};
	struct span words = span_at(row, WORDS), hash = span_at(row, HASH);
	uint8_t found[CHAIN_LEN];

	if (!c->n++) {
		c->first_id = sql_int(row, ID);
		c->first_ms = sql_int(row, LINK_AT_MS);
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
	c->last_ms = sql_int(row, LINK_AT_MS);
	c->is_met |= c->wanted && memcmp(c->wanted, c->head, CHAIN_LEN) == 0;
}

static void judge(struct store_chain *c, struct statement *row)
{
	if (!sql_is_null(row, HASH)) {
		judge_link(c, row);
		judge_words(c, row);
		return;
	}
	if (c->n)
		problem(c, row, "it is not of the chain: it was put in by other hands");
	else
		c->n_outside++;
}

static struct store_audited audited(struct statement *row)
{
	return (struct store_audited){
		.id = sql_int(row, ID),
		.is_there = sql_int(row, IS_THERE),
		.row = {.at_ms = sql_int(row, AT_MS),
			.actor = span_at(row, ACTOR),
			.verb = span_at(row, VERB),
			.detail = span_at(row, DETAIL),
			.room = sql_int(row, ROOM),
			.about = sql_int(row, ABOUT),
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

static enum db_code walk(struct sql *sql, struct store_chain *c, store_audited_fn *fn,
			 void *arg)
{
	struct statement *row = sql_bind(sql, SQL_CHAIN_ALL, NULL);
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		judge(c, row);
		if (fn) {
			struct store_audited entry = audited(row);

			fn(arg, &entry);
		}
	}
	sql_reset(row);
	return code;
}

// Where its statements cannot be prepared.
static bool is_older(const struct store_engine *engine, const char *where)
{
	struct store_report facts = {0};
	char *error = NULL;
	bool is = engine->facts(where, &facts, &error) && facts.schema < n_migrations;

	store_report_clear(&facts);
	free(error);
	return is;
}

bool store_audit(const char *path, const uint8_t *wanted, store_audited_fn *fn, void *arg,
		 struct store_chain *c, char **error)
{
	const struct store_engine *engine;
	struct sql sql = {0};

	*error = NULL;
	*c = (struct store_chain){.wanted = wanted};
	engine = engine_of(path, error);
	if (!engine)
		return false;
	if (!engine->read(path, SQL_AUDITOR, &sql, error)) {
		if (is_older(engine, path))
			error_words(error, "%s is of an older snugd: its audit log is no chain",
				    path);
		return false;
	}
	if (walk(&sql, c, fn, arg) != DB_END)
		sql_explain(&sql, "read", path, error);
	else
		conclude(c);
	c->wanted = NULL;
	free(c->emptied);
	c->emptied = NULL;
	sql_close(&sql);
	return !*error;
}

void store_chain_clear(struct store_chain *c)
{
	buf_clear(&c->problems);
}
