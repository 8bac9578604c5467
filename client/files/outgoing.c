// SPDX-License-Identifier: MIT
#include "client/files/outgoing.h"

#include "client/files/file_name.h"
#include "client/files/strip.h"
#include "common/die.h"
#include "common/disposition.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *full_path(const char *path)
{
	const char *home = getenv("HOME");
	struct buf full = {0};

	if (path[0] == '~' && path[1] == '/' && home)
		buf_printf(&full, "%s%s", home, path + 1);
	else
		buf_add_str(&full, path);
	return buf_take(&full);
}

static char *refusal(const char *path, const char *why)
{
	struct buf words = {0};

	buf_printf(&words, "%s %s", path, why);
	return buf_take(&words);
}

static char *no_reading(const char *path)
{
	struct buf words = {0};

	buf_printf(&words, "cannot read %s: %s", path, strerror(errno));
	return buf_take(&words);
}

// NULL, or why not.
static char *look_at(struct outgoing *o, const char *path)
{
	struct stat st;

	if (o->body.fd < 0 || fstat(o->body.fd, &st) < 0)
		return no_reading(path);
	if (S_ISDIR(st.st_mode))
		return refusal(path, "is a folder: pack it into one file");
	if (!S_ISREG(st.st_mode))
		return refusal(path, "is no file");
	if (st.st_size == 0)
		return refusal(path, "is empty");
	o->body.length = (uint64_t)st.st_size;
	return NULL;
}

static bool read_all(struct outgoing *o, struct buf *bytes)
{
	while (bytes->len < o->body.length) {
		size_t want = (size_t)o->body.length - bytes->len;
		ssize_t got =
			pread(o->body.fd, buf_space(bytes, want), want, (off_t)bytes->len);
		if (got <= 0)
			return false;
		bytes->len += (size_t)got;
	}
	return true;
}

static bool is_picture(const struct outgoing *o)
{
	char head[16];
	struct buf unused = {0};
	ssize_t got = pread(o->body.fd, head, sizeof(head), 0);
	bool is =
		got > 0 && strip_picture(span_from(head, (size_t)got), &unused) != STRIP_OTHER;

	buf_clear(&unused);
	return is;
}

// NULL, or why not. What is no picture that is known goes as it is.
static char *strip(struct outgoing *o, const char *path)
{
	struct buf all = {0};
	char *error = NULL;

	if (!is_picture(o))
		return NULL;
	if (o->body.length > PICTURE_MAX)
		return refusal(path, "is a picture too large to look into: /set files.metadata "
				     "on sends it as it is, with where it was taken");
	if (!read_all(o, &all))
		error = no_reading(path);
	else if (strip_picture(buf_span(&all), &o->bytes) != STRIP_DONE)
		error = refusal(path, "is a picture that cannot be followed, so what it tells "
				      "(as where it was taken) cannot be left out: /set "
				      "files.metadata on sends it as it is");
	buf_clear(&all);
	o->body.bytes = buf_span(&o->bytes);
	o->body.length = o->bytes.len;
	close(o->body.fd);
	o->body.fd = -1;
	return error;
}

bool outgoing_open(struct outgoing *o, const char *path, bool keeps_metadata, char **error)
{
	char *full = full_path(path);
	const char *slash = strrchr(full, '/');

	*o = (struct outgoing){0};
	// A pipe must not be waited for.
	o->body.fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	o->name = xstrdup(slash ? slash + 1 : full);
	o->type = file_name_type(span_of(o->name));
	*error = look_at(o, path);
	if (!*error && !keeps_metadata)
		*error = strip(o, path);
	free(full);
	if (*error)
		outgoing_close(o);
	return !*error;
}

void outgoing_close(struct outgoing *o)
{
	if (o->name && o->body.fd >= 0)
		close(o->body.fd);
	buf_clear(&o->bytes);
	free(o->name);
	*o = (struct outgoing){.body.fd = -1};
}

void outgoing_fields(struct buf *out, const struct outgoing *o)
{
	buf_printf(out, "Content-Type: %s\r\nContent-Disposition: ", o->type);
	disposition_add(out, false, span_of(o->name));
	buf_add_str(out, "\r\n");
}
