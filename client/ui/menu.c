// SPDX-License-Identifier: MIT
#include "client/ui/menu.h"
#include "client/text/filter.h"
#include "common/die.h"

#include <stdlib.h>

void menu_reset(struct menu *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->items[i].text);
		free(m->items[i].detail);
		free(m->items[i].room);
	}
	free(m->items);
	m->items = NULL;
	m->count = m->chosen = m->top = 0;
}

void menu_close(struct menu *m)
{
	menu_reset(m);
	free(m->title);
	*m = (struct menu){0};
}

void menu_open(struct menu *m, enum menu_kind kind, struct span title)
{
	menu_close(m);
	m->kind = kind;
	m->title = span_dup(title);
}

static char *filtered(struct span text)
{
	struct buf out = {0};
	filter_add_line(&out, text);
	return buf_take(&out);
}

struct menu_item *menu_add(struct menu *m, struct span text, struct span detail, uint64_t value)
{
	if ((m->count & (m->count - 1)) == 0)
		m->items =
			xreallocarray(m->items, m->count ? m->count * 2 : 1, sizeof(*m->items));
	struct menu_item *item = &m->items[m->count++];
	*item = (struct menu_item){
		.text = filtered(text), .detail = filtered(detail), .value = value};
	return item;
}

void menu_move(struct menu *m, int by)
{
	if (!m->count)
		return;
	size_t step = (size_t)(by < 0 ? -by : by);
	if (by < 0)
		m->chosen = m->chosen > step ? m->chosen - step : 0;
	else
		m->chosen = m->chosen + step < m->count ? m->chosen + step : m->count - 1;
}
