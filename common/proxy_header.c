// SPDX-License-Identifier: MIT
#include "common/proxy_header.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define FIXED_LEN 16 // signature, version and command, family, length
#define VERSION_LOCAL 0x20
#define VERSION_PROXY 0x21
#define FAMILY_UNSPEC 0x00
#define FAMILY_TCP4 0x11
#define FAMILY_TCP6 0x21
#define TCP4_LEN 12
#define TCP6_LEN 36
#define TLV_HEAD 3

static const uint8_t signature[12] = "\r\n\r\n\0\r\nQUIT\n";
static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static size_t number(const uint8_t *at)
{
	return (size_t)at[0] << 8 | at[1];
}

// 0: of a family that is not known, or not with this command.
static size_t addresses_len(const uint8_t *head)
{
	switch (head[13]) {
	case FAMILY_TCP4:
		return TCP4_LEN;
	case FAMILY_TCP6:
		return TCP6_LEN;
	default:
		return 0;
	}
}

static bool are_tlvs(const uint8_t *at, size_t len)
{
	while (len >= TLV_HEAD && number(at + 1) <= len - TLV_HEAD) {
		size_t whole = TLV_HEAD + number(at + 1);

		at += whole;
		len -= whole;
	}
	return len == 0;
}

static void set_ipv4(struct net_address *a, const uint8_t *address, const uint8_t *port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	memcpy(&v4.sin_addr, address, sizeof(v4.sin_addr));
	memcpy(&v4.sin_port, port, sizeof(v4.sin_port));
	memcpy(a->bytes, &v4, a->len = sizeof(v4));
}

static void set_ipv6(struct net_address *a, const uint8_t *address, const uint8_t *port)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	memcpy(&v6.sin6_addr, address, sizeof(v6.sin6_addr));
	memcpy(&v6.sin6_port, port, sizeof(v6.sin6_port));
	memcpy(a->bytes, &v6, a->len = sizeof(v6));
}

// Source address, destination address, source port, destination port.
static void take_source(const uint8_t *head, struct net_address *source)
{
	const uint8_t *at = head + FIXED_LEN;

	if (head[13] == FAMILY_TCP4)
		set_ipv4(source, at, at + 8);
	else if (memcmp(at, mapped, sizeof(mapped)) == 0)
		set_ipv4(source, at + sizeof(mapped), at + 32);
	else
		set_ipv6(source, at, at + 32);
}

// The fixed part is there.
static bool is_possible(const uint8_t *head)
{
	size_t addresses = addresses_len(head), len = number(head + 14);

	if (FIXED_LEN + len > PROXY_HEADER_MAX)
		return false;
	if (head[12] == VERSION_PROXY)
		return addresses && len >= addresses;
	return head[12] == VERSION_LOCAL &&
	       (addresses ? len >= addresses : head[13] == FAMILY_UNSPEC);
}

enum proxy_result proxy_read(const uint8_t *bytes, size_t len, struct proxy_header *out)
{
	size_t known = len < sizeof(signature) ? len : sizeof(signature), whole;

	*out = (struct proxy_header){.wants = FIXED_LEN - (len < FIXED_LEN ? len : FIXED_LEN)};
	if (memcmp(bytes, signature, known) != 0)
		return PROXY_BAD;
	if (len < FIXED_LEN)
		return PROXY_MORE;
	if (!is_possible(bytes))
		return PROXY_BAD;
	whole = FIXED_LEN + number(bytes + 14);
	if (len != whole) {
		out->wants = len < whole ? whole - len : 0;
		return len < whole ? PROXY_MORE : PROXY_BAD;
	}
	size_t passed = FIXED_LEN + addresses_len(bytes);
	if (!are_tlvs(bytes + passed, whole - passed))
		return PROXY_BAD;
	if (bytes[12] == VERSION_LOCAL)
		return PROXY_LOCAL;
	take_source(bytes, &out->source);
	return PROXY_TOLD;
}
