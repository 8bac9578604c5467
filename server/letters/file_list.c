// SPDX-License-Identifier: MIT
#include "server/letters/file_list.h"

#include "common/grow.h"

#include <stdlib.h>

struct file_list *file_list_new(int kind)
{
	struct file_list *list = xcalloc(1, sizeof(*list));

	list->letter.kind = kind;
	return list;
}

void file_list_free(struct file_list *list)
{
	if (!list)
		return;
	free(list->ids);
	free(list);
}

void file_list_add(struct file_list *list, const struct file_id *id)
{
	list->ids = grow(list->ids, list->n_ids, &list->n_space, sizeof(*list->ids));
	list->ids[list->n_ids++] = *id;
}
