// SPDX-License-Identifier: MIT
// What hangs on an account is known to many files below; what ends it, to this one.
#include "server/hub/door/evict.h"

#include "server/hub/door/session_life.h"
#include "server/hub/history/marker.h"
#include "server/hub/files/file_token.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/replay.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/invite.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/subscription.h"
#include "server/hub/rooms/ban_gone.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/oper.h"
#include "server/hub/rooms/report.h"
#include "server/hub/rooms/rules.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/rooms/slip.h"

size_t account_kick(struct account *a, struct span reason)
{
	return account_kick_others(a, NULL, reason);
}

size_t account_kick_others(struct account *a, const struct session *except, struct span reason)
{
	size_t n = 0;

	opers_end(a);
	// Those that have logged in and not yet joined stand in the hub's list alone.
	list_for_each_safe(item, after, &a->hub->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->account != a || s == except || s->closing)
			continue;
		session_close(s, reason);
		n++;
	}
	return n;
}

static void forget_in_sessions(struct account *a)
{
	list_for_each(item, &a->hub->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->account == a)
			s->account = NULL;
	}
}

void account_forget(struct account *a)
{
	history_account_gone(a);
	markers_free(a);
	rules_forget(a);
	reports_forget(a);
	cursors_free(a);
	metadata_clear(&a->metadata);
	slips_free(a);
	signins_free(a);
	file_tokens_free(a);
	hushes_free(a);
	subscriptions_free(a);
	saved_free_all(a);
	account_free(a);
}

void account_delete(struct account *a)
{
	struct hub *h = a->hub;
	struct entry e = {.kind = ENTRY_ACCOUNT_GONE};

	account_kick(a, SPAN("The account was deleted"));
	forget_in_sessions(a);
	while (a->n_members)
		member_leave(a->members[a->n_members - 1]);
	bans_gone(a);
	invites_withdraw(a, 0);
	dialogs_keep_name(a);
	shared_files_lose_account(a);
	e.account_gone.id = a->id;
	post(h, &e);
	name_keep_back(h, span_of(a->name), a->id);
	idmap_remove(&h->accounts, (uint64_t)a->id);
	map_remove(&h->account_names, span_of(a->folded));
	account_forget(a);
}

static void close_sessions(const struct credential *c, const struct session *except)
{
	struct hub *h = c->account->hub;

	list_for_each_safe(item, after, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s != except && credential_is_of(c, s))
			session_close(s, SPAN("The key of this device was revoked"));
	}
}

void credential_delete(struct credential *c, const struct session *except)
{
	credential_post_gone(c);
	close_sessions(c, except); // the lines that say so wait for that entry
	credential_free(c);
}

size_t credentials_revoke(struct account *a, const struct session *own)
{
	size_t n = 0;

	bindings_forget(a);
	list_for_each_safe(item, after, &a->credentials) {
		struct credential *c = container_of(item, struct credential, in_account);

		if (own && credential_is_of(c, own))
			continue;
		credential_delete(c, own);
		n++;
	}
	return n;
}

size_t server_ban_enforce(struct hub *h, const struct ban *b)
{
	size_t n = 0;

	list_for_each_safe(item, after, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->closing || !server_ban_means(b, s))
			continue;
		session_close(s, SPAN("Banned from this server"));
		n++;
	}
	return n;
}
