// SPDX-License-Identifier: MIT
// An object is a table of its keys: what stands in it and in no row is refused by its name.
#include "server/hub/web/slack.h"

#include "server/hub/web/slack_markup.h"
#include "server/hub/web/slack_private.h"

#include <stdio.h>

#define PATH_MAX_LEN 96 // inside: of the names in a refusal

bool slack_refuse(struct slack *s, const char *path, const char *key)
{
	buf_printf(s->why, "%s%s%.40s cannot be shown here.", path, *path && *key ? "." : "",
		   key);
	return false;
}

struct span slack_string(const json_t *value)
{
	return span_from(json_string_value(value), json_string_length(value));
}

// What "text" said is often said once more in blocks.
static bool is_lead(const struct slack *s, struct span line)
{
	return s->lead_len && span_eq(line, span_from(s->out->at + s->start, s->lead_len));
}

// Lines end with LF here; a CR stands in none.
static void drop_cr(struct buf *line)
{
	size_t kept = 0;

	for (size_t i = 0; i < line->len; i++) {
		if (line->at[i] != '\r')
			line->at[kept++] = line->at[i];
	}
	line->len = kept;
}

void slack_line(struct slack *s, struct span text)
{
	struct buf line = {0};

	slack_unmark(text, &line);
	drop_cr(&line);
	while (line.len && line.at[line.len - 1] == '\n')
		line.len--;
	if (line.len && !is_lead(s, buf_span(&line))) {
		if (s->out->len > s->start)
			buf_add_char(s->out, '\n');
		buf_add_span(s->out, buf_span(&line));
	}
	buf_clear(&line);
}

static void show_number(struct slack *s, const json_t *value)
{
	struct buf number = {0};

	if (json_is_integer(value))
		buf_add_i64(&number, json_integer_value(value));
	else
		buf_printf(&number, "%.15g", json_real_value(value));
	slack_line(s, buf_span(&number));
	buf_clear(&number);
}

bool slack_show_string(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	if (!json_is_string(value) && !json_is_number(value)) {
		buf_printf(s->why, "%s is no text.", path);
		return false;
	}
	if (json_is_string(value))
		slack_line(s, slack_string(value));
	else
		show_number(s, value);
	return true;
}

void slack_named_link(struct slack *s, struct span name, struct span address)
{
	struct buf line = {0};

	buf_add_span(&line, name);
	if (address.len)
		buf_printf(&line, name.len ? " (" SPAN_FMT ")" : SPAN_FMT, SPAN_ARG(address));
	slack_line(s, buf_span(&line));
	buf_clear(&line);
}

static void inner_path(const char *path, const char *key, char out[static PATH_MAX_LEN])
{
	snprintf(out, PATH_MAX_LEN, "%s%s%.40s", path, *path && *key != '[' ? "." : "", key);
}

static bool is_among(const struct slack_key *keys, const char *key)
{
	for (; keys->key; keys++) {
		if (strcmp(keys->key, key) == 0)
			return true;
	}
	return false;
}

bool slack_object(struct slack *s, const char *path, json_t *object,
		  const struct slack_key *keys)
{
	char inner[PATH_MAX_LEN];
	const char *key;
	json_t *value;

	if (!json_is_object(object)) {
		buf_printf(s->why, "%s is no object.", *path ? path : "The payload");
		return false;
	}
	json_object_foreach(object, key, value) {
		if (!json_is_null(value) && !is_among(keys, key))
			return slack_refuse(s, path, key);
	}
	for (; keys->key; keys++) {
		value = json_object_get(object, keys->key);
		inner_path(path, keys->key, inner);
		if (keys->show && value && !json_is_null(value) &&
		    !keys->show(s, inner, object, value))
			return false;
	}
	return true;
}

bool slack_each(struct slack *s, const char *path, json_t *array, slack_fn *show)
{
	char index[24], inner[PATH_MAX_LEN];
	size_t i;
	json_t *value;

	if (!json_is_array(array)) {
		buf_printf(s->why, "%s is no list.", path);
		return false;
	}
	json_array_foreach(array, i, value) {
		snprintf(index, sizeof(index), "[%zu]", i);
		inner_path(path, index, inner);
		if (!show(s, inner, array, value))
			return false;
	}
	return true;
}

static bool show_author(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)path;
	slack_named_link(s, slack_string(value),
			 slack_string(json_object_get(object, "author_link")));
	return true;
}

