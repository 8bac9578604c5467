// SPDX-License-Identifier: MIT
#include "server/hub/rooms/respell.h"

#include "common/die.h"
#include "common/names.h"
#include "common/nfc.h"
#include "common/utf8.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/rooms/succession.h"

#include <stdio.h>
#include <stdlib.h>

#define SUFFIX_MAX 8 // inside: "-2", and far more twins than anybody has

// The n-th name to try: the spelling, cut where it is too long, and from the second on its
// number.
static void numbered(const struct room *r, unsigned n, char out[static ROOM_NAME_MAX + 1])
{
	char whole[4 * ROOM_NAME_MAX + 1], suffix[SUFFIX_MAX + 8] = "";
	size_t len = nfc(span_of(r->name), whole, sizeof(whole) - 1);
	struct span base;

	if (n > 1)
		(void)snprintf(suffix, sizeof(suffix), "-%u", n);
	base = utf8_cut(span_from(whole, len), ROOM_NAME_MAX - strlen(suffix));
	(void)snprintf(out, ROOM_NAME_MAX + 1, SPAN_FMT "%s", SPAN_ARG(base), suffix);
	// Cut behind a letter that must not be the last.
	if (!name_is_room(span_of(out)))
		(void)snprintf(out, ROOM_NAME_MAX + 1, "#room-%lld%s", (long long)r->stream.id,
			       suffix);
}

// Who founded it, else who moderates it: at once or at the next login.
static void tell_those_in_charge(const struct room *r, const struct buf *text)
{
	enum member_role least = room_founder(r, false) ? MEMBER_FOUNDER : MEMBER_MODERATOR;

	for (size_t i = 0; i < r->n_members; i++) {
		if (r->members[i]->role >= least)
			slip_tell(r->members[i]->account, SPAN_FMT, SPAN_ARG(buf_span(text)));
	}
}

static void tell(struct room *r, const char *old, const char *taken)
{
	struct buf text = {0};
	struct entry_message m;

	buf_printf(&text, "%s :It is spelled otherwise in Unicode's form NFC", r->name);
	history_event(r->hub, &r->stream, NULL, MESSAGE_RENAME, buf_span(&text), &m);
	buf_reset(&text);
	buf_printf(&text,
		   "This room is called %s now: its name %s is the same as that of another "
		   "room, %s. All that was said here is still here. A moderator can rename it.",
		   r->name, old, taken);
	if (strcmp(taken, r->name) != 0) {
		history_event(r->hub, &r->stream, NULL, MESSAGE_NOTICE, buf_span(&text), &m);
		buf_reset(&text);
		buf_printf(
			&text,
			"Your room %s is called %s now: that name is the same as the one of "
			"another room, %s. All that was said in it is still there, and you can "
			"rename it.",
			old, r->name, taken);
		tell_those_in_charge(r, &text);
	}
	buf_clear(&text);
}

static void respell(struct room *r)
{
	struct buf detail = {0};
	char wanted[ROOM_NAME_MAX + 1], name[ROOM_NAME_MAX + 1];
	const struct room *other;
	char *old = xstrdup(r->name);
	unsigned n = 1;

	numbered(r, n, wanted);
	memcpy(name, wanted, sizeof(name));
	while ((other = room_find(r->hub, span_of(name))) && other != r)
		numbered(r, ++n, name);
	room_rename(r, span_of(name));
	tell(r, old, wanted);
	buf_printf(&detail, "%s to %s", old, r->name);
	post_audit(r->hub, SPAN("snugd"), SPAN("room rename"), buf_span(&detail), SPAN(""));
	buf_clear(&detail);
	free(old);
}

// A name that another room has in the database is free once that one has its new name: those
// that nobody finds come first, each in the order in which the rooms were made.
static int by_need(const void *a, const void *b)
{
	const struct room *const *left = a, *const *right = b;
	bool is_found[] = {(*left)->folded[0] == '#', (*right)->folded[0] == '#'};

	if (is_found[0] != is_found[1])
		return is_found[0] ? 1 : -1;
	return (*left)->stream.id < (*right)->stream.id ? -1 : 1;
}

void rooms_respell(struct hub *h)
{
	struct room **all = xcalloc(h->rooms.n_items + 1, sizeof(*all)), *r;
	size_t n = 0, cursor = 0;

	while ((r = idmap_next(&h->rooms, &cursor))) {
		if (r->folded[0] != '#' || !name_is_room(span_of(r->name)))
			all[n++] = r;
	}
	qsort(all, n, sizeof(*all), by_need);
	for (size_t i = 0; i < n; i++)
		respell(all[i]);
	free(all);
}
