// SPDX-License-Identifier: MIT
#include "common/cidr.h"

#include <arpa/inet.h>
#include <stdio.h>

#define IPV4_BITS 96 // in front of an IPv4 address inside an IPv6 one

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

// The bits behind the first `bits`.
static void clear_behind(uint8_t bytes[16], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++)
		bytes[i / 8] &= (uint8_t) ~(0x80U >> i % 8);
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
	clear_behind(out->bytes, out->bits);
	return true;
}

bool cidr_is_ipv4(const struct cidr *range)
{
	return range->bits >= IPV4_BITS && memcmp(range->bytes, mapped, sizeof(mapped)) == 0;
}

void cidr_text(const struct cidr *range, char out[static CIDR_TEXT_MAX])
{
	bool is_ipv4 = cidr_is_ipv4(range);
	const uint8_t *bytes = range->bytes + (is_ipv4 ? sizeof(mapped) : 0);
	char address[INET6_ADDRSTRLEN] = "";

	inet_ntop(is_ipv4 ? AF_INET : AF_INET6, bytes, address, sizeof(address));
	if (range->bits == 128)
		snprintf(out, CIDR_TEXT_MAX, "%s", address);
	else
		snprintf(out, CIDR_TEXT_MAX, "%s/%u", address,
			 range->bits - (is_ipv4 ? IPV4_BITS : 0));
}

bool cidr_eq(const struct cidr *a, const struct cidr *b)
{
	return a->bits == b->bits && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool cidr_is_address(struct span text)
{
	struct cidr c;

	return span_find(text, '/') == text.len && cidr_parse(text, &c);
}

bool cidr_has(const struct cidr *range, const struct cidr *address)
{
	if (range->bits < IPV4_BITS && cidr_is_ipv4(address))
		return false;
	for (unsigned i = 0; i < range->bits; i++)
		if (bit_at(range->bytes, i) != bit_at(address->bytes, i))
			return false;
	return true;
}
