// SPDX-License-Identifier: MIT
// The engine lost what it had called durable: a head that says less than it once said, or is of
// another term than was taken.
//
// 1. Where the own term stands there, nobody wrote behind it: the entries that are missing, all
//    of which are kept, are sent again behind the same fence, and are what they were.
// 2. Else nothing may be written: what the tables hold below is not what this process loaded,
//    or another holds the store. The entries go to a file, for whoever looks after it.
// 3. The process ends in both cases: an engine that lost this may have lost what is not known
//    here, and only a fresh start loads what is there. Nothing of it is silent.
#include "server/store/postgresql/pg_lost.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/json.h"
#include "common/log.h"
#include "server/letters/field.h"
#include "server/store/apply.h"
#include "server/store/postgresql/pg_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

// So often it is tried to send them, and so long in all.
#define AGAIN_MS 30000
#define RETRY_MS 100

// Entries above `from` that were called durable.
struct missing {
	entry_no from, upto;
};

static void log_loss(const struct pg_store *s, const struct missing *m)
{
	char term[LOG_NUMBER_LEN], head[LOG_NUMBER_LEN], from[LOG_NUMBER_LEN],
		upto[LOG_NUMBER_LEN];
	const struct keeper *k = &s->keeper;

	log_event(LOG_ERROR, "engine-lost-rows", "term", log_number(term, k->term), "durable",
		  log_number(upto, (int64_t)m->upto), "head-term",
		  log_number(head, k->head.term), "head-upto",
		  log_number(from, (int64_t)m->from), "holder", k->head.holder, "mend",
		  "PostgreSQL lost rows that it had acknowledged: look at its fail-over "
		  "(Patroni before 3.1 with etcd3 does that) and at synchronous_standby_names",
		  NULL);
}

static enum db_code apply_from(struct pg_store *s, const struct missing *m)
{
	enum db_code code = DB_OK;
	const struct journal *j;

	for (size_t i = 0; (j = lately_at(&s->lately, i)) && code == DB_OK; i++) {
		for (size_t e = 0; e < j->n_entries && code == DB_OK; e++) {
			if (j->first + e > m->from)
				code = apply_entry(&s->base, &j->entries[e]);
		}
	}
	return code;
}

// One try; true: they are stored, or another end is reached.
static bool send_again(struct pg_store *s, const struct missing *m)
{
	enum db_code code = pg_begin(&s->base, m->upto);

	if (code == DB_OK) {
		code = apply_from(s, m);
		if (code == DB_OK)
			code = pg_commit(&s->base, m->upto);
		if (code != DB_OK)
			pg_rollback(&s->base);
	}
	return s->keeper.end != KEEPER_GOES_ON;
}

static bool restore(struct pg_store *s, const struct missing *m)
{
	int64_t until_ms = clock_mono_ms() + AGAIN_MS;

	if (!keeper_can_send_again(&s->keeper) || !lately_has(&s->lately, m->from + 1, m->upto))
		return false;
	keeper_send_again(&s->keeper);
	s->needs_load = true;
	while (!send_again(s, m) && clock_mono_ms() < until_ms)
		usleep(RETRY_MS * 1000);
	return s->keeper.end == KEEPER_RESTORED;
}

static json_t *value_of(const struct field *f, const void *row)
{
	struct buf hex = {0};
	struct span bytes;
	json_t *value;

	if (f->type == FIELD_NUMBER)
		return json_integer((json_int_t)field_number(f, row));
	bytes = field_bytes(f, row);
	if (f->type == FIELD_TEXT || f->type == FIELD_TEXT_OR_NULL)
		return json_text(bytes);
	encode_hex(&hex, bytes.at, bytes.len);
	value = json_text(buf_span(&hex));
	buf_clear(&hex);
	return value;
}

static void add_line(struct buf *out, const struct entry *e, entry_no number)
{
	json_t *line = json_object();
	const void *row = entry_row_const(e);

	json_object_set_new(line, "entry", json_integer((json_int_t)number));
	json_object_set_new(line, "kind", json_string(entry_name(e->kind)));
	for (const struct field *f = entry_fields(e->kind); f->name; f++)
		json_object_set_new(line, f->name, value_of(f, row));
	json_add_line(out, line);
	json_decref(line);
}

static void list(const struct pg_store *s, const struct missing *m, struct buf *out)
{
	const struct journal *j;

	for (size_t i = 0; (j = lately_at(&s->lately, i)); i++) {
		for (size_t e = 0; e < j->n_entries; e++) {
			if (j->first + e > m->from && j->first + e <= m->upto)
				add_line(out, &j->entries[e], j->first + e);
		}
	}
}

static bool write_all(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_fine = fd >= 0;

	for (size_t at = 0; is_fine && at < text->len;) {
		ssize_t n = write(fd, text->at + at, text->len - at);

		is_fine = n > 0 || (n < 0 && errno == EINTR);
		at += n > 0 ? (size_t)n : 0;
	}
	is_fine = is_fine && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return is_fine;
}

static void put_aside(const struct pg_store *s, const struct missing *m)
{
	struct buf path = {0}, text = {0};
	bool is_whole = lately_has(&s->lately, m->from + 1, m->upto), is_written;

	buf_printf(&path, "%s/lost-%" PRId64 "-%" PRIu64 "-%" PRIu64 ".jsonl",
		   s->base.folder ? s->base.folder : ".", s->keeper.term, m->from + 1, m->upto);
	list(s, m, &text);
	is_written = write_all(buf_str(&path), &text);
	log_event(LOG_ERROR, "lost-rows-kept", "file", is_written ? buf_str(&path) : "",
		  "whole", is_whole ? "yes" : "no", "why",
		  is_written ? "another wrote behind them, or they are too old to be sent again"
			     : strerror(errno),
		  NULL);
	buf_clear(&path);
	buf_clear(&text);
}

void pg_recover(struct pg_store *s)
{
	const struct keeper *k = &s->keeper;
	bool is_own = keeper_can_send_again(k);
	struct missing m = {.from = is_own                        ? k->head.upto
				    : k->head.term == k->term + 1 ? k->head.before
								  : 0,
			    .upto = k->durable};

	log_loss(s, &m);
	if (restore(s, &m))
		log_event(LOG_ERROR, "lost-rows-restored", "words",
			  "they are stored again; the process ends, to load what is there",
			  NULL);
	else
		put_aside(s, &m);
	lately_clear(&s->lately);
}
