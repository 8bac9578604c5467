// SPDX-License-Identifier: MIT
// What an issuer publishes, and tokens that are judged by it.
#include "tests/unit/issuer/issuer_world.h"

static void a_token_is_judged_once_the_issuer_is_known(void **state)
{
	struct world w;
	const struct identity_answer *a;
	(void)state;

	world_begin(&w);
	world_start(&w);
	ask_bearer(&w, ACCESS, NAMED);
	assert_null(issuer_authorization(w.issuer));
	tell_places(&w);
	assert_int_equal(w.n_changed, 1);
	assert_string_equal(issuer_authorization(w.issuer), ISSUER "/auth");
	assert_int_equal(w.n_answers, 0);
	tell_keys(&w);
	a = answered(&w, 1, IDENTITY_IS, IDENTITY_WHY_NONE);
	assert_int_equal(a->ticket, 1);
	assert_string_equal(a->issuer, ISSUER);
	assert_string_equal(a->subject, "s1");
	assert_string_equal(a->proposed, "ann");
	assert_null(a->tenant);
	assert_false(a->is_admin);
	remembers(a, "");
	nothing_posted(&w);
	assert_int_equal(issuer_count(w.issuer, IDENTITY_IS), 1);
	world_end(&w);
}

static void a_refresh_token_beside_a_token_is_the_memory(void **state)
{
	struct world w;
	struct buf token = {0};
	struct identity_question *q;
	(void)state;

	world_ready(&w);
	make_token(&w, &token, ACCESS, NAMED);
	q = question(IDENTITY_BEARER, buf_str(&token));
	buf_add_str(&q->refresh, "again");
	issuer_ask(w.issuer, q);
	remembers(answered(&w, 1, IDENTITY_IS, ANY), "rsnug\nagain");
	nothing_posted(&w);
	buf_clear(&token);
	world_end(&w);
}

static void what_is_wrong_with_a_token_is_said(void **state)
{
	static const struct {
		const char *header, *more;
		enum identity_why why;
	} wrong[] = {
		{"{\"typ\":\"JWT\",\"alg\":\"EdDSA\",\"kid\":\"a\"}", "", IDENTITY_WHY_TYPE},
		{"{\"typ\":\"at+jwt\",\"alg\":\"none\",\"kid\":\"a\"}", "",
		 IDENTITY_WHY_ALGORITHM},
		{"{\"typ\":\"at+jwt\",\"alg\":\"ES256\",\"kid\":\"a\"}", "",
		 IDENTITY_WHY_ALGORITHM},
	};
	struct world w;
	struct buf token = {0};
	(void)state;

	world_ready(&w);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		ask_bearer(&w, wrong[i].header, wrong[i].more);
		answered(&w, i + 1, IDENTITY_NO, (int)wrong[i].why);
	}
	issuer_ask(w.issuer, question(IDENTITY_BEARER, ""));
	answered(&w, 4, IDENTITY_NO, IDENTITY_WHY_MALFORMED);
	make_token(&w, &token, ACCESS, NAMED);
	token.at[token.len - 6] ^= 1;
	issuer_ask(w.issuer, question(IDENTITY_BEARER, buf_str(&token)));
	answered(&w, 5, IDENTITY_NO, IDENTITY_WHY_SIGNATURE);
	w.wall_ms += 400 * 1000;
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 6, IDENTITY_NO, IDENTITY_WHY_EXPIRED);
	w.wall_ms -= 4000 * 1000;
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 7, IDENTITY_NO, IDENTITY_WHY_EARLY);
	assert_int_equal(issuer_count(w.issuer, IDENTITY_NO), 7);
	nothing_posted(&w);
	buf_clear(&token);
	world_end(&w);
}

// A token of the future may mean that this clock is wrong: the operator hears of it.
static void a_token_of_later_is_told(void **state)
{
	struct world w;
	struct buf words = {0};
	(void)state;

	world_ready(&w);
	w.wall_ms -= 4000 * 1000;
	ask_bearer(&w, ACCESS, NAMED);
	issuer_words(w.issuer, &words);
	assert_non_null(strstr(buf_str(&words), "is this clock right?"));
	buf_clear(&words);
	world_end(&w);
}

