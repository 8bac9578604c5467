// SPDX-License-Identifier: MIT
// A PNG is a signature and chunks: length, type, bytes, checksum (W3C PNG 3, 5.3).
#include "client/files/strip_png.h"

#define CHUNK_FRAME 12 // length, type and checksum

static const unsigned char signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool strip_is_png(struct span in)
{
	return in.len >= sizeof(signature) && memcmp(in.at, signature, sizeof(signature)) == 0;
}

static uint32_t number_at(const char *at)
{
	const unsigned char *u = (const unsigned char *)at;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

// What it takes to draw it, moving ones too.
static bool is_kept(struct span type)
{
	static const char kept[] = "IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP "
				   "mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT ";

	for (size_t i = 0; kept[i]; i += 5) {
		if (span_eq(type, span_from(kept + i, 4)))
			return true;
	}
	return false;
}

bool strip_png(struct span in, struct buf *out)
{
	struct span rest = span_after(in, sizeof(signature));

	buf_add(out, signature, sizeof(signature));
	while (rest.len >= CHUNK_FRAME) {
		uint32_t len = number_at(rest.at);
		struct span type = span_from(rest.at + 4, 4);
		if (len > rest.len - CHUNK_FRAME)
			return false;
		if (is_kept(type))
			buf_add(out, rest.at, len + CHUNK_FRAME);
		if (span_eq(type, SPAN("IEND")))
			return true;
		rest = span_after(rest, len + CHUNK_FRAME);
	}
	return false;
}
