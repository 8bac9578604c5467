// SPDX-License-Identifier: MIT
#include "server/backup/failed.h"

#include "common/buf.h"

#include <errno.h>
#include <stdlib.h>

bool failed(char **error, const char *format, ...)
{
	struct buf words = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	free(*error);
	*error = buf_take(&words);
	return false;
}

bool failed_at(char **error, const char *what, const char *path)
{
	return failed(error, "cannot %s %s: %s", what, path, strerrordesc_np(errno));
}
