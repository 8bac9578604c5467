// SPDX-License-Identifier: MIT
// libsodium's codecs do not branch on the bytes, so secrets may pass through here.
#include "common/encode.h"

#include <sodium.h>

// In ASCII order, so that ids sort as text the way they do as numbers.
static const char id_digits[] = "0123456789abcdefghijklmnopqrstuv";

static void to_b64(struct buf *out, const void *bytes, size_t len, int variant)
{
	size_t room = sodium_base64_encoded_len(len, variant);

	sodium_bin2base64(buf_space(out, room), room, bytes, len, variant);
	out->len += room - 1;
}

// libsodium 1.0.18 takes bytes from 0x80 on for digits: it reckons with signed chars.
static bool is_ascii(struct span text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.len; i++)
		all |= (unsigned char)text.at[i];
	return all < 0x80;
}

static bool from_b64(struct buf *out, struct span text, int variant)
{
	size_t room = text.len / 4 * 3 + 3, len;
	char *to = buf_space(out, room);

	if (!text.len)
		return true;
	if (!is_ascii(text))
		return false;
	if (sodium_base642bin((unsigned char *)to, room, text.at, text.len, NULL, &len, NULL,
			      variant) != 0)
		return false;
	out->len += len;
	return true;
}

void encode_b64(struct buf *out, const void *bytes, size_t len)
{
	to_b64(out, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

void encode_b64url(struct buf *out, const void *bytes, size_t len)
{
	to_b64(out, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void encode_hex(struct buf *out, const void *bytes, size_t len)
{
	sodium_bin2hex(buf_space(out, len * 2 + 1), len * 2 + 1, bytes, len);
	out->len += len * 2;
}

bool decode_b64(struct buf *out, struct span text)
{
	return from_b64(out, text, sodium_base64_VARIANT_ORIGINAL);
}

bool decode_b64url(struct buf *out, struct span text)
{
	return from_b64(out, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool decode_hex(struct buf *out, struct span text)
{
	size_t room = text.len / 2 + 1, len;
	char *to = buf_space(out, room);

	if (!text.len)
		return true;
	if (sodium_hex2bin((unsigned char *)to, room, text.at, text.len, NULL, &len, NULL) != 0)
		return false;
	out->len += len;
	return true;
}

void encode_id(uint64_t id, char out[static ID_TEXT_LEN + 1])
{
	for (size_t i = ID_TEXT_LEN; i-- > 0; id >>= 5)
		out[i] = id_digits[id & 31];
	out[ID_TEXT_LEN] = '\0';
}

bool decode_id(struct span text, uint64_t *id)
{
	uint64_t n = 0;

	// 13 digits hold 65 bits: the first has only 4.
	if (text.len != ID_TEXT_LEN || text.at[0] > 'f')
		return false;
	for (size_t i = 0; i < ID_TEXT_LEN; i++) {
		char c = text.at[i];

		if (c >= '0' && c <= '9')
			n = n << 5 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'v')
			n = n << 5 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*id = n;
	return true;
}
