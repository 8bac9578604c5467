// SPDX-License-Identifier: MIT
#include "client/model/talk.h"

#include "client/model/target.h"

#define PEOPLE_MAX 16 // inside: names that are shown; a server has no more in one

static void set(const struct event *e, struct target *t, struct buf *people)
{
	set_text(&t->people, people->len ? buf_span(people) : SPAN(""));
	buf_clear(people);
	e->m->version++;
}

static void add_name(struct buf *out, struct span name)
{
	if (out->len)
		buf_add_str(out, ", ");
	buf_add_span(out, name);
}

static bool is_me(const struct event *e, struct span name)
{
	return span_eq_fold(name, span_of(e->m->me->name));
}

void talk_enter(const struct event *e, struct target *t)
{
	struct span names = SPAN("");
	struct buf people = {0};

	if (!msg_tag(e->msg, SPAN("snug.chat/people"), &names))
		names = SPAN("");
	for (size_t n = 0; names.len && n < PEOPLE_MAX; n++) {
		struct span name = span_cut(&names, ',');

		if (name.len && !is_me(e, name))
			add_name(&people, name);
	}
	set(e, t, &people);
}

// All but `but`; *had: it was among them.
static void others(const struct target *t, struct span but, struct buf *out, bool *had)
{
	struct span rest = span_of(t->people);

	*had = false;
	while (rest.len) {
		struct span name = span_trim(span_cut(&rest, ','));

		if (span_eq_fold(name, but))
			*had = true;
		else
			add_name(out, name);
	}
}

void talk_add(const struct event *e, struct target *t, struct span nick)
{
	struct buf people = {0};
	bool had;

	if (t->people[0] == '\0')
		return;
	others(t, nick, &people, &had);
	add_name(&people, nick);
	if (had)
		buf_clear(&people);
	else
		set(e, t, &people);
}

void talk_drop(const struct event *e, struct target *t, struct span nick)
{
	struct buf people = {0};
	bool had;

	others(t, nick, &people, &had);
	if (had && people.len)
		set(e, t, &people);
	else
		buf_clear(&people);
}
