// SPDX-License-Identifier: MIT
#include "client/sync/wish.h"

void wish_command(const struct catchup_wish *w, struct buf *out)
{
	switch (w->kind) {
	case WISH_LATEST:
		buf_printf(out, "CHATHISTORY LATEST %s * %zu", w->target, w->limit);
		break;
	case WISH_SINCE:
		buf_printf(out, "CHATHISTORY LATEST %s %s %zu", w->target, w->since, w->limit);
		break;
	case WISH_BEFORE:
		buf_printf(out, "CHATHISTORY BEFORE %s %s %zu", w->target, w->before, w->limit);
		break;
	case WISH_BETWEEN:
		buf_printf(out, "CHATHISTORY BETWEEN %s %s %s %zu", w->target, w->before,
			   w->since, w->limit);
		break;
	}
}
