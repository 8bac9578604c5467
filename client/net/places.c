// SPDX-License-Identifier: MIT
#include "client/net/places.h"

#include "common/die.h"

#include <stdlib.h>

void places_clear(struct places *p)
{
	free(p->host);
	free(p->port);
	*p = (struct places){0};
}

void places_set(struct places *p, const char *host, const char *port,
		const struct link_others *others, size_t at)
{
	struct places fresh = {.host = xstrdup(host), .port = xstrdup(port)};

	if (others)
		fresh.others = *others;
	fresh.at = at <= fresh.others.count ? at : 0;
	places_clear(p);
	*p = fresh;
}

bool places_next(struct places *p)
{
	p->at = (p->at + 1) % (1 + p->others.count);
	if (++p->n_tried <= p->others.count)
		return true;
	p->n_tried = 0;
	return false;
}

void places_stay(struct places *p)
{
	p->n_tried = 0;
}

const char *places_host(const struct places *p)
{
	return p->at ? p->others.at[p->at - 1].name : p->host;
}

const char *places_port(const struct places *p)
{
	return p->at ? p->others.at[p->at - 1].port : p->port;
}
