// SPDX-License-Identifier: MIT
#include "server/hub/commands/label_told.h"

#include "server/hub/wire/reply.h"

void label_told(struct session *s, const char *command, struct span wanted,
		const struct credential *c)
{
	struct buf words = {0};

	if (span_eq(wanted, span_of(c->label)))
		return;
	buf_printf(&words,
		   "Another of your devices has that name, or it is a number: this one is "
		   "called %s",
		   c->label);
	note(s, command, "LABEL_TAKEN", wanted, buf_str(&words));
	buf_clear(&words);
}
