// SPDX-License-Identifier: MIT
// 1. A line {"id":…,"text":…} adds, {"sent":id} and {"stored":id,…} note, {"done":id} removes.
//    A torn last line is what a crash leaves of an entry that nobody was told of.
// 2. The lock is on a file of its own, so that the outbox may be renamed over.
// 3. What is removed while others stay leaves the disk at the end of the turn.
// 4. What could not be brought to disk is cut off again: nobody sends it after a restart.
#include "client/app/unsent_file.h"
#include "client/model/scrollback.h"

#include "client/app/paths.h"
#include "common/buf.h"
#include "common/file.h"
#include "common/grow.h"
#include "common/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define FILES_MAX 9
#define REWRITE_OVER (256 * 1024)

// Of an entry that nobody was told of yet.
struct pending {
	uint64_t local_id;
	int error; // of the write, or 0
};

struct unsent_file {
	struct unsent *unsent;
	struct loop *loop;
	struct loop_hook *at_turn_end;
	char *dir;
	char *path;
	int fd; // of path, for appending
	int lock;
	int number;     // of the file, from 1
	size_t size;    // of what is whole
	size_t on_disk; // of what fsync has seen
	size_t fresh;   // when it was written anew
	bool is_stale;  // it holds what was removed
	struct pending *pending;
	size_t n_pending, pending_space;
	size_t n_broken;
};

static char *file_name(const char *dir, int number, const char *end)
{
	struct buf path = {0};

	buf_printf(&path, "%s/outbox", dir);
	if (number > 1)
		buf_printf(&path, ".%d", number);
	buf_add_str(&path, end);
	return buf_take(&path);
}

// Lines of the file.

static void add_json(struct buf *out, json_t *row)
{
	json_add_line(out, row);
	json_decref(row);
}

// What the server made of it.
static void set_stored(json_t *row, const struct unsent_entry *e)
{
	if (!row || !e->messages)
		return;
	json_object_set_new(row, "as", json_string(e->messages));
	json_object_set_new(row, "history", json_string(e->history));
	json_object_set_new(row, "seq", json_integer((json_int_t)e->seq));
	if (e->is_lost)
		json_object_set_new(row, "lost", json_true());
}

static void add_entry_row(struct buf *out, const struct unsent_entry *e)
{
	json_t *row = json_pack("{s:s, s:I, s:i, s:s, s:s, s:s}", "id", e->id, "at",
				(json_int_t)e->at_ms, "kind", e->kind, "target", e->target,
				"text", e->text, "reply", e->reply_to);

	if (row && e->was_sent)
		json_object_set_new(row, "was_sent", json_true());
	set_stored(row, e);
	if (row)
		add_json(out, row);
}

// False: the row has it, and it makes no sense. The texts are the row's.
static bool read_stored(json_t *row, struct unsent_entry *e)
{
	json_int_t seq;

	if (!json_object_get(row, "as"))
		return true;
	e->is_lost = json_is_true(json_object_get(row, "lost"));
	if (json_unpack(row, "{s:s, s:s, s:I}", "as", &e->messages, "history", &e->history,
			"seq", &seq) < 0 ||
	    seq <= 0)
		return false;
	e->seq = (uint64_t)seq;
	return true;
}

static bool take_stored_row(struct unsent *u, json_t *row, const char *id)
{
	struct unsent_entry *e = unsent_find_id(u, id), now = {0};
	const char *reply = json_string_value(json_object_get(row, "reply"));

	if (!reply || !read_stored(row, &now))
		return false;
	if (!e)
		return true;
	free(e->reply_to);
	e->reply_to = xstrdup(reply);
	if (now.messages && !now.is_lost)
		unsent_stored(u, e, now.messages, now.history, now.seq);
	else if (now.messages && e->messages && !e->is_lost)
		unsent_lost(u, e);
	return true;
}

static bool take_entry_row(struct unsent *u, json_t *row, const char *id)
{
	struct unsent_entry e = {0};
	json_int_t at;

	if (json_unpack(row, "{s:I, s:i, s:s, s:s, s:s}", "at", &at, "kind", &e.kind, "target",
			&e.target, "text", &e.text, "reply", &e.reply_to) < 0 ||
	    strlen(id) >= sizeof(e.id) || e.kind < 0 || e.kind > LINE_REMOVAL ||
	    !read_stored(row, &e))
		return false;
	memcpy(e.id, id, strlen(id) + 1);
	e.at_ms = at;
	e.was_sent = json_is_true(json_object_get(row, "was_sent"));
	return unsent_load(u, &e);
}

