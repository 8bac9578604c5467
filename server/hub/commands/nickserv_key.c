// SPDX-License-Identifier: MIT
#include "server/hub/commands/nickserv_key.h"

#include "common/clock.h"
#include "server/hub/commands/services.h"
#include "server/hub/door/evict.h"
#include "server/hub/wire/reply.h"

#define NICKSERV "NickServ"

static const char *verb_of(enum credential_kind kind)
{
	return kind == CREDENTIAL_CERT ? "CERT" : "TOKEN";
}

static const char *name_of(enum credential_kind kind)
{
	return kind == CREDENTIAL_CERT ? "certificate" : "app token";
}

bool nickserv_may(struct session *s, const struct step_up *why_not)
{
	if (why_not)
		service_say(s, NICKSERV, "%s", why_not->words);
	return !why_not;
}

size_t nickserv_count(const struct account *a, enum credential_kind kind)
{
	size_t n = 0;

	list_for_each(item, &a->credentials)
		n += container_of(item, struct credential, in_account)->kind == kind;
	return n;
}

static void list_one(struct session *s, const struct credential *c)
{
	const char *of = c->is_device ? "of a device, " : "of a program, ";
	char used[CLOCK_TEXT_LEN + 1];

	clock_text(c->used_ms, used);
	service_say(s, NICKSERV, "%lld  %s  %slast used: %s", (long long)c->id, c->label,
		    c->kind == CREDENTIAL_CERT ? "" : of, c->used_ms ? used : "never");
}

void nickserv_list(struct session *s, enum credential_kind kind)
{
	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind == kind)
			list_one(s, c);
	}
	service_say(s, NICKSERV, "%ss: %zu", name_of(kind), nickserv_count(s->account, kind));
}

void nickserv_del(struct session *s, enum credential_kind kind, struct span name,
		  bool is_confirmed)
{
	struct credential *c = credential_named(s->account, kind, name);
	struct buf words = {0};

	if (!c) {
		service_say(s, NICKSERV, "You have no %s of that number or label",
			    name_of(kind));
	} else if (!is_confirmed && credential_is_of(c, s)) {
		service_say(s, NICKSERV,
			    "This very connection came by it: %s DEL %lld CONFIRM revokes it "
			    "all the same",
			    verb_of(kind), (long long)c->id);
	} else if (nickserv_may(s, step_up_remove(s, c)) && need_disk_to_mend(s, "CERT")) {
		credential_describe(c, &words);
		service_say(s, NICKSERV, "Revoked: %s", buf_str(&words));
		credential_delete(c, s);
	}
	buf_clear(&words);
}
