// SPDX-License-Identifier: MIT
// lockdown: in an emergency nobody new is let in.
#include "server/hub/admin/admin.h"
#include "server/hub/door/lockdown.h"

// Who is kept out.
static const char *word_of(enum lockdown_kind kind)
{
	static const char *const words[] = {
		[LOCKDOWN_OFF] = "off",
		[LOCKDOWN_STRANGERS] = "strangers",
		[LOCKDOWN_MEMBERS] = "all but administrators",
	};

	return words[kind];
}

static void end(struct verb_call *c)
{
	if (!c->hub->lockdown) {
		verb_unchanged(c, "there is no lockdown");
	} else if (verb_may_write(c)) {
		const char *before = word_of(c->hub->lockdown);

		lockdown_set(c->hub, LOCKDOWN_OFF);
		verb_audit_change(c, "", before, word_of(LOCKDOWN_OFF));
		verb_end(c, ADMIN_DONE, "the server is open again");
	}
}

static void begin(struct verb_call *c)
{
	bool admins = verb_flag(c, "--admins"), drops = verb_flag(c, "--drop");
	enum lockdown_kind kind = admins ? LOCKDOWN_MEMBERS : LOCKDOWN_STRANGERS;
	const char *before = word_of(c->hub->lockdown);
	size_t dropped = 0;

	if (c->hub->lockdown == kind && !drops) {
		verb_unchanged(c, "the lockdown is so already");
		return;
	}
	if (!verb_may_write(c))
		return;
	if (c->hub->lockdown != kind)
		lockdown_set(c->hub, kind);
	if (drops)
		dropped = lockdown_drop(c->hub);
	verb_audit_change(c, "", before, word_of(kind));
	verb_end(c, ADMIN_DONE, "%s; %zu connections ended; snugd lockdown --off takes it back",
		 admins ? "only administrators are let in" : "nobody new is let in", dropped);
}

void verb_lockdown(struct verb_call *c)
{
	if (verb_flag(c, "--off") && verb_flag(c, "--drop"))
		verb_end(c, ADMIN_USAGE, "--drop goes with a lockdown, not with its end");
	else if (verb_flag(c, "--off"))
		end(c);
	else
		begin(c);
}
