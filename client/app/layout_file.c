// SPDX-License-Identifier: MIT
#include "client/app/layout_file.h"

#include "client/app/paths.h"
#include "common/file.h"

#include <unistd.h>

static void write_text(void *arg, struct span text)
{
	const char *file = arg;
	bool unused = text.len ? file_put(file, text, 0600) : unlink(file) == 0;

	(void)unused;
}

struct arranged *layout_file_open(struct model *m, char *file)
{
	struct arranged_store store = {.arg = file, .write = write_text};
	struct buf text = {0};

	// One that cannot be read is none.
	bool unused = path_read(file, &text);
	(void)unused;
	struct arranged *a = arranged_new(m, buf_span(&text), &store);
	buf_clear(&text);
	return a;
}
