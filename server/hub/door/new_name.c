// SPDX-License-Identifier: MIT
#include "server/hub/door/new_name.h"

#include "common/names.h"
#include "server/hub/people/freed.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/wire/service.h"

enum name_fault new_name_form(struct span name)
{
	if (!name.len)
		return NAME_NONE;
	if (!name_is_account(name))
		return NAME_FORM;
	return service_find(name) ? NAME_OF_SERVER : NAME_FINE;
}

enum name_fault new_name_fault(struct hub *h, struct span name)
{
	enum name_fault form = new_name_form(name);

	if (form != NAME_FINE)
		return form;
	if (account_find(h, name) || name_is_freed(h, name, 0))
		return NAME_TAKEN;
	return account_alike(h, name, NULL) ? NAME_ALIKE : NAME_FINE;
}

struct account *new_name_make(struct hub *h, struct span name, struct span password)
{
	struct account *a = account_new(h, name, password);

	bans_known(a);
	return a;
}
