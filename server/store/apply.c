// SPDX-License-Identifier: MIT
// Journal entries as rows. Most are one statement that binds the entry's fields.
#include "server/store/chain.h"
#include "server/store/store_private.h"

static int run(struct store *s, enum sql_id statement, const struct entry *e)
{
	return sql_run_row(&s->sql, statement, e);
}

// Nothing of it is to be found in the log either.
static int run_and_clear(struct store *s, enum sql_id statement, const struct entry *e)
{
	s->truncate = true;
	return run(s, statement, e);
}

// Its number stays taken: messages in rooms still name it.
static int delete_account(struct store *s, const struct entry *e)
{
	int code = run_and_clear(s, SQL_DELETE_ACCOUNT, e);

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_PUT_FLOOR,
			       (struct value[]){of_int(e->account_gone.id)});
	return code;
}

static int expire(struct store *s, stream_id stream, int64_t upto)
{
	int code = sql_run(&s->sql, SQL_PUT_FLOOR, (struct value[]){of_int(stream)});

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_PUT_EXPIRY,
			       (struct value[]){of_int(stream), of_int(upto)});
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_DELETE_REPORTS,
			       (struct value[]){of_int(stream), of_int(upto)});
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_EXPIRE_SAVED,
			       (struct value[]){of_int(stream), of_int(upto)});
	s->expiring = true;
	return code;
}

// Its messages may be many: they go a step at a time, later.
static int delete_room(struct store *s, const struct entry *e)
{
	int code = expire(s, e->room_gone.id, INT64_MAX);

	if (code == SQLITE_OK)
		code = run(s, SQL_DELETE_ROOM_BANS, e);
	if (code == SQLITE_OK)
		code = run(s, SQL_DELETE_ROOM_MARKERS, e);
	if (code == SQLITE_OK)
		code = run(s, SQL_DELETE_ROOM_SALTS, e);
	if (code == SQLITE_OK)
		code = run(s, SQL_DELETE_ROOM_LOG, e);
	if (code == SQLITE_OK)
		code = run(s, SQL_DELETE_ROOM, e);
	return code;
}

static int insert_message(struct store *s, const struct entry *e)
{
	int code = run(s, SQL_ADD_MESSAGE, e);

	if (code == SQLITE_OK && e->message.seq > 0 && e->message.text.len)
		code = words_add(s, &e->message);
	return code;
}

// An edit of what was removed after the hub looked is removed with it.
static int add_edit(struct store *s, const struct entry *e, message_id original)
{
	struct entry stored = *e;
	int64_t is_gone = 0;
	int code = sql_run(&s->sql, SQL_ADD_EDIT,
			   (struct value[]){of_u64(e->message.id), of_u64(original)});

	if (code == SQLITE_OK)
		code = sql_number(&s->sql, SQL_IS_REDACTED, (struct value[]){of_u64(original)},
				  &is_gone);
	if (is_gone) {
		stored.message.text = stored.message.tags = SPAN("");
		stored.message.redacted = true;
	}
	return code == SQLITE_OK ? insert_message(s, &stored) : code;
}

static int add_message(struct store *s, const struct entry *e)
{
	message_id original = e->message.tags.len ? entry_edits(&e->message) : 0;

	return original ? add_edit(s, e, original) : insert_message(s, e);
}

