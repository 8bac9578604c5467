// SPDX-License-Identifier: MIT
#include "server/issuer/kept.h"

static bool is_good(const struct kept *k, int64_t now_ms)
{
	return k->is_there && now_ms - k->got_ms < KEPT_GOOD_MS;
}

static bool can_serve(const struct kept *k, int64_t now_ms)
{
	return k->is_there && now_ms - k->got_ms < KEPT_OLD_MS;
}

bool kept_wants(const struct kept *k, int64_t now_ms)
{
	int64_t wait_ms = can_serve(k, now_ms) ? KEPT_AGAIN_MS : KEPT_FIRST_MS;

	return !k->is_asked && !is_good(k, now_ms) &&
	       (!k->was_asked || now_ms - k->asked_ms >= wait_ms);
}

bool kept_may_force(const struct kept *k, int64_t now_ms)
{
	return !k->is_asked && (!k->forced_ms || now_ms - k->forced_ms >= KEPT_AGAIN_MS);
}

void kept_asked(struct kept *k, int64_t now_ms)
{
	k->is_asked = true;
	k->was_asked = true;
	k->is_unsent = false;
	k->asked_ms = now_ms;
}

void kept_unsent(struct kept *k)
{
	k->is_unsent = true;
}

void kept_forced(struct kept *k, int64_t now_ms)
{
	k->forced_ms = now_ms;
}

void kept_got(struct kept *k, int64_t now_ms)
{
	k->is_asked = false;
	k->is_there = true;
	k->got_ms = now_ms;
}

void kept_failed(struct kept *k)
{
	k->is_asked = false;
}

enum kept_state kept_look(const struct kept *k, int64_t now_ms)
{
	if (is_good(k, now_ms))
		return KEPT_HAS;
	if (k->is_asked && !(can_serve(k, now_ms) && now_ms - k->asked_ms >= KEPT_WAIT_MS))
		return KEPT_WAITS;
	if (can_serve(k, now_ms))
		return KEPT_HAS;
	return k->is_unsent ? KEPT_WAITS : KEPT_NONE;
}
