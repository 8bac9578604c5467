// SPDX-License-Identifier: MIT
#include "server/hub/rooms/away.h"

#include "common/die.h"
#include "server/hub/wire/line.h"
#include "server/hub/rooms/monitor.h"

#include <stdlib.h>

// For an account whose sessions all say "*": nobody is there, for no stated reason.
static const char no_reason[] = "Away";

static bool is_person(const struct session *s)
{
	return s->away == NULL || strcmp(s->away, "*") != 0;
}

// The text of the account, NULL when somebody is here, or nobody is to be seen; borrowed.
static const char *text_of(const struct account *a)
{
	const char *text = NULL;

	list_for_each(item, &a->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (s->no_presence)
			continue;
		if (s->away == NULL)
			return NULL;
		if (is_person(s))
			text = s->away;
		else if (text == NULL)
			text = no_reason;
	}
	return text;
}

static bool is_same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

void away_tell(struct account *a)
{
	struct line l;

	line_start(&l, a->hub, a, "AWAY");
	if (a->away != NULL)
		line_text(&l, span_of(a->away));
	watchers_say(a, &l, cap_bit(CAP_AWAY_NOTIFY), false);
	line_clear(&l);
}

void away_changed(struct account *a)
{
	const char *text = text_of(a);

	if (is_same(a->away, text))
		return;
	free(a->away);
	a->away = text == NULL ? NULL : xstrdup(text);
	if (a->shown)
		away_tell(a);
}

void away_set(struct session *s, struct span text)
{
	free(s->away);
	s->away = text.len == 0 ? NULL : span_dup(text);
	if (s->registered)
		away_changed(s->account);
}
