// SPDX-License-Identifier: MIT
// Journal entries as rows. Most are one statement that binds the entry's fields.
#include "server/store/apply.h"

#include "server/store/chain.h"
#include "server/store/chore.h"

static enum db_code run(struct store *s, enum sql_id statement, const struct entry *e)
{
	return sql_run_row(&s->sql, statement, e);
}

// Nothing of it is to be found in the log either.
static enum db_code run_and_clear(struct store *s, enum sql_id statement, const struct entry *e)
{
	s->removed = true;
	return run(s, statement, e);
}

// Its number stays taken: messages in rooms still name it.
static enum db_code delete_account(struct store *s, const struct entry *e)
{
	enum db_code code = run_and_clear(s, SQL_DELETE_ACCOUNT, e);

	if (code == DB_OK)
		code = sql_run(&s->sql, SQL_PUT_FLOOR,
			       (struct value[]){of_int(e->account_gone.id)});
	return code;
}

static enum db_code expire(struct store *s, stream_id stream, int64_t upto)
{
	enum db_code code = sql_run(&s->sql, SQL_PUT_FLOOR, (struct value[]){of_int(stream)});

	if (code == DB_OK)
		code = sql_run(&s->sql, SQL_PUT_EXPIRY,
			       (struct value[]){of_int(stream), of_int(upto)});
	if (code == DB_OK)
		code = sql_run(&s->sql, SQL_DELETE_REPORTS,
			       (struct value[]){of_int(stream), of_int(upto)});
	if (code == DB_OK)
		code = sql_run(&s->sql, SQL_EXPIRE_SAVED,
			       (struct value[]){of_int(stream), of_int(upto)});
	s->expiring = true;
	return code;
}

// Its messages may be many: they go a step at a time, later.
static enum db_code delete_room(struct store *s, const struct entry *e)
{
	enum db_code code = expire(s, e->room_gone.id, INT64_MAX);

	if (code == DB_OK)
		code = run(s, SQL_DELETE_ROOM_BANS, e);
	if (code == DB_OK)
		code = run(s, SQL_DELETE_ROOM_MARKERS, e);
	if (code == DB_OK)
		code = run(s, SQL_DELETE_ROOM_SALTS, e);
	if (code == DB_OK)
		code = run(s, SQL_DELETE_ROOM_LOG, e);
	if (code == DB_OK)
		code = run(s, SQL_DELETE_ROOM, e);
	return code;
}

static enum db_code insert_message(struct store *s, const struct entry *e)
{
	enum db_code code = run(s, SQL_ADD_MESSAGE, e);

	if (code == DB_OK && e->message.seq > 0 && e->message.text.len)
		code = chore_note_unindexed(s, e->message.id);
	return code;
}

// An edit of what was removed after the hub looked is removed with it.
static enum db_code add_edit(struct store *s, const struct entry *e, message_id original)
{
	struct entry stored = *e;
	int64_t is_gone = 0;
	enum db_code code = sql_run(&s->sql, SQL_ADD_EDIT,
				    (struct value[]){of_u64(e->message.id), of_u64(original)});

	if (code == DB_OK)
		code = sql_number(&s->sql, SQL_IS_REDACTED, (struct value[]){of_u64(original)},
				  &is_gone);
	if (is_gone) {
		stored.message.text = stored.message.tags = SPAN("");
		stored.message.redacted = true;
	}
	return code == DB_OK ? insert_message(s, &stored) : code;
}

static enum db_code add_message(struct store *s, const struct entry *e)
{
	message_id original = e->message.tags.len ? entry_edits(&e->message) : 0;

	return original ? add_edit(s, e, original) : insert_message(s, e);
}

static enum db_code redact(struct store *s, const struct entry *e)
{
	enum db_code code = s->engine->forget_words(s, e->redact.id);

	if (code == DB_OK)
		code = run(s, SQL_REDACT, e);
	if (code == DB_OK)
		code = run(s, SQL_ADD_REDACTION, e);
	s->removed = true;
	return code;
}

static enum db_code restamp(struct store *s, const struct entry *e)
{
	enum db_code code = run(s, SQL_RESTAMP, e);

	return code == DB_OK ? run(s, SQL_RESTAMP_FLOORS, e) : code;
}

static enum db_code change_metadata(struct store *s, const struct entry *e)
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

static enum db_code add_audit(struct store *s, const struct entry *e)
{
	enum db_code code = run(s, SQL_ADD_AUDIT, e);

	if (code == DB_OK)
		code = chain_add(&s->sql, s->next_chain);
	s->has_chained = code == DB_OK;
	return code;
}

static enum db_code expire_stream(struct store *s, const struct entry *e)
{
	return expire(s, e->expire.stream, (int64_t)e->expire.upto);
}

// No journal holds one.
static enum db_code misuse(UNUSED struct store *s, UNUSED const struct entry *e)
{
	return DB_FAILED;
}

static enum db_code run_its(struct store *s, const struct entry *e);
static enum db_code erase(struct store *s, const struct entry *e);

struct way {
	enum db_code (*fn)(struct store *s, const struct entry *e);
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

static enum db_code run_its(struct store *s, const struct entry *e)
{
	return run(s, ways[e->kind].statement, e);
}

static enum db_code erase(struct store *s, const struct entry *e)
{
	enum db_code code = DB_OK;

	if (e->kind == ENTRY_ERASE)
		code = s->engine->forget_words(s, e->erase.id);
	if (e->kind == ENTRY_REWORD_AUDIT)
		code = run(s, SQL_DELETE_SALT, e);
	return code == DB_OK ? run_and_clear(s, ways[e->kind].statement, e) : code;
}

enum db_code apply_entry(struct store *s, const struct entry *e)
{
	return e->kind < ENTRY_KINDS ? ways[e->kind].fn(s, e) : misuse(s, e);
}
