// SPDX-License-Identifier: MIT
#include "server/hub/door/lockdown.h"

#include "common/clock.h"
#include "server/hub/door/session_life.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/throttle.h"
#include "server/hub/wire/reply.h"

static const char *const kinds[] = {
	[LOCKDOWN_OFF] = "off",
	[LOCKDOWN_STRANGERS] = "strangers",
	[LOCKDOWN_MEMBERS] = "members",
};

static const char *const words[] = {
	[LOCKDOWN_OFF] = "The server is open again",
	[LOCKDOWN_STRANGERS] = "The server is locked down: nobody new is let in, and passwords "
			       "only where they were used before; try again later",
	[LOCKDOWN_MEMBERS] = "The server is locked down: only administrators are let in; try "
			     "again later",
};

static void save(struct hub *h)
{
	struct entry e = {.kind = ENTRY_SETTING};
	struct buf value = {0};

	buf_printf(&value, "%s %lld", kinds[h->lockdown], (long long)h->lockdown_since_ms);
	e.setting = (struct entry_setting){SPAN(SETTING_LOCKDOWN), buf_span(&value)};
	post(h, &e);
	buf_clear(&value);
}

bool lockdown_load(struct hub *h, struct span value)
{
	struct span kind = span_cut(&value, ' ');
	uint64_t since;

	if (!span_to_u64(value, &since) || since > INT64_MAX)
		return false;
	for (enum lockdown_kind i = LOCKDOWN_OFF; i <= LOCKDOWN_MEMBERS; i++) {
		if (!span_eq(kind, span_of(kinds[i])))
			continue;
		h->lockdown = i;
		h->lockdown_since_ms = (int64_t)since;
		return true;
	}
	return false;
}

// NOTE * LOCKDOWN strangers|members|off :words
static void say(struct session *s)
{
	const char *text = words[s->hub->lockdown];

	if (session_has(s, CAP_STANDARD_REPLIES))
		note(s, "*", "LOCKDOWN", span_of(kinds[s->hub->lockdown]), text);
	else
		notice(s, "%s", text);
}

void lockdown_set(struct hub *h, enum lockdown_kind kind)
{
	h->lockdown = kind;
	h->lockdown_since_ms = h->now.wall_ms;
	save(h);
	list_for_each(item, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->registered && !s->closing)
			say(s);
	}
}

size_t lockdown_drop(struct hub *h)
{
	size_t n = 0;

	list_for_each_safe(item, after, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->closing || (s->registered && s->account->role == ROLE_ADMIN))
			continue;
		session_close(s, span_of(words[h->lockdown]));
		n++;
	}
	return n;
}

const char *lockdown_newcomer(const struct hub *h)
{
	return h->lockdown ? words[h->lockdown] : NULL;
}

static const char *refuse(struct session *s)
{
	s->hub->figures.refused[HUB_REFUSED_LOCKDOWN]++;
	return words[s->hub->lockdown];
}

const char *lockdown_password(struct session *s, struct span name, struct span secret)
{
	if (!s->hub->lockdown || token_is(secret) || throttle_knows(s->hub, &s->from, name))
		return NULL;
	return refuse(s);
}

const char *lockdown_member(struct session *s)
{
	if (s->hub->lockdown != LOCKDOWN_MEMBERS || s->account->role == ROLE_ADMIN)
		return NULL;
	return refuse(s);
}

void lockdown_tell(struct session *s)
{
	if (s->hub->lockdown)
		say(s);
}

void lockdown_words(const struct hub *h, struct buf *out)
{
	char since[CLOCK_TEXT_LEN + 1];

	buf_add_str(out, kinds[h->lockdown]);
	if (!h->lockdown)
		return;
	clock_text(h->lockdown_since_ms, since);
	buf_printf(out, " since %s", since);
}