static void an_unknown_key_is_asked_for_once_a_minute(void **state)
{
	static const char other[] = "{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"b\"}";
	struct world w;
	(void)state;

	world_ready(&w);
	ask_bearer(&w, other, NAMED);
	ask_bearer(&w, other, NAMED);
	assert_int_equal(w.n_answers, 0);
	tell_keys_named(&w, "b");
	answered(&w, 2, IDENTITY_IS, ANY);
	// The old one is gone with the set that it was in, and is not asked for again so soon.
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 3, IDENTITY_NO, IDENTITY_WHY_KEY);
	pass(&w, 59999);
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 4, IDENTITY_NO, IDENTITY_WHY_KEY);
	nothing_posted(&w);
	pass(&w, 1);
	ask_bearer(&w, ACCESS, NAMED);
	tell_failed(next_post(&w, "/keys"), ERRAND_TIMEOUT);
	answered(&w, 5, IDENTITY_NO, IDENTITY_WHY_KEY);
	ask_bearer(&w, other, NAMED);
	answered(&w, 6, IDENTITY_IS, ANY);
	world_end(&w);
}

static void what_is_published_is_good_for_an_hour_and_a_day_when_it_is_down(void **state)
{
	struct world w;
	(void)state;

	world_ready(&w);
	pass(&w, 3599999);
	w.wall_ms = (int64_t)WALL_S * 1000;
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 1, IDENTITY_IS, ANY);
	nothing_posted(&w);
	pass(&w, 1);
	ask_bearer(&w, ACCESS, NAMED);
	assert_int_equal(w.n_answers, 1);
	tell_failed(next_post(&w, "/.well-known/openid-configuration"), ERRAND_NO_CONNECTION);
	tell(next_post(&w, "/keys"), 500, "");
	answered(&w, 2, IDENTITY_IS, ANY);
	// Asked for again after a minute, and not waited for long.
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 3, IDENTITY_IS, ANY);
	nothing_posted(&w);
	pass(&w, 60000);
	ask_bearer(&w, ACCESS, NAMED);
	(void)next_post(&w, "/.well-known/openid-configuration");
	pass(&w, 3999);
	assert_int_equal(w.n_answers, 3);
	pass(&w, 5000);
	answered(&w, 4, IDENTITY_IS, ANY);
	world_end(&w);
}

static void what_is_older_than_a_day_is_nothing(void **state)
{
	struct world w;
	(void)state;

	world_ready(&w);
	pass(&w, 24 * 3600 * 1000);
	ask_bearer(&w, ACCESS, NAMED);
	tell_failed(next_post(&w, "/.well-known/openid-configuration"), ERRAND_TIMEOUT);
	answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	world_end(&w);
}

// Whatever comes in the place of what it publishes.
static void an_issuer_that_lies_or_is_down_is_told_of(void **state)
{
	static char much[65537];
	static const struct {
		unsigned status;
		const char *body, *words;
	} rows[] = {
		{302, "", "status 302"},
		{200, "", "no JSON"},
		{200, "{\"issuer\":\"https://evil.test\"}", "calls itself https://evil.test"},
		{200, "{\"issuer\":\"" ISSUER "\"}", "names no"},
		{200, much, "no JSON"},
		{200,
		 "{\"issuer\":\"" ISSUER
		 "\"," AT("jwks_uri", "/keys") "\"token_endpoint\":"
					       "\"https://evil.test/token\"}",
		 "which hosts does not name"},
	};
	(void)state;

	memset(much, '[', sizeof(much) - 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf words = {0};
		struct world w;

		world_begin(&w);
		world_start(&w);
		issuer_words(w.issuer, &words);
		assert_string_equal(buf_str(&words), "not asked yet");
		buf_reset(&words);
		ask_bearer(&w, ACCESS, NAMED);
		tell(next_post(&w, "/.well-known/openid-configuration"), rows[i].status,
		     rows[i].body);
		answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN);
		issuer_words(w.issuer, &words);
		assert_true(span_starts(buf_span(&words), SPAN("down since 2027-")));
		if (!strstr(buf_str(&words), rows[i].words))
			fail_msg("%s: %s", rows[i].words, buf_str(&words));
		// It is tried again by itself.
		pass(&w, 5000);
		tell_places(&w);
		tell_keys(&w);
		buf_reset(&words);
		issuer_words(w.issuer, &words);
		assert_true(span_starts(buf_span(&words), SPAN("up since ")));
		buf_clear(&words);
		world_end(&w);
	}
}

