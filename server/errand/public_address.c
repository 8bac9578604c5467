// SPDX-License-Identifier: MIT
#include "server/errand/public_address.h"

#include <assert.h>

// RFC 6890 and what came after it, as IANA keeps it.
static const char *const not_public[] = {
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // between a provider and its customers
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local; where clouds keep their secrets
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocols
	"192.0.2.0/24",    // examples
	"192.88.99.0/24",  // relays of 6to4
	"192.168.0.0/16",  // private
	"198.18.0.0/15",   // measuring
	"198.51.100.0/24", // examples
	"203.0.113.0/24",  // examples
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // kept back, and broadcast
	"2001::/23",       // protocols: Teredo, ORCHID, measuring
	"2001:db8::/32",   // examples
	"3fff::/20",       // examples
};

static bool is_in(const char *range, const struct cidr *address)
{
	struct cidr r;
	bool is_range = cidr_parse(span_of(range), &r);

	assert(is_range);
	return cidr_has(&r, address);
}

// The IPv4 address that is in this one from byte `from` on.
static struct cidr inner(const struct cidr *address, size_t from)
{
	struct cidr a = {.bytes = {[10] = 0xff, [11] = 0xff}, .bits = 128};

	memcpy(a.bytes + 12, address->bytes + from, 4);
	return a;
}

static bool is_set_aside(const struct cidr *address)
{
	for (size_t i = 0; i < ARRAY_LEN(not_public); i++) {
		if (is_in(not_public[i], address))
			return true;
	}
	return false;
}

bool address_is_public(const struct cidr *address)
{
	struct cidr a = *address;

	if (is_in("2002::/16", &a)) // 6to4
		a = inner(&a, 2);
	else if (is_in("64:ff9b::/96", &a)) // NAT64 (RFC 6052)
		a = inner(&a, 12);
	return (cidr_is_ipv4(&a) || is_in("2000::/3", &a)) && !is_set_aside(&a);
}
