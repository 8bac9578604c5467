// SPDX-License-Identifier: MIT
// An issuer in a world made by hand: its errands are kept until the test says what came of them.
#pragma once

#include "server/issuer/issuer.h"
#include "tests/support/minted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#define POSTS_MAX 600
#define ISSUER "https://id.test"
#define AUDIENCE "https://chat.test"
#define WALL_S 1800000000
#define ANY -1

struct post {
	uint64_t number;
	enum errand_method method;
	char *url, *body, *authorization;
	errand_told_fn *fn;
	void *told;
	bool is_told;
};

struct world {
	struct issuer *issuer;
	struct issuer_settings settings;
	int64_t mono_ms, wall_ms, wake_at;
	struct post posts[POSTS_MAX];
	size_t n_posts, n_taken; // n_taken: of those the test has seen
	enum errand_posted posted;
	struct identity_answer *answers[POSTS_MAX];
	size_t n_answers;
	unsigned n_changed, n_logged_out, statuses[600];
	EVP_PKEY *key;
	const char *more; // members of the configuration
};

static inline enum errand_posted world_post(void *arg, const struct errand_request *r,
					    errand_told_fn *fn, void *told)
{
	struct world *w = arg;

	if (w->posted != ERRAND_POSTED)
		return w->posted;
	assert_int_equal(r->kind, ERRAND_ISSUER);
	assert_in_range(w->n_posts, 0, POSTS_MAX - 1);
	w->posts[w->n_posts++] = (struct post){
		.number = r->number,
		.method = r->method,
		.url = span_dup(r->url),
		.body = span_dup(r->body),
		.authorization = span_dup(r->headers[ERRAND_HEADER_AUTHORIZATION]),
		.fn = fn,
		.told = told};
	return ERRAND_POSTED;
}

static inline void world_answer(void *arg, struct identity_answer *a)
{
	struct world *w = arg;

	w->answers[w->n_answers++] = a;
}

static inline void world_logged_out(void *arg, conn_id conn, enum issuer_logout what)
{
	struct world *w = arg;

	assert_int_equal(conn, 7);
	w->n_logged_out++;
	w->statuses[what]++;
}

static inline void world_changed(void *arg)
{
	struct world *w = arg;

	w->n_changed++;
}

static inline void world_wake_at(void *arg, int64_t at)
{
	struct world *w = arg;

	w->wake_at = at;
}

static inline int64_t world_mono(void *arg)
{
	return ((struct world *)arg)->mono_ms;
}

static inline int64_t world_wall(void *arg)
{
	return ((struct world *)arg)->wall_ms;
}

static const char *const world_clients[] = {"snug", NULL};

static inline void world_begin(struct world *w)
{
	*w = (struct world){.mono_ms = 1000,
			    .wall_ms = (int64_t)WALL_S * 1000,
			    .more = "",
			    .key = minted_key("ED25519", 0)};
	w->settings = (struct issuer_settings){.client_id = "snug",
					       .told = "snug",
					       .resource = AUDIENCE,
					       .algorithms = {[JOSE_EDDSA] = true},
					       .claims = {.issuer = ISSUER,
							  .audience = AUDIENCE,
							  .clients = world_clients,
							  .name_claim = "preferred_username",
							  .groups_claim = "groups"}};
}

static inline void world_start(struct world *w)
{
	w->issuer = issuer_new(&(struct issuer_outside){.arg = w,
							.post = world_post,
							.answer = world_answer,
							.logged_out = world_logged_out,
							.changed = world_changed,
							.wake_at = world_wake_at,
							.mono_ms = world_mono,
							.wall_ms = world_wall},
			       &w->settings);
}

static inline void world_end(struct world *w)
{
	issuer_free(w->issuer);
	for (size_t i = 0; i < w->n_posts; i++) {
		free(w->posts[i].url);
		free(w->posts[i].body);
		free(w->posts[i].authorization);
	}
	for (size_t i = 0; i < w->n_answers; i++)
		identity_answer_free(w->answers[i]);
	EVP_PKEY_free(w->key);
}

// The next that was posted, which must be to this path.
static inline struct post *next_post(struct world *w, const char *path)
{
	struct post *p = &w->posts[w->n_taken];

	if (w->n_taken == w->n_posts)
		fail_msg("nothing was posted to %s", path);
	w->n_taken++;
	assert_true(span_starts(span_of(p->url), SPAN(ISSUER)));
	assert_string_equal(p->url + strlen(ISSUER), path);
	return p;
}

