// SPDX-License-Identifier: MIT
// Blocks of the type rich_text: runs of text, links and names that together are lines.
#include "server/hub/web/slack_private.h"

static struct span member(json_t *object, const char *key)
{
	return slack_string(json_object_get(object, key));
}

// A run of a line, onto it. False: refused.
static bool add_run(struct slack *s, const char *path, json_t *run, struct buf *line)
{
	struct span type = member(run, "type"), text = member(run, "text");

	if (span_eq(type, SPAN("text"))) {
		buf_add_span(line, text);
	} else if (span_eq(type, SPAN("link"))) {
		if (text.len)
			buf_printf(line, SPAN_FMT " (" SPAN_FMT ")", SPAN_ARG(text),
				   SPAN_ARG(member(run, "url")));
		else
			buf_add_span(line, member(run, "url"));
	} else if (span_eq(type, SPAN("emoji"))) {
		buf_printf(line, ":" SPAN_FMT ":", SPAN_ARG(member(run, "name")));
	} else if (span_eq(type, SPAN("user"))) {
		buf_printf(line, "@" SPAN_FMT, SPAN_ARG(member(run, "user_id")));
	} else if (span_eq(type, SPAN("channel"))) {
		buf_printf(line, "#" SPAN_FMT, SPAN_ARG(member(run, "channel_id")));
	} else if (span_eq(type, SPAN("broadcast"))) {
		buf_add_str(line,
			    span_eq(member(run, "range"), SPAN("here")) ? "@here" : "@room");
	} else {
		buf_printf(s->why, "%s of the type \"" SPAN_FMT "\" cannot be shown here.",
			   path, SPAN_ARG(type));
		return false;
	}
	return true;
}

// What a section holds, behind `mark`.
static bool show_runs(struct slack *s, const char *path, json_t *section, const char *mark)
{
	json_t *runs = json_object_get(section, "elements"), *run;
	struct buf line = {0};
	bool is_fine = true;
	size_t i;

	buf_add_str(&line, mark);
	json_array_foreach(runs, i, run) {
		is_fine = add_run(s, path, run, &line);
		if (!is_fine)
			break;
	}
	if (is_fine)
		slack_line(s, buf_span(&line));
	buf_clear(&line);
	return is_fine;
}

static bool show_item(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return show_runs(s, path, value, "- ");
}

static bool show_part(struct slack *s, const char *path, json_t *object, json_t *value)
{
	struct span type = member(value, "type");

	(void)object;
	if (span_eq(type, SPAN("rich_text_list")))
		return slack_each(s, path, json_object_get(value, "elements"), show_item);
	if (span_eq(type, SPAN("rich_text_quote")))
		return show_runs(s, path, value, "> ");
	if (span_eq(type, SPAN("rich_text_section")) ||
	    span_eq(type, SPAN("rich_text_preformatted")))
		return show_runs(s, path, value, "");
	buf_printf(s->why, "%s of the type \"" SPAN_FMT "\" cannot be shown here.", path,
		   SPAN_ARG(type));
	return false;
}

bool slack_show_rich(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return slack_each(s, path, value, show_part);
}
