// SPDX-License-Identifier: MIT
// Our rooms (for servers that do not remember them, and for a start without a server),
// the place the user left, the server's capabilities.
#include "client/app/client_private.h"

#include "common/die.h"
#include "common/names.h"
#include "client/model/target.h"

#include <stdlib.h>

#define ROOM_KEPT_MAX 150 // bytes: lines of the profile are short

void client_note_sent(struct client *c, struct span line)
{
	if (!span_eq_fold(span_cut(&line, ' '), SPAN("JOIN")))
		return;
	free(c->joining);
	c->joining = span_dup(line);
}

// "#room" or "#room key".
static struct span room_of(const char *kept)
{
	struct span words = span_of(kept);

	return span_cut(&words, ' ');
}

// With its key, when the user gave one.
static struct span words_of(const struct client *c, struct span room)
{
	bool has_key = c->joining && strlen(c->joining) <= ROOM_KEPT_MAX &&
		       name_is_same(room_of(c->joining), room);

	return has_key ? span_of(c->joining) : room;
}

void client_note_membership(struct client *c, const struct msg *m)
{
	struct profile *p = c->profile;
	struct span source = m->source, room = msg_param(m, 0), batch;
	bool is_join = span_eq_fold(m->command, SPAN("JOIN"));

	if ((!is_join && !span_eq_fold(m->command, SPAN("PART"))) ||
	    msg_tag(m, SPAN("batch"), &batch) || room.len > ROOM_KEPT_MAX ||
	    !span_eq_fold(span_cut(&source, '!'), span_of(c->core.model->me->name)))
		return;
	size_t i = 0;
	while (i < p->n_rooms && !name_is_same(room_of(p->rooms[i]), room))
		i++;
	if (is_join == (i < p->n_rooms) || (is_join && p->n_rooms >= MODEL_TARGETS_MAX))
		return;
	c->is_changed = true;
	if (is_join) {
		p->rooms = xreallocarray(p->rooms, p->n_rooms + 1, sizeof(char *));
		p->rooms[p->n_rooms++] = span_dup(words_of(c, room));
	} else {
		free(p->rooms[i]);
		p->rooms[i] = p->rooms[--p->n_rooms];
	}
}

void client_keep_caps(struct client *c)
{
	struct profile *p = c->profile;
	struct span caps = span_trim(uplink_caps(c->core.session));

	if (span_eq(span_of(p->caps), caps))
		return;
	free(p->caps);
	p->caps = span_dup(caps);
	c->is_changed = true;
}

void client_keep_place(struct client *c)
{
	const struct target *t = c->core.model->current;

	if (t->kind == TARGET_SERVER || strcmp(t->name, c->profile->room) == 0 ||
	    strlen(t->name) > ROOM_KEPT_MAX)
		return;
	free(c->profile->room);
	c->profile->room = xstrdup(t->name);
	c->is_changed = true;
}

void client_keep_answered(struct client *c)
{
	struct uplink_status status;

	uplink_status(c->core.session, &status);
	if (profile_know_place(c->profile, status.at))
		c->is_changed = true;
}

// `snug trust` in another window may have changed it meanwhile.
void client_take_pin(struct client *c)
{
	struct profile now;
	char *error = NULL;

	if (profile_load(&now, c->paths, c->profile->name, &error) == PROFILE_OK) {
		c->profile->pins = now.pins;
		c->profile->has_next_pin = now.has_next_pin;
		memcpy(c->profile->next_pin, now.next_pin, sizeof(now.next_pin));
		c->profile->pinned_at = now.pinned_at;
		profile_clear(&now);
	}
	free(error);
}

static bool is_known_on_disk(const struct client *c, const struct pins *pins)
{
	struct profile now;
	char *error = NULL;
	bool is_known = profile_load(&now, c->paths, c->profile->name, &error) == PROFILE_OK &&
			pins_same(&now.pins, pins);

	profile_clear(&now);
	free(error);
	return is_known;
}

// What `snug trust` wrote meanwhile stays.
void client_keep_key(struct client *c)
{
	const uint8_t *next;
	const struct pins *pins = uplink_known_pins(c->core.session, &next);
	struct pins before = c->profile->pins;
	char *error;

	if (!pins || !profile_know_keys(c->profile, pins, next) ||
	    !is_known_on_disk(c, &before))
		return;
	error = profile_save(c->profile);
	if (error)
		model_note(c->core.model, c->core.model->server, LINE_ERROR,
			   outside_wall_ms(c->core.outside), span_of(error));
	else if (!pins_same(&before, pins))
		model_note(c->core.model, c->core.model->server, LINE_INFO,
			   outside_wall_ms(c->core.outside),
			   SPAN("the server has a new key; the one that was trusted vouches "
				"for it"));
	free(error);
}

void client_save_profile(struct client *c)
{
	if (!c->is_changed)
		return;
	c->is_changed = false;
	client_take_pin(c);
	char *error = profile_save(c->profile);
	if (error)
		model_note(c->core.model, c->core.model->server, LINE_ERROR,
			   outside_wall_ms(c->core.outside), span_of(error));
	free(error);
}

void client_show_rooms(struct client *c)
{
	for (size_t i = 0; i < c->profile->n_rooms; i++)
		target_need(c->core.model, room_of(c->profile->rooms[i]));
}
