// SPDX-License-Identifier: MIT
// user 2fa show|reset: the second factor of an account's logins.
#include "server/hub/admin/admin.h"
#include "server/hub/people/factor.h"

#include "server/hub/door/rights.h"
#include "server/hub/rooms/slip.h"

static const char *const columns[] = {"id", "label", "enabled", "created", "codes", "readable"};

static struct span yes_or_no(bool yes)
{
	return yes ? SPAN("yes") : SPAN("no");
}

// f NULL: there is none.
static void add_row(struct verb_call *c, const struct factor *f)
{
	verb_number(c, f ? f->id : 0);
	verb_text(c, span_of(f ? f->label : ""));
	verb_text(c, yes_or_no(f && f->enabled));
	verb_time(c, f ? f->created_ms : 0);
	verb_number(c, f ? (int64_t)factor_codes_left(f) : 0);
	verb_text(c, yes_or_no(f && factor_is_open(f)));
}

void verb_user_2fa_show(struct verb_call *c)
{
	const struct account *a = verb_account(c, verb_word(c, 0));

	if (!a)
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	add_row(c, a->factor);
	if (a->factor && !factor_is_open(a->factor))
		verb_end(c, ADMIN_DONE,
			 "no code of %s's app is right: second-factor.key is not the one that "
			 "it was sealed by. Recovery codes are; or  snugd user 2fa reset %s",
			 a->name, a->name);
	else
		verb_end(c, ADMIN_DONE, "%s has %s second factor", a->name,
			 a->factor ? "a" : "no");
}

void verb_user_2fa_reset(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));

	if (!a || !verb_may_write(c))
		return;
	c->is_unchanged = !a->factor;
	if (a->factor) {
		factor_delete(a);
		slip_tell(
			a,
			"An administrator took your second factor away: logins by your "
			"password want no code any more. Turn it on again: 2FA CHALLENGE totp");
		rights_settle(a);
		verb_audit(c, span_of(a->name));
	}
	verb_end(c, ADMIN_DONE, "%s has no second factor: its password alone lets in", a->name);
}
