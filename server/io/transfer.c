// SPDX-License-Identifier: MIT
// 1. The letter is either here or away. What it is of may end meanwhile: then, when it is back,
//    nobody is found, and what came of an upload is removed.
// 2. The hub hears of each upload that it let in once more, and once: that it is on disk, or
//    that it does not come.
// 3. A peer has transfer_ms for each piece; neither the disk's time nor the hub's is counted.
#include "server/io/transfer.h"

#include "common/die.h"
#include "common/log.h"
#include "server/letters/letter.h"

#include <stdlib.h>

#define FULL "The disk of this server is full: nothing of the file was kept.\n"
#define FAILED "The disk of this server failed: nothing of the file was kept.\n"
#define UNREAD "The disk of this server failed: the file cannot be read now.\n"
#define NOTHING "There is nothing here.\n"
#define SLOW "The file came too slowly: send it once more, over a better line.\n"
#define BUSY "Too many files are on their way: try again in a moment.\n"
#define BUSY_S 5

struct conveyance {
	struct filing *filing; // NULL: it is away
	bool is_upload;
	bool is_asked;            // upload: it is on disk, and the hub is asked
	size_t filled;            // upload: of the piece that comes
	uint64_t left;            // download: bytes that have not left
	struct web_answer answer; // of the hub,
	char *name, *type;        // ... and its texts
};

static void put(struct conn_env *env, struct filing *f, enum filing_act act)
{
	f->act = act;
	f->letter.kind = LETTER_FILING;
	mailbox_put(env->files, &f->letter);
}

static void put_away(struct conn *c, enum filing_act act)
{
	struct filing *f = c->transfer->filing;

	c->transfer->filing = NULL;
	c->transfer->filled = 0;
	put(c->env, f, act);
}

static bool has_too_many(const struct conn *c)
{
	const struct conn_env *env = c->env;
	int64_t own = (int64_t)(intptr_t)idmap_find(&env->transferring, c->source);

	return env->n_transfers >= env->transfers_max || own >= env->transfers_per_source;
}

// One more, or one less (-1), which waits for the hub again.
static void count(struct conn *c, int change)
{
	struct conn_env *env = c->env;

	env->n_transfers = (size_t)((intptr_t)env->n_transfers + change);
	conn_count_source(&env->transferring, c->source, change);
	conn_set_known(c, change > 0);
	conn_enter(c, c->is_known ? STAGE_MOVING : STAGE_LOGIN);
}

void transfer_is_gone(struct conn_env *env, conn_id conn, const struct file_id *file)
{
	conn_env_event(env, INBOX_ASKED, conn)->asked =
		(struct web_question){.route = ROUTE_FILE_PUT_GONE, .file = *file};
}

void transfer_end(struct conn *c)
{
	struct conveyance *t = c->transfer;
	bool is_half = t && t->is_upload && !t->is_asked;

	if (!t)
		return;
	c->transfer = NULL;
	c->carrier.transport->give(&c->carrier, SPAN(""));
	if (is_half)
		transfer_is_gone(c->env, c->id, &t->answer.file);
	if (is_half && t->filing)
		put(c->env, t->filing, FILING_DROP);
	else
		filing_free(t->filing);
	count(c, -1);
	free(t->name);
	free(t->type);
	free(t);
}

static void refuse(struct conn *c, unsigned status, unsigned retry_s, struct span text)
{
	transfer_end(c);
	conn_answer(c,
		    &(struct web_answer){.status = status, .retry_s = retry_s, .body = text});
}

static struct conveyance *new_transfer(struct conn *c, const struct web_answer *answer)
{
	struct conveyance *t = xcalloc(1, sizeof(*t));

	t->is_upload = answer->then == WEB_TAKES;
	t->answer = *answer;
	t->name = span_dup(answer->name);
	t->type = span_dup(answer->type);
	t->answer.name = span_from(t->name, answer->name.len);
	t->answer.type = span_from(t->type, answer->type.len);
	t->answer.body = SPAN("");
	t->answer.after = 0;
	t->filing = filing_new(c->env->mailbox, c->id, &answer->file);
	return t;
}

static void read_piece(struct conn *c)
{
	struct conveyance *t = c->transfer;

	t->filing->len = t->left < FILING_BYTES ? (size_t)t->left : FILING_BYTES;
	put_away(c, FILING_READ);
}

static void begin_download(struct conn *c)
{
	struct conveyance *t = c->transfer;

	t->left = c->carrier.transport->choose(&c->carrier, t->answer.size, &t->filing->at);
	read_piece(c);
}

static void begin_upload(struct conn *c)
{
	struct web_question asked = {0};
	struct web_answer unused;

	(void)!c->carrier.transport->question(&c->carrier, &asked, &unused);
	c->transfer->filing->size = asked.length;
	put_away(c, FILING_BEGIN);
}

void transfer_begin(struct conn *c, const struct web_answer *answer)
{
	if (has_too_many(c)) {
		if (answer->then == WEB_TAKES)
			transfer_is_gone(c->env, c->id, &answer->file);
		refuse(c, 503, BUSY_S, SPAN(BUSY));
		return;
	}
	c->transfer = new_transfer(c, answer);
	count(c, 1);
	if (c->transfer->is_upload)
		begin_upload(c);
	else
		begin_download(c);
}

