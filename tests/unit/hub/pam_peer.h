// SPDX-License-Identifier: MIT
// Peers whose password this computer's stack judges, and a stack that says what a test wants.
#pragma once

#include "server/hub/door/elsewhere.h"
#include "tests/unit/hub/bearer_peer.h"

#define SECRET "of the directory"
#define DAY (24 * HOUR)

static inline struct hub_config with_pam(void)
{
	struct hub_config config = fixture_config();

	config.pam_service = SPAN("snug");
	config.pam_tries = 3;
	return config;
}

static inline int set_up_pam(void **state)
{
	struct hub_config config = with_pam();

	*state = fixture_new(&config);
	return 0;
}

#define PAM_TEST(fn) HUB_TEST_WITH(fn, set_up_pam)

static inline struct identity_answer *stack_says(enum identity_result result,
						 enum identity_why why)
{
	struct identity_answer *a = identity_answer_new(0, result, why);

	a->way = IDENTITY_PAM;
	return a;
}

static inline struct identity_answer *stack_knows(const char *name)
{
	struct identity_answer *a = stack_says(IDENTITY_IS, IDENTITY_WHY_NONE);

	a->issuer = xstrdup("pam:snug");
	a->subject = xstrdup(name);
	a->proposed = xstrdup(name);
	return a;
}

static inline struct peer *says_plain(struct fixture *f, const char *name, const char *secret)
{
	struct peer *p = opened(f);

	plain_of(p, "", name, secret);
	return p;
}

static inline struct peer *says_pass(struct fixture *f, const char *name, const char *secret)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS :%s:%s", name, secret);
	peer_send(p, "NICK whoever");
	peer_send(p, "USER u 0 * :u");
	return p;
}

// The stack is asked about this one.
static inline void is_asked_about(struct fixture *f, const char *name)
{
	const struct identity_question *q = fixture_identity(f);

	assert_non_null(q);
	assert_int_equal(q->act, IDENTITY_PASSWORD);
	assert_string_equal(q->name, name);
	assert_true(says_it(&q->secret, SECRET));
}

// ... about nobody: for the time alone.
static inline void is_held(struct fixture *f)
{
	const struct identity_question *q = fixture_identity(f);

	assert_non_null(q);
	assert_null(q->name);
	assert_int_equal(q->secret.len, 0);
}

static inline void end_hold(struct fixture *f)
{
	is_held(f);
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_UNKNOWN));
}

static inline void bind_pam(struct fixture *f, const char *name)
{
	char words[100];
	struct admin_answer *a;

	(void)fixture_account(f, name);
	snprintf(words, sizeof(words), "user bind %s --issuer pam:snug --subject %s", name,
		 name);
	a = fixture_verb(f, words, NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

// A wrong one for ann, looked at by the stack.
static inline void guess(struct fixture *f)
{
	struct peer *p = says_plain(f, "ann", SECRET);

	is_asked_about(f, "ann");
	fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
	end_hold(f);
	expect_later(p, NO);
	peer_close(p);
}