static bool take_row(struct unsent *u, json_t *row)
{
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *sent = json_string_value(json_object_get(row, "sent"));
	const char *done = json_string_value(json_object_get(row, "done"));
	const char *stored = json_string_value(json_object_get(row, "stored"));

	if (id)
		return take_entry_row(u, row, id);
	if (stored)
		return take_stored_row(u, row, stored);
	if (!sent && !done)
		return false;
	struct unsent_entry *e = unsent_find_id(u, sent ? sent : done);
	if (e && sent)
		e->was_sent = true;
	else if (e)
		unsent_done(u, e);
	return true;
}

static void take_text(struct unsent_file *f, struct span text)
{
	while (text.len) {
		struct span line = span_cut(&text, '\n');
		if (!line.len)
			continue;
		json_t *row = json_loadb(line.at, line.len, 0, NULL);
		if (!row || !take_row(f->unsent, row))
			f->n_broken++;
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

static int cut_off(struct unsent_file *f, size_t size)
{
	if (ftruncate(f->fd, (off_t)size) < 0)
		return errno;
	f->size = size;
	return 0;
}

// 0, or the error.
static int append(struct unsent_file *f, struct span bytes)
{
	ssize_t wrote = write(f->fd, bytes.at, bytes.len);
	int error = wrote < 0 ? errno : ENOSPC;

	if (wrote == (ssize_t)bytes.len) {
		f->size += bytes.len;
		return 0;
	}
	// Half a line would spoil the one behind it.
	int worse = cut_off(f, f->size);
	return worse ? worse : error;
}

static void add_entry_rows(struct buf *out, struct list *entries)
{
	list_for_each(item, entries)
		add_entry_row(out, unsent_entry_at(item));
}

// Writes what is alive into a fresh file and opens it for appending.
static bool rewrite(struct unsent_file *f)
{
	struct buf text = {0};

	add_entry_rows(&text, unsent_stored_entries(f->unsent));
	add_entry_rows(&text, unsent_entries(f->unsent));
	bool written = file_put(f->path, buf_span(&text), 0600);
	int fd = written ? open(f->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd >= 0) {
		if (f->fd >= 0)
			close(f->fd);
		f->fd = fd;
		f->size = f->on_disk = f->fresh = text.len;
		f->is_stale = false;
	}
	buf_clear(&text);
	return fd >= 0;
}

static bool take_file(struct unsent_file *f, const char *path)
{
	struct buf text = {0};
	bool is_read = path_read(path, &text);

	if (is_read)
		take_text(f, buf_span(&text));
	buf_clear(&text);
	return is_read;
}

// What dead processes left becomes ours, on disk in our file before theirs goes.
static void adopt_others(struct unsent_file *f)
{
	for (int i = 1; i <= FILES_MAX; i++) {
		char *path = file_name(f->dir, i, "");
		int lock =
			i != f->number && access(path, F_OK) == 0 ? lock_file(f->dir, i) : -1;
		if (lock >= 0 && take_file(f, path) && rewrite(f))
			unlink(path);
		if (lock >= 0)
			close(lock);
		free(path);
	}
}

static bool take_lock(struct unsent_file *f)
{
	for (f->number = 1; f->number <= FILES_MAX; f->number++) {
		f->lock = lock_file(f->dir, f->number);
		if (f->lock >= 0)
			return true;
		if (errno != EWOULDBLOCK)
			return false;
	}
	return false;
}

// What the outbox asks for.

static void on_keep(void *arg, const struct unsent_entry *e)
{
	struct unsent_file *f = arg;
	struct buf row = {0};

	add_entry_row(&row, e);
	// A text that is no UTF-8 has no row.
	int error = row.len ? append(f, buf_span(&row)) : EILSEQ;
	buf_clear(&row);
	f->pending = grow(f->pending, f->n_pending, &f->pending_space, sizeof(*f->pending));
	f->pending[f->n_pending++] = (struct pending){e->local_id, error};
	loop_again(f->loop);
}

static void note(struct unsent_file *f, const char *what, const struct unsent_entry *e)
{
	struct buf row = {0};

	add_json(&row, json_pack("{s:s}", what, e->id));
	// Should this be lost, the message is sent again under its old id.
	int unused = append(f, buf_span(&row));
	(void)unused;
	buf_clear(&row);
}

static void on_sent(void *arg, const struct unsent_entry *e)
{
	note(arg, "sent", e);
}

// Should it fail, the file only stays longer than it need be.
static void rewrite_long(struct unsent_file *f)
{
	bool unused = f->size > f->fresh + REWRITE_OVER && !f->n_pending && rewrite(f);
	(void)unused;
}

static void on_done(void *arg, const struct unsent_entry *e)
{
	struct unsent_file *f = arg;
	bool has_stored = !list_is_empty(unsent_stored_entries(f->unsent));

	// Not yet when the file is read.
	if (f->fd < 0)
		return;
	note(f, "done", e);
	if (list_is_empty(unsent_entries(f->unsent)) && !has_stored && cut_off(f, 0) == 0)
		f->on_disk = f->fresh = 0;
	f->is_stale = f->is_stale || has_stored;
	if (f->is_stale)
		loop_again(f->loop);
	rewrite_long(f);
}

static void on_stored(void *arg, const struct unsent_entry *e)
{
	struct unsent_file *f = arg;
	struct buf line = {0};
	json_t *row;

	if (f->fd < 0)
		return;
	row = json_pack("{s:s, s:s}", "stored", e->id, "reply", e->reply_to);
	set_stored(row, e);
	add_json(&line, row);
	int unused = append(f, buf_span(&line));
	(void)unused;
	buf_clear(&line);
	rewrite_long(f);
}

static int sync_all(struct unsent_file *f)
{
	if (fsync(f->fd) == 0) {
		f->on_disk = f->size;
		return 0;
	}
	int error = errno;
	cut_off(f, f->on_disk);
	return error;
}

// Whoever is told may keep more: that is for the next turn.
static void on_turn_end(void *arg)
{
	struct unsent_file *f = arg;
	struct pending *all = f->pending;
	size_t count = f->n_pending;

	if (!count) {
		bool unused = f->is_stale && rewrite(f);
		(void)unused;
		return;
	}
	f->pending = NULL;
	f->n_pending = f->pending_space = 0;
	int error = sync_all(f);
	for (size_t i = 0; i < count; i++) {
		int why = all[i].error ? all[i].error : error;
		unsent_kept(f->unsent, all[i].local_id, why ? strerror(why) : NULL);
	}
	free(all);
}

static bool read_folder(struct unsent_file *f)
{
	if (!path_make_dir(f->dir) || !take_lock(f))
		return false;
	f->path = file_name(f->dir, f->number, "");
	bool is_read = take_file(f, f->path) || errno == ENOENT;
	return is_read && rewrite(f);
}

struct unsent_file *unsent_file_open(struct loop *l, struct unsent *u, const char *dir,
				     char **error)
{
	struct unsent_file *f = xcalloc(1, sizeof(*f));
	struct unsent_store store = {.arg = f,
				     .keep = on_keep,
				     .sent = on_sent,
				     .done = on_done,
				     .stored = on_stored};
	struct buf words = {0};

	*f = (struct unsent_file){
		.loop = l, .unsent = u, .dir = xstrdup(dir), .fd = -1, .lock = -1};
	unsent_set_store(u, &store);
	if (read_folder(f)) {
		adopt_others(f);
		f->at_turn_end = loop_at_turn_end(l, on_turn_end, f);
		return f;
	}
	buf_printf(&words, "cannot keep unsent messages in %s: %s", dir, strerror(errno));
	*error = buf_take(&words);
	unsent_file_close(f);
	return NULL;
}

void unsent_file_close(struct unsent_file *f)
{
	if (!f)
		return;
	if (f->n_pending)
		sync_all(f);
	unsent_set_store(f->unsent, &(struct unsent_store){0});
	loop_hook_remove(f->at_turn_end);
	if (f->fd >= 0)
		close(f->fd);
	if (f->lock >= 0)
		close(f->lock);
	free(f->pending);
	free(f->dir);
	free(f->path);
	free(f);
}

size_t unsent_file_n_broken(const struct unsent_file *f)
{
	return f->n_broken;
}
