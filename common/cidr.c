// SPDX-License-Identifier: MIT
#include "common/cidr.h"

#include <arpa/inet.h>

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool parse_address(struct span text, struct cidr *out, unsigned *width)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	if (strlen(copy) != text.len)
		return false;
	memcpy(out->bytes, mapped, sizeof(mapped));
	*width = 32;
	if (inet_pton(AF_INET, copy, out->bytes + sizeof(mapped)) == 1)
		return true;
	*width = 128;
	return inet_pton(AF_INET6, copy, out->bytes) == 1;
}

static bool bit_at(const uint8_t bytes[16], unsigned i)
{
	return (bytes[i / 8] >> (7 - i % 8) & 1) != 0;
}

bool cidr_parse(struct span text, struct cidr *out)
{
	struct span rest = text, address = span_cut(&rest, '/');
	bool has_bits = address.len < text.len;
	uint64_t bits = 0;
	unsigned width;

	if (!parse_address(address, out, &width))
		return false;
	if (has_bits && (!span_to_u64(rest, &bits) || bits > width))
		return false;
	out->bits = 128 - width + (has_bits ? (unsigned)bits : width);
	for (unsigned i = out->bits; i < 128; i++)
		if (bit_at(out->bytes, i))
			return false;
	return true;
}

bool cidr_is_address(struct span text)
{
	struct cidr c;

	return span_find(text, '/') == text.len && cidr_parse(text, &c);
}

bool cidr_has(const struct cidr *range, const struct cidr *address)
{
	for (unsigned i = 0; i < range->bits; i++)
		if (bit_at(range->bytes, i) != bit_at(address->bytes, i))
			return false;
	return true;
}