static inline void nothing_posted(const struct world *w)
{
	if (w->n_taken != w->n_posts)
		fail_msg("posted to %s", w->posts[w->n_taken].url);
}

static inline void tell_answer(struct post *p, struct errand_answer a)
{
	assert_false(p->is_told);
	p->is_told = true;
	a.number = p->number;
	p->fn(p->told, &a);
}

static inline void tell(struct post *p, unsigned status, const char *body)
{
	tell_answer(p, (struct errand_answer){.outcome = ERRAND_ANSWERED,
					      .status = status,
					      .body = span_of(body)});
}

static inline void tell_failed(struct post *p, enum errand_outcome outcome)
{
	tell_answer(p, (struct errand_answer){.outcome = outcome});
}

#define AT(name, path) "\"" name "\":\"" ISSUER path "\","

static inline void tell_places(struct world *w)
{
	struct buf json = {0};

	buf_printf(&json,
		   "{\"issuer\":\"" ISSUER "\"," AT("token_endpoint", "/token")
			   AT("jwks_uri", "/keys") AT("authorization_endpoint", "/auth")
				   AT("userinfo_endpoint", "/me") "%s\"x\":1}",
		   w->more);
	tell(next_post(w, "/.well-known/openid-configuration"), 200, buf_str(&json));
	buf_clear(&json);
}

static inline void tell_keys_named(struct world *w, const char *kid)
{
	struct buf json = {0}, more = {0};

	buf_printf(&more, "\"kid\":\"%s\"", kid);
	buf_add_str(&json, "{\"keys\":[");
	minted_jwk(&json, w->key, buf_str(&more));
	buf_add_str(&json, "]}");
	tell(next_post(w, "/keys"), 200, buf_str(&json));
	buf_clear(&json);
	buf_clear(&more);
}

static inline void tell_keys(struct world *w)
{
	tell_keys_named(w, "a");
}

// It is known where the issuer is, and its keys.
static inline void world_ready(struct world *w)
{
	world_begin(w);
	world_start(w);
	tell_places(w);
	tell_keys(w);
}

static inline void make_token(const struct world *w, struct buf *out, const char *header,
			      const char *more)
{
	struct buf claims = {0};

	buf_printf(&claims,
		   "{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE
		   "\",\"client_id\":\"snug\",\"sub\":\"s1\",\"jti\":\"j\",\"iat\":%d,"
		   "\"exp\":%d%s}",
		   WALL_S - 10, WALL_S + 300, more);
	minted_token(out, w->key, header, buf_span(&claims));
	buf_clear(&claims);
}

#define ACCESS "{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"a\"}"
#define NAMED ",\"preferred_username\":\"ann\""

static inline struct identity_question *question(enum identity_act act, const char *secret)
{
	struct identity_question *q = identity_question_new(act, 1);

	buf_add_str(&q->secret, secret);
	return q;
}

static inline void ask_bearer(struct world *w, const char *header, const char *more)
{
	struct buf token = {0};

	make_token(w, &token, header, more);
	issuer_ask(w->issuer, question(IDENTITY_BEARER, buf_str(&token)));
	buf_clear(&token);
}

static inline void ask_again(struct world *w, const char *memory)
{
	struct identity_question *q = question(IDENTITY_AGAIN, memory);

	q->subject = span_dup(SPAN("s1"));
	issuer_ask(w->issuer, q);
}

// The last answer; there must be so many.
static inline const struct identity_answer *answered(const struct world *w, size_t n,
						     enum identity_result result, int why)
{
	const struct identity_answer *a;

	assert_int_equal(w->n_answers, n);
	a = w->answers[n - 1];
	assert_int_equal(a->result, result);
	assert_int_equal(a->way, IDENTITY_OIDC);
	if (why != ANY)
		assert_string_equal(identity_why_word(a->why),
				    identity_why_word((enum identity_why)why));
	return a;
}

static inline void remembers(const struct identity_answer *a, const char *memory)
{
	assert_true(span_eq(buf_span(&a->memory), span_of(memory)));
}

// Time goes by, and whoever wanted to be woken is.
static inline void pass(struct world *w, int64_t ms)
{
	int64_t until = w->mono_ms + ms;

	while (w->wake_at <= until) {
		if (w->wake_at > w->mono_ms)
			w->mono_ms = w->wake_at;
		issuer_wake(w->issuer);
		assert_true(w->wake_at > w->mono_ms);
	}
	w->mono_ms = until;
}
