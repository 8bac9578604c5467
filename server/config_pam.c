// SPDX-License-Identifier: MIT
// [pam]: the stack of this computer that passwords are judged by.
#include "server/config_private.h"

#include "server/beside/door_letter.h"

// Settings that say nothing are no settings: somebody believes them to be in force.
static const char *find_fault(const struct config *c)
{
	if (!c->pam_service && (c->door_user || c->pam_cache_ms))
		return "is off without  service: name a file of /etc/pam.d, as in snug";
	if (c->pam_service && !door_is_service(span_of(c->pam_service)))
		return "service is the name of a file of /etc/pam.d: letters, digits, -, _ and "
		       "., as in snug";
	if (c->door_user && !c->door_user[0])
		return "door_user names nobody: write a user, or leave the line out";
	return NULL;
}

bool config_check_pam(const struct config *c, const char *file, struct buf *errors)
{
	const char *fault = find_fault(c);

	if (fault)
		buf_printf(errors, "%s: [pam] %s\n", file, fault);
	return !fault;
}

void config_pam_for_hub(const struct config *c, struct hub_config *out)
{
	out->pam_service = span_of(c->pam_service ? c->pam_service : "");
	out->pam_tries = c->pam_tries;
	out->pam_cache_ms = c->pam_service ? c->pam_cache_ms : 0;
}
