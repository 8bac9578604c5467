// SPDX-License-Identifier: MIT
#include "server/hub/door/step_up.h"

static const struct step_up unproved = {
	.code = "STEP_UP_REQUIRED",
	.words = "Prove first that it is you: CERT PROVE and your password as base64, or CERT "
		 "PROVE CODE and a code of your second factor, or CERT PROVE alone, which asks "
		 "your other devices, or /msg NickServ PROVE PASSWORD"};
static const struct step_up too_young = {
	.code = "DEVICE_TOO_YOUNG",
	.words = "A device takes away older ones only after seven days: use an older one, or "
		 "change your password and sign out all others (PASSWD OLD NEW REVOKE), or ask "
		 "an administrator"};

void step_up_proved(struct session *s)
{
	s->proved_until_ms = s->hub->now.mono_ms + STEP_UP_MS;
}

bool step_up_is_proved(const struct session *s)
{
	return s->hub->now.mono_ms < s->proved_until_ms;
}

struct credential *step_up_device(const struct session *s)
{
	struct credential *c = s->token ? token_letting_in(s) : credential_shown_by(s);

	if (!c || !credential_is_of(c, s))
		return NULL;
	return c->kind == CREDENTIAL_CERT || c->is_device ? c : NULL;
}

struct credential *step_up_believed(const struct session *s)
{
	struct credential *c = step_up_device(s);

	return c && (c->kind == CREDENTIAL_CERT || step_up_is_settled(c)) ? c : NULL;
}

bool step_up_is_settled(const struct credential *c)
{
	return c->account->hub->now.wall_ms - c->created_ms >= DEVICE_SETTLED_MS;
}

const struct step_up *step_up_add(const struct session *s)
{
	return step_up_is_proved(s) ? NULL : &unproved;
}

const struct step_up *step_up_offer(const struct session *s)
{
	return step_up_believed(s) ? NULL : step_up_add(s);
}

const struct step_up *step_up_remove(const struct session *s, const struct credential *c)
{
	const struct credential *own = step_up_device(s);

	if (credential_is_of(c, s))
		return NULL;
	if (!step_up_is_proved(s))
		return &unproved;
	if (own && !step_up_is_settled(own) && c->id < own->id)
		return &too_young;
	return NULL;
}
