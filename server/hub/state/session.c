// SPDX-License-Identifier: MIT
#include "server/hub/state/session.h"

bool session_is_pushed(const struct session *s)
{
	return session_has(s, CAP_WEBPUSH) || session_has(s, CAP_SOJU_WEBPUSH);
}

struct session *session_find(struct hub *h, conn_id id)
{
	return idmap_find(&h->sessions, id);
}
