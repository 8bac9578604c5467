// SPDX-License-Identifier: MIT
// Magic numbers at their places. ISO media (mp4, m4a, avif) tell what they are by a brand.
#include "server/letters/file_type.h"

#define ANYWHERE SIZE_MAX
#define BYTES(literal) literal, sizeof(literal) - 1
// A second mark that every file has.
#define NOTHING 0, BYTES("")

static const struct row {
	const char *type;
	size_t at;
	const char *mark;
	size_t mark_len;
	size_t second_at;
	const char *second;
	size_t second_len;
} rows[] = {
	{"image/png", 0, BYTES("\x89PNG\r\n\x1a\n"), NOTHING},
	{"image/jpeg", 0, BYTES("\xff\xd8\xff"), NOTHING},
	{"image/gif", 0, BYTES("GIF87a"), NOTHING},
	{"image/gif", 0, BYTES("GIF89a"), NOTHING},
	{"image/webp", 0, BYTES("RIFF"), 8, BYTES("WEBPVP8")},
	{"image/avif", 4, BYTES("ftypavif"), NOTHING},
	{"image/avif", 4, BYTES("ftypavis"), NOTHING},
	{"audio/mpeg", 0, BYTES("ID3"), NOTHING},
	{"audio/mpeg", 0, BYTES("\xff\xfb"), NOTHING},
	{"audio/mpeg", 0, BYTES("\xff\xfa"), NOTHING},
	{"audio/mpeg", 0, BYTES("\xff\xf3"), NOTHING},
	{"audio/mpeg", 0, BYTES("\xff\xf2"), NOTHING},
	{"audio/ogg", 0, BYTES("OggS\0"), 28, BYTES("OpusHead")},
	{"audio/ogg", 0, BYTES("OggS\0"), 28, BYTES("\x01vorbis")},
	{"audio/mp4", 4, BYTES("ftypM4A "), NOTHING},
	{"video/mp4", 4, BYTES("ftypisom"), NOTHING},
	{"video/mp4", 4, BYTES("ftypiso2"), NOTHING},
	{"video/mp4", 4, BYTES("ftypiso4"), NOTHING},
	{"video/mp4", 4, BYTES("ftypiso5"), NOTHING},
	{"video/mp4", 4, BYTES("ftypiso6"), NOTHING},
	{"video/mp4", 4, BYTES("ftypmp41"), NOTHING},
	{"video/mp4", 4, BYTES("ftypmp42"), NOTHING},
	{"video/mp4", 4, BYTES("ftypavc1"), NOTHING},
	{"video/mp4", 4, BYTES("ftypM4V "), NOTHING},
	{"video/mp4", 4, BYTES("ftypdash"), NOTHING},
	{"video/webm", 0, BYTES("\x1a\x45\xdf\xa3"), ANYWHERE, BYTES("\x42\x82\x84webm")},
};

static bool stands_at(struct span bytes, size_t at, struct span mark)
{
	return bytes.len >= at && span_starts(span_after(bytes, at), mark);
}

static bool stands_anywhere(struct span bytes, struct span mark)
{
	for (size_t at = 0; at < bytes.len; at++) {
		if (stands_at(bytes, at, mark))
			return true;
	}
	return false;
}

static bool is_of(struct span first, const struct row *row)
{
	struct span second = span_from(row->second, row->second_len);

	if (!stands_at(first, row->at, span_from(row->mark, row->mark_len)))
		return false;
	if (row->second_at == ANYWHERE)
		return stands_anywhere(first, second);
	return stands_at(first, row->second_at, second);
}

struct span file_type_of(struct span first)
{
	if (first.len > FILE_TYPE_LOOK)
		first.len = FILE_TYPE_LOOK;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (is_of(first, &rows[i]))
			return span_of(rows[i].type);
	}
	return SPAN(FILE_TYPE_OTHER);
}

bool file_type_is_shown(struct span type)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(type, span_of(rows[i].type)))
			return true;
	}
	return false;
}
