// SPDX-License-Identifier: MIT
// Journal entries as rows. Most are one statement that binds the entry's fields.
#include "server/store/chain.h"
#include "server/store/store_private.h"

// A kind without a case in apply_entry does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

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

// Kinds of which one statement is all.
static const enum sql_id plain[ENTRY_KINDS] = {
	[ENTRY_SETTING] = SQL_PUT_SETTING,
	[ENTRY_ACCOUNT] = SQL_PUT_ACCOUNT,
	[ENTRY_FREED] = SQL_PUT_FREED,
	[ENTRY_FREED_GONE] = SQL_DELETE_FREED,
	[ENTRY_CREDENTIAL] = SQL_PUT_CREDENTIAL,
	[ENTRY_CREDENTIAL_GONE] = SQL_DELETE_CREDENTIAL,
	[ENTRY_FACTOR] = SQL_PUT_FACTOR,
	[ENTRY_FACTOR_GONE] = SQL_DELETE_FACTOR,
	[ENTRY_BINDING] = SQL_PUT_BINDING,
	[ENTRY_BINDING_GONE] = SQL_DELETE_BINDING,
	[ENTRY_INVITE] = SQL_PUT_INVITE,
	[ENTRY_INVITE_GONE] = SQL_DELETE_INVITE,
	[ENTRY_HOOK] = SQL_PUT_HOOK,
	[ENTRY_HOOK_GONE] = SQL_DELETE_HOOK,
	[ENTRY_ROOM] = SQL_PUT_ROOM,
	[ENTRY_MEMBER] = SQL_PUT_MEMBER,
	[ENTRY_MEMBER_GONE] = SQL_DELETE_MEMBER,
	[ENTRY_BAN] = SQL_PUT_BAN,
	[ENTRY_BAN_GONE] = SQL_DELETE_BAN,
	[ENTRY_DIALOG] = SQL_PUT_DIALOG,
	[ENTRY_MARKER] = SQL_PUT_MARKER,
	[ENTRY_RULES_READ] = SQL_PUT_RULES_READ,
	[ENTRY_REPORT] = SQL_PUT_REPORT,
	[ENTRY_CURSOR] = SQL_PUT_CURSOR,
	[ENTRY_SLIP] = SQL_PUT_SLIP,
	[ENTRY_SLIP_GONE] = SQL_DELETE_SLIP,
	[ENTRY_SIGNIN] = SQL_PUT_SIGNIN,
	[ENTRY_SIGNIN_GONE] = SQL_DELETE_SIGNIN,
	[ENTRY_HUSH] = SQL_PUT_HUSH,
	[ENTRY_HUSH_GONE] = SQL_DELETE_HUSH,
	[ENTRY_SAVED] = SQL_PUT_SAVED,
	[ENTRY_SAVED_GONE] = SQL_DELETE_SAVED,
	[ENTRY_FILE] = SQL_PUT_FILE,
	[ENTRY_FILE_GONE] = SQL_DELETE_FILE,
	[ENTRY_SUBSCRIPTION] = SQL_PUT_SUBSCRIPTION,
	[ENTRY_SUBSCRIPTION_GONE] = SQL_DELETE_SUBSCRIPTION,
	[ENTRY_ERASURE] = SQL_PUT_ERASURE,
	[ENTRY_ERASURE_GONE] = SQL_DELETE_ERASURE,
	[ENTRY_ERASE] = SQL_ERASE,
	[ENTRY_ERASE_REASONS] = SQL_ERASE_REASONS,
	[ENTRY_REWORD_EVENT] = SQL_REWORD_EVENT,
	[ENTRY_REWORD_AUDIT] = SQL_REWORD_AUDIT,
};

static int add_audit(struct store *s, const struct entry *e)
{
	int code = run(s, SQL_ADD_AUDIT, e);

	if (code == SQLITE_OK)
		code = chain_add(s->db, sqlite3_last_insert_rowid(s->db), s->next_chain);
	s->has_chained = code == SQLITE_OK;
	return code;
}

static int erase(struct store *s, const struct entry *e)
{
	int code = e->kind == ENTRY_ERASE ? forget_words(s, e->erase.id) : SQLITE_OK;

	if (e->kind == ENTRY_REWORD_AUDIT)
		code = run(s, SQL_DELETE_SALT, e);
	return code == SQLITE_OK ? run_and_clear(s, plain[e->kind], e) : code;
}

static int apply_deed(struct store *s, const struct entry *e)
{
	switch ((int)e->kind) { // apply_entry names all there are
	case ENTRY_ACCOUNT_GONE:
		return delete_account(s, e);
	case ENTRY_ROOM_GONE:
		return delete_room(s, e);
	case ENTRY_MESSAGE:
		return add_message(s, e);
	case ENTRY_REDACT:
		return redact(s, e);
	case ENTRY_EXPIRE:
		return expire(s, e->expire.stream, (int64_t)e->expire.upto);
	case ENTRY_RESTAMP:
		return restamp(s, e);
	case ENTRY_AUDIT:
		return add_audit(s, e);
	case ENTRY_METADATA:
	case ENTRY_METADATA_GONE:
		return change_metadata(s, e);
	default:
		return erase(s, e);
	}
}

int apply_entry(struct store *s, const struct entry *e)
{
	switch (e->kind) {
	case ENTRY_ACCOUNT_GONE:
	case ENTRY_ROOM_GONE:
	case ENTRY_MESSAGE:
	case ENTRY_REDACT:
	case ENTRY_EXPIRE:
	case ENTRY_RESTAMP:
	case ENTRY_AUDIT:
	case ENTRY_METADATA:
	case ENTRY_METADATA_GONE:
	case ENTRY_ERASE:
	case ENTRY_ERASE_REASONS:
	case ENTRY_REWORD_EVENT:
	case ENTRY_REWORD_AUDIT:
	case ENTRY_ERASURE_GONE:
	case ENTRY_FILE_GONE:
		return apply_deed(s, e);
	case ENTRY_SETTING:
	case ENTRY_ACCOUNT:
	case ENTRY_FREED:
	case ENTRY_FREED_GONE:
	case ENTRY_CREDENTIAL:
	case ENTRY_CREDENTIAL_GONE:
	case ENTRY_FACTOR:
	case ENTRY_FACTOR_GONE:
	case ENTRY_BINDING:
	case ENTRY_BINDING_GONE:
	case ENTRY_INVITE:
	case ENTRY_INVITE_GONE:
	case ENTRY_HOOK:
	case ENTRY_HOOK_GONE:
	case ENTRY_ROOM:
	case ENTRY_MEMBER:
	case ENTRY_MEMBER_GONE:
	case ENTRY_BAN:
	case ENTRY_BAN_GONE:
	case ENTRY_DIALOG:
	case ENTRY_MARKER:
	case ENTRY_RULES_READ:
	case ENTRY_REPORT:
	case ENTRY_CURSOR:
	case ENTRY_SLIP:
	case ENTRY_SLIP_GONE:
	case ENTRY_SIGNIN:
	case ENTRY_SIGNIN_GONE:
	case ENTRY_HUSH:
	case ENTRY_HUSH_GONE:
	case ENTRY_SAVED:
	case ENTRY_SAVED_GONE:
	case ENTRY_FILE:
	case ENTRY_SUBSCRIPTION:
	case ENTRY_SUBSCRIPTION_GONE:
	case ENTRY_ERASURE:
		return run(s, plain[e->kind], e);
	case ENTRY_STREAM_HEAD:
	case ENTRY_KINDS:
		break;
	}
	return SQLITE_MISUSE; // no journal holds this
}
