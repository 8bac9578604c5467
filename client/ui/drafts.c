// SPDX-License-Identifier: MIT
#include "client/ui/drafts.h"
#include "common/buf.h"
#include "common/die.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LF_IN_FILE SPAN("\xe2\x90\xa4")
#define FILE_MAX (1024 * 1024)

static size_t place_of(const struct drafts *d, struct span key)
{
	size_t i = 0;
	while (i < d->count && !span_eq(span_of(d->list[i].key), key))
		i++;
	return i;
}

static void take_out(struct drafts *d, size_t i)
{
	free(d->list[i].key);
	free(d->list[i].text);
	d->list[i] = d->list[--d->count];
}

void drafts_clear(struct drafts *d)
{
	while (d->count)
		take_out(d, d->count - 1);
	free(d->list);
	*d = (struct drafts){0};
}

void drafts_set(struct drafts *d, struct span key, struct span text)
{
	size_t i = place_of(d, key);
	if (i < d->count)
		take_out(d, i);
	if (!text.len || !key.len)
		return;
	d->list = xreallocarray(d->list, d->count + 1, sizeof(*d->list));
	d->list[d->count++] = (struct draft){span_dup(key), span_dup(text)};
}

const char *drafts_find(const struct drafts *d, struct span key)
{
	size_t i = place_of(d, key);
	return i < d->count ? d->list[i].text : NULL;
}

static void read_row(struct drafts *d, struct span row)
{
	struct buf text = {0};
	struct span key = span_cut(&row, '\t');
	while (row.len) {
		bool is_lf = span_starts(row, LF_IN_FILE);
		buf_add_char(&text, is_lf ? '\n' : row.at[0]);
		row = span_after(row, is_lf ? LF_IN_FILE.len : 1);
	}
	drafts_set(d, key, buf_span(&text));
	buf_clear(&text);
}

void drafts_read(struct drafts *d, const char *file)
{
	*d = (struct drafts){0};
	int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	struct buf bytes = {0};
	ssize_t got;
	while ((got = read(fd, buf_space(&bytes, 4096), 4096)) > 0 && bytes.len < FILE_MAX)
		bytes.len += (size_t)got;
	close(fd);
	struct span rest = buf_span(&bytes);
	while (rest.len)
		read_row(d, span_cut(&rest, '\n'));
	buf_clear(&bytes);
}

// Commands may hold a secret: they stay in memory.
static void add_row(struct buf *out, const struct draft *draft)
{
	if (draft->text[0] == '/')
		return;
	buf_add_str(out, draft->key);
	buf_add_char(out, '\t');
	for (const char *c = draft->text; *c; c++) {
		if (*c == '\n')
			buf_add_span(out, LF_IN_FILE);
		else
			buf_add_char(out, *c);
	}
	buf_add_char(out, '\n');
}

static bool write_file(const char *file, struct span bytes)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool is_done = write(fd, bytes.at, bytes.len) == (ssize_t)bytes.len;
	return close(fd) == 0 && is_done;
}

bool drafts_write(const struct drafts *d, const char *file)
{
	struct buf bytes = {0}, name = {0};
	if (!d->count)
		return unlink(file) == 0;
	for (size_t i = 0; i < d->count; i++)
		add_row(&bytes, &d->list[i]);
	buf_printf(&name, "%s.new", file);
	bool is_done = write_file(buf_str(&name), buf_span(&bytes)) &&
		       rename(buf_str(&name), file) == 0;
	buf_clear(&bytes);
	buf_clear(&name);
	return is_done;
}
