// SPDX-License-Identifier: MIT
// Intrusive doubly linked list. An initialised head points at itself.
#pragma once

#include <stdbool.h>

struct list {
	struct list *prev;
	struct list *next;
};

static inline void list_init(struct list *head)
{
	head->prev = head->next = head;
}

static inline bool list_is_empty(const struct list *head)
{
	return head->next == head;
}

// Adds at the end.
static inline void list_add(struct list *head, struct list *item)
{
	item->prev = head->prev;
	item->next = head;
	head->prev->next = item;
	head->prev = item;
}

// Removes; the item is an empty head afterwards, so removing twice is harmless.
static inline void list_remove(struct list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	list_init(item);
}

#define list_for_each(item, head)                                                              \
	for (struct list *item = (head)->next; item != (head); item = item->next)
// The item may be removed inside the loop.
#define list_for_each_safe(item, after, head)                                                  \
	for (struct list *item = (head)->next, *after = item->next; item != (head);            \
	     item = after, after = item->next)
