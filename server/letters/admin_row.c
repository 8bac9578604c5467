// SPDX-License-Identifier: MIT
#include "server/letters/admin_row.h"

#include "common/clock.h"
#include "common/json.h"

#include <stdlib.h>

static json_t *json_cell(const struct cell *cell)
{
	char text[CLOCK_TEXT_LEN + 1];

	switch (cell->kind) {
	case CELL_NUMBER:
		return json_integer(cell->number);
	case CELL_BOOL:
		return json_boolean(cell->number);
	case CELL_TIME:
		if (!cell->number)
			return json_null();
		clock_text(cell->number, text);
		return json_string(text);
	case CELL_NONE:
		return json_null();
	case CELL_TEXT:
		break;
	}
	return json_text(cell->text);
}

json_t *admin_answer_row(const struct admin_answer *a, size_t row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < a->n_columns; i++) {
		char *key = span_dup(a->columns[i]);

		json_object_set_new(object, key, json_cell(&a->cells[row * a->n_columns + i]));
		free(key);
	}
	return object;
}

void admin_answer_made(const struct admin_answer *a, json_t *object)
{
	if (a->changed)
		json_object_set_new(object, "changed",
				    json_boolean(a->changed == ADMIN_CHANGED));
	if (a->plain.len && !json_object_get(object, "plain"))
		json_object_set_new(object, "plain", json_text(a->plain));
	if (a->page.len)
		json_object_set_new(object, "page", json_text(a->page));
}
