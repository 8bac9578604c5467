// SPDX-License-Identifier: MIT
// 1. A line {"id":…,"text":…} adds, {"sent":id} notes, {"done":id} removes. A torn last
//    line is what a crash leaves of an entry that nobody was told of.
// 2. The lock is on a file of its own, so that the outbox may be renamed over.
#include "client/outbox.h"

#include "client/paths.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/json.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define FILES_MAX 9
#define REWRITE_OVER (256 * 1024)

struct outbox {
	struct list entries;
	char *dir;
	char *path;
	int fd; // of path, for appending
	int lock;
	int number; // of the file, from 1
	size_t size;
	uint64_t last_local_id;
	size_t n_broken;
};

void client_id_make(char out[static CLIENT_ID_LEN + 1])
{
	uint8_t bytes[16];
	struct buf text = {0};

	randombytes_buf(bytes, sizeof(bytes));
	encode_b64url(&text, bytes, sizeof(bytes));
	memcpy(out, text.at, CLIENT_ID_LEN);
	out[CLIENT_ID_LEN] = '\0';
	buf_clear(&text);
}

static char *file_name(const char *dir, int number, const char *end)
{
	struct buf path = {0};

	buf_printf(&path, "%s/outbox", dir);
	if (number > 1)
		buf_printf(&path, ".%d", number);
	buf_add_str(&path, end);
	return buf_take(&path);
}

static void entry_free(struct outbox_entry *e)
{
	list_remove(&e->in_outbox);
	free(e->target);
	free(e->text);
	free(e->reply_to);
	free(e);
}

// Lines of the file.

static void add_json(struct buf *out, json_t *row)
{
	json_add_line(out, row);
	json_decref(row);
}

static void add_entry_row(struct buf *out, const struct outbox_entry *e)
{
	json_t *row = json_pack("{s:s, s:I, s:i, s:s, s:s, s:s}", "id", e->id, "at",
				(json_int_t)e->at_ms, "kind", e->kind, "target", e->target,
				"text", e->text, "reply", e->reply_to);

	if (row && e->was_sent)
		json_object_set_new(row, "was_sent", json_true());
	if (row)
		add_json(out, row);
}

static struct outbox_entry *find_id(struct outbox *o, const char *id)
{
	list_for_each(item, &o->entries) {
		struct outbox_entry *e = container_of(item, struct outbox_entry, in_outbox);
		if (strcmp(e->id, id) == 0)
			return e;
	}
	return NULL;
}

static struct outbox_entry *new_entry(struct outbox *o)
{
	struct outbox_entry *e = xcalloc(1, sizeof(*e));

	e->local_id = ++o->last_local_id;
	list_add(&o->entries, &e->in_outbox);
	return e;
}

static bool take_entry_row(struct outbox *o, json_t *row, const char *id)
{
	const char *target, *text, *reply;
	json_int_t at;
	int kind;

	if (json_unpack(row, "{s:I, s:i, s:s, s:s, s:s}", "at", &at, "kind", &kind, "target",
			&target, "text", &text, "reply", &reply) < 0)
		return false;
	if (strlen(id) >= sizeof(((struct outbox_entry *)NULL)->id) || find_id(o, id))
		return false;
	struct outbox_entry *e = new_entry(o);
	memcpy(e->id, id, strlen(id) + 1);
	e->at_ms = at;
	e->kind = kind;
	e->target = xstrdup(target);
	e->text = xstrdup(text);
	e->reply_to = xstrdup(reply);
	e->was_sent = json_is_true(json_object_get(row, "was_sent"));
	return true;
}

static bool take_row(struct outbox *o, json_t *row)
{
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *sent = json_string_value(json_object_get(row, "sent"));
	const char *done = json_string_value(json_object_get(row, "done"));
	struct outbox_entry *e = NULL;

	if (id)
		return take_entry_row(o, row, id);
	if (!sent && !done)
		return false;
	e = find_id(o, sent ? sent : done);
	if (e && sent)
		e->was_sent = true;
	else if (e)
		entry_free(e);
	return true;
}

static void take_text(struct outbox *o, struct span text)
{
	while (text.len) {
		struct span line = span_cut(&text, '\n');
		if (!line.len)
			continue;
		json_t *row = json_loadb(line.at, line.len, 0, NULL);
		if (!row || !take_row(o, row))
			o->n_broken++;
		json_decref(row);
	}
}

// The file's disk side.

