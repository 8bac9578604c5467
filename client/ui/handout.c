// SPDX-License-Identifier: MIT
#include "client/ui/handout.h"

#include <sodium.h>
#include <stdlib.h>

void handout_set(struct handout *h, struct span words, struct span link)
{
	handout_clear(h);
	h->words = span_dup(words);
	h->link = span_dup(link);
	if (!qr_make(&h->code, link))
		qr_clear(&h->code);
}

void handout_clear(struct handout *h)
{
	if (h->link)
		sodium_memzero(h->link, strlen(h->link));
	if (h->words)
		sodium_memzero(h->words, strlen(h->words));
	free(h->link);
	free(h->words);
	qr_clear(&h->code);
	*h = (struct handout){0};
}
