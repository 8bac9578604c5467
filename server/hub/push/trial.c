// SPDX-License-Identifier: MIT
#include "server/hub/push/trial.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/parcel.h"
#include "server/hub/push/push_line.h"
#include "server/hub/push/push_tests.h"
#include "server/hub/wire/label.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

void trial_start(struct session *s, struct subscription *wanted)
{
	struct parcel p = {.kind = PARCEL_TEST};
	struct buf label = {0};

	label_take(s, &label);
	wanted->trial = xcalloc(1, sizeof(*wanted->trial) + label.len + 1);
	wanted->trial->conn = s->id;
	if (label.len)
		memcpy(wanted->trial->label, label.at, label.len);
	buf_clear(&label);
	p.text = push_line_test(s->hub);
	parcel_put(wanted, &p, 0);
}

// Who asked, as long as it is there.
static struct session *asker_of(const struct subscription *s)
{
	struct session *asker = session_find(s->account->hub, s->trial->conn);

	return asker && asker->account == s->account && !asker->closing ? asker : NULL;
}

static void answer(struct session *s, struct line *l, const char *label)
{
	if (label)
		label_answer(s, span_of(label), l);
	else
		session_say(s, l);
	line_clear(l);
}

void trial_say(struct session *s, const char *verb, struct span endpoint, const char *label)
{
	struct line l;

	line_start(&l, s->hub, NULL, "WEBPUSH");
	line_str(&l, verb);
	line_param(&l, endpoint);
	answer(s, &l, label);
}

void trial_refuse(struct session *s, struct span verb, struct span endpoint, const char *code,
		  const char *why, const char *label)
{
	struct line l;

	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, "WEBPUSH");
	line_str(&l, code);
	line_param(&l, verb);
	line_param(&l, endpoint);
	line_text(&l, span_of(why));
	answer(s, &l, label);
}

void trial_pass(struct subscription *s)
{
	struct session *asker = asker_of(s);
	struct trial *t = s->trial;

	if (!can_post(s->account->hub)) {
		trial_fail(s, "INTERNAL_ERROR", "The disk takes nothing now: try again later");
		return;
	}
	s->trial = NULL;
	subscription_take(s);
	subscription_post(s);
	push_tests_start(s->account->hub);
	if (asker)
		trial_say(asker, "REGISTER", span_of(s->endpoint), t->label);
	free(t);
}

void trial_fail(struct subscription *s, const char *code, const char *why)
{
	struct session *asker = asker_of(s);

	if (asker)
		trial_refuse(asker, SPAN("REGISTER"), span_of(s->endpoint), code, why,
			     s->trial->label);
	subscription_remove(s);
}
