// SPDX-License-Identifier: MIT
#include "server/hub/commands/device_key.h"

#include "common/clock.h"
#include "server/hub/wire/reply.h"

bool device_may(struct session *s, const struct step_up *why_not)
{
	if (why_not)
		fail(s, "CERT", why_not->code, step_up_context(why_not), why_not->words);
	return !why_not;
}

void device_add_time(struct line *l, int64_t wall_ms)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(wall_ms, text);
	line_str(l, wall_ms ? text : "*");
}

void device_unconfirmed(struct session *s, const struct credential *c)
{
	const char *command = c->kind == CREDENTIAL_CERT ? "CERT DEL" : "CERT TOKEN DEL";
	struct buf number = {0}, words = {0};

	buf_add_i64(&number, c->id);
	buf_printf(&words,
		   "This very connection came by %s: %s %s CONFIRM revokes it all the same",
		   c->label, command, buf_str(&number));
	fail(s, "CERT", "CONFIRM_NEEDED", buf_span(&number), buf_str(&words));
	buf_clear(&number);
	buf_clear(&words);
}
