// SPDX-License-Identifier: MIT
#include "server/hub/rooms/pace.h"

#include "server/hub/wire/reply.h"

static int64_t seconds(int64_t ms)
{
	return ms > 0 ? (ms + 999) / 1000 : 0;
}

int64_t newcomer_left_s(const struct room *r, const struct account *a, const struct member *m)
{
	int64_t since_ms = m != NULL ? m->joined_ms : a->created_ms;

	if (r->newcomer_s == 0)
		return 0;
	return seconds(since_ms + r->newcomer_s * 1000 - r->hub->now.wall_ms);
}

static bool is_free(const struct session *s, const struct room *r, const struct member *m)
{
	return r->slow_s == 0 || s->oper || (m != NULL && m->role >= MEMBER_MODERATOR);
}

static void refuse(struct session *s, const struct room *r, int64_t left_s)
{
	struct line l;

	reply_start(&l, s, ERR_CANNOTSENDTOCHAN);
	line_str(&l, r->name);
	if (left_s > 0)
		line_textf(&l,
			   "Cannot send to channel: one message in %lld s here (+W): wait "
			   "%lld s",
			   (long long)r->slow_s, (long long)left_s);
	else
		line_text(&l, SPAN("Cannot send to channel: this room is slow (+W): join it "
				   "to speak"));
	reply_end(&l, s);
}

bool need_pace(struct session *s, struct room *r, bool quiet)
{
	struct member *m = member_find(r, s->account);
	int64_t now = s->hub->now.mono_ms, left_s = 0;

	if (!is_free(s, r, m)) {
		if (m != NULL)
			left_s = seconds(m->paced_ms + r->slow_s * 1000 - now);
		if (m == NULL || left_s > 0) {
			if (!quiet)
				refuse(s, r, left_s);
			return false;
		}
	}
	if (m != NULL)
		m->paced_ms = now;
	return true;
}
