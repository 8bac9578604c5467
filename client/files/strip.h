// SPDX-License-Identifier: MIT
// What a picture tells beside the picture, taken out before it is sent: where and when it was
// made and with what, thumbnails of what was cut off, comments.
//
// JPEG: segments APP1 (Exif, XMP), APP13 (IPTC), other APPn but JFIF, ICC colours and Adobe's,
// comments, and whatever stands behind the picture (phones put films there); how it is turned
// is kept, in an Exif of its own. PNG: eXIf, tEXt, zTXt, iTXt, tIME, private chunks, and what
// stands behind IEND. The picture itself is not decoded and stays as it is, byte by byte.
// Pure.
#pragma once

#include "common/buf.h"

enum stripped {
	STRIP_OTHER, // neither JPEG nor PNG: nothing was done, *out is empty
	STRIP_DONE,  // *out is what is to be sent
	STRIP_BAD,   // it says that it is one, and cannot be followed; *out is empty
};

MUST_USE enum stripped strip_picture(struct span in, struct buf *out);
