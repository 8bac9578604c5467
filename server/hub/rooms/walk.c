// SPDX-License-Identifier: MIT
#include "server/hub/rooms/walk.h"

#include "server/hub/rooms/member.h"

void walk_start(struct walk *w, struct room *r)
{
	w->room = r;
	w->at = 0;
	list_add(&r->walks, &w->in_room);
}

const struct member *walk_next(struct walk *w)
{
	if (w->room == NULL || w->at >= w->room->n_members)
		return NULL;
	return w->room->members[w->at++];
}

void walk_end(struct walk *w)
{
	if (w->room != NULL)
		list_remove(&w->in_room);
	w->room = NULL;
}

// The walk that is the least far beyond place i, or NULL.
static struct walk *next_beyond(struct room *r, size_t i)
{
	struct walk *found = NULL;

	list_for_each(item, &r->walks) {
		struct walk *w = container_of(item, struct walk, in_room);

		if (w->at > i && (found == NULL || w->at < found->at))
			found = w;
	}
	return found;
}

// Places i to the walk's are met by the same walks: the last of them goes to i, and its place
// counts as not met.
size_t walks_make_room(struct room *r, size_t i)
{
	struct walk *w;

	while ((w = next_beyond(r, i)) != NULL) {
		size_t last = --w->at;

		if (last == i) // free already, by a walk that is as far
			continue;
		r->members[i] = r->members[last];
		r->members[i]->in_room = i;
		i = last;
	}
	return i;
}

void walks_lose_room(struct room *r)
{
	while (!list_is_empty(&r->walks))
		walk_end(container_of(r->walks.next, struct walk, in_room));
}
