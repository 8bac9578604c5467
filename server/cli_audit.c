// SPDX-License-Identifier: MIT
// audit verify, export: the chain of the audit log, looked through in the file of the database,
// beside a running server or without one.
#include "server/cli.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/json.h"
#include "server/admin_json.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct admin_answer *a, const char *name, enum cell_kind kind, int64_t number)
{
	admin_answer_column(a, name);
	admin_answer_cell(a, &(struct cell){.kind = kind, .number = number});
}

static void add_head(struct admin_answer *a, const struct store_chain *c)
{
	struct buf text = {0};

	if (c->n)
		encode_hex(&text, c->head, sizeof(c->head));
	admin_answer_column(a, "head");
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = buf_span(&text)});
	buf_clear(&text);
}

static void add_words(struct admin_answer *a, struct store_chain *c)
{
	struct buf words = {0};

	if (c->n_problems) {
		buf_add_span(&words, span_trim(buf_span(&c->problems)));
		if (c->n_problems > CHAIN_PROBLEMS_MAX)
			buf_add_str(&words, "\nand more");
	} else if (c->n) {
		buf_add_str(&words, "the chain holds: no entry in it was changed, removed, put "
				    "in or put elsewhere since");
	} else {
		buf_add_str(&words, "nothing was done yet that would be in the chain");
	}
	a->words = arena_dup(&a->arena, buf_span(&words));
	buf_clear(&words);
}

static int show(const struct cli *c, struct store_chain *chain)
{
	struct admin_answer *a = admin_answer_new(0);
	int code;

	a->is_record = true;
	a->code = chain->n_problems ? ADMIN_PROBLEMS : ADMIN_DONE;
	add(a, "entries", CELL_NUMBER, chain->n);
	add(a, "first", CELL_NUMBER, chain->first_id);
	add(a, "since", CELL_TIME, chain->first_ms);
	add(a, "until", CELL_TIME, chain->last_ms);
	add(a, "outside", CELL_NUMBER, chain->n_outside);
	add(a, "erased", CELL_NUMBER, chain->n_erased);
	add(a, "gone", CELL_NUMBER, chain->n_gone);
	add(a, "problems", CELL_NUMBER, chain->n_problems);
	add_head(a, chain);
	add_words(a, chain);
	code = cli_show(c, a);
	admin_answer_free(a);
	return code;
}

static int look(const struct cli *c, const uint8_t *head, store_audited_fn *fn,
		struct store_chain *chain)
{
	char *error = NULL;
	int code = ADMIN_DONE;

	if (paths_has_file(&c->paths) && !path_exists(c->paths.database))
		code = cli_say(ADMIN_NOT_FOUND, "there is no database %s", c->paths.database);
	else if (!store_audit(c->paths.store, head, fn, NULL, chain, &error))
		code = cli_say(ADMIN_FAILED, "%s", error);
	free(error);
	return code;
}

// Of a status, a log, a manifest.
static bool take_head(const char *text, struct buf *head)
{
	return !text || (decode_hex(head, span_of(text)) && head->len == CHAIN_LEN);
}

int cli_audit_verify(const struct cli *c)
{
	const char *text = cli_value(c, "--head", 0);
	struct store_chain chain = {0};
	struct buf head = {0};
	int code;

	if (!take_head(text, &head))
		code = cli_say(ADMIN_USAGE,
			       "--head wants 64 hex digits, as  snugd status  shows them as "
			       "audit-head, not %s",
			       text);
	else
		code = look(c, text ? (const uint8_t *)head.at : NULL, NULL, &chain);
	if (code == ADMIN_DONE)
		code = show(c, &chain);
	store_chain_clear(&chain);
	buf_clear(&head);
	return code;
}

static void set_hex(json_t *object, const char *key, struct span bytes)
{
	struct buf text = {0};

	encode_hex(&text, bytes.at, bytes.len);
	if (bytes.len)
		json_object_set_new(object, key, json_text(buf_span(&text)));
	buf_clear(&text);
}

// All that the hashes are made of (OPERATING.md says how).
static void print(void *arg, const struct store_audited *e)
{
	const struct entry_audit *row = &e->row;
	json_t *object = json_object();
	char at[CLOCK_TEXT_LEN + 1];
	struct buf line = {0};

	(void)arg;
	clock_text(row->at_ms, at);
	json_object_set_new(object, "id", json_integer(e->id));
	json_object_set_new(object, "at", json_string(at));
	json_object_set_new(object, "verb", json_text(row->verb));
	json_object_set_new(object, "room", json_integer(row->room));
	if (e->is_there) {
		json_object_set_new(object, "actor", json_text(row->actor));
		json_object_set_new(object, "uid", json_text(row->uid));
		json_object_set_new(object, "detail", json_text(row->detail));
		json_object_set_new(object, "reason", json_text(row->reason));
		json_object_set_new(object, "about", json_integer(row->about));
	}
	set_hex(object, "salt", e->salt);
	set_hex(object, "words", e->words);
	set_hex(object, "hash", e->hash);
	json_add_line(&line, object);
	json_decref(object);
	fwrite(line.at, 1, line.len, stdout);
	buf_clear(&line);
}

int cli_audit_export(const struct cli *c)
{
	struct store_chain chain = {0};
	int code = look(c, NULL, print, &chain);

	store_chain_clear(&chain);
	return code;
}
