// SPDX-License-Identifier: MIT
#include "client/ui/secret_entry.h"

#include <sodium.h>
#include <stdlib.h>

void secret_entry_open(struct secret_entry *e)
{
	secret_entry_close(e);
	e->at = sodium_malloc(SECRET_ENTRY_MAX);
	if (!e->at)
		abort();
}

void secret_entry_close(struct secret_entry *e)
{
	sodium_free(e->at);
	*e = (struct secret_entry){0};
}

void secret_entry_add(struct secret_entry *e, struct span text)
{
	if (text.len > SECRET_ENTRY_MAX - e->len)
		return;
	memcpy(e->at + e->len, text.at, text.len);
	e->len += text.len;
}

void secret_entry_back(struct secret_entry *e)
{
	while (e->len && ((unsigned char)e->at[e->len - 1] & 0xc0) == 0x80)
		e->len--;
	e->len -= e->len > 0;
}

struct span secret_entry_text(const struct secret_entry *e)
{
	return (struct span){e->at, e->len};
}
