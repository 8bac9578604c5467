// SPDX-License-Identifier: MIT
// user bind, user bindings, user unbind: who an account is by somebody else's word.
#include "server/hub/admin/admin.h"
#include "server/hub/people/binding.h"

#include "server/hub/door/group.h"
#include "server/hub/door/renewal.h"
#include "server/hub/rooms/slip.h"

void verb_user_bindings(struct verb_call *c)
{
	static const char *const columns[] = {"id",  "way",   "issuer", "subject", "tenant",
					      "yes", "admin", "own",    "renews",  "created"};
	const struct account *a = verb_account(c, verb_word(c, 0));

	if (!a)
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	list_for_each(item, &a->bindings) {
		const struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		verb_number(c, b->id);
		verb_text(c, span_of(identity_way_word(b->way)));
		verb_text(c, span_of(b->issuer));
		verb_text(c, span_of(b->subject));
		verb_text(c, span_of(b->tenant));
		verb_time(c, b->yes_ms);
		verb_text(c, b->by_group ? SPAN("yes") : SPAN("no"));
		verb_text(c, b->own ? SPAN("yes") : SPAN("no"));
		verb_text(c, binding_is_renewable(b) ? SPAN("yes") : SPAN("no"));
		verb_time(c, b->created_ms);
	}
	verb_end(c, ADMIN_DONE, "%zu of %s", c->answer->n_rows, a->name);
}

// False: answered.
static bool take_identity(struct verb_call *c, struct bound_to *to)
{
	*to = (struct bound_to){.issuer = verb_value(c, "--issuer"),
				.subject = verb_value(c, "--subject"),
				.tenant = verb_value(c, "--tenant")};
	if (!to->tenant.at)
		to->tenant = SPAN("");
	if (!identity_way_of(to->issuer, &to->way))
		verb_end(c, ADMIN_USAGE,
			 "an issuer is an address that begins with https://, or krb5:REALM, or "
			 "pam:SERVICE, not " SPAN_FMT,
			 SPAN_ARG(to->issuer));
	else if (!bound_to_is_fit(to))
		verb_end(c, ADMIN_USAGE,
			 "a subject has 1 to %d bytes, a tenant no blank, and neither anything "
			 "that hides or turns its text",
			 IDENTITY_SUBJECT_MAX);
	else
		return true;
	return false;
}

static void bind_to(struct verb_call *c, struct account *a, const struct bound_to *to)
{
	struct account_binding *b = binding_new(a, to, false);
	struct buf what = {0}, detail = {0};

	binding_describe(b, &what);
	buf_printf(&detail, "%s to %s", a->name, buf_str(&what));
	slip_tell(a,
		  "An administrator bound your account to %s: whoever that is signs in as you",
		  buf_str(&what));
	renewal_begun(a);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE,
		 "%s is bound to %s: keys, tokens and password let in while it says so, and "
		 "it was taken to have done so now",
		 a->name, buf_str(&what));
	buf_clear(&detail);
	buf_clear(&what);
}

void verb_user_bind(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	struct bound_to to;
	const struct account_binding *b;

	if (!a || !take_identity(c, &to))
		return;
	b = binding_find(c->hub, &to);
	if (b && b->account == a)
		verb_exists(c, "%s is bound to it already", a->name);
	else if (b)
		verb_end(c, ADMIN_CONFLICT, "%s is bound to it: snugd user unbind %s %lld",
			 b->account->name, b->account->name, (long long)b->id);
	else if (bindings_count(a) >= BINDINGS_MAX)
		verb_end(c, ADMIN_CONFLICT, "%s has %d bindings: take one back first", a->name,
			 BINDINGS_MAX);
	else if (verb_may_write(c))
		bind_to(c, a, &to);
}

static void unbind(struct account_binding *b)
{
	group_settle(b, false);
	binding_delete(b);
}

static size_t unbind_all(struct account *a)
{
	size_t n = 0;

	list_for_each_safe(item, after, &a->bindings) {
		unbind(container_of(item, struct account_binding, in_account));
		n++;
	}
	return n;
}

void verb_user_unbind(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	struct span number = verb_word(c, 1);
	struct account_binding *b = a && number.len ? binding_named(a, number) : NULL;
	struct buf detail = {0};
	size_t n = 1;

	if (!a)
		return;
	if (number.len ? !b : list_is_empty(&a->bindings)) {
		verb_end(c, ADMIN_NOT_FOUND,
			 "%s has no such binding: snugd user bindings %s lists them", a->name,
			 a->name);
		return;
	}
	if (!verb_may_write(c))
		return;
	buf_printf(&detail, "%s from ", a->name);
	if (b)
		binding_describe(b, &detail);
	else
		buf_add_str(&detail, "all");
	if (b)
		unbind(b);
	else
		n = unbind_all(a);
	slip_tell(a, "An administrator unbound your account: you sign in elsewhere no more");
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "%s: bindings taken back: %zu%s", a->name, n,
		 a->password[0] || credentials_count(a) || !list_is_empty(&a->bindings)
			 ? ""
			 : ". Nothing lets in as it now: snugd user passwd");
	buf_clear(&detail);
}
