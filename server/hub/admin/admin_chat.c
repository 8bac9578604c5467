// SPDX-License-Identifier: MIT
#include "server/hub/admin/admin_chat.h"

#include "common/buf.h"
#include "common/clock.h"
#include "server/hub/wire/service.h"
#include "server/letters/limits.h"

static void add_cell_text(struct buf *out, const struct cell *cell)
{
	char time[CLOCK_TEXT_LEN + 1];

	switch (cell->kind) {
	case CELL_TEXT:
		buf_add_span(out, cell->text);
		break;
	case CELL_NUMBER:
		buf_add_i64(out, cell->number);
		break;
	case CELL_TIME:
		clock_text(cell->number, time);
		buf_add_str(out, cell->number ? time : "never");
		break;
	case CELL_BOOL:
		buf_add_str(out, cell->number ? "yes" : "no");
		break;
	case CELL_NONE:
		buf_add_char(out, '-');
		break;
	}
}

static void show_row(struct session *s, const struct admin_answer *a, size_t row)
{
	struct buf text = {0};

	for (size_t i = 0; i < a->n_columns; i++) {
		if (i)
			buf_add_str(&text, "  ");
		buf_printf(&text, SPAN_FMT " ", SPAN_ARG(a->columns[i]));
		add_cell_text(&text, &a->cells[row * a->n_columns + i]);
	}
	service_say(s, "Snug", "%s", buf_str(&text));
	buf_clear(&text);
}

void admin_chat_show(struct session *s, const struct admin_answer *a)
{
	for (size_t i = 0; i < a->n_rows && i < ADMIN_CHAT_ROWS_MAX; i++)
		show_row(s, a, i);
	if (a->n_rows > ADMIN_CHAT_ROWS_MAX)
		service_say(s, "Snug", "... and %zu more", a->n_rows - ADMIN_CHAT_ROWS_MAX);
	if (a->plain.len)
		service_say(s, "Snug", SPAN_FMT, SPAN_ARG(a->plain));
	if (a->words.len)
		service_say(s, "Snug", SPAN_FMT, SPAN_ARG(a->words));
}
