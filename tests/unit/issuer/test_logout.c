// SPDX-License-Identifier: MIT
// The issuer's word that somebody is no more.
#include "tests/unit/issuer/issuer_world.h"

#include "server/issuer/seen.h"

#define EVENT ",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"

static void make_logout(const struct world *w, struct buf *out, const char *more)
{
	struct buf claims = {0};

	buf_printf(&claims, "{\"iss\":\"" ISSUER "\",\"aud\":\"snug\",\"iat\":%d,\"exp\":%d%s}",
		   WALL_S, WALL_S + 120, more);
	minted_token(out, w->key, "{\"typ\":\"logout+jwt\",\"alg\":\"EdDSA\",\"kid\":\"a\"}",
		     buf_span(&claims));
	buf_clear(&claims);
}

static void hear(struct world *w, const char *more)
{
	struct buf token = {0};

	make_logout(w, &token, more);
	issuer_take_logout(w->issuer, 7, buf_span(&token));
	buf_clear(&token);
}

static void a_logout_is_told_once(void **state)
{
	struct world w;
	const struct identity_answer *a;
	(void)state;

	world_ready(&w);
	hear(&w, EVENT ",\"sub\":\"s1\",\"jti\":\"1\"");
	a = answered(&w, 1, IDENTITY_NO, IDENTITY_WHY_LOGGED_OUT);
	assert_int_equal(a->ticket, 0);
	assert_string_equal(a->issuer, ISSUER);
	assert_string_equal(a->subject, "s1");
	assert_int_equal(w.statuses[ISSUER_LOGGED_OUT], 1);
	hear(&w, EVENT ",\"sub\":\"s1\",\"jti\":\"1\"");
	assert_int_equal(w.statuses[ISSUER_REFUSED], 1);
	hear(&w, EVENT ",\"sub\":\"s1\",\"jti\":\"2\"");
	assert_int_equal(w.statuses[ISSUER_LOGGED_OUT], 2);
	assert_int_equal(w.n_answers, 2);
	// It is no question, and counts as none.
	assert_int_equal(issuer_count(w.issuer, IDENTITY_IS), 0);
	world_end(&w);
}

static void what_is_no_logout_is_refused(void **state)
{
	static const char *const wrong[] = {
		",\"sub\":\"s1\",\"jti\":\"1\"",                       // no event
		EVENT ",\"sub\":\"s1\"",                               // no jti
		EVENT ",\"jti\":\"1\"",                                // of nobody
		EVENT ",\"sid\":\"x\",\"jti\":\"1\"",                  // sessions are not known
		EVENT ",\"sub\":\"s1\",\"jti\":\"1\",\"nonce\":\"n\"", // an id_token
	};
	struct world w;
	struct buf token = {0};
	(void)state;

	world_ready(&w);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		hear(&w, wrong[i]);
	issuer_take_logout(w.issuer, 7, SPAN("garbage"));
	issuer_take_logout(w.issuer, 7, SPAN(""));
	make_token(&w, &token, ACCESS, EVENT);
	issuer_take_logout(w.issuer, 7, buf_span(&token));
	assert_int_equal(w.statuses[ISSUER_REFUSED], ARRAY_LEN(wrong) + 3);
	assert_int_equal(w.n_logged_out, ARRAY_LEN(wrong) + 3);
	assert_int_equal(w.n_answers, 0);
	buf_clear(&token);
	world_end(&w);
}

static void without_keys_it_is_said_that_it_cannot_be_said(void **state)
{
	struct world w;
	(void)state;

	world_begin(&w);
	world_start(&w);
	for (size_t i = 0; i <= ISSUER_LOGOUTS_MAX; i++)
		hear(&w, EVENT ",\"sub\":\"s1\",\"jti\":\"1\"");
	assert_int_equal(w.statuses[ISSUER_BUSY], 1);
	tell_failed(next_post(&w, "/.well-known/openid-configuration"), ERRAND_TIMEOUT);
	assert_int_equal(w.statuses[ISSUER_CANNOT_SAY], ISSUER_LOGOUTS_MAX);
	hear(&w, EVENT ",\"sub\":\"s1\",\"jti\":\"1\"");
	assert_int_equal(w.statuses[ISSUER_CANNOT_SAY], ISSUER_LOGOUTS_MAX + 1);
	pass(&w, 5000);
	hear(&w, EVENT ",\"sub\":\"s1\",\"jti\":\"1\"");
	tell_places(&w);
	tell_keys(&w);
	assert_int_equal(w.statuses[ISSUER_LOGGED_OUT], 1);
	world_end(&w);
}

static void what_was_seen_is_bounded_and_forgotten_in_time(void **state)
{
	static struct seen s;
	(void)state;

	for (uint64_t i = 0; i < SEEN_MAX; i++)
		assert_int_equal(seen_add(&s, span_from(&i, sizeof(i)), 100, 200 + (i == 0)),
				 SEEN_NEW);
	assert_int_equal(seen_add(&s, SPAN("more"), 200, 300), SEEN_FULL);
	assert_int_equal(seen_add(&s, SPAN("more"), 201, 300), SEEN_NEW);
	assert_int_equal(seen_add(&s, SPAN("\0\0\0\0\0\0\0\0"), 201, 300), SEEN_BEFORE);
	assert_int_equal(seen_add(&s, SPAN("\0\0\0\0\0\0\0\0"), 202, 300), SEEN_NEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_logout_is_told_once),
		cmocka_unit_test(what_is_no_logout_is_refused),
		cmocka_unit_test(without_keys_it_is_said_that_it_cannot_be_said),
		cmocka_unit_test(what_was_seen_is_bounded_and_forgotten_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