bool transfer_reads(const struct conn *c)
{
	const struct conveyance *t = c->transfer;

	return t && t->is_upload && t->filing && !t->is_asked;
}

// Until the piece is whole, or nothing more is there.
void transfer_read(struct conn *c)
{
	struct conveyance *t = c->transfer;
	struct filing *f = t->filing;
	uint64_t left = f->size - f->at;
	size_t wanted = left < FILING_BYTES ? (size_t)left : FILING_BYTES, got;

	while (t->filled < wanted) {
		enum tls_result result = c->carrier.transport->take(
			&c->carrier, f->bytes + t->filled, wanted - t->filled, &got);

		if (result != TLS_OK) {
			conn_read_stopped(c, result);
			return;
		}
		t->filled += got;
	}
	f->len = wanted;
	put_away(c, wanted ? FILING_ADD : FILING_END);
}

// It is on disk: what it is goes to the hub, which says whether it stays.
static void ask(struct conn *c)
{
	struct conveyance *t = c->transfer;
	const struct filing *f = t->filing;
	struct web_question asked = {
		.route = ROUTE_FILE_PUT_DONE,
		.source = c->source,
		.type = arena_dup(conn_arena(c), f->type),
		.length = f->size,
		.file = f->file,
	};

	memcpy(asked.hash, f->hash, sizeof(asked.hash));
	t->is_asked = true;
	conn_event(c, INBOX_ASKED)->asked = asked;
	conn_enter(c, STAGE_LOGIN);
}

static void uploaded(struct conn *c)
{
	struct conveyance *t = c->transfer;

	if (t->filing->act == FILING_END) {
		ask(c);
		return;
	}
	if (t->filing->act == FILING_BEGIN) {
		c->carrier.transport->expect(&c->carrier);
		conn_flush_soon(c);
	}
	transfer_read(c);
}

void transfer_stored(struct conn *c, bool is_kept)
{
	struct conveyance *t = c->transfer;

	if (!is_kept && t->is_asked) {
		put(c->env, t->filing, FILING_DROP);
		t->filing = NULL;
	}
	transfer_end(c);
}

static void downloaded(struct conn *c)
{
	struct conveyance *t = c->transfer;
	const struct filing *f = t->filing;
	struct span bytes = span_from(f->bytes, f->len);

	if (!c->is_answered)
		conn_say(c, &t->answer);
	c->carrier.transport->give(&c->carrier, bytes);
	conn_flush_soon(c);
}

// What is there is not what the hub has noted: it is not passed off as that.
static bool is_other(const struct conveyance *t)
{
	const struct filing *f = t->filing;
	uint64_t wanted = t->left < FILING_BYTES ? t->left : FILING_BYTES;

	return f->result == FILING_DONE && !t->is_upload &&
	       (f->size != t->answer.size || f->len != wanted);
}

static void failed(struct conn *c)
{
	const struct filing *f = c->transfer->filing;

	if (c->is_answered) // half of it has left
		conn_end(c, SPAN("File lost"));
	else if (f->result == FILING_FULL)
		refuse(c, 507, 0, SPAN(FULL));
	else if (c->transfer->is_upload || f->result == FILING_BROKEN)
		refuse(c, 500, 0, c->transfer->is_upload ? SPAN(FAILED) : SPAN(UNREAD));
	else
		refuse(c, 404, 0, SPAN(NOTHING));
}

static void log_other(const struct filing *f)
{
	char id[FILE_ID_TEXT + 1];

	file_id_text(&f->file, id);
	log_event(LOG_ERROR, "file_damaged", "file", id, "mend",
		  "it has another length than was stored: put it back from a backup", NULL);
}

// Whoever it was of is gone, or is done with it.
static void bury(struct conn_env *env, struct filing *f)
{
	if (f->act != FILING_READ && f->result == FILING_DONE)
		put(env, f, FILING_DROP);
	else
		filing_free(f);
}

void transfer_filed(struct conn_env *env, struct filing *f)
{
	struct conn *c = conn_table_find(&env->table, f->conn);

	if (!c || !c->transfer) {
		bury(env, f);
		return;
	}
	c->transfer->filing = f;
	conn_enter(c, STAGE_MOVING);
	if (is_other(c->transfer)) {
		log_other(f);
		f->result = FILING_GONE;
	}
	if (f->result != FILING_DONE)
		failed(c);
	else if (c->transfer->is_upload)
		uploaded(c);
	else
		downloaded(c);
	conn_watch(c);
}

bool transfer_flushed(struct conn *c)
{
	struct conveyance *t = c->transfer;

	if (t->is_upload || !t->filing)
		return false;
	t->left -= t->filing->len;
	t->filing->at += t->filing->len;
	if (!t->left) {
		transfer_end(c);
		return true;
	}
	conn_enter(c, STAGE_MOVING);
	read_piece(c);
	return false;
}

void transfer_late(struct conn *c)
{
	if (!c->transfer->filing)
		conn_enter(c, STAGE_MOVING);
	else if (c->is_answered)
		conn_end(c, SPAN("Too slow"));
	else
		refuse(c, 408, 0, SPAN(SLOW));
}
