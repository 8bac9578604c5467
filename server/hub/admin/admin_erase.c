// SPDX-License-Identifier: MIT
// user erase: the verb answers when nothing is left.
#include "server/hub/admin/admin_user.h"

#include "server/hub/door/erase.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/freed.h"
#include "server/hub/rooms/ban_gone.h"

static void on_end(const struct erasure *e, bool is_clean, void *arg)
{
	struct verb_call *c = arg;

	if (is_clean)
		verb_end(c, ADMIN_DONE,
			 "erased %lld messages, and who wrote them: %s stands in their place",
			 (long long)e->n_messages, e->name);
	else
		verb_end(c, ADMIN_PARTLY,
			 "%s stands where they were named; the search index or the log still "
			 "hold some of the words, because a reader is busy with them or the "
			 "server stops: they go as soon as that is over",
			 e->name);
}

// Its log names nobody any more.
static void begun(struct verb_call *c, struct erasure *e)
{
	erasure_wait(c->hub, e, on_end, c);
	verb_audit(c, span_of(e->name));
}

static void rehearse(struct verb_call *c, struct account *a)
{
	verb_unchanged(
		c,
		"would erase %s: all that it wrote and who it was, %zu rooms, %zu devices and "
		"tokens, %zu bans, exceptions and invitations of that name; its messages keep "
		"their places, without a word",
		a->name, a->n_members, credentials_count(a), bans_naming(a));
}

static void erase(struct verb_call *c, struct account *a)
{
	struct buf name = {0};

	buf_add_str(&name, a->name);
	if (verb_flag(c, "--dry-run"))
		rehearse(c, a);
	else if (verb_confirmed(c, buf_span(&name)) && verb_leaves_an_admin(c, a) &&
		 verb_may_write(c))
		begun(c, erase_account(a));
	buf_clear(&name);
}

// Of an account that was deleted, or erased before the words were gone.
static void erase_left(struct verb_call *c, account_id id)
{
	struct span name = verb_word(c, 0);
	struct erasure *e = erasure_of(c->hub, id);

	if (e && !e->on_end)
		erasure_wait(c->hub, e, on_end, c);
	else if (e)
		verb_unchanged(c, "%s is being erased already", e->name);
	else if (account_by_id(c->hub, id))
		verb_unchanged(c, "it was erased: %s", account_by_id(c->hub, id)->name);
	else if (verb_flag(c, "--dry-run"))
		verb_unchanged(c,
			       "would erase what is left of " SPAN_FMT
			       ", whose account was deleted",
			       SPAN_ARG(name));
	else if (verb_confirmed(c, name) && verb_may_write(c))
		begun(c, erase_deleted(c->hub, id));
}

void verb_user_erase(struct verb_call *c)
{
	struct span name = verb_word(c, 0);
	struct account *a = account_find(c->hub, name);
	account_id was_of = a ? 0 : name_was_of(c->hub, name);
	const struct account *is_now = was_of ? account_by_id(c->hub, was_of) : NULL;

	if (!verb_may_wait(c))
		return;
	if (a && !a->erased)
		erase(c, a);
	else if (a || (was_of && (!is_now || is_now->erased)))
		erase_left(c, a ? a->id : was_of);
	else if (is_now)
		verb_end(c, ADMIN_NOT_FOUND, SPAN_FMT " is called %s now: give that name",
			 SPAN_ARG(name), is_now->name);
	else
		verb_end(c, ADMIN_NOT_FOUND, "there is no account " SPAN_FMT, SPAN_ARG(name));
}
