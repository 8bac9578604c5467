// SPDX-License-Identifier: MIT
#include "server/hub/door/device_told.h"

#include "server/hub/rooms/slip.h"
#include "server/hub/wire/line.h"

void device_told(const struct credential *c, const char *words, const char *undo)
{
	struct buf text = {0};
	struct line l;

	buf_printf(&text, "%s. If that was not you: %s, then change your password", words,
		   undo);
	line_start(&l, c->account->hub, NULL, "NOTE");
	line_str(&l, "CERT");
	line_str(&l, "DEVICE_ADDED");
	line_number(&l, c->id);
	line_text(&l, buf_span(&text));
	account_say(c->account, &l, cap_bit(CAP_DEVICES), 0, NULL);
	line_clear(&l);
	slip_tell(c->account, "%s", buf_str(&text));
	buf_clear(&text);
}
