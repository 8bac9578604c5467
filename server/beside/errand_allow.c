// SPDX-License-Identifier: MIT
#include "server/beside/errand_allow.h"

#define HOST_LEN 253

static bool is_host(struct span host)
{
	bool is_bracketed = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
	struct cidr address;

	if (is_bracketed)
		return cidr_parse((struct span){host.at + 1, host.len - 2}, &address);
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !(c >= '0' && c <= '9') && c != '.' && c != '-')
			return false;
	}
	return host.len > 0 && host.len <= HOST_LEN;
}

static bool parse_place(struct span place, struct errand_allow *out)
{
	const char *colon = place.len ? memrchr(place.at, ':', place.len) : NULL;
	uint64_t port;

	if (!colon)
		return false;
	out->host = span_from(place.at, (size_t)(colon - place.at));
	if (!is_host(out->host) || !span_to_u64(span_after(place, out->host.len + 1), &port) ||
	    !port || port > UINT16_MAX)
		return false;
	out->port = (uint16_t)port;
	return true;
}

const char *errand_allow_parse(struct span text, struct errand_allow *out)
{
	struct span rest = span_trim(text), place = span_cut(&rest, ' ');

	*out = (struct errand_allow){0};
	if (!parse_place(place, out))
		return "write HOST:PORT first, as in push.example.org:8443";
	while (rest.len) {
		struct span range = span_cut(&rest, ' ');
		if (!range.len)
			continue;
		if (out->n_ranges == ERRAND_ALLOW_RANGES)
			return "no more than 8 addresses or ranges in one line";
		if (!cidr_parse(range, &out->ranges[out->n_ranges++]))
			return "behind HOST:PORT are addresses or ranges, as in 192.0.2.7 or "
			       "10.0.0.0/24, with a blank between";
	}
	return NULL;
}

bool errand_issuer_parse(struct span word, struct errand_allow *out)
{
	struct span mark = SPAN("issuer=");

	*out = (struct errand_allow){0};
	return span_starts(word, mark) && parse_place(span_after(word, mark.len), out);
}

bool errand_allow_is_for(const struct errand_allow *a, struct span host, uint16_t port)
{
	return a->port == port && span_eq_fold(a->host, host);
}

bool errand_allow_has(const struct errand_allow *a, const struct cidr *address)
{
	for (size_t i = 0; i < a->n_ranges; i++) {
		if (cidr_has(&a->ranges[i], address))
			return true;
	}
	return false;
}
