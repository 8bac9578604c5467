// SPDX-License-Identifier: MIT
// Blocks: by their "type", each a table of keys like any object.
#include "server/hub/web/slack_private.h"

// A kind of object, told by its "type".
struct kind {
	const char *type;
	const struct slack_key *keys;
};

static bool show_kind(struct slack *s, const char *path, json_t *value,
		      const struct kind *kinds)
{
	struct span type = slack_string(json_object_get(value, "type"));

	for (; kinds->type; kinds++) {
		if (span_eq(type, span_of(kinds->type)))
			return slack_object(s, path, value, kinds->keys);
	}
	buf_printf(s->why, "%s of the type \"%.40s\" cannot be shown here.", path,
		   type.len ? type.at : "");
	return false;
}

static bool show_image(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)path;
	slack_named_link(s, slack_string(json_object_get(object, "alt_text")),
			 slack_string(value));
	return true;
}

static struct span label_of(json_t *object)
{
	json_t *text = json_object_get(object, "text");

	return slack_string(json_is_object(text) ? json_object_get(text, "text") : text);
}

// A button that leads somewhere is a link; one that asks the program something cannot be
// pressed here.
static bool show_button(struct slack *s, const char *path, json_t *object, json_t *value)
{
	struct span address = slack_string(json_object_get(object, "url"));

	(void)value;
	if (!address.len)
		return slack_refuse(s, path, "(a button without url)");
	slack_named_link(s, label_of(object), address);
	return true;
}

static const struct slack_key text_keys[] = {{"text", slack_show_string},
					     {"type", NULL},
					     {"emoji", NULL},
					     {"verbatim", NULL},
					     {NULL, NULL}};
static const struct slack_key image_keys[] = {
	{"title", slack_show_element},
	{"image_url", show_image},
	{"alt_text", NULL},
	{"type", NULL},
	{"block_id", NULL},
	{NULL, NULL},
};
static const struct slack_key button_keys[] = {
	{"type", show_button}, {"text", NULL},  {"url", NULL},  {"value", NULL},
	{"action_id", NULL},   {"style", NULL}, {"name", NULL}, {"accessibility_label", NULL},
	{NULL, NULL}};

bool slack_show_element(struct slack *s, const char *path, json_t *object, json_t *value)
{
	static const struct kind kinds[] = {{"mrkdwn", text_keys},
					    {"plain_text", text_keys},
					    {"image", image_keys},
					    {"button", button_keys},
					    {NULL, NULL}};

	(void)object;
	return show_kind(s, path, value, kinds);
}

static bool show_elements(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return slack_each(s, path, value, slack_show_element);
}

static const struct slack_key header_keys[] = {
	{"text", slack_show_element}, {"type", NULL}, {"block_id", NULL}, {NULL, NULL}};
static const struct slack_key section_keys[] = {
	{"text", slack_show_element},
	{"fields", show_elements},
	{"accessory", slack_show_element},
	{"type", NULL},
	{"block_id", NULL},
	{"expand", NULL},
	{NULL, NULL},
};
static const struct slack_key elements_keys[] = {
	{"elements", show_elements}, {"type", NULL}, {"block_id", NULL}, {NULL, NULL}};
static const struct slack_key divider_keys[] = {
	{"type", NULL}, {"block_id", NULL}, {NULL, NULL}};
static const struct slack_key markdown_keys[] = {
	{"text", slack_show_string}, {"type", NULL}, {"block_id", NULL}, {NULL, NULL}};
static const struct slack_key rich_keys[] = {
	{"elements", slack_show_rich}, {"type", NULL}, {"block_id", NULL}, {NULL, NULL}};

static bool show_block(struct slack *s, const char *path, json_t *object, json_t *value)
{
	static const struct kind kinds[] = {{"section", section_keys},
					    {"header", header_keys},
					    {"context", elements_keys},
					    {"actions", elements_keys},
					    {"divider", divider_keys},
					    {"image", image_keys},
					    {"markdown", markdown_keys},
					    {"rich_text", rich_keys},
					    {NULL, NULL}};

	(void)object;
	return show_kind(s, path, value, kinds);
}

bool slack_show_blocks(struct slack *s, const char *path, json_t *object, json_t *value)
{
	(void)object;
	return slack_each(s, path, value, show_block);
}