static int lock_file(const char *dir, int number)
{
	char *path = file_name(dir, number, ".lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

static bool append(struct outbox *o, struct span bytes, bool sync)
{
	ssize_t wrote = write(o->fd, bytes.at, bytes.len);

	if (wrote != (ssize_t)bytes.len) {
		int error = wrote < 0 ? errno : ENOSPC;
		// Half a line would spoil the one behind it.
		if (ftruncate(o->fd, (off_t)o->size) < 0)
			error = errno;
		errno = error;
		return false;
	}
	o->size += bytes.len;
	return !sync || fsync(o->fd) == 0;
}

// Writes what is alive into a fresh file and opens it for appending.
static bool rewrite(struct outbox *o)
{
	struct buf text = {0};

	list_for_each(item, &o->entries)
		add_entry_row(&text, container_of(item, struct outbox_entry, in_outbox));
	bool written = path_write(o->path, buf_span(&text), 0600);
	int fd = written ? open(o->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd >= 0) {
		if (o->fd >= 0)
			close(o->fd);
		o->fd = fd;
		o->size = text.len;
	}
	buf_clear(&text);
	return fd >= 0;
}

static bool take_file(struct outbox *o, const char *path)
{
	struct buf text = {0};
	bool is_read = path_read(path, &text);

	if (is_read)
		take_text(o, buf_span(&text));
	buf_clear(&text);
	return is_read;
}

// What dead processes left becomes ours, on disk in our file before theirs goes.
static void adopt_others(struct outbox *o)
{
	for (int i = 1; i <= FILES_MAX; i++) {
		char *path = file_name(o->dir, i, "");
		int lock =
			i != o->number && access(path, F_OK) == 0 ? lock_file(o->dir, i) : -1;
		if (lock >= 0 && take_file(o, path) && rewrite(o))
			unlink(path);
		if (lock >= 0)
			close(lock);
		free(path);
	}
}

static bool take_lock(struct outbox *o)
{
	for (o->number = 1; o->number <= FILES_MAX; o->number++) {
		o->lock = lock_file(o->dir, o->number);
		if (o->lock >= 0)
			return true;
		if (errno != EWOULDBLOCK)
			return false;
	}
	return false;
}

struct outbox *outbox_open(const char *dir, char **error)
{
	struct outbox *o = xcalloc(1, sizeof(*o));
	struct buf words = {0};

	*o = (struct outbox){.dir = xstrdup(dir), .fd = -1, .lock = -1};
	list_init(&o->entries);
	if (path_make_dir(dir) && take_lock(o)) {
		o->path = file_name(dir, o->number, "");
		bool is_read = take_file(o, o->path) || errno == ENOENT;
		if (is_read && rewrite(o)) {
			adopt_others(o);
			return o;
		}
	}
	buf_printf(&words, "cannot keep unsent messages in %s: %s", dir, strerror(errno));
	*error = buf_take(&words);
	outbox_free(o);
	return NULL;
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	list_for_each_safe(item, after, &o->entries)
		entry_free(container_of(item, struct outbox_entry, in_outbox));
	if (o->fd >= 0)
		close(o->fd);
	if (o->lock >= 0)
		close(o->lock);
	free(o->dir);
	free(o->path);
	free(o);
}

size_t outbox_n_broken(const struct outbox *o)
{
	return o->n_broken;
}

struct list *outbox_entries(struct outbox *o)
{
	return &o->entries;
}

struct outbox_entry *outbox_find(struct outbox *o, uint64_t local_id)
{
	list_for_each(item, &o->entries) {
		struct outbox_entry *e = container_of(item, struct outbox_entry, in_outbox);
		if (e->local_id == local_id)
			return e;
	}
	return NULL;
}

struct outbox_entry *outbox_add(struct outbox *o, struct span target, struct span text,
				struct span reply_to, int kind, int64_t at_ms)
{
	struct outbox_entry *e = new_entry(o);
	struct buf row = {0};

	client_id_make(e->id);
	e->at_ms = at_ms;
	e->kind = kind;
	e->target = span_dup(target);
	e->text = span_dup(text);
	e->reply_to = span_dup(reply_to);
	add_entry_row(&row, e);
	errno = EILSEQ; // of a text that is no UTF-8
	bool is_kept = row.len && append(o, buf_span(&row), true);
	int why = errno;
	buf_clear(&row);
	if (is_kept)
		return e;
	entry_free(e);
	errno = why;
	return NULL;
}

static void note(struct outbox *o, const char *what, const struct outbox_entry *e)
{
	struct buf row = {0};

	add_json(&row, json_pack("{s:s}", what, e->id));
	// Should this be lost, the message is sent again under its old id.
	bool unused = append(o, buf_span(&row), false);
	(void)unused;
	buf_clear(&row);
}

void outbox_sent(struct outbox *o, struct outbox_entry *e)
{
	if (!e->was_sent)
		note(o, "sent", e);
	e->was_sent = true;
}

void outbox_done(struct outbox *o, struct outbox_entry *e)
{
	note(o, "done", e);
	entry_free(e);
	if (list_is_empty(&o->entries) && ftruncate(o->fd, 0) == 0)
		o->size = 0;
	// Should it fail, the file only stays longer than it need be.
	bool unused = o->size > REWRITE_OVER && rewrite(o);
	(void)unused;
}
