// SPDX-License-Identifier: MIT
#include "client/files/strip.h"

#include "client/files/strip_jpeg.h"
#include "client/files/strip_png.h"

enum stripped strip_picture(struct span in, struct buf *out)
{
	bool is_jpeg = strip_is_jpeg(in);

	if (!is_jpeg && !strip_is_png(in))
		return STRIP_OTHER;
	if (is_jpeg ? strip_jpeg(in, out) : strip_png(in, out))
		return STRIP_DONE;
	buf_clear(out);
	return STRIP_BAD;
}
