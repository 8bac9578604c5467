// SPDX-License-Identifier: MIT
#include "server/settle.h"

#include "server/restore/swap.h"
#include "server/store/store.h"

#include <stdlib.h>
#include <unistd.h>

static enum admin_code settle(const char *state, struct buf *words)
{
	char *aside = NULL, *error = NULL;
	enum swap_left left = swap_settle(state, &aside, &error);

	if (left == SWAP_UNDONE)
		buf_printf(
			words,
			"a restore or downgrade was cut short in %s before it came to its end: "
			"the state is the old one",
			state);
	if (left == SWAP_FINISHED)
		buf_printf(words,
			   "a restore or downgrade that was cut short in %s is finished: the "
			   "state is the new one%s%s",
			   state, aside ? ", and the old one is kept in " : "",
			   aside ? aside : "");
	if (left == SWAP_STUCK)
		buf_printf(
			words,
			"a restore or downgrade was cut short in %s, and cannot be ended: %s",
			state, error);
	free(aside);
	free(error);
	return left == SWAP_STUCK ? ADMIN_FAILED : ADMIN_DONE;
}

enum admin_code state_settle(const struct paths *p, struct buf *words)
{
	enum admin_code code = ADMIN_CONFLICT;
	char *error = NULL;
	int lock;

	if (!swap_is_left(p->state))
		return ADMIN_DONE;
	lock = store_hold(p->database, &error);
	if (lock >= 0)
		code = settle(p->state, words);
	else
		buf_printf(words, "%s", error);
	if (lock >= 0)
		close(lock);
	free(error);
	return code;
}

bool state_is_settled(const struct paths *p, struct buf *words)
{
	if (!swap_is_decided(p->state))
		return true;
	buf_printf(words,
		   "a restore or downgrade is at work in %s, or was cut short there: start the "
		   "server, which ends it\n  snugd run --state %s",
		   p->state, p->state);
	return false;
}
