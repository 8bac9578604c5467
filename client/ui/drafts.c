// SPDX-License-Identifier: MIT
#include "client/ui/drafts.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024)

void drafts_read(struct kept_list *drafts, const char *file)
{
	*drafts = (struct kept_list){0};
	int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	struct buf bytes = {0};
	ssize_t got;
	while ((got = read(fd, buf_space(&bytes, 4096), 4096)) > 0 && bytes.len < FILE_MAX)
		bytes.len += (size_t)got;
	close(fd);
	kept_parse(drafts, buf_span(&bytes));
	buf_clear(&bytes);
}

static bool write_file(const char *file, struct span bytes)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool is_done = write(fd, bytes.at, bytes.len) == (ssize_t)bytes.len;
	return close(fd) == 0 && is_done;
}

bool drafts_write(const struct kept_list *drafts, const char *file)
{
	struct buf bytes = {0}, name = {0};
	if (!drafts->count)
		return unlink(file) == 0;
	kept_print(drafts, &bytes);
	buf_printf(&name, "%s.new", file);
	bool is_done = write_file(buf_str(&name), buf_span(&bytes)) &&
		       rename(buf_str(&name), file) == 0;
	buf_clear(&bytes);
	buf_clear(&name);
	return is_done;
}
