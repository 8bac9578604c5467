// SPDX-License-Identifier: MIT
// The message is read by libc (ns_parserr), which judges lengths, loops of compression and
// names without end. What of it becomes a host has to look like one.
#include "client/outside/srv.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/net.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define SERVICE "_ircs._tcp."
#define ANSWER_MAX 65535 // of DNS over TCP
#define TRY_S 1
#define TRIES 2
#define FIXED 6 // bytes before the target: priority, weight, port

static bool is_host(const char *name)
{
	const char *at = name;

	for (; *at; at++) {
		bool is_letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
		if (!is_letter && !(*at >= '0' && *at <= '9') && !strchr("-_.", *at))
			return false;
	}
	return at != name && name[0] != '-' && name[0] != '.';
}

static bool read_target(const ns_msg *message, const ns_rr *record, struct srv_target *out)
{
	const uint8_t *data = ns_rr_rdata(*record), *end = data + ns_rr_rdlen(*record);

	if (ns_rr_rdlen(*record) <= FIXED)
		return false;
	out->priority = (uint16_t)ns_get16(data);
	out->weight = (uint16_t)ns_get16(data + 2);
	out->port = (uint16_t)ns_get16(data + 4);
	int len = ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message), data + FIXED,
				     out->host, sizeof(out->host));
	return len > 0 && data + FIXED + len == end;
}

// Behind those that are to be tried before it; the last one makes room.
static void insert(struct srv_targets *out, const struct srv_target *target)
{
	size_t at = out->count;

	while (at > 0 && out->at[at - 1].priority > target->priority)
		at--;
	if (at == SRV_TARGETS_MAX)
		return;
	if (out->count < SRV_TARGETS_MAX)
		out->count++;
	memmove(&out->at[at + 1], &out->at[at], (out->count - at - 1) * sizeof(out->at[0]));
	out->at[at] = *target;
}

bool srv_parse(struct span message, struct srv_targets *out)
{
	ns_msg parsed;
	ns_rr record;

	*out = (struct srv_targets){0};
	if (message.len > ANSWER_MAX ||
	    ns_initparse((const uint8_t *)message.at, (int)message.len, &parsed) < 0 ||
	    ns_msg_getflag(parsed, ns_f_rcode) != ns_r_noerror)
		return false;
	for (int i = 0; i < ns_msg_count(parsed, ns_s_an); i++) {
		struct srv_target target;

		if (ns_parserr(&parsed, ns_s_an, i, &record) < 0)
			return false;
		if (ns_rr_type(record) != ns_t_srv || ns_rr_class(record) != ns_c_in)
			continue;
		if (!read_target(&parsed, &record, &target))
			return false;
		if (strcmp(target.host, ".") == 0 || !target.host[0])
			out->is_denied = true;
		else if (target.port && is_host(target.host))
			insert(out, &target);
	}
	out->is_denied = out->is_denied && !out->count;
	return out->is_denied || out->count;
}

// Those without weight have a small chance (RFC 2782), which is here that of a weight of 1
// among hundreds.
static uint64_t share_of(const struct srv_target *target)
{
	return target->weight * UINT64_C(256) + 1;
}

// One of those of the first priority, as often as its weight says.
static size_t draw(const struct srv_target *from, size_t count, uint32_t number)
{
	uint64_t sum = share_of(from);
	size_t same = 1;

	while (same < count && from[same].priority == from[0].priority)
		sum += share_of(&from[same++]);
	uint64_t lot = number % sum;
	for (size_t i = 0; i < same; i++) {
		if (lot < share_of(&from[i]))
			return i;
		lot -= share_of(&from[i]);
	}
	return 0;
}

void srv_order(struct srv_targets *targets, uint32_t (*dice)(void *arg), void *arg)
{
	for (size_t i = 0; i + 1 < targets->count; i++) {
		struct srv_target *first = &targets->at[i];
		size_t drawn = draw(first, targets->count - i, dice(arg));
		struct srv_target chosen = first[drawn];

		// The others keep their order: by priority.
		memmove(first + 1, first, drawn * sizeof(*first));
		*first = chosen;
	}
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len >= n && span_eq_fold(span_from(name + len - n, n), span_of(end));
}

bool srv_may_have(const char *host)
{
	struct buf text = {0};
	struct net_address address;

	buf_printf(&text, "%s:0", host);
	bool is_address = strchr(host, ':') || net_parse(&address, buf_span(&text));
	buf_clear(&text);
	return !is_address && is_host(host) && strchr(host, '.') &&
	       !ends_with(host, ".local") && !ends_with(host, ".localhost") &&
	       strlen(SERVICE) + strlen(host) <= SRV_HOST_MAX;
}

static uint32_t random_number(void *arg UNUSED)
{
	return randombytes_random();
}

bool srv_ask(const char *host, struct srv_targets *out)
{
	struct __res_state resolver = {0};
	uint8_t *answer = xmalloc(ANSWER_MAX);
	char name[sizeof(SERVICE) + SRV_HOST_MAX];
	int len = -1;

	*out = (struct srv_targets){0};
	snprintf(name, sizeof(name), SERVICE "%s", host);
	if (res_ninit(&resolver) == 0) {
		resolver.retrans = TRY_S;
		resolver.retry = TRIES;
		len = res_nquery(&resolver, name, ns_c_in, ns_t_srv, answer, ANSWER_MAX);
		res_nclose(&resolver);
	}
	bool is_there = len > 0 && len <= ANSWER_MAX &&
			srv_parse(span_from((const char *)answer, (size_t)len), out);
	free(answer);
	srv_order(out, random_number, NULL);
	return is_there;
}
