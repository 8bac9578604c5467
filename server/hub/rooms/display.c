// SPDX-License-Identifier: MIT
#include "server/hub/rooms/display.h"

#include "common/names.h"
#include "server/hub/rooms/member.h"

static bool is_display(struct span key)
{
	return span_eq(key, SPAN(DISPLAY_KEY));
}

// https, a host, and nothing that ends an address in a text.
static bool is_address(struct span text)
{
	const struct span scheme = SPAN("https://");

	if (!span_starts(text, scheme) || text.len == scheme.len || text.at[scheme.len] == '/')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] <= ' ' || text.at[i] >= 0x7f || strchr("\"<>\\^`", text.at[i]))
			return false;
	}
	return true;
}

static bool share_a_room(const struct account *a, const struct account *b)
{
	for (size_t i = 0; i < a->n_members; i++) {
		if (member_find(a->members[i]->room, b) != NULL)
			return true;
	}
	return false;
}

// Somebody else, whom the one who asks sees or who administers.
static bool is_seen(const struct namesake *n, const void *arg)
{
	const struct account *a = arg, *other = n->of;

	return other != a && (other->role == ROLE_ADMIN || share_a_room(a, other) ||
			      idmap_find(&a->dialogs, (uint64_t)other->id) != NULL);
}

const char *display_fault(const struct account *a, struct span key, struct span value)
{
	if (span_eq(key, SPAN(AVATAR_KEY)) && !is_address(value))
		return "An avatar is the address of a picture, https://HOST/...";
	if (!is_display(key))
		return NULL;
	if (!name_is_display(value))
		return "A display name has 1 to 64 bytes, single spaces between its words, "
		       "nothing that is not seen, and none of @ # ~ & + % ! : / in front";
	if (a != NULL && namesake_find(&a->hub->people_alike, value, is_seen, a) != NULL)
		return "The display name looks like the name of somebody else: choose another";
	return NULL;
}

void display_changed(struct account *a)
{
	const struct metadata *d = metadata_find(&a->metadata, SPAN(DISPLAY_KEY));

	if (d == NULL)
		namesake_remove(&a->as_shown);
	else
		namesake_put(&a->hub->people_alike, &a->as_shown, span_of(d->value));
}
