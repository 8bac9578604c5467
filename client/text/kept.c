// SPDX-License-Identifier: MIT
#include "client/text/kept.h"
#include "common/die.h"

#include <stdlib.h>

#define LF_IN_FILE SPAN("\xe2\x90\xa4")

static size_t place_of(const struct kept_list *k, struct span key)
{
	size_t i = 0;
	while (i < k->count && !span_eq(span_of(k->list[i].key), key))
		i++;
	return i;
}

static void take_out(struct kept_list *k, size_t i)
{
	free(k->list[i].key);
	free(k->list[i].text);
	k->list[i] = k->list[--k->count];
	k->list[k->count] = (struct kept_text){0};
}

void kept_clear(struct kept_list *k)
{
	while (k->count)
		take_out(k, k->count - 1);
	free(k->list);
	*k = (struct kept_list){0};
}

void kept_set(struct kept_list *k, struct span key, struct span text)
{
	size_t i = place_of(k, key);
	if (i < k->count)
		take_out(k, i);
	if (!text.len || !key.len)
		return;
	k->list = xreallocarray(k->list, k->count + 1, sizeof(*k->list));
	k->list[k->count++] = (struct kept_text){span_dup(key), span_dup(text)};
}

const char *kept_find(const struct kept_list *k, struct span key)
{
	size_t i = place_of(k, key);
	return i < k->count ? k->list[i].text : NULL;
}

static void read_row(struct kept_list *k, struct span row)
{
	struct buf text = {0};
	struct span key = span_cut(&row, '\t');
	while (row.len) {
		bool is_lf = span_starts(row, LF_IN_FILE);
		buf_add_char(&text, is_lf ? '\n' : row.at[0]);
		row = span_after(row, is_lf ? LF_IN_FILE.len : 1);
	}
	kept_set(k, key, buf_span(&text));
	buf_clear(&text);
}

void kept_parse(struct kept_list *k, struct span text)
{
	while (text.len)
		read_row(k, span_cut(&text, '\n'));
}

// Commands may hold a secret: they stay in memory.
static void add_row(struct buf *out, const struct kept_text *kept)
{
	if (kept->text[0] == '/')
		return;
	buf_add_str(out, kept->key);
	buf_add_char(out, '\t');
	for (const char *c = kept->text; *c; c++) {
		if (*c == '\n')
			buf_add_span(out, LF_IN_FILE);
		else
			buf_add_char(out, *c);
	}
	buf_add_char(out, '\n');
}

void kept_print(const struct kept_list *k, struct buf *out)
{
	for (size_t i = 0; i < k->count; i++)
		add_row(out, &k->list[i]);
}