// The words must leave the index while the text that names them is still there.
static int forget_words(struct store *s, message_id id)
{
	sqlite3_stmt *row = sql_bind(&s->sql, SQL_MESSAGE, (struct value[]){of_u64(id)});
	int code = sqlite3_step(row);
	struct entry_message m = {0};

	if (code == SQLITE_ROW)
		row_read(ENTRY_MESSAGE, row, &m);
	if (m.seq > 0)
		code = words_remove(s, id, m.stream, m.text);
	sqlite3_reset(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int redact(struct store *s, const struct entry *e)
{
	int code = forget_words(s, e->redact.id);

	if (code == SQLITE_OK)
		code = run(s, SQL_REDACT, e);
	if (code == SQLITE_OK)
		code = run(s, SQL_ADD_REDACTION, e);
	s->truncate = true;
	return code;
}

static int restamp(struct store *s, const struct entry *e)
{
	int code = run(s, SQL_RESTAMP, e);

	return code == SQLITE_OK ? run(s, SQL_RESTAMP_FLOORS, e) : code;
}

static int change_metadata(struct store *s, const struct entry *e)
{
	if (e->kind == ENTRY_METADATA)
		return run(s,
			   e->metadata.room ? SQL_PUT_ROOM_METADATA : SQL_PUT_ACCOUNT_METADATA,
			   e);
	return run(s,
		   e->metadata_gone.room ? SQL_DELETE_ROOM_METADATA
					 : SQL_DELETE_ACCOUNT_METADATA,
		   e);
}

static int add_audit(struct store *s, const struct entry *e)
{
	int code = run(s, SQL_ADD_AUDIT, e);

	if (code == SQLITE_OK)
		code = chain_add(s->db, sqlite3_last_insert_rowid(s->db), s->next_chain);
	s->has_chained = code == SQLITE_OK;
	return code;
}

static int expire_stream(struct store *s, const struct entry *e)
{
	return expire(s, e->expire.stream, (int64_t)e->expire.upto);
}

// No journal holds one.
static int misuse(UNUSED struct store *s, UNUSED const struct entry *e)
{
	return SQLITE_MISUSE;
}

static int run_its(struct store *s, const struct entry *e);
static int erase(struct store *s, const struct entry *e);

struct way {
	int (*fn)(struct store *s, const struct entry *e);
	enum sql_id statement;
};

// What stores it, and the statement that does it alone, where one does.
#define NO_STATEMENT (enum sql_id)0

#define WAY_SETTING run_its, SQL_PUT_SETTING
#define WAY_ACCOUNT run_its, SQL_PUT_ACCOUNT
#define WAY_ACCOUNT_GONE delete_account, NO_STATEMENT
#define WAY_FREED run_its, SQL_PUT_FREED
#define WAY_FREED_GONE run_its, SQL_DELETE_FREED
#define WAY_CREDENTIAL run_its, SQL_PUT_CREDENTIAL
#define WAY_CREDENTIAL_GONE run_its, SQL_DELETE_CREDENTIAL
#define WAY_FACTOR run_its, SQL_PUT_FACTOR
#define WAY_FACTOR_GONE run_its, SQL_DELETE_FACTOR
#define WAY_BINDING run_its, SQL_PUT_BINDING
#define WAY_BINDING_GONE run_its, SQL_DELETE_BINDING
#define WAY_INVITE run_its, SQL_PUT_INVITE
#define WAY_INVITE_GONE run_its, SQL_DELETE_INVITE
#define WAY_HOOK run_its, SQL_PUT_HOOK
#define WAY_HOOK_GONE run_its, SQL_DELETE_HOOK
#define WAY_ROOM run_its, SQL_PUT_ROOM
#define WAY_ROOM_GONE delete_room, NO_STATEMENT
#define WAY_MEMBER run_its, SQL_PUT_MEMBER
#define WAY_MEMBER_GONE run_its, SQL_DELETE_MEMBER
#define WAY_BAN run_its, SQL_PUT_BAN
#define WAY_BAN_GONE run_its, SQL_DELETE_BAN
#define WAY_DIALOG run_its, SQL_PUT_DIALOG
#define WAY_MESSAGE add_message, NO_STATEMENT
#define WAY_REDACT redact, NO_STATEMENT
#define WAY_EXPIRE expire_stream, NO_STATEMENT
#define WAY_RESTAMP restamp, NO_STATEMENT
#define WAY_MARKER run_its, SQL_PUT_MARKER
#define WAY_RULES_READ run_its, SQL_PUT_RULES_READ
#define WAY_REPORT run_its, SQL_PUT_REPORT
#define WAY_CURSOR run_its, SQL_PUT_CURSOR
#define WAY_METADATA change_metadata, NO_STATEMENT
#define WAY_METADATA_GONE change_metadata, NO_STATEMENT
#define WAY_SLIP run_its, SQL_PUT_SLIP
#define WAY_SLIP_GONE run_its, SQL_DELETE_SLIP
#define WAY_SIGNIN run_its, SQL_PUT_SIGNIN
#define WAY_SIGNIN_GONE run_its, SQL_DELETE_SIGNIN
#define WAY_HUSH run_its, SQL_PUT_HUSH
#define WAY_HUSH_GONE run_its, SQL_DELETE_HUSH
#define WAY_SAVED run_its, SQL_PUT_SAVED
#define WAY_SAVED_GONE run_its, SQL_DELETE_SAVED
#define WAY_FILE run_its, SQL_PUT_FILE
#define WAY_FILE_GONE erase, SQL_DELETE_FILE
#define WAY_SUBSCRIPTION run_its, SQL_PUT_SUBSCRIPTION
#define WAY_SUBSCRIPTION_GONE run_its, SQL_DELETE_SUBSCRIPTION
#define WAY_ERASURE run_its, SQL_PUT_ERASURE
#define WAY_ERASURE_GONE erase, SQL_DELETE_ERASURE
#define WAY_ERASE erase, SQL_ERASE
#define WAY_ERASE_REASONS erase, SQL_ERASE_REASONS
#define WAY_REWORD_EVENT erase, SQL_REWORD_EVENT
#define WAY_REWORD_AUDIT erase, SQL_REWORD_AUDIT
#define WAY_AUDIT add_audit, NO_STATEMENT
#define WAY_STREAM_HEAD misuse, NO_STATEMENT

// A kind that has no way does not compile.
static const struct way ways[] = {
#define ENTRY(KIND, name, use) [ENTRY_##KIND] = {WAY_##KIND},
#include "server/letters/entries.def"
};

static int run_its(struct store *s, const struct entry *e)
{
	return run(s, ways[e->kind].statement, e);
}

static int erase(struct store *s, const struct entry *e)
{
	int code = e->kind == ENTRY_ERASE ? forget_words(s, e->erase.id) : SQLITE_OK;

	if (e->kind == ENTRY_REWORD_AUDIT)
		code = run(s, SQL_DELETE_SALT, e);
	return code == SQLITE_OK ? run_and_clear(s, ways[e->kind].statement, e) : code;
}

int apply_entry(struct store *s, const struct entry *e)
{
	return e->kind < ENTRY_KINDS ? ways[e->kind].fn(s, e) : misuse(s, e);
}
