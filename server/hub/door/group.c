// SPDX-License-Identifier: MIT
#include "server/hub/door/group.h"

#include "server/hub/door/rights.h"
#include "server/hub/journal/post.h"

static bool is_by_group(const struct account *a)
{
	list_for_each(item, &a->bindings) {
		if (container_of(item, struct account_binding, in_account)->by_group)
			return true;
	}
	return false;
}

static void set_role(const struct account_binding *b, enum account_role role)
{
	struct account *a = b->account;
	struct buf detail = {0};

	a->role = role;
	account_post(a);
	buf_printf(&detail, "%s: %s by the group of %s", a->name,
		   role == ROLE_ADMIN ? "user -> admin" : "admin -> user", b->issuer);
	post_audit(a->hub, SPAN("server"), SPAN("user role"), buf_span(&detail), SPAN(""));
	buf_clear(&detail);
	rights_settle(a);
}

void group_settle(struct account_binding *b, bool is_admin)
{
	struct account *a = b->account;

	if (is_admin && (a->role != ROLE_ADMIN || is_by_group(a))) {
		binding_set_by_group(b, true);
		if (a->role != ROLE_ADMIN)
			set_role(b, ROLE_ADMIN);
	} else if (!is_admin && b->by_group) {
		binding_set_by_group(b, false);
		if (a->role == ROLE_ADMIN && !is_by_group(a))
			set_role(b, ROLE_USER);
	}
}

void group_forget(struct account *a)
{
	list_for_each(item, &a->bindings)
		binding_set_by_group(container_of(item, struct account_binding, in_account),
				     false);
}
