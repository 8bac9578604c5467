// SPDX-License-Identifier: MIT
#include "client/model/search_words.h"

#include "client/model/people.h"
#include "client/model/target.h"
#include "common/msg.h"
#include "common/spoken.h"

#define FOUND_ASKED 100 // of the server at once

size_t search_words_key(struct span word)
{
	static const char *const keys[] = {"from:", "in:"};
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (span_starts_fold(word, span_of(keys[i])))
			return strlen(keys[i]);
	}
	return 0;
}

// "lounge" is meant as "#lounge".
static const struct target *place_named(struct model *m, struct span name)
{
	const struct target *t = target_find(m, name);
	struct buf room = {0};
	if (!t && name.len) {
		buf_add_char(&room, m->facts.chan_types[0]);
		buf_add_span(&room, name);
		t = target_find(m, buf_span(&room));
	}
	buf_clear(&room);
	return t && t->kind != TARGET_SERVER ? t : NULL;
}

static void take_from(struct search_words *w, struct model *m, struct span name)
{
	if (name.len && name.at[0] == '@')
		name = span_after(name, 1);
	w->who = span_eq_fold(name, SPAN("me")) ? m->me : person_find(m, name);
	w->from = w->who ? span_of(w->who->name) : name;
}

static bool take(struct search_words *w, struct model *m, struct span word, struct buf *why)
{
	size_t key = search_words_key(word);
	struct span name = span_after(word, key);
	if (!key) {
		buf_add_str(&w->text, w->text.len ? " " : "");
		buf_add_span(&w->text, word);
		return true;
	}
	if (!name.len) {
		buf_printf(why, spoken("a name is missing behind " SPAN_FMT), SPAN_ARG(word));
		return false;
	}
	if (span_starts_fold(word, SPAN("from:"))) {
		take_from(w, m, name);
		return true;
	}
	w->in = place_named(m, name);
	if (!w->in)
		buf_printf(why, spoken("you have no room or conversation called " SPAN_FMT),
			   SPAN_ARG(name));
	return w->in != NULL;
}

bool search_words_parse(struct search_words *w, struct model *m, struct span typed,
			struct buf *why)
{
	*w = (struct search_words){0};
	typed = span_trim(typed);
	while (typed.len) {
		struct span word = span_cut(&typed, ' ');
		typed = span_trim(typed);
		if (!take(w, m, word, why))
			return false;
	}
	return true;
}

void search_words_clear(struct search_words *w)
{
	buf_clear(&w->text);
	*w = (struct search_words){0};
}

static void add(struct buf *line, const char *key, struct span value)
{
	if (!value.len)
		return;
	buf_printf(line, ";%s=", key);
	msg_tag_escape(line, value);
}

static void add_question(const struct search_words *w, struct buf *line)
{
	buf_printf(line, "SEARCH limit=%d", FOUND_ASKED);
	add(line, "text", buf_span(&w->text));
	add(line, "from", w->from);
	add(line, "in", w->in ? span_of(w->in->name) : SPAN(""));
}

bool search_words_ask(struct model *m, struct span typed, struct buf *line, struct buf *say)
{
	struct search_words w;
	struct buf why = {0};
	bool is_asked = false;
	if (!search_words_parse(&w, m, typed, &why)) {
		buf_printf(say, spoken("not searched: %s"), buf_str(&why));
	} else if (!model_has_cap(m, "soju.im/search")) {
		buf_add_str(say, spoken("this server cannot search"));
	} else {
		is_asked = true;
		add_question(&w, line);
		buf_add_str(say, spoken("asking the server"));
		if (w.from.len && !w.who)
			buf_printf(say, spoken("; nobody called " SPAN_FMT " is known here"),
				   SPAN_ARG(w.from));
	}
	search_words_clear(&w);
	buf_clear(&why);
	return is_asked;
}

static bool holds(struct span text, struct span part)
{
	for (size_t i = 0; i + part.len <= text.len; i++) {
		if (span_eq_fold(span_from(text.at + i, part.len), part))
			return true;
	}
	return false;
}

bool search_words_fit(const struct search_words *w, const struct log_line *l)
{
	if (w->from.len && (!l->from || !span_eq_fold(span_of(l->from->name), w->from)))
		return false;
	return line_is_speech(l) && holds(line_says(l), buf_span(&w->text)) &&
	       (w->text.len || w->from.len || w->in);
}
