// SPDX-License-Identifier: MIT
#include "server/hub/web/file_sweep.h"

#include "server/hub/files/shared_file.h"
#include "server/hub/web/upload.h"
#include "server/letters/letter.h"

#define EVERY_MS (60LL * 60 * 1000)

static void begin(struct hub *h, struct timer *t);

static void ask_list(struct hub *h, bool begins)
{
	struct file_list *list = file_list_new(LETTER_LIST);

	list->begins = begins;
	hub_put_file_list(h, list);
}

static void begin(struct hub *h, struct timer *t)
{
	(void)t;
	if (!h->stopping)
		ask_list(h, true);
}

void file_sweep_start(struct hub *h)
{
	if (h->config.has_web && h->config.n_shards)
		ask_list(h, true);
}

static bool is_left_over(const struct hub *h, const struct file_id *id)
{
	return !shared_file_find(h, id) && !upload_is_coming(h, id) &&
	       !shared_file_is_going(h, id);
}

void file_sweep_listed(struct hub *h, struct file_list *list)
{
	struct file_list *left = NULL;

	for (size_t i = 0; i < list->n_ids; i++) {
		if (!is_left_over(h, &list->ids[i]))
			continue;
		if (!left)
			left = file_list_new(LETTER_REMOVE);
		file_list_add(left, &list->ids[i]);
	}
	if (left)
		hub_put_file_list(h, left);
	if (list->ends)
		timer_set(h, &h->files.on_sweep, h->now.mono_ms + EVERY_MS, begin);
	else if (!h->stopping)
		ask_list(h, false);
	file_list_free(list);
}
