// SPDX-License-Identifier: MIT
#include "server/import/people.h"

#include "common/grow.h"
#include "server/letters/verifier.h"

#include <stdarg.h>
#include <stdlib.h>

struct import_user *people_add_user(struct import_people *p, struct span name)
{
	struct import_user *u;

	p->users = grow(p->users, p->n_users, &p->users_space, sizeof(*p->users));
	u = &p->users[p->n_users++];
	*u = (struct import_user){.name = arena_dup(&p->arena, name)};
	return u;
}

struct import_room *people_add_room(struct import_people *p, struct span name)
{
	struct import_room *r;

	p->rooms = grow(p->rooms, p->n_rooms, &p->rooms_space, sizeof(*p->rooms));
	r = &p->rooms[p->n_rooms++];
	*r = (struct import_room){.name = arena_dup(&p->arena, name)};
	return r;
}

void people_leave_out(struct import_people *p, struct span what, const char *format, ...)
{
	va_list args;

	buf_add_span(&p->left_out, what);
	buf_add_str(&p->left_out, ": ");
	va_start(args, format);
	buf_vprintf(&p->left_out, format, args);
	va_end(args);
	buf_add_char(&p->left_out, '\n');
}

// Nobody gets more than he had: between operators and voices there is nothing here.
static const char *role_of(char letter)
{
	switch (letter) {
	case 'q':
		return "founder";
	case 'a':
	case 'o':
		return "moderator";
	case 'h':
	case 'v':
		return "voice";
	default:
		return NULL;
	}
}

void people_add_role(struct import_people *p, struct import_room *r, struct span account,
		     char letter)
{
	const char *role = role_of(letter);

	if (!role) {
		people_leave_out(p, r->name, "a role of " SPAN_FMT " that is none here",
				 SPAN_ARG(account));
		return;
	}
	if (letter == 'h')
		people_leave_out(p, r->name, "half operator " SPAN_FMT ": has a voice here",
				 SPAN_ARG(account));
	r->roles = grow(r->roles, r->n_roles, &r->roles_space, sizeof(*r->roles));
	r->roles[r->n_roles++] = (struct import_role){arena_dup(&p->arena, account), role};
}

void people_add_ban(struct import_people *p, struct import_room *r, struct span mask)
{
	r->bans = grow(r->bans, r->n_bans, &r->bans_space, sizeof(*r->bans));
	r->bans[r->n_bans++] = arena_dup(&p->arena, mask);
}

void people_set_modes(struct import_people *p, struct import_room *r, struct span letters)
{
	struct buf modes = {0};

	for (size_t i = 0; i < letters.len; i++) {
		char letter = letters.at[i];

		if (letter == '+' || span_find(buf_span(&modes), letter) < modes.len)
			continue;
		if (span_find(SPAN(IMPORT_MODES), letter) < sizeof(IMPORT_MODES) - 1)
			buf_add_char(&modes, letter);
		else
			people_leave_out(p, r->name, "mode %c: it has no like here",
					 letter > ' ' && letter < 0x7f ? letter : '?');
	}
	r->modes = arena_dup(&p->arena, buf_span(&modes));
	buf_clear(&modes);
}

void people_set_hash(struct import_people *p, struct import_user *u, struct span hash,
		     bool is_of_sha3)
{
	struct verifier v;
	struct buf text = {0};
	enum phc_result result;

	buf_printf(&text, "%s" SPAN_FMT, is_of_sha3 ? SHA3_MARK : "", SPAN_ARG(hash));
	result = verifier_parse(buf_span(&text), &v);
	if (result == PHC_OK && v.bcrypt.at)
		u->verifier = arena_dup(&p->arena, buf_span(&text));
	else
		people_leave_out(p, u->name, "its password is hashed %s: it gets none",
				 result == PHC_TOO_DEAR ? "at a higher cost than is taken here"
							: "in another way than bcrypt");
	buf_clear(&text);
}

void people_clear(struct import_people *p)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		free(p->rooms[i].roles);
		free(p->rooms[i].bans);
	}
	free(p->rooms);
	free(p->users);
	buf_clear(&p->left_out);
	arena_wipe(&p->arena);
	*p = (struct import_people){0};
}