static bool show_title(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)path;
	slack_named_link(s, slack_string(value),
			 slack_string(json_object_get(object, "title_link")));
	return true;
}

// A link of something that has no name.
static bool show_lone_link(struct slack *s, const char *path, json_t *object, json_t *value)
{
	const char *name = strstr(path, "author_link") ? "author_name" : "title";

	if (slack_string(json_object_get(object, name)).len)
		return true;
	return slack_show_string(s, path, object, value);
}

static bool show_field(struct slack *s, const char *path, json_t *object, json_t *value)
{
	static const struct slack_key keys[] = {
		{"title", NULL}, {"value", NULL}, {"short", NULL}, {NULL, NULL}};
	struct span title = slack_string(json_object_get(value, "title"));
	struct span text = slack_string(json_object_get(value, "value"));
	struct buf line = {0};

	(void)object;
	if (!slack_object(s, path, value, keys))
		return false;
	if (!text.len && json_object_get(value, "value") &&
	    !json_is_string(json_object_get(value, "value"))) {
		slack_line(s, title);
		return slack_show_string(s, path, value, json_object_get(value, "value"));
	}
	buf_printf(&line, SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(title),
		   title.len && text.len ? ": " : "", SPAN_ARG(text));
	slack_line(s, buf_span(&line));
	buf_clear(&line);
	return true;
}

static bool show_fields(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return slack_each(s, path, value, show_field);
}

static bool show_actions(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return slack_each(s, path, value, slack_show_element);
}

// What to show where nothing else of the attachment can be.
static bool show_fallback(struct slack *s, const char *path, json_t *object, json_t *value)
{
	static const char *const others[] = {"pretext", "author_name", "title",    "text",
					     "fields",  "blocks",      "image_url"};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		json_t *other = json_object_get(object, others[i]);

		if (json_array_size(other) || slack_string(other).len)
			return true;
	}
	return slack_show_string(s, path, object, value);
}

static bool show_attachment(struct slack *s, const char *path, json_t *object, json_t *value)
{
	static const struct slack_key keys[] = {
		{"pretext", slack_show_string},
		{"author_name", show_author},
		{"author_link", show_lone_link},
		{"title", show_title},
		{"title_link", show_lone_link},
		{"text", slack_show_string},
		{"fields", show_fields},
		{"blocks", slack_show_blocks},
		{"image_url", slack_show_string},
		{"thumb_url", slack_show_string},
		{"actions", show_actions},
		{"footer", slack_show_string},
		{"fallback", show_fallback},
		{"color", NULL},
		{"mrkdwn_in", NULL},
		{"mrkdwn", NULL},
		{"ts", NULL},
		{"author_icon", NULL},
		{"footer_icon", NULL},
		{"callback_id", NULL},
		{"id", NULL},
		{NULL, NULL},
	};

	(void)object;
	return slack_object(s, path, value, keys);
}

static bool show_attachments(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return slack_each(s, path, value, show_attachment);
}

static bool show_lead(struct slack *s, const char *path, json_t *object, json_t *value)
{
	bool is_fine = slack_show_string(s, path, object, value);

	s->lead_len = s->out->len - s->start;
	return is_fine;
}

static const struct slack_key payload[] = {
	{"text", show_lead},
	{"blocks", slack_show_blocks},
	{"attachments", show_attachments},
	{"username", NULL}, // a hook has its name and its room
	{"channel", NULL},
	{"icon_emoji", NULL},
	{"icon_url", NULL},
	{"mrkdwn", NULL},
	{"link_names", NULL},
	{"parse", NULL},
	{"unfurl_links", NULL},
	{"unfurl_media", NULL},
	{"response_type", NULL},
	{"as_user", NULL},
	{NULL, NULL},
};

bool slack_text(struct span json, struct buf *out, struct buf *why)
{
	struct slack s = {.out = out, .why = why, .start = out->len};
	json_error_t error;
	json_t *root = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, &error);
	bool is_fine = false;

	if (!root)
		buf_printf(why, "The body is no JSON: %s, in line %d.", error.text, error.line);
	else
		is_fine = slack_object(&s, "", root, payload);
	if (is_fine && out->len == s.start) {
		buf_add_str(why, "There is no text: send {\"text\": \"...\"}.");
		is_fine = false;
	}
	if (!is_fine)
		out->len = s.start;
	json_decref(root);
	return is_fine;
}
