// SPDX-License-Identifier: MIT
#include "client/model/doable.h"
#include "client/model/extra.h"
#include "client/model/hush.h"
#include "client/model/line_file.h"
#include "client/model/picture.h"
#include "client/model/shown.h"
#include "common/url.h"
#include "common/spoken.h"

static bool is_of_others(const struct log_line *l)
{
	return l->id_len && !(l->flags & (LINE_SELF | LINE_REDACTED));
}

static bool is_there(const struct log_line *l)
{
	return l->id_len && !(l->flags & LINE_REDACTED);
}

static bool is_own(const struct log_line *l)
{
	return l->id_len && (l->flags & LINE_SELF) && !(l->flags & LINE_REDACTED);
}

static bool has_file(const struct log_line *l)
{
	return line_file_of(l) != NULL;
}

static bool has_link(const struct log_line *l)
{
	struct span url;
	size_t from = 0;
	return has_file(l) || url_next(line_says(l), &from, &url);
}

static bool has_reactions(const struct log_line *l)
{
	return l->extra && l->extra->n_reactions > 0;
}

const struct doable *doable_find(struct span name)
{
	static const char no_others[] = SPOKEN("there is no message of somebody else here");
	static const char no_own[] = SPOKEN("there is no message of yours here");
	static const char gone[] = SPOKEN("that message was removed");
	static const struct doable list[] = {
		{"reply", true, is_of_others, is_there, no_others, gone},
		{"react", true, is_of_others, is_there, no_others, gone},
		{"edit", true, is_own, is_own, no_own,
		 SPOKEN("only your own messages can be edited")},
		{"redact", false, is_own, is_there, no_own, gone},
		{"report", true, is_of_others, is_of_others, no_others,
		 SPOKEN("only what others said can be reported")},
		{"save", false, is_of_others, is_there, no_others, gone},
		{"open", false, has_link, has_link, SPOKEN("there is no link here"),
		 SPOKEN("there is no link in it")},
		{"get", true, has_file, has_file, SPOKEN("there is no file here"),
		 SPOKEN("there is no file in it")},
		{"view", false, picture_is_in, picture_is_in,
		 SPOKEN("there is no picture here"), SPOKEN("there is no picture in it")},
		{"reactions", false, has_reactions, has_reactions,
		 SPOKEN("nobody reacted to anything here"), SPOKEN("nobody reacted to it")},
	};
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		if (span_eq(span_of(list[i].name), name))
			return &list[i];
	}
	return NULL;
}

struct log_line *doable_choose(const struct doable *d, const struct target *t,
			       struct log_line *named, bool with_hushed, const char **why)
{
	*why = spoken(named ? d->refusal : d->missing);
	if (named)
		return line_is_speech(named) && d->takes(named) ? named : NULL;
	for (size_t i = t->log.count; i > 0; i--) {
		struct log_line *l = scrollback_at(&t->log, i - 1);
		bool is_shown = line_is_speech(l) && (with_hushed || !line_is_hushed(l));
		if (is_shown && d->fits(l))
			return l;
	}
	return NULL;
}

void doable_say_reactions(struct buf *out, const struct model *m, const struct log_line *l)
{
	for (size_t i = 0; l->extra && i < l->extra->n_reactions; i++) {
		const struct reaction *r = &l->extra->reactions[i];
		buf_printf(out, "%s%s", i ? "; " : "", r->text);
		for (size_t k = 0; k < r->n_who; k++) {
			buf_add_str(out, k ? ", " : " ");
			shown_add(out, m, r->who[k]);
		}
	}
}

void doable_report(struct buf *out, const struct target *room, struct span id,
		   struct span reason)
{
	buf_printf(out, "PRIVMSG ChanServ :REPORT %s " SPAN_FMT " ", room->name, SPAN_ARG(id));
	for (size_t i = 0; i < reason.len; i++)
		buf_add_char(out, reason.at[i] == '\n' ? ' ' : reason.at[i]);
}
