// SPDX-License-Identifier: MIT
#include "client/app/painter_args.h"

#include <stdio.h>

static const char *form_of(const struct picture_wish *wish)
{
	static const char *const forms[] = {[PICTURE_BLOCKS] = "--format=symbols",
					    [PICTURE_SIXEL] = "--format=sixels",
					    [PICTURE_KITTY] = "--format=kitty"};

	return forms[wish->form];
}

static const char *colors_of(const struct picture_wish *wish)
{
	static const char *const colors[] = {[PICTURE_MONO] = "--colors=none",
					     [PICTURE_16] = "--colors=16",
					     [PICTURE_256] = "--colors=240",
					     [PICTURE_TRUE] = "--colors=full"};

	return colors[wish->colors];
}

const char *const *painter_args(struct painter_args *a, const struct picture_wish *wish)
{
	size_t n = 0;

	// Without a terminal it takes a cell to be of eight by eight pixels.
	int unit = wish->form == PICTURE_BLOCKS ? 1 : 8;

	snprintf(a->size, sizeof(a->size), "--size=%dx%d", wish->width / unit,
		 wish->height / unit);
	a->list[n++] = form_of(wish);
	a->list[n++] = a->size;
	a->list[n++] = colors_of(wish);
	a->list[n++] = wish->is_ascii ? "--symbols=ascii" : "--symbols=block";
	a->list[n++] = "--animate=off";
	a->list[n++] = "--polite=on";
	a->list[n++] = "--optimize=1"; // colours as they change, and nothing cleverer
	a->list[n++] = "--threads=1";  // it may have no more
	if (wish->form != PICTURE_BLOCKS)
		a->list[n++] = "--font-ratio=1";
	if (wish->colors == PICTURE_MONO)
		a->list[n++] = "--fg-only";
	a->list[n++] = "-";
	a->list[n] = NULL;
	return a->list;
}
