// SPDX-License-Identifier: MIT
// Peers that log in by OAUTHBEARER, and an issuer that says what a test wants.
#pragma once

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/people/binding.h"
#include "server/letters/identity.h"
#include "tests/unit/hub/sasl_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ISSUER "https://id.test"
#define OTHER_ISSUER "https://id.other"
#define MINUTE (60LL * 1000)
#define HOUR (60 * MINUTE)

static inline struct hub_config with_issuer(void)
{
	struct hub_config config = fixture_config();

	config.oidc = (struct hub_oidc){
		.issuer = SPAN(ISSUER),
		.scope = SPAN("openid offline_access"),
		.configuration = SPAN(ISSUER "/.well-known/openid-configuration"),
		.client_id = SPAN("snug"),
		.resource = SPAN("https://chat.test"),
		.authorization = SPAN(ISSUER "/auth"),
	};
	return config;
}

static inline int set_up_issuer(void **state)
{
	struct hub_config config = with_issuer();

	*state = fixture_new(&config);
	return 0;
}

#define ISSUER_TEST(fn) HUB_TEST_WITH(fn, set_up_issuer)

// AUTHENTICATE OAUTHBEARER with the pairs, of which each ends in ^A: "auth=Bearer t\1".
static inline void bearer_says(struct peer *p, const char *name, const char *pairs)
{
	struct buf message = {0}, text = {0};
	struct span rest;

	buf_printf(&message, "n,%s%s,\x01%s\x01", name[0] ? "a=" : "", name, pairs);
	encode_b64(&text, message.at, message.len);
	peer_send(p, "AUTHENTICATE OAUTHBEARER");
	expect_later(p, "AUTHENTICATE +");
	for (rest = buf_span(&text); rest.len >= 400; rest = span_after(rest, 400))
		peer_send(p, "AUTHENTICATE %.400s", rest.at);
	peer_send(p, "AUTHENTICATE " SPAN_FMT, SPAN_ARG(rest));
	buf_clear(&text);
	buf_clear(&message);
}

static inline struct identity_answer *says(enum identity_result result, enum identity_why why)
{
	struct identity_answer *a = identity_answer_new(0, result, why);

	a->way = IDENTITY_OIDC;
	return a;
}

// "issuer says: that is `subject`, who wants to be called `name`".
static inline struct identity_answer *is(const char *issuer, const char *subject,
					 const char *name)
{
	struct identity_answer *a = says(IDENTITY_IS, IDENTITY_WHY_NONE);

	a->issuer = xstrdup(issuer);
	a->subject = xstrdup(subject);
	a->proposed = name ? xstrdup(name) : NULL;
	return a;
}

// The challenge came; the client answers it as it has to.
static inline void end_failure(struct peer *p)
{
	expect_later(p, "AUTHENTICATE eyJ*");
	peer_send(p, "AUTHENTICATE AQ==");
}

// A peer that signed in, whatever came of it.
static inline struct peer *signs_in(struct fixture *f, struct identity_answer *a)
{
	struct peer *p = opened(f);

	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, a);
	return p;
}

// ... and is in, as the account.
static inline struct peer *is_in(struct fixture *f, struct identity_answer *a, const char *name)
{
	struct peer *p = signs_in(f, a);
	char wanted[80];

	snprintf(wanted, sizeof(wanted), "server 900 * %s!* %s *", name, name);
	expect(p, wanted);
	expect(p, YES);
	enter(p);
	snprintf(wanted, sizeof(wanted), "server 001 %s :*", name);
	expect_later(p, wanted);
	peer_skip(p);
	return p;
}

// ... and is refused, and the log says why.
static inline void is_refused(struct fixture *f, struct identity_answer *a, const char *words,
			      const char *why)
{
	struct buf *log = fixture_signins(f);
	struct peer *p;
	char wanted[200];

	log->len = 0;
	p = signs_in(f, a);
	end_failure(p);
	snprintf(wanted, sizeof(wanted), "server 904 * :%s", words);
	expect_later(p, wanted);
	snprintf(wanted, sizeof(wanted), " oidc %s ", why);
	if (!strstr(buf_str(log), wanted))
		fail_msg("the log has \"%s\", not \"%s\"", buf_str(log), wanted);
	peer_close(p);
}

// A buffer of a question, as text.
static inline bool says_it(const struct buf *b, const char *text)
{
	return span_eq(buf_span(b), span_of(text));
}

static inline struct account_binding *bound(struct fixture *f, const char *issuer,
					    const char *subject)
{
	const struct bound_to to = {IDENTITY_OIDC, span_of(issuer), span_of(subject), SPAN("")};

	return binding_find(f->hub, &to);
}
