// SPDX-License-Identifier: MIT
// PAM: questions of the hub go through the doorway, and come back as answers about an identity.
#include "server/server_private.h"

#include "common/die.h"

#include <pwd.h>
#include <stdlib.h>

// A question that is out.
struct at_door {
	struct server *server;
	struct identity_question *question;
};

static enum identity_why why_of(enum door_result r)
{
	switch (r) {
	case DOOR_YES:
		return IDENTITY_WHY_NONE;
	case DOOR_NO:
		return IDENTITY_WHY_WRONG;
	case DOOR_UNKNOWN:
		return IDENTITY_WHY_UNKNOWN;
	case DOOR_DISABLED:
		return IDENTITY_WHY_DISABLED;
	case DOOR_LATER:
		break;
	}
	return IDENTITY_WHY_DOWN;
}

// Whom the stack ended with is who was asked about, or it is nobody.
static struct identity_answer *judge(const struct identity_question *q,
				     const struct door_answer *a)
{
	enum identity_result result = a->result == DOOR_YES     ? IDENTITY_IS
				      : a->result == DOOR_LATER ? IDENTITY_LATER
								: IDENTITY_NO;

	if (result != IDENTITY_IS || span_eq(a->name, span_of(q->name)))
		return identity_answer_new(q->ticket, result, why_of(a->result));
	return identity_answer_new(q->ticket, IDENTITY_NO, IDENTITY_WHY_NAME);
}

static void on_told(void *arg, const struct door_answer *told)
{
	struct at_door *d = arg;
	struct identity_question *q = d->question;
	struct identity_answer *a = judge(q, told);
	struct buf issuer = {0};

	a->way = IDENTITY_PAM;
	if (a->result == IDENTITY_IS) {
		buf_printf(&issuer, "pam:%s", d->server->config.pam_service);
		a->issuer = buf_take(&issuer);
		a->subject = xstrdup(q->name);
		a->proposed = xstrdup(q->name);
	}
	mailbox_put(d->server->mailbox, &a->letter);
	identity_question_free(q);
	free(d);
}

bool server_ask_door(struct server *s, struct identity_question *q)
{
	struct at_door *d;

	if (!s->doorway)
		return false;
	d = xcalloc(1, sizeof(*d));
	*d = (struct at_door){s, q};
	doorway_ask(s->doorway,
		    &(struct door_question){.act = q->act == IDENTITY_STANDING ? DOOR_STANDING
									       : DOOR_PASSWORD,
					    .asked_ms = q->asked_ms,
					    .service = span_of(s->config.pam_service),
					    .name = span_of(q->name ? q->name : ""),
					    .password = buf_span(&q->secret)},
		    on_told, d);
	return true;
}

static bool find_user(const struct server *s, uid_t *user, char **error)
{
	const char *name = s->config.door_user;
	const struct passwd *found = name ? getpwnam(name) : NULL;
	struct buf words = {0};

	*user = found ? found->pw_uid : DOORWAY_NOBODY;
	if (!name || found)
		return true;
	buf_printf(&words,
		   "%s: [pam] door_user = %s, but there is no such user: make it, or take the "
		   "line away",
		   s->paths->config, name);
	*error = buf_take(&words);
	return false;
}

bool server_open_door(struct server *s, char **error)
{
	uid_t user;

	if (!s->config.pam_service)
		return true;
	if (!find_user(s, &user, error))
		return false;
	s->doorway = doorway_new(s->loop, s->paths->door_socket, user, error);
	return s->doorway != NULL;
}

void server_end_door(struct server *s)
{
	doorway_free(s->doorway);
	s->doorway = NULL;
}
