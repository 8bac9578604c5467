// SPDX-License-Identifier: MIT
#include "client/model/invitations.h"

#include "common/die.h"
#include "common/names.h"

#include <stdlib.h>

#define INVITATIONS_MAX 200 // a server that makes things up ends there
#define TEXT_MAX 128        // inside: bytes of a name

static void remove_at(struct model *m, size_t i)
{
	free(m->invitations[i].room);
	free(m->invitations[i].by);
	m->n_invitations--;
	memmove(&m->invitations[i], &m->invitations[i + 1],
		(m->n_invitations - i) * sizeof(*m->invitations));
	m->version++;
}

void invitation_drop(struct model *m, struct span room)
{
	for (size_t i = 0; i < m->n_invitations; i++) {
		if (!name_is_same(span_of(m->invitations[i].room), room))
			continue;
		remove_at(m, i);
		return;
	}
}

void invitation_add(struct model *m, struct span room, struct span by, int64_t at_ms)
{
	if (room.len > TEXT_MAX || by.len > TEXT_MAX)
		return;
	invitation_drop(m, room);
	if (m->n_invitations == INVITATIONS_MAX)
		remove_at(m, 0);
	m->invitations =
		xreallocarray(m->invitations, m->n_invitations + 1, sizeof(*m->invitations));
	m->invitations[m->n_invitations++] =
		(struct invitation){.room = span_dup(room), .by = span_dup(by), .at_ms = at_ms};
	m->version++;
}

void invitations_clear(struct model *m)
{
	while (m->n_invitations)
		remove_at(m, m->n_invitations - 1);
	free(m->invitations);
	m->invitations = NULL;
}
