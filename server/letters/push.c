// SPDX-License-Identifier: MIT
#include "server/letters/push.h"

#include "common/die.h"
#include "common/wipe.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define SCHEME SPAN("https://")

struct push *push_new(int64_t subscription, struct span endpoint, struct span text)
{
	struct push *p = xcalloc(1, sizeof(*p));

	p->letter.kind = LETTER_PUSH;
	p->subscription = subscription;
	p->endpoint = span_dup(endpoint);
	p->text = span_dup(text);
	return p;
}

void push_free(struct push *p)
{
	if (!p)
		return;
	wipe_bytes(&p->target, sizeof(p->target));
	free(p->endpoint);
	free(p->text);
	free(p);
}

struct pushed *pushed_new(int64_t subscription, enum pushed_result result)
{
	struct pushed *p = xcalloc(1, sizeof(*p));

	p->letter.kind = LETTER_PUSHED;
	p->subscription = subscription;
	p->result = result;
	return p;
}

struct span push_origin(struct span endpoint)
{
	size_t end = SCHEME.len;

	while (end < endpoint.len && !strchr("/?#", endpoint.at[end]))
		end++;
	return span_from(endpoint.at, end);
}

// A user or a password in it is nobody's who pushes.
static bool has_host(struct span endpoint)
{
	struct span host = span_after(push_origin(endpoint), SCHEME.len);

	return host.len > 0 && host.at[0] != ':' && span_find(host, '@') == host.len;
}

bool push_endpoint_is_valid(struct span endpoint)
{
	if (!span_starts(endpoint, SCHEME) || endpoint.len > ENDPOINT_MAX)
		return false;
	for (size_t i = 0; i < endpoint.len; i++) {
		if (endpoint.at[i] <= ' ' || endpoint.at[i] > '~')
			return false;
	}
	return has_host(endpoint);
}
