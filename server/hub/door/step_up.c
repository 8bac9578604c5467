// SPDX-License-Identifier: MIT
#include "server/hub/door/step_up.h"

#include "server/hub/people/binding.h"

static const struct step_up unproved = {
	.code = "STEP_UP_REQUIRED",
	.words = "Prove first that it is you: CERT PROVE and your password as base64, or CERT "
		 "PROVE CODE and a code of your second factor, or CERT PROVE alone, which asks "
		 "your other devices, or /msg NickServ PROVE PASSWORD"};
// Who has no password here and asks no stack by one.
static const struct step_up signs_in = {
	.code = "STEP_UP_REQUIRED",
	.words = "Prove first that it is you: sign in anew where you do (CERT PROVE SIGN-IN, "
		 "/account sign-in in snug, or a login), or CERT PROVE CODE and a code of your "
		 "second factor, or CERT PROVE alone, which asks your other devices",
	.signs_in = true};
static const struct step_up too_young = {
	.code = "DEVICE_TOO_YOUNG",
	.words = "A device takes away older ones only after seven days: use an older one, or "
		 "change your password and sign out all others (PASSWD OLD NEW REVOKE), or ask "
		 "an administrator"};

struct span step_up_context(const struct step_up *why)
{
	return why->signs_in ? SPAN("SIGN-IN") : (struct span){0};
}

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

static const struct step_up *words_for(const struct account *a)
{
	if (a->password[0] || list_is_empty(&a->bindings))
		return &unproved;
	list_for_each(item, &a->bindings) {
		const struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		if (binding_is_of_service(b, a->hub->config.pam_service))
			return &unproved;
	}
	return &signs_in;
}

const struct step_up *step_up_add(const struct session *s)
{
	return step_up_is_proved(s) ? NULL : words_for(s->account);
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
		return words_for(s->account);
	if (own && !step_up_is_settled(own) && c->id < own->id)
		return &too_young;
	return NULL;
}
