// SPDX-License-Identifier: MIT
#include "server/hub/state/session.h"

struct session *session_find(struct hub *h, conn_id id)
{
	return idmap_find(&h->sessions, id);
}
