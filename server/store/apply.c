// SPDX-License-Identifier: MIT
// Journal entries as rows. A new kind of write is a struct in journal.h, a statement in
// sql.def, and a function and a row of the table here.
#include "server/store/store_private.h"

#include <assert.h>

static int put_account(struct store *s, const struct entry *e)
{
	const struct entry_account *a = &e->account;

	return sql_run(&s->sql, SQL_PUT_ACCOUNT,
		       (struct value[]){of_int(a->id), of_text(a->name), of_text(a->password),
					of_text(a->realname), of_int(a->role),
					of_int(a->disabled), of_int(a->created_ms),
					of_int(a->seen_ms)});
}

// Its number stays taken: messages in rooms still name it.
static int delete_account(struct store *s, const struct entry *e)
{
	account_id id = e->account_gone.id;
	int code = sql_run(&s->sql, SQL_DELETE_ACCOUNT, (struct value[]){of_int(id)});

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_PUT_FLOOR, (struct value[]){of_int(id)});
	return code;
}

static int put_credential(struct store *s, const struct entry *e)
{
	const struct entry_credential *c = &e->credential;

	return sql_run(&s->sql, SQL_PUT_CREDENTIAL,
		       (struct value[]){of_int(c->id), of_int(c->account), of_int(c->kind),
					of_blob(c->hash, sizeof(c->hash)), of_text(c->label),
					of_int(c->created_ms), of_int(c->used_ms),
					of_int(c->expires_ms),
					of_blob(c->cert, sizeof(c->cert))});
}

static int put_invite(struct store *s, const struct entry *e)
{
	const struct entry_invite *i = &e->invite;

	return sql_run(&s->sql, SQL_PUT_INVITE,
		       (struct value[]){of_int(i->id), of_blob(i->hash, sizeof(i->hash)),
					of_int(i->room), of_int(i->uses_left),
					of_int(i->uses_max), of_int(i->expires_ms),
					of_int(i->created_ms), of_text(i->creator),
					of_text(i->note)});
}

static int put_room(struct store *s, const struct entry *e)
{
	const struct entry_room *r = &e->room;

	return sql_run(&s->sql, SQL_PUT_ROOM,
		       (struct value[]){of_int(r->id), of_text(r->name), of_text(r->topic),
					of_text(r->topic_by), of_int(r->topic_ms),
					of_int(r->flags), of_text(r->key), of_int(r->limit),
					of_int(r->created_ms), of_int(r->keep_ms),
					of_int(r->keep_bytes)});
}

static int expire(struct store *s, stream_id stream, int64_t upto)
{
	int code = sql_run(&s->sql, SQL_PUT_FLOOR, (struct value[]){of_int(stream)});

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_PUT_EXPIRY,
			       (struct value[]){of_int(stream), of_int(upto)});
	s->expiring = true;
	return code;
}

static int expire_messages(struct store *s, const struct entry *e)
{
	return expire(s, e->expire.stream, (int64_t)e->expire.upto);
}

// Its messages may be many: they go a step at a time, later.
static int delete_room(struct store *s, const struct entry *e)
{
	stream_id room = e->room_gone.id;
	const struct value id[] = {of_int(room)};
	int code = expire(s, room, INT64_MAX);

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_DELETE_ROOM_BANS, id);
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_DELETE_ROOM_MARKERS, id);
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_DELETE_ROOM, id);
	return code;
}

static int put_member(struct store *s, const struct entry *e)
{
	const struct entry_member *m = &e->member;

	return sql_run(&s->sql, SQL_PUT_MEMBER,
		       (struct value[]){of_int(m->room), of_int(m->account), of_int(m->role),
					of_int(m->joined_ms)});
}

static int put_ban(struct store *s, const struct entry *e)
{
	const struct entry_ban *b = &e->ban;

	return sql_run(&s->sql, SQL_PUT_BAN,
		       (struct value[]){of_int(b->room), of_int(b->kind), of_text(b->mask),
					of_text(b->by), of_text(b->reason), of_int(b->at_ms),
					of_int(b->expires_ms)});
}

static int insert_message(struct store *s, const struct entry_message *m)
{
	int code = sql_run(
		&s->sql, SQL_ADD_MESSAGE,
		(struct value[]){of_u64(m->id), of_int(m->stream), of_u64(m->seq),
				 of_int(m->time_ms), of_int(m->account), of_text(m->sender),
				 of_int(m->kind), of_text(m->text), of_text(m->tags),
				 of_text_or_null(m->client_id), of_int(m->redacted)});

	if (code == SQLITE_OK && m->seq > 0 && m->text.len)
		code = words_add(s, m);
	return code;
}

// An edit of what was removed after the hub looked is removed with it.
static int add_edit(struct store *s, const struct entry_message *m, message_id original)
{
	struct entry_message stored = *m;
	int64_t is_gone = 0;
	int code = sql_run(&s->sql, SQL_ADD_EDIT,
			   (struct value[]){of_u64(m->id), of_u64(original)});

	if (code == SQLITE_OK)
		code = sql_number(&s->sql, SQL_IS_REDACTED,
				  (struct value[]){of_u64(original)}, &is_gone);
	if (is_gone) {
		stored.text = stored.tags = SPAN("");
		stored.redacted = true;
	}
	return code == SQLITE_OK ? insert_message(s, &stored) : code;
}

static int add_message(struct store *s, const struct entry *e)
{
	message_id original = e->message.tags.len ? entry_edits(&e->message) : 0;

	return original ? add_edit(s, &e->message, original) : insert_message(s, &e->message);
}

