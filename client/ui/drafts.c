// SPDX-License-Identifier: MIT
#include "client/ui/drafts.h"

#include "common/file.h"

#include <fcntl.h>
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

bool drafts_write(const struct kept_list *drafts, const char *file)
{
	struct buf bytes = {0};

	if (!drafts->count)
		return unlink(file) == 0;
	kept_print(drafts, &bytes);
	bool is_done = file_put(file, buf_span(&bytes), 0600);
	buf_clear(&bytes);
	return is_done;
}
