// SPDX-License-Identifier: MIT
// A file of a backup is read once, and what it is and what it holds is summed on the way.
#include "server/backup/part.h"

#include "server/backup/failed.h"
#include "server/backup/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
	const struct backup_file *row;
	const struct seal_secret *secret;
	part_piece_fn *on_piece;
	void *arg;
	int fd;
	struct stream stream;
	struct buf raw, plain;
	struct sum stands, held;
	int64_t n_blocks;
};

static bool is_sealed(const struct reading *r)
{
	return r->row->sealed_size > 0;
}

// Up to `len` bytes into raw; less only at the end of the file.
static bool fill(struct reading *r, size_t len, char **error)
{
	buf_reset(&r->raw);
	while (r->raw.len < len) {
		ssize_t got =
			read(r->fd, buf_space(&r->raw, len - r->raw.len), len - r->raw.len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed_at(error, "read", r->row->name);
		if (got == 0)
			break;
		r->raw.len += (size_t)got;
	}
	sum_add(&r->stands, buf_span(&r->raw));
	return true;
}

static bool open_head(struct reading *r, char **error)
{
	if (!fill(r, STREAM_HEAD, error))
		return false;
	if (!r->secret || stream_open(&r->stream, buf_span(&r->raw), r->secret))
		return true;
	return failed(error, "%s: it was sealed for another key than this one, or is damaged",
		      r->row->name);
}

static bool open_block(struct reading *r, char **error)
{
	buf_reset(&r->plain);
	if (!r->secret)
		return true;
	if (!stream_take(&r->stream, buf_span(&r->raw), &r->plain))
		return failed(error, "%s: block %" PRId64 " is not what was sealed there",
			      r->row->name, r->n_blocks);
	return true;
}

static bool take_piece(struct reading *r, char **error)
{
	struct span piece = buf_span(&r->raw);

	if (is_sealed(r)) {
		if (!open_block(r, error))
			return false;
		piece = buf_span(&r->plain);
	}
	sum_add(&r->held, piece);
	r->n_blocks++;
	return !piece.len || !r->on_piece || r->on_piece(r->arg, piece, error);
}

static bool read_pieces(struct reading *r, char **error)
{
	size_t len = STREAM_BLOCK + (is_sealed(r) ? STREAM_MORE : 0);

	if (is_sealed(r) && !open_head(r, error))
		return false;
	do {
		if (!fill(r, len, error))
			return false;
		if (r->raw.len && !take_piece(r, error))
			return false;
	} while (r->raw.len == len);
	if (is_sealed(r) && r->secret && !r->stream.is_over)
		return failed(error, "%s: its end is cut off", r->row->name);
	return true;
}

static bool is_same(struct sum *s, int64_t size, const uint8_t *sum, const char *name,
		    char **error)
{
	uint8_t found[SUM_LEN];

	sum_end(s, found);
	if (s->size != size)
		return failed(error, "%s: it has %" PRId64 " bytes, and had %" PRId64, name,
			      s->size, size);
	if (memcmp(found, sum, SUM_LEN) != 0)
		return failed(error, "%s: it is not as it was written: its sum is another",
			      name);
	return true;
}

static bool compare(struct reading *r, char **error)
{
	const struct backup_file *row = r->row;

	if (!is_sealed(r))
		return is_same(&r->held, row->size, row->sum, row->name, error);
	return is_same(&r->stands, row->sealed_size, row->sealed_sum, row->name, error) &&
	       (!r->secret || is_same(&r->held, row->size, row->sum, row->name, error));
}

static bool open_part(struct reading *r, const char *dir, char **error)
{
	char *path = part_path(dir, r->row->name, is_sealed(r));
	struct stat about;

	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (r->fd < 0)
		failed(error, "%s: cannot be read: %s", r->row->name, strerrordesc_np(errno));
	else if (fstat(r->fd, &about) < 0 || !S_ISREG(about.st_mode))
		failed(error, "%s: it is no file", r->row->name);
	free(path);
	return r->fd >= 0 && S_ISREG(about.st_mode);
}

static void wipe(struct buf *b)
{
	if (b->at)
		sodium_memzero(b->at, b->cap);
	buf_clear(b);
}

bool part_read(const char *dir, const struct backup_file *row, const struct seal_secret *secret,
	       part_piece_fn *on_piece, void *arg, char **error)
{
	struct reading r = {
		.row = row, .secret = secret, .on_piece = on_piece, .arg = arg, .fd = -1};
	bool is_fine;

	sum_begin(&r.stands);
	sum_begin(&r.held);
	is_fine = open_part(&r, dir, error) && read_pieces(&r, error) && compare(&r, error);
	if (r.fd >= 0)
		close(r.fd);
	stream_wipe(&r.stream);
	wipe(&r.raw);
	wipe(&r.plain);
	return is_fine;
}

static bool keep_piece(void *arg, struct span plain, char **error)
{
	(void)error;
	buf_add_span(arg, plain);
	return true;
}

bool part_load(const char *dir, const struct backup_file *row, const struct seal_secret *secret,
	       int64_t most, struct buf *out, char **error)
{
	if (row->size > most)
		return failed(error, "%s: it is longer than it may be", row->name);
	return part_read(dir, row, secret, keep_piece, out, error);
}