// The words must leave the index while the text that names them is still there.
static int forget_words(struct store *s, message_id id)
{
	sqlite3_stmt *row = sql_bind(&s->sql, SQL_MESSAGE, (struct value[]){of_u64(id)});
	int code = sqlite3_step(row);

	if (code == SQLITE_ROW && sqlite3_column_int64(row, 2) > 0)
		code = words_remove(s, id, sqlite3_column_int64(row, 1), sql_span(row, 7));
	sqlite3_reset(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int redact(struct store *s, const struct entry *e)
{
	const struct entry_redact *r = &e->redact;

	int code = forget_words(s, r->id);

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_REDACT, (struct value[]){of_u64(r->id)});
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_ADD_REDACTION,
			       (struct value[]){of_u64(r->id), of_int(r->by),
						of_text(r->reason), of_int(r->at_ms)});
	s->truncate = true;
	return code;
}

static int put_metadata(struct store *s, const struct entry *e)
{
	const struct entry_metadata *m = &e->metadata;

	return sql_run(&s->sql, m->room ? SQL_PUT_ROOM_METADATA : SQL_PUT_ACCOUNT_METADATA,
		       (struct value[]){of_int(m->room ? m->room : m->account), of_text(m->key),
					of_text(m->value)});
}

static int delete_metadata(struct store *s, const struct entry *e)
{
	const struct entry_metadata_gone *m = &e->metadata_gone;

	return sql_run(
		&s->sql, m->room ? SQL_DELETE_ROOM_METADATA : SQL_DELETE_ACCOUNT_METADATA,
		(struct value[]){of_int(m->room ? m->room : m->account), of_text(m->key)});
}

static int put_setting(struct store *s, const struct entry *e)
{
	const struct entry_setting *x = &e->setting;

	return sql_run(&s->sql, SQL_PUT_SETTING,
		       (struct value[]){of_text(x->key), of_blob(x->value.at, x->value.len)});
}

static int delete_credential(struct store *s, const struct entry *e)
{
	return sql_run(&s->sql, SQL_DELETE_CREDENTIAL,
		       (struct value[]){of_int(e->credential_gone.id)});
}

static int delete_invite(struct store *s, const struct entry *e)
{
	return sql_run(&s->sql, SQL_DELETE_INVITE, (struct value[]){of_int(e->invite_gone.id)});
}

static int delete_member(struct store *s, const struct entry *e)
{
	const struct entry_member_gone *m = &e->member_gone;

	return sql_run(&s->sql, SQL_DELETE_MEMBER,
		       (struct value[]){of_int(m->room), of_int(m->account)});
}

static int delete_ban(struct store *s, const struct entry *e)
{
	const struct entry_ban_gone *b = &e->ban_gone;

	return sql_run(&s->sql, SQL_DELETE_BAN,
		       (struct value[]){of_int(b->room), of_int(b->kind), of_text(b->mask)});
}

static int put_dialog(struct store *s, const struct entry *e)
{
	const struct entry_dialog *d = &e->dialog;

	return sql_run(&s->sql, SQL_PUT_DIALOG,
		       (struct value[]){of_int(d->id), of_int(d->low), of_int(d->high)});
}

static int put_marker(struct store *s, const struct entry *e)
{
	const struct entry_marker *m = &e->marker;

	return sql_run(
		&s->sql, SQL_PUT_MARKER,
		(struct value[]){of_int(m->account), of_int(m->stream), of_int(m->time_ms)});
}

static int put_cursor(struct store *s, const struct entry *e)
{
	const struct entry_cursor *c = &e->cursor;

	return sql_run(&s->sql, SQL_PUT_CURSOR,
		       (struct value[]){of_int(c->account), of_text(c->device), of_u64(c->id)});
}

static int add_audit(struct store *s, const struct entry *e)
{
	const struct entry_audit *a = &e->audit;

	return sql_run(&s->sql, SQL_ADD_AUDIT,
		       (struct value[]){of_int(a->at_ms), of_text(a->actor), of_text(a->verb),
					of_text(a->detail)});
}

typedef int apply_fn(struct store *s, const struct entry *e);

static apply_fn *const appliers[ENTRY_KINDS] = {
	[ENTRY_SETTING] = put_setting,
	[ENTRY_ACCOUNT] = put_account,
	[ENTRY_ACCOUNT_GONE] = delete_account,
	[ENTRY_CREDENTIAL] = put_credential,
	[ENTRY_CREDENTIAL_GONE] = delete_credential,
	[ENTRY_INVITE] = put_invite,
	[ENTRY_INVITE_GONE] = delete_invite,
	[ENTRY_ROOM] = put_room,
	[ENTRY_ROOM_GONE] = delete_room,
	[ENTRY_MEMBER] = put_member,
	[ENTRY_MEMBER_GONE] = delete_member,
	[ENTRY_BAN] = put_ban,
	[ENTRY_BAN_GONE] = delete_ban,
	[ENTRY_DIALOG] = put_dialog,
	[ENTRY_MESSAGE] = add_message,
	[ENTRY_REDACT] = redact,
	[ENTRY_EXPIRE] = expire_messages,
	[ENTRY_MARKER] = put_marker,
	[ENTRY_CURSOR] = put_cursor,
	[ENTRY_METADATA] = put_metadata,
	[ENTRY_METADATA_GONE] = delete_metadata,
	[ENTRY_AUDIT] = add_audit,
};

int apply_entry(struct store *s, const struct entry *e)
{
	assert(e->kind < ENTRY_KINDS && appliers[e->kind]);
	return appliers[e->kind](s, e);
}
