// SPDX-License-Identifier: MIT
#include "server/hub/commands/account_binding.h"

#include "common/clock.h"
#include "server/hub/door/group.h"
#include "server/hub/door/identified.h"
#include "server/hub/door/step_up.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/binding.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/wire/reply.h"

static void refuse(struct session *s, const char *code, struct span context, const char *words)
{
	fail(s, "ACCOUNT", code, context, words);
}

static bool is_proved(struct session *s)
{
	const struct step_up *why = step_up_add(s);

	if (why)
		refuse(s, why->code, step_up_context(why), why->words);
	return !why;
}

void account_bind(struct session *s)
{
	if (!sasl_binds(s->hub))
		refuse(s, "NOT_CONFIGURED", (struct span){0},
		       "Nobody signs in elsewhere on this server");
	else if (bindings_count(s->account) >= BINDINGS_MAX)
		refuse(s, "TOO_MANY", (struct span){0},
		       "Your account is bound to too many: ACCOUNT UNBIND one first");
	else if (is_proved(s) && need_disk(s, "ACCOUNT")) {
		identified_await(s, true);
		note(s, "ACCOUNT", "BIND_NOW", SPAN("300"),
		     "Sign in there within five minutes (AUTHENTICATE): whoever that is will "
		     "be you, and your keys and tokens let in only while it says so");
	}
}

static void say_one(struct session *s, const struct account_binding *b)
{
	char yes[CLOCK_TEXT_LEN + 1] = "*";
	struct line l;

	if (b->yes_ms)
		clock_text(b->yes_ms, yes);
	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, "ACCOUNT");
	line_str(&l, "BINDING");
	line_number(&l, b->id);
	line_str(&l, identity_way_word(b->way));
	line_str(&l, b->issuer);
	line_str(&l, b->tenant[0] ? b->tenant : "*");
	line_str(&l, yes);
	line_text(&l, span_of(b->subject));
	reply_end(&l, s);
}

void account_bindings(struct session *s)
{
	if (list_is_empty(&s->account->bindings))
		note(s, "ACCOUNT", "NO_BINDINGS", (struct span){0},
		     "Your account is bound to nobody elsewhere");
	list_for_each(item, &s->account->bindings)
		say_one(s, container_of(item, struct account_binding, in_account));
}

// Nothing else lets in as the account.
static bool is_last_way(const struct account *a)
{
	return !a->password[0] && list_is_empty(&a->credentials) && bindings_count(a) == 1;
}

static void unbind(struct session *s, struct account_binding *b)
{
	struct account *a = s->account;
	struct buf what = {0};

	binding_describe(b, &what);
	group_settle(b, false);
	binding_delete(b);
	post_audit(s->hub, span_of(a->name), SPAN("account unbind"), buf_span(&what), SPAN(""));
	slip_tell(a,
		  "Your account is bound to %s no more. If that was not you, change your "
		  "password",
		  buf_str(&what));
	note(s, "ACCOUNT", "UNBOUND", (struct span){0}, buf_str(&what));
	buf_clear(&what);
}

void account_unbind(struct session *s, struct span number)
{
	struct account_binding *b = binding_named(s->account, number);

	if (!b)
		refuse(s, "NO_SUCH_BINDING", number.len ? number : SPAN("*"),
		       "Your account has no binding of that number: see ACCOUNT BINDINGS");
	else if (!b->own)
		refuse(s, "NOT_YOURS", number,
		       "Your account was made by it, or an administrator bound it: ask one for "
		       "snugd user unbind");
	else if (is_last_way(s->account))
		refuse(s, "LAST_WAY_IN", number,
		       "Nothing else lets you in: set a password first (PASSWD)");
	else if (is_proved(s) && need_disk_to_mend(s, "ACCOUNT"))
		unbind(s, b);
}