// At the start of a server the program that carries it is up a little later.
static void who_comes_before_anybody_can_be_asked_waits(void **state)
{
	struct world w;
	(void)state;

	world_begin(&w);
	w.posted = ERRAND_LATER;
	world_start(&w);
	ask_bearer(&w, ACCESS, NAMED);
	pass(&w, 1000);
	assert_int_equal(w.n_answers, 0);
	w.posted = ERRAND_POSTED;
	pass(&w, 250);
	tell_places(&w);
	tell_keys(&w);
	answered(&w, 1, IDENTITY_IS, ANY);
	world_end(&w);
}

static void keys_that_are_none_are_later(void **state)
{
	struct world w;
	(void)state;

	world_begin(&w);
	world_start(&w);
	tell_places(&w);
	ask_bearer(&w, ACCESS, NAMED);
	tell(next_post(&w, "/keys"), 200, "{\"keys\":[]}");
	answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	world_end(&w);
}

static void a_question_has_ten_seconds(void **state)
{
	struct world w;
	(void)state;

	world_ready(&w);
	ask_bearer(&w, ACCESS, "");
	struct post *slow = next_post(&w, "/me");
	pass(&w, 9999);
	assert_int_equal(w.n_answers, 0);
	pass(&w, 1);
	answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	// Nobody waits for it any more.
	tell(slow, 200, "{\"sub\":\"s1\"}");
	assert_int_equal(w.n_answers, 1);
	world_end(&w);
}

