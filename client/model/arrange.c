// SPDX-License-Identifier: MIT
#include "client/model/arrange.h"

#include "client/model/hush.h"
#include "client/model/model_private.h"
#include "client/model/target.h"
#include "common/spoken.h"

static const struct {
	const char *word;
	const char *help;
} alerts_words[] = {
	[ALERTS_MENTIONS] = {"mentions", SPOKEN("what calls you alerts")},
	[ALERTS_ALL] = {"all", SPOKEN("every message alerts")},
	[ALERTS_NONE] = {"none", SPOKEN("nothing alerts, all is counted")},
};

void arrange_mute(struct model *m, struct target *t, bool muted)
{
	t->muted = muted;
	tell_arranged(m, t);
}

void arrange_pin(struct model *m, struct target *t, bool pinned)
{
	target_pin(m, t, pinned);
	tell_arranged(m, t);
}

void arrange_alerts(struct model *m, struct target *t, enum alerts alerts)
{
	t->alerts = alerts;
	tell_arranged(m, t);
}

bool arrange_alerts_named(struct span word, enum alerts *out)
{
	for (size_t i = 0; i < ARRAY_LEN(alerts_words); i++) {
		if (!span_eq(word, span_of(alerts_words[i].word)))
			continue;
		*out = (enum alerts)i;
		return true;
	}
	return false;
}

const char *arrange_alerts_word(enum alerts alerts)
{
	return alerts_words[alerts].word;
}

void arrange_say_mute(const struct target *t, struct buf *out)
{
	buf_printf(out, spoken("%s is %s"), t->name,
		   target_is_muted(t) ? spoken("muted: no counts, no alerts")
				      : spoken("not muted"));
}

void arrange_say_pin(const struct target *t, struct buf *out)
{
	buf_printf(out, spoken("%s is %s"), t->name,
		   t->pinned ? spoken("pinned: it stands on top") : spoken("not pinned"));
}

void arrange_say_alerts(const struct target *t, struct buf *out)
{
	buf_printf(out, spoken("%s: alert %s, %s%s"), t->name, alerts_words[t->alerts].word,
		   spoken(alerts_words[t->alerts].help),
		   target_is_muted(t) ? spoken("; but it is muted") : "");
}
