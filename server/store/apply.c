// SPDX-License-Identifier: MIT
// Journal entries as rows. A new kind of write is a struct in journal.h, a statement in
// sql.c and a case here.
#include "server/store/inside.h"

#include <assert.h>

static int put_account(struct store *s, const struct entry_account *a)
{
	return sql_run(&s->sql, SQL_PUT_ACCOUNT,
		       (struct value[]){of_int(a->id), of_text(a->name), of_text(a->password),
					of_text(a->realname), of_int(a->role),
					of_int(a->disabled), of_int(a->created_ms),
					of_int(a->seen_ms)});
}

// Its number stays taken: messages in rooms still name it.
static int delete_account(struct store *s, account_id id)
{
	int code = sql_run(&s->sql, SQL_DELETE_ACCOUNT, (struct value[]){of_int(id)});

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_PUT_FLOOR, (struct value[]){of_int(id)});
	return code;
}

static int put_credential(struct store *s, const struct entry_credential *c)
{
	return sql_run(&s->sql, SQL_PUT_CREDENTIAL,
		       (struct value[]){of_int(c->id), of_int(c->account), of_int(c->kind),
					of_blob(c->hash, sizeof(c->hash)), of_text(c->label),
					of_int(c->created_ms), of_int(c->used_ms),
					of_int(c->expires_ms)});
}

static int put_invite(struct store *s, const struct entry_invite *i)
{
	return sql_run(&s->sql, SQL_PUT_INVITE,
		       (struct value[]){of_int(i->id), of_blob(i->hash, sizeof(i->hash)),
					of_int(i->room), of_int(i->uses_left),
					of_int(i->uses_max), of_int(i->expires_ms),
					of_int(i->created_ms), of_text(i->creator),
					of_text(i->note)});
}

static int put_room(struct store *s, const struct entry_room *r)
{
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

// Its messages may be many: they go a step at a time, later.
static int delete_room(struct store *s, stream_id room)
{
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

static int put_member(struct store *s, const struct entry_member *m)
{
	return sql_run(&s->sql, SQL_PUT_MEMBER,
		       (struct value[]){of_int(m->room), of_int(m->account), of_int(m->role),
					of_int(m->joined_ms)});
}

static int put_ban(struct store *s, const struct entry_ban *b)
{
	return sql_run(&s->sql, SQL_PUT_BAN,
		       (struct value[]){of_int(b->room), of_int(b->kind), of_text(b->mask),
					of_text(b->by), of_text(b->reason), of_int(b->at_ms),
					of_int(b->expires_ms)});
}

static int add_message(struct store *s, const struct entry_message *m)
{
	int code = sql_run(&s->sql, SQL_ADD_MESSAGE,
			   (struct value[]){of_u64(m->id), of_int(m->stream), of_u64(m->seq),
					    of_int(m->time_ms), of_int(m->account),
					    of_text(m->sender), of_int(m->kind), of_text(m->text),
					    of_text(m->tags), of_text_or_null(m->client_id),
					    of_int(m->redacted)});

	if (code == SQLITE_OK && m->seq > 0 && m->text.len)
		code = words_add(s, m);
	return code;
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

static int redact(struct store *s, const struct entry_redact *r)
{
	int code = forget_words(s, r->id);

	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_REDACT, (struct value[]){of_u64(r->id)});
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_ADD_REDACTION,
			       (struct value[]){of_u64(r->id), of_int(r->by), of_text(r->reason),
						of_int(r->at_ms)});
	s->truncate = true;
	return code;
}

static int put_metadata(struct store *s, const struct entry_metadata *m)
{
	return sql_run(&s->sql, m->room ? SQL_PUT_ROOM_METADATA : SQL_PUT_ACCOUNT_METADATA,
		       (struct value[]){of_int(m->room ? m->room : m->account), of_text(m->key),
					of_text(m->value)});
}

static int delete_metadata(struct store *s, const struct entry_metadata_gone *m)
{
	return sql_run(&s->sql,
		       m->room ? SQL_DELETE_ROOM_METADATA : SQL_DELETE_ACCOUNT_METADATA,
		       (struct value[]){of_int(m->room ? m->room : m->account), of_text(m->key)});
}

int apply_entry(struct store *s, const struct entry *e)
{
	struct sql *sql = &s->sql;

	switch (e->kind) {
	case ENTRY_SETTING:
		return sql_run(sql, SQL_PUT_SETTING,
			       (struct value[]){of_text(e->setting.key),
						of_blob(e->setting.value.at,
							e->setting.value.len)});
	case ENTRY_ACCOUNT:
		return put_account(s, &e->account);
	case ENTRY_ACCOUNT_GONE:
		return delete_account(s, e->account_gone.id);
	case ENTRY_CREDENTIAL:
		return put_credential(s, &e->credential);
	case ENTRY_CREDENTIAL_GONE:
		return sql_run(sql, SQL_DELETE_CREDENTIAL,
			       (struct value[]){of_int(e->credential_gone.id)});
	case ENTRY_INVITE:
		return put_invite(s, &e->invite);
	case ENTRY_INVITE_GONE:
		return sql_run(sql, SQL_DELETE_INVITE,
			       (struct value[]){of_int(e->invite_gone.id)});
	case ENTRY_ROOM:
		return put_room(s, &e->room);
	case ENTRY_ROOM_GONE:
		return delete_room(s, e->room_gone.id);
	case ENTRY_MEMBER:
		return put_member(s, &e->member);
	case ENTRY_MEMBER_GONE:
		return sql_run(sql, SQL_DELETE_MEMBER,
			       (struct value[]){of_int(e->member_gone.room),
						of_int(e->member_gone.account)});
	case ENTRY_BAN:
		return put_ban(s, &e->ban);
	case ENTRY_BAN_GONE:
		return sql_run(sql, SQL_DELETE_BAN,
			       (struct value[]){of_int(e->ban_gone.room),
						of_int(e->ban_gone.kind),
						of_text(e->ban_gone.mask)});
	case ENTRY_DIALOG:
		return sql_run(sql, SQL_PUT_DIALOG,
			       (struct value[]){of_int(e->dialog.id), of_int(e->dialog.low),
						of_int(e->dialog.high)});
	case ENTRY_MESSAGE:
		return add_message(s, &e->message);
	case ENTRY_REDACT:
		return redact(s, &e->redact);
	case ENTRY_MARKER:
		return sql_run(sql, SQL_PUT_MARKER,
			       (struct value[]){of_int(e->marker.account),
						of_int(e->marker.stream),
						of_int(e->marker.time_ms)});
	case ENTRY_CURSOR:
		return sql_run(sql, SQL_PUT_CURSOR,
			       (struct value[]){of_int(e->cursor.account),
						of_text(e->cursor.device),
						of_u64(e->cursor.id)});
	case ENTRY_METADATA:
		return put_metadata(s, &e->metadata);
	case ENTRY_METADATA_GONE:
		return delete_metadata(s, &e->metadata_gone);
	case ENTRY_AUDIT:
		return sql_run(sql, SQL_ADD_AUDIT,
			       (struct value[]){of_int(e->audit.at_ms), of_text(e->audit.actor),
						of_text(e->audit.verb), of_text(e->audit.detail)});
	case ENTRY_STREAM_HEAD:
	case ENTRY_KINDS:
		break;
	}
	assert(!"an entry that can be stored");
	return SQLITE_MISUSE;
}
