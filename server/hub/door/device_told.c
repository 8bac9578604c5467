// SPDX-License-Identifier: MIT
#include "server/hub/door/device_told.h"

#include "server/hub/people/signin.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/wire/line.h"

void device_told(const struct credential *c, const struct session *except, const char *words,
		 const char *undo)
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
	account_say(c->account, &l, cap_bit(CAP_DEVICES), 0, except);
	line_clear(&l);
	slip_tell_except(c->account, except, "%s", buf_str(&text));
	buf_clear(&text);
}

void device_added(struct session *s, const struct credential *c)
{
	struct buf words = {0}, undo = {0};

	signin_said(s, "device_added", span_of(c->label));
	if (credentials_count(s->account) == 1)
		return; // the first has nobody beside it
	buf_printf(&words, "%s (%s) let in a new device of yours, %s",
		   s->device ? s->device : "A login", s->host, c->label);
	buf_printf(&undo, "/device revoke %s (CERT DEL %s)", c->label, c->label);
	device_told(c, s, buf_str(&words), buf_str(&undo));
	buf_clear(&words);
	buf_clear(&undo);
}
