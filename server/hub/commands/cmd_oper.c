// SPDX-License-Identifier: MIT
// What administrators do in chat: OPER, KILL, WALLOPS, REHASH, KLINE, UNKLINE.
#include "server/hub/rooms/ban.h"
#include "server/hub/commands/command.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/factor.h"
#include "server/hub/commands/need.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/cast.h"
#include "server/hub/people/verify.h"

#include "common/clock.h"
#include "common/names.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/second_step.h"
#include "server/hub/rooms/oper.h"
#include "server/hub/rooms/server_ban.h"

static void audit(struct session *s, const char *verb, struct span detail, struct span reason)
{
	post_audit(s->hub, span_of(s->account->name), span_of(verb), detail, reason);
}

static void refuse(struct session *s)
{
	reply(s, ERR_NOOPERHOST);
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_LATER) {
		reply1(s, RPL_TRYAGAIN, SPAN("OPER"));
		return;
	}
	// By the password alone nobody is an account that wants a code, too, but who is in.
	if (v->kind == VERDICT_YES && v->wants_code) {
		second_step_refuse(s, v, refuse);
		return;
	}
	if (v->kind == VERDICT_NO || !factor_gives_rights(v->account) ||
	    !lease_lets_in(v->account, NULL)) {
		refuse(s);
		return;
	}
	session_set_oper(s, true);
	s->oper_by = v->account->id;
	renewal_begun(v->account);
	audit(s, "oper", span_of(v->account->name), SPAN(""));
	oper_say(s, s->account, "+o");
	reply(s, RPL_YOUREOPER);
}

// An account with the role of an administrator, and its password.
void cmd_oper(struct session *s, const struct msg *m)
{
	// A token must not be able to become more than it is.
	if (token_is(m->params[1]))
		replyf(s, ERR_NOOPERHOST,
		       "OPER wants the password of an administrator, not a token");
	else
		verify_secret(s, m->params[0], SPAN(""), m->params[1], on_verified);
}

void cmd_kill(struct session *s, const struct msg *m)
{
	struct span reason = msg_param(m, 1);
	struct buf text = {0};
	struct account *a;

	if (!need_oper(s) || !need_text(s, "KILL", reason, REASON_MAX))
		return;
	a = need_account(s, m->params[0]);
	if (a == NULL)
		return;
	if (!a->shown) {
		reply1(s, ERR_NOSUCHNICK, m->params[0]);
		return;
	}
	audit(s, "kill", span_of(a->name), reason);
	buf_printf(&text, "Killed (%s (" SPAN_FMT "))", s->account->name, SPAN_ARG(reason));
	account_kick(a, buf_span(&text));
	buf_clear(&text);
}

void cmd_wallops(struct session *s, const struct msg *m)
{
	struct cast c;
	struct line l;

	if (!need_oper(s) || !need_text(s, "WALLOPS", m->params[0], TOPIC_MAX))
		return;
	line_start(&l, s->hub, s->account, "WALLOPS");
	line_text(&l, m->params[0]);
	cast_open(&c, &l);
	list_for_each(item, &s->hub->session_list) {
		struct session *to = container_of(item, struct session, in_hub);

		if (to->registered && to->account != NULL && to->account->wallops)
			cast_to(&c, to);
	}
	cast_close(&c);
	line_clear(&l);
}

void cmd_rehash(struct session *s, const struct msg *m)
{
	struct line l;

	(void)m;
	if (!need_oper(s))
		return;
	audit(s, "reload", SPAN(""), SPAN(""));
	s->hub->wish = WISH_RELOAD;
	reply_start(&l, s, RPL_REHASHING);
	line_str(&l, "snugd.conf");
	line_text(&l, span_of(numeric_text(RPL_REHASHING)));
	reply_end(&l, s);
}

static void kline(struct session *s, struct span mask, struct span reason, int64_t lasts_ms)
{
	const struct ban *known = server_ban_find(s->hub, mask), *b;
	const char *risk = server_ban_risk(s->hub, mask, s->account);

	if (name_is_account(mask) && !account_find(s->hub, mask)) {
		notice(s, "There is no account " SPAN_FMT, SPAN_ARG(mask));
		return;
	}
	if (risk) {
		notice(s,
		       "Not banned: %s. If it is meant, say  /msg Snug ban add " SPAN_FMT
		       " --confirm " SPAN_FMT,
		       risk, SPAN_ARG(mask), SPAN_ARG(mask));
		return;
	}
	if (known)
		mask = span_of(known->mask);
	audit(s, "ban add", mask, reason);
	b = ban_add(s->hub, NULL, BAN_SERVER, mask, span_of(s->account->name), reason,
		    lasts_ms);
	notice(s, "%s is banned from the server%s; connections closed: %zu", b->mask,
	       lasts_ms == 0 ? "" : " for that time", server_ban_enforce(s->hub, b));
}

static void kline_typed(struct session *s, struct span typed, struct span reason,
			int64_t lasts_ms)
{
	struct buf mask = {0};

	if (server_mask_parse(typed, &mask))
		kline(s, buf_span(&mask), reason, lasts_ms);
	else
		notice(s, "KLINE wants an account, an address or a CIDR (192.0.2.0/24)");
	buf_clear(&mask);
}

// KLINE [DURATION] MASK [:REASON]
void cmd_kline(struct session *s, const struct msg *m)
{
	int64_t lasts_ms = 0;
	bool timed = m->n_params > 1 && clock_parse_span(m->params[0], &lasts_ms);
	struct span reason = msg_param(m, timed ? 2 : 1);

	if (!need_oper(s) || !need_disk_to_mend(s, "KLINE") ||
	    !need_text(s, "KLINE", reason, REASON_MAX))
		return;
	if (timed && lasts_ms == 0)
		notice(s, "A ban of no time keeps nobody out: leave the time away for one that "
			  "does not end");
	else
		kline_typed(s, m->params[timed ? 1 : 0], reason, lasts_ms);
}

void cmd_unkline(struct session *s, const struct msg *m)
{
	struct ban *b;

	if (!need_oper(s) || !need_disk_to_mend(s, "UNKLINE"))
		return;
	b = server_ban_find(s->hub, m->params[0]);
	if (b == NULL) {
		notice(s, "There is no such ban");
		return;
	}
	audit(s, "ban delete", span_of(b->mask), SPAN(""));
	ban_remove(b);
	notice(s, "The ban is gone");
}
