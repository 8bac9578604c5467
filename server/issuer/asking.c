// SPDX-License-Identifier: MIT
// What the steps of a question and of a logout have in common.
#include "server/issuer/issuer_private.h"

#include "common/log.h"
#include "common/wipe.h"

#include <stdlib.h>

#define COMPLAIN_MS 60000 // between two lines

enum stand asking_later(struct asking *a)
{
	a->result = IDENTITY_LATER;
	a->why = IDENTITY_WHY_DOWN;
	return STAND_ENDS;
}

enum stand asking_no(struct asking *a, enum identity_why why)
{
	if (why == IDENTITY_WHY_EARLY)
		a->issuer->early_ms = issuer_wall_ms(a->issuer);
	a->result = IDENTITY_NO;
	a->why = why;
	return STAND_ENDS;
}

void asking_free(struct asking *a)
{
	identity_question_free(a->question);
	wipe_away(&a->token);
	wipe_away(&a->refresh);
	free(a->client);
	claims_clear(&a->claims);
	free(a);
}

// What it said is not in the log: it may be a token.
enum stand asking_puzzled(struct asking *a, const char *what, const struct errand_answer *told)
{
	struct issuer *i = a->issuer;
	int64_t now = issuer_mono_ms(i);
	char status[LOG_NUMBER_LEN];

	if (!i->complained_ms || now - i->complained_ms >= COMPLAIN_MS) {
		i->complained_ms = now;
		log_event(LOG_WARN, "issuer_puzzles", "at", what, "outcome",
			  errand_outcome_word(told->outcome), "status",
			  log_number(status, told->status), NULL);
	}
	return asking_later(a);
}

enum stand asking_post(struct asking *a, struct request *r, step_told_fn *fn)
{
	enum errand_posted posted = issuer_post(a->issuer, r, &a->errand);

	request_clear(r);
	a->on_told = fn;
	return posted == ERRAND_NEVER ? asking_later(a) : STAND_WAITS;
}

static enum stand stand_of(struct asking *a, enum kept_state state)
{
	switch (state) {
	case KEPT_HAS:
		return STAND_GOES_ON;
	case KEPT_WAITS:
		return STAND_WAITS;
	case KEPT_NONE:
		break;
	}
	return asking_later(a);
}

enum stand asking_need_places(struct asking *a)
{
	return stand_of(a, published_places(a->issuer));
}

// A token by a key that nobody knows is looked at again once the keys were asked for.
static enum stand wait_for_keys(struct asking *a)
{
	if (a->waits_for_keys || !published_other_keys(a->issuer))
		return asking_no(a, IDENTITY_WHY_KEY);
	a->waits_for_keys = true;
	return STAND_WAITS;
}

enum stand asking_open(struct asking *a, struct span token, enum jwt_type type, json_t **claims)
{
	struct issuer *i = a->issuer;
	struct jwt_rules rules = {0};
	enum stand stand = stand_of(a, published_keys(i));
	enum identity_why why;

	if (stand != STAND_GOES_ON)
		return stand;
	if (a->waits_for_keys && i->published.keys_kept.is_asked)
		return STAND_WAITS;
	rules.keys = i->published.keys;
	memcpy(rules.algorithms, i->settings.algorithms, sizeof(rules.algorithms));
	why = jwt_open(token, type, &rules, claims);
	if (why == IDENTITY_WHY_KEY)
		return wait_for_keys(a);
	return why == IDENTITY_WHY_NONE ? STAND_GOES_ON : asking_no(a, why);
}
