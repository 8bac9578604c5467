// SPDX-License-Identifier: MIT
#include "client/web/tab.h"

#include "client/model/search_words.h"
#include "client/model/target.h"
#include "client/web/exports.h"
#include "client/web/put.h"

static bool tell_act(struct span name, struct span text)
{
	page_open_object(NULL);
	put_str("what", "act");
	put_text("name", name);
	put_text("text", text);
	page_close();
	return page_act();
}

static bool on_act(void *arg UNUSED, struct span name)
{
	return tell_act(name, SPAN(""));
}

static bool on_message_act(void *arg UNUSED, struct span name, struct span text)
{
	return tell_act(name, text);
}

static void on_say(void *arg UNUSED, struct span text)
{
	tab_tell("said", NULL, text);
}

static void search(struct span words)
{
	struct tab *t = tab();
	struct buf line = {0}, say = {0};

	if (search_words_ask(t->core.model, words, &line, &say) &&
	    !t->seat.intents.raw(&t->seat, buf_span(&line)))
		tab_tell("unsearched", NULL, SPAN(""));
	else
		tab_tell("said", NULL, buf_span(&say));
	buf_clear(&line);
	buf_clear(&say);
}

static void on_search(void *arg UNUSED, struct span words)
{
	search(words);
}

static bool on_go(void *arg UNUSED, struct span where)
{
	struct model *m = tab()->core.model;
	struct target *t = target_find(m, where);

	if (t)
		model_show(m, t);
	return t || tell_act(SPAN("goto"), where);
}

const struct screen_acts *tab_screen(void)
{
	static const struct screen_acts acts = {
		.act = on_act,
		.message_act = on_message_act,
		.search = on_search,
		.go = on_go,
		.say = on_say,
	};

	return &acts;
}

EXPORT(search) void tab_search(struct span words)
{
	search(words);
}
