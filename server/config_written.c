// SPDX-License-Identifier: MIT
// Settings as text: all of them, and where two configurations differ.
#include "server/config_private.h"

#include <stdlib.h>
#include <string.h>

// The value as it would be written, "" for none.
static void show_value(const struct conf_row *row, const struct config *c, struct buf *out)
{
	const char *at = (const char *)c + row->offset;
	struct span choices, choice = {0};
	int64_t number = 0;
	int index = 0;

	switch (row->type) {
	case CONF_TEXT:
		if (*(char *const *)(const void *)at)
			buf_add_str(out, *(char *const *)(const void *)at);
		return;
	case CONF_LIST:
		return;
	case CONF_BOOL:
		buf_add_str(out, *(const bool *)at ? "yes" : "no");
		return;
	case CONF_CHOICE:
		memcpy(&index, at, sizeof(index));
		choices = span_of(row->choices);
		for (int i = 0; i <= index; i++)
			choice = span_cut(&choices, '|');
		buf_add_span(out, choice);
		return;
	case CONF_SIZE:
	case CONF_NUMBER:
	case CONF_DURATION:
		memcpy(&number, at, sizeof(number));
		buf_add_i64(out, row->type == CONF_DURATION ? number / 1000 : number);
		if (row->type == CONF_DURATION && number)
			buf_add_char(out, 's');
		return;
	}
}

static void show_list(const struct conf_row *row, const struct config *c, struct buf *out)
{
	const struct conf_list *list = (const void *)((const char *)c + row->offset);

	for (size_t i = 0; i < list->count; i++)
		buf_printf(out, "%s = %s\n", row->key, list->items[i]);
	if (!list->count)
		buf_printf(out, "# %s =\n", row->key);
}

void config_show(const struct config *c, struct buf *out)
{
	const char *section = "";

	for (size_t i = 0; i < config_n_rows; i++) {
		struct buf value = {0};

		if (strcmp(section, config_rows[i].section) != 0)
			buf_printf(out, "%s[%s]\n", *section ? "\n" : "",
				   config_rows[i].section);
		section = config_rows[i].section;
		if (config_rows[i].type == CONF_LIST) {
			show_list(&config_rows[i], c, out);
			continue;
		}
		show_value(&config_rows[i], c, &value);
		buf_printf(out, "%s%s = %s\n", value.len ? "" : "# ", config_rows[i].key,
			   buf_str(&value));
		buf_clear(&value);
	}
}

// As it stands in the file, of a list all of it.
static void add_written(const struct conf_row *row, const struct config *c, struct buf *out)
{
	const struct conf_list *list = (const void *)((const char *)c + row->offset);

	if (row->type != CONF_LIST) {
		show_value(row, c, out);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		buf_printf(out, "%s%s", i ? " " : "", list->items[i]);
}

void config_changes(const struct config *old, const struct config *fresh,
		    config_change_fn *on_change, void *arg)
{
	for (size_t i = 0; i < config_n_rows; i++) {
		const struct conf_row *row = &config_rows[i];
		struct buf a = {0}, b = {0}, name = {0};

		add_written(row, old, &a);
		add_written(row, fresh, &b);
		buf_printf(&name, "[%s] %s", row->section, row->key);
		if (!span_eq(buf_span(&a), buf_span(&b)))
			on_change(arg, &(struct config_change){buf_span(&name), buf_span(&a),
							       buf_span(&b), row->reloads});
		buf_clear(&name);
		buf_clear(&a);
		buf_clear(&b);
	}
}

static void swap(void *a, void *b, size_t len)
{
	char kept[sizeof(struct conf_list)];

	memcpy(kept, a, len);
	memcpy(a, b, len);
	memcpy(b, kept, len);
}

static size_t size_of(enum conf_type type)
{
	switch (type) {
	case CONF_TEXT:
		return sizeof(char *);
	case CONF_LIST:
		return sizeof(struct conf_list);
	case CONF_BOOL:
		return sizeof(bool);
	case CONF_CHOICE:
		return sizeof(int);
	case CONF_NUMBER:
	case CONF_SIZE:
	case CONF_DURATION:
		break;
	}
	return sizeof(int64_t);
}

void config_keep(struct config *fresh, struct config *old)
{
	for (size_t i = 0; i < config_n_rows; i++) {
		const struct conf_row *row = &config_rows[i];

		if (!row->reloads)
			swap((char *)fresh + row->offset, (char *)old + row->offset,
			     size_of(row->type));
	}
	swap(&fresh->places, &old->places, sizeof(fresh->places));
	swap(&fresh->n_places, &old->n_places, sizeof(fresh->n_places));
	swap(&fresh->proxies, &old->proxies, sizeof(fresh->proxies));
	swap(&fresh->n_proxies, &old->n_proxies, sizeof(fresh->n_proxies));
	swap(&fresh->n_lines, &old->n_lines, sizeof(fresh->n_lines));
	free(fresh->web_names); // of a name that may not be in force yet
	fresh->web_names = config_web_hosts(fresh);
	swap(&fresh->oidc_configuration, &old->oidc_configuration,
	     sizeof(fresh->oidc_configuration)); // of an issuer that stays
	free(fresh->oidc_for);
	fresh->oidc_for = config_oidc_for(fresh);
}
