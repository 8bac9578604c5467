// SPDX-License-Identifier: MIT
#include "client/ui/moment.h"

#define ID_MIN 8 // inside: shorter words that nobody knows are mistyped, not message ids

const char *moment_why_not(enum sought how)
{
	switch (how) {
	case SOUGHT_OFFLINE:
		return "that is not loaded, and there is no connection";
	case SOUGHT_NO_HISTORY:
		return "that is not loaded, and this server keeps no history";
	case SOUGHT_NOWHERE:
	case SOUGHT_HERE:
		break;
	}
	return "there is no such message, or it is not shown to you";
}

bool moment_is_id(struct span where)
{
	return where.len >= ID_MIN && span_find(where, ' ') == where.len;
}
