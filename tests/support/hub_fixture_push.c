// SPDX-License-Identifier: MIT
#include "server/letters/letter.h"
#include "tests/support/hub_fixture_private.h"

const struct push *fixture_push(struct fixture *f)
{
	struct letter *first = f->inside->mail.pushes;

	return first ? container_of(first, struct push, letter) : NULL;
}

static void answer(struct fixture *f, struct pushed *told)
{
	push_free(container_of(letter_take(&f->inside->mail.pushes), struct push, letter));
	letter_add(&f->inside->mail.letters, &told->letter);
	fixture_settle(f);
}

void fixture_pushed(struct fixture *f, unsigned status, int64_t retry_after)
{
	struct pushed *told = pushed_new(fixture_push(f)->subscription,
					 status ? PUSHED_ANSWERED : PUSHED_UNREACHABLE);

	told->status = status;
	told->retry_after = retry_after;
	answer(f, told);
}

void fixture_pushed_as(struct fixture *f, enum pushed_result result)
{
	answer(f, pushed_new(fixture_push(f)->subscription, result));
}
