// SPDX-License-Identifier: MIT
// A JPEG is a row of segments: FF, a marker, a length of two bytes that counts itself, bytes
// (ITU T.81 B.1). Behind SOS come the picture's own bytes, in which FF stands before 00 or a
// restart marker, until the next marker.
#include "client/files/strip_jpeg.h"

enum marker {
	SOF_FIRST = 0xc0,
	RST_FIRST = 0xd0,
	RST_LAST = 0xd7,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	APP0 = 0xe0,
	APP1 = 0xe1,
	APP2 = 0xe2,
	APP14 = 0xee,
	APP15 = 0xef,
	COM = 0xfe,
};

#define ORIENTATION 0x0112 // TIFF 6.0, 8
#define ENTRY 12           // bytes of an entry of TIFF

static unsigned byte_at(struct span s, size_t i)
{
	return i < s.len ? (unsigned char)s.at[i] : 0;
}

bool strip_is_jpeg(struct span in)
{
	return byte_at(in, 0) == 0xff && byte_at(in, 1) == SOI && byte_at(in, 2) == 0xff;
}

// A number of a TIFF, whose bytes stand in either order.
static unsigned long number(struct span tiff, size_t at, size_t len, bool is_little)
{
	unsigned long value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | byte_at(tiff, is_little ? at + len - 1 - i : at + i);
	return value;
}

// How the picture is to be turned, 1 to 8; 0: it does not say.
static unsigned orientation_of(struct span segment)
{
	struct span exif = SPAN("Exif\0\0");

	if (!span_starts(segment, exif))
		return 0;
	struct span tiff = span_after(segment, exif.len);
	bool is_little = span_starts(tiff, SPAN("II"));
	size_t at = number(tiff, 4, 4, is_little);
	size_t n = at < tiff.len ? number(tiff, at, 2, is_little) : 0;
	for (size_t i = 0; i < n && at + 2 + i * ENTRY < tiff.len; i++) {
		size_t entry = at + 2 + i * ENTRY;
		unsigned long value = number(tiff, entry + 8, 2, is_little);
		if (number(tiff, entry, 2, is_little) == ORIENTATION)
			return value <= 8 ? (unsigned)value : 0;
	}
	return 0;
}

// An Exif that says nothing else.
static void add_orientation(struct buf *out, unsigned turned)
{
	unsigned char segment[] = {0xff, APP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,  'M', 'M',
				   0,    42,   0, 0,  0,   8,   0,   1,   1, 18, 0,   3,
				   0,    0,    0, 1,  0,   0,   0,   0,   0, 0,  0,   0};

	segment[29] = (unsigned char)turned;
	buf_add(out, segment, sizeof(segment));
}

// What it takes to draw it: JFIF, colours (ICC), how colours were changed (Adobe).
static bool is_kept(unsigned marker, struct span bytes)
{
	if (marker == APP0)
		return span_starts(bytes, SPAN("JFIF"));
	if (marker == APP2)
		return span_starts(bytes, SPAN("ICC_PROFILE"));
	if (marker == APP14)
		return span_starts(bytes, SPAN("Adobe"));
	return (marker < APP0 || marker > APP15) && marker != COM;
}

// To the FF of the next marker.
static size_t picture_end(struct span in, size_t at)
{
	while (at + 1 < in.len) {
		unsigned next = byte_at(in, at + 1);
		bool is_own = next == 0 || (next >= RST_FIRST && next <= RST_LAST);
		if (byte_at(in, at) == 0xff && !is_own && next != 0xff)
			return at;
		at++;
	}
	return in.len;
}

// The segment at *at is taken or left out; behind it, what belongs to it. False: there is none.
static bool take_segment(struct span in, size_t *at, struct buf *out, unsigned *turned)
{
	unsigned marker = byte_at(in, *at + 1);
	size_t len = byte_at(in, *at + 2) << 8 | byte_at(in, *at + 3);
	struct span bytes = span_from(in.at + *at + 4, len < 2 ? 0 : len - 2);

	if (len < 2 || *at + 2 + len > in.len || marker < SOF_FIRST ||
	    (marker >= RST_FIRST && marker <= EOI))
		return false;
	size_t end = *at + 2 + len;
	if (marker == SOS)
		end = picture_end(in, end);
	if (marker == APP1 && !*turned && (*turned = orientation_of(bytes)) > 1)
		add_orientation(out, *turned);
	if (is_kept(marker, bytes))
		buf_add(out, in.at + *at, end - *at);
	*at = end;
	return true;
}

bool strip_jpeg(struct span in, struct buf *out)
{
	size_t at = 2;
	unsigned turned = 0;

	buf_add(out, in.at, at);
	while (at + 3 < in.len || (at + 1 < in.len && byte_at(in, at + 1) == EOI)) {
		if (byte_at(in, at) != 0xff)
			return false;
		if (byte_at(in, at + 1) == 0xff) {
			at++; // FF may fill
			continue;
		}
		if (byte_at(in, at + 1) == EOI) {
			buf_add(out, in.at + at, 2);
			return true;
		}
		if (!take_segment(in, &at, out, &turned))
			return false;
	}
	return false;
}
