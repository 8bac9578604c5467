// SPDX-License-Identifier: MIT
#include "server/backup/part.h"

#include "common/die.h"
#include "server/backup/failed.h"
#include "server/backup/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void sum_begin(struct sum *s)
{
	s->size = 0;
	crypto_generichash_init(&s->state, NULL, 0, SUM_LEN);
}

void sum_add(struct sum *s, struct span bytes)
{
	s->size += (int64_t)bytes.len;
	crypto_generichash_update(&s->state, (const unsigned char *)bytes.at, bytes.len);
}

void sum_end(struct sum *s, uint8_t out[static SUM_LEN])
{
	crypto_generichash_final(&s->state, out, SUM_LEN);
}

void sum_page(struct span page, uint8_t out[static PAGE_SUM_LEN])
{
	crypto_generichash(out, PAGE_SUM_LEN, (const unsigned char *)page.at, page.len, NULL,
			   0);
}

char *part_path(const char *dir, const char *name, bool is_sealed)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s%s", dir, name, is_sealed ? BACKUP_SEALED : "");
	return buf_take(&path);
}

bool part_make_folders(const char *dir, const char *name)
{
	char *path = part_path(dir, name, false);
	char *slash = path + strlen(dir);
	bool is_made = true;

	while (is_made && (slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		is_made = mkdir(path, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	free(path);
	return is_made;
}

// Written.

struct part_out {
	int fd;
	char *path;
	bool is_sealed;
	struct stream stream;
	struct buf block; // plain, not yet written: the last one is marked
	struct sum plain, stands;
};

static bool write_out(struct part_out *p, struct span bytes, char **error)
{
	sum_add(&p->stands, bytes);
	while (bytes.len) {
		ssize_t done = write(p->fd, bytes.at, bytes.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return failed_at(error, "write", p->path);
		bytes = span_after(bytes, (size_t)done);
	}
	return true;
}

static bool begin_seal(struct part_out *p, const struct seal_public *to, char **error)
{
	struct buf head = {0};
	bool is_begun = stream_seal(&p->stream, to, &head);

	if (!is_begun)
		failed(error, "the public key to seal for is none");
	is_begun = is_begun && write_out(p, buf_span(&head), error);
	buf_clear(&head);
	return is_begun;
}

struct part_out *part_begin(const char *dir, const char *name, const struct seal_public *to,
			    char **error)
{
	struct part_out *p = xcalloc(1, sizeof(*p));

	p->is_sealed = to;
	p->path = part_path(dir, name, to);
	p->fd = part_make_folders(dir, name)
			? open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			       0600)
			: -1;
	sum_begin(&p->plain);
	sum_begin(&p->stands);
	if (p->fd < 0)
		failed_at(error, "make", p->path);
	if (p->fd >= 0 && (!to || begin_seal(p, to, error)))
		return p;
	part_drop(p);
	return NULL;
}

static bool write_block(struct part_out *p, bool is_last, char **error)
{
	struct buf sealed = {0};
	bool is_written;

	if (p->is_sealed)
		stream_put(&p->stream, buf_span(&p->block), is_last, &sealed);
	is_written = write_out(p, buf_span(p->is_sealed ? &sealed : &p->block), error);
	buf_reset(&p->block);
	buf_clear(&sealed);
	return is_written;
}

bool part_add(struct part_out *p, struct span plain, char **error)
{
	sum_add(&p->plain, plain);
	while (plain.len) {
		size_t room = STREAM_BLOCK - p->block.len;
		size_t n = plain.len < room ? plain.len : room;

		if (!room) {
			if (!write_block(p, false, error))
				return false;
			continue;
		}
		buf_add(&p->block, plain.at, n);
		plain = span_after(plain, n);
	}
	return true;
}

bool part_end(struct part_out *p, struct backup_file *row, char **error)
{
	bool is_safe = write_block(p, true, error);

	if (is_safe && fsync(p->fd) < 0)
		is_safe = failed_at(error, "sync", p->path);
	row->size = p->plain.size;
	sum_end(&p->plain, row->sum);
	if (p->is_sealed) {
		row->sealed_size = p->stands.size;
		sum_end(&p->stands, row->sealed_sum);
	}
	part_drop(p);
	return is_safe;
}

void part_drop(struct part_out *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	if (p->block.at)
		sodium_memzero(p->block.at, p->block.cap);
	buf_clear(&p->block);
	stream_wipe(&p->stream);
	free(p->path);
	free(p);
}