static void answers_come_in_any_order(void **state)
{
	struct world w;
	struct post *posts[3];
	(void)state;

	world_ready(&w);
	for (size_t i = 0; i < 3; i++) {
		ask_bearer(&w, ACCESS, "");
		posts[i] = next_post(&w, "/me");
		assert_int_equal(posts[i]->method, ERRAND_GET);
		assert_true(span_starts(span_of(posts[i]->authorization), SPAN("Bearer ey")));
	}
	tell(posts[1], 200, "{\"sub\":\"s1\",\"preferred_username\":\"bea\"}");
	assert_string_equal(answered(&w, 1, IDENTITY_IS, ANY)->proposed, "bea");
	tell_failed(posts[2], ERRAND_LOST);
	answered(&w, 2, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	tell(posts[0], 200, "{\"sub\":\"s1\",\"preferred_username\":\"ann\"}");
	assert_string_equal(answered(&w, 3, IDENTITY_IS, ANY)->proposed, "ann");
	world_end(&w);
}

static void what_userinfo_says_is_of_the_same_person(void **state)
{
	struct world w;
	(void)state;

	world_ready(&w);
	ask_bearer(&w, ACCESS, "");
	tell(next_post(&w, "/me"), 200, "{\"sub\":\"s2\",\"preferred_username\":\"ann\"}");
	answered(&w, 1, IDENTITY_NO, IDENTITY_WHY_CLAIMS);
	ask_bearer(&w, ACCESS, "");
	tell(next_post(&w, "/me"), 200, "garbage");
	answered(&w, 2, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	// It takes no token for somebody else: then nothing more is known.
	ask_bearer(&w, ACCESS, "");
	tell(next_post(&w, "/me"), 401, "");
	assert_null(answered(&w, 3, IDENTITY_IS, ANY)->proposed);
	world_end(&w);
}

static void an_administrator_is_whom_the_issuer_says_and_nobody_when_it_cannot(void **state)
{
	struct world w;
	(void)state;

	world_begin(&w);
	w.settings.claims.admin_group = "ops";
	world_start(&w);
	tell_places(&w);
	tell_keys(&w);
	ask_bearer(&w, ACCESS, NAMED ",\"groups\":[\"ops\"]");
	assert_true(answered(&w, 1, IDENTITY_IS, ANY)->is_admin);
	ask_bearer(&w, ACCESS, NAMED ",\"groups\":[\"opsx\"]");
	assert_false(answered(&w, 2, IDENTITY_IS, ANY)->is_admin);
	nothing_posted(&w);
	ask_bearer(&w, ACCESS, NAMED);
	tell(next_post(&w, "/me"), 200, "{\"sub\":\"s1\",\"groups\":[\"a\",\"ops\"]}");
	assert_true(answered(&w, 3, IDENTITY_IS, ANY)->is_admin);
	ask_bearer(&w, ACCESS, NAMED);
	tell(next_post(&w, "/me"), 403, "");
	assert_false(answered(&w, 4, IDENTITY_IS, ANY)->is_admin);
	// A hiccup takes no role away.
	ask_bearer(&w, ACCESS, NAMED);
	tell_failed(next_post(&w, "/me"), ERRAND_TIMEOUT);
	answered(&w, 5, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	world_end(&w);
}

static void beside_too_many_it_is_later(void **state)
{
	struct world w;
	(void)state;

	world_ready(&w);
	for (size_t i = 0; i < ISSUER_QUESTIONS_MAX; i++)
		ask_bearer(&w, ACCESS, "");
	assert_int_equal(w.n_answers, 0);
	ask_bearer(&w, ACCESS, "");
	answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	tell(next_post(&w, "/me"), 200, "{\"sub\":\"s1\"}");
	answered(&w, 2, IDENTITY_IS, ANY);
	ask_bearer(&w, ACCESS, NAMED);
	answered(&w, 3, IDENTITY_IS, ANY);
	world_end(&w);
}

static void who_finds_no_errand_waits_for_one(void **state)
{
	struct world w;
	(void)state;

	world_ready(&w);
	w.posted = ERRAND_LATER;
	ask_bearer(&w, ACCESS, "");
	pass(&w, 1000);
	nothing_posted(&w);
	w.posted = ERRAND_POSTED;
	pass(&w, 250);
	tell(next_post(&w, "/me"), 200, "{\"sub\":\"s1\"}");
	answered(&w, 1, IDENTITY_IS, ANY);
	w.posted = ERRAND_LATER;
	ask_bearer(&w, ACCESS, "");
	pass(&w, 10000);
	answered(&w, 2, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	w.posted = ERRAND_NEVER;
	ask_bearer(&w, ACCESS, "");
	answered(&w, 3, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_judged_once_the_issuer_is_known),
		cmocka_unit_test(a_refresh_token_beside_a_token_is_the_memory),
		cmocka_unit_test(what_is_wrong_with_a_token_is_said),
		cmocka_unit_test(a_token_of_later_is_told),
		cmocka_unit_test(an_unknown_key_is_asked_for_once_a_minute),
		cmocka_unit_test(
			what_is_published_is_good_for_an_hour_and_a_day_when_it_is_down),
		cmocka_unit_test(what_is_older_than_a_day_is_nothing),
		cmocka_unit_test(an_issuer_that_lies_or_is_down_is_told_of),
		cmocka_unit_test(who_comes_before_anybody_can_be_asked_waits),
		cmocka_unit_test(keys_that_are_none_are_later),
		cmocka_unit_test(a_question_has_ten_seconds),
		cmocka_unit_test(answers_come_in_any_order),
		cmocka_unit_test(what_userinfo_says_is_of_the_same_person),
		cmocka_unit_test(
			an_administrator_is_whom_the_issuer_says_and_nobody_when_it_cannot),
		cmocka_unit_test(beside_too_many_it_is_later),
		cmocka_unit_test(who_finds_no_errand_waits_for_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
