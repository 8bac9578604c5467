// SPDX-License-Identifier: MIT
// A question, step by step: where the issuer is asked; tokens for a code or a refresh token;
// who has the access token; what else it says of who that is. Each step is done, or asks, or
// ends the question.
//
// An opaque token says nothing of whom it was made for. Introspection does; and a token that
// the token endpoint gave to us was made for us. So one that only came from a client is taken
// with a refresh token beside it, which the issuer changes for nobody but the client that it
// gave it to.
#include "server/issuer/issuer_private.h"

#include "common/die.h"
#include "common/token_answer.h"
#include "common/wipe.h"

#include <stdlib.h>

// A memory begins with what it is; before a refresh token stands whose it is.
#define MEMORY_REFRESH 'r'
#define MEMORY_TOKEN 't'
#define MEMORY_END '\n'

static void keep_secret(struct buf *to, struct span secret)
{
	wipe_away(to);
	(void)buf_space(to, secret.len + 1);
	buf_add_span(to, secret);
}

static bool has_introspection(const struct issuer *i)
{
	return i->settings.secret && i->published.places.introspection;
}

static enum stand on_tokens(struct asking *a, const struct errand_answer *told)
{
	struct token_answer t = {0};
	bool is_one = told->outcome == ERRAND_ANSWERED && token_answer_read(told->body, &t);
	enum stand stand = STAND_GOES_ON;

	a->is_exchanging = false;
	if (is_one && told->status == 200 && t.access) {
		keep_secret(&a->token, span_of(t.access));
		if (t.refresh)
			keep_secret(&a->refresh, span_of(t.refresh));
		a->is_exchanged = true;
	} else if (is_one && t.error && !strcmp(t.error, "invalid_grant")) {
		stand = asking_no(a, IDENTITY_WHY_INACTIVE);
	} else {
		stand = asking_puzzled(a, "token endpoint", told);
	}
	token_answer_clear(&t);
	return stand;
}

static bool wants_refresh(const struct asking *a)
{
	if (!a->refresh.len)
		return false;
	return a->question->act == IDENTITY_AGAIN ||
	       (!jwt_is_like_one(buf_span(&a->token)) && !has_introspection(a->issuer));
}

static enum stand exchange(struct asking *a)
{
	const struct issuer *i = a->issuer;
	const char *url = i->published.places.token;
	struct request r;
	enum stand stand;

	if (a->is_exchanged)
		return STAND_GOES_ON;
	if (a->question->act == IDENTITY_CODE)
		request_code(&r, url, &i->settings, a->question);
	else if (wants_refresh(a))
		request_refresh(&r, url, &i->settings, a->client, buf_span(&a->refresh));
	else
		return STAND_GOES_ON;
	stand = asking_post(a, &r, on_tokens);
	a->is_exchanging = a->errand != 0;
	return stand;
}

// One way to have claims ended so.
static enum stand identified(struct asking *a, enum identity_why why)
{
	if (why != IDENTITY_WHY_NONE)
		return asking_no(a, why);
	a->is_identified = true;
	return STAND_GOES_ON;
}

static enum stand identify_jwt(struct asking *a)
{
	const struct issuer *i = a->issuer;
	json_t *claims = NULL;
	enum stand stand = asking_open(a, buf_span(&a->token), i->settings.type, &claims);

	if (stand == STAND_GOES_ON)
		stand = identified(a, claims_read(claims, &i->settings.claims,
						  issuer_wall_ms(i) / 1000, &a->claims));
	json_decref(claims);
	return stand;
}

static enum stand on_introspection(struct asking *a, const struct errand_answer *told)
{
	const struct issuer *i = a->issuer;
	enum identity_why why = IDENTITY_WHY_MALFORMED;

	if (told->outcome == ERRAND_ANSWERED && told->status == 200)
		why = introspection_read(told->body, &i->settings.claims,
					 issuer_wall_ms(i) / 1000, &a->claims);
	if (why == IDENTITY_WHY_MALFORMED)
		return asking_puzzled(a, "introspection", told);
	a->is_introspected = true;
	return identified(a, why);
}

static bool is_refusal(const struct errand_answer *told)
{
	return told->outcome == ERRAND_ANSWERED && (told->status == 401 || told->status == 403);
}

static enum stand on_userinfo(struct asking *a, const struct errand_answer *told)
{
	enum identity_why why = IDENTITY_WHY_MALFORMED;

	if (is_refusal(told))
		return asking_no(a, IDENTITY_WHY_INACTIVE);
	if (told->outcome == ERRAND_ANSWERED && told->status == 200)
		why = userinfo_read(told->body, &a->issuer->settings.claims, &a->claims);
	if (why == IDENTITY_WHY_MALFORMED)
		return asking_puzzled(a, "userinfo", told);
	a->has_asked = true;
	return identified(a, why);
}

static enum stand ask_userinfo(struct asking *a, step_told_fn *fn)
{
	struct request r;

	request_userinfo(&r, a->issuer->published.places.userinfo, buf_span(&a->token));
	return asking_post(a, &r, fn);
}

static enum stand identify(struct asking *a)
{
	const struct issuer *i = a->issuer;
	struct request r;

	if (a->is_identified)
		return STAND_GOES_ON;
	if (jwt_is_like_one(buf_span(&a->token)))
		return identify_jwt(a);
	if (has_introspection(i)) {
		request_introspection(&r, i->published.places.introspection, &i->settings,
				      buf_span(&a->token));
		return asking_post(a, &r, on_introspection);
	}
	if (a->is_exchanged && i->published.places.userinfo)
		return ask_userinfo(a, on_userinfo);
	return asking_no(a, IDENTITY_WHY_TYPE);
}

// Nobody is taken for who was asked about but who it was.
static enum stand compare(struct asking *a)
{
	const struct identity_question *q = a->question;

	if (q->act == IDENTITY_AGAIN &&
	    !span_eq(span_of(q->subject), span_of(a->claims.subject))) {
		a->is_other = true;
		return asking_no(a, IDENTITY_WHY_CLAIMS);
	}
	return STAND_GOES_ON;
}

// A token may say less of somebody than userinfo, which takes no token for somebody else: then
// there is no more to be said.
static enum stand on_more(struct asking *a, const struct errand_answer *told)
{
	if (!is_refusal(told))
		return on_userinfo(a, told);
	a->has_asked = true;
	return STAND_GOES_ON;
}

static enum stand ask_more(struct asking *a)
{
	const struct issuer *i = a->issuer;
	bool lacks_name = a->question->act != IDENTITY_AGAIN && !a->claims.name;
	bool lacks_groups = i->settings.claims.admin_group && !a->claims.has_groups;

	if (a->has_asked || !i->published.places.userinfo || (!lacks_name && !lacks_groups))
		return STAND_GOES_ON;
	return ask_userinfo(a, on_more);
}

static step_fn *const steps[] = {asking_need_places, exchange, identify, compare,
				 ask_more,           NULL};

static enum stand refuse(struct asking *a)
{
	return asking_no(a, IDENTITY_WHY_MALFORMED);
}

static step_fn *const steps_of_none[] = {refuse, NULL};

// What to ask again with.
static void remember(const struct asking *a, struct identity_answer *out)
{
	bool has_token = a->is_introspected && !a->refresh.len;
	struct span secret = buf_span(has_token ? &a->token : &a->refresh);
	// One that came beside a token was given to whom the token was.
	struct span client = span_of(a->is_exchanged ? a->client : a->claims.client);

	if (!secret.len)
		return;
	(void)buf_space(&out->memory, client.len + secret.len + 3);
	buf_add_char(&out->memory, has_token ? MEMORY_TOKEN : MEMORY_REFRESH);
	if (!has_token) {
		buf_add_span(&out->memory, client);
		buf_add_char(&out->memory, MEMORY_END);
	}
	buf_add_span(&out->memory, secret);
}

static char *copy(const char *text)
{
	return text ? span_dup(span_of(text)) : NULL;
}

// Who is in goes by the issuer's word alone, and not since a token cannot be read.
static bool is_put_off(const struct asking *a)
{
	return a->question->act == IDENTITY_AGAIN && a->result == IDENTITY_NO &&
	       a->why != IDENTITY_WHY_INACTIVE && !a->is_other;
}

static void finish(struct asking *a)
{
	struct issuer *i = a->issuer;
	const struct identity_question *q = a->question;
	struct identity_answer *out;

	if (is_put_off(a))
		a->result = IDENTITY_LATER;
	out = identity_answer_new(q->ticket, a->result, a->why);
	out->way = IDENTITY_OIDC;
	if (a->result == IDENTITY_IS) {
		out->issuer = copy(i->settings.claims.issuer);
		out->subject = copy(a->claims.subject);
		out->tenant = copy(a->claims.tenant);
		out->proposed = copy(a->claims.name);
		out->is_admin = a->claims.is_admin;
	}
	// An old refresh token may be dead once it was changed for another.
	if (a->result == IDENTITY_IS ||
	    (a->result == IDENTITY_LATER && a->is_exchanged && q->act == IDENTITY_AGAIN))
		remember(a, out);
	i->counts[a->result]++;
	i->n_questions--;
	i->out.answer(i->out.arg, out);
}

static bool take_memory(struct asking *a, struct span memory)
{
	bool is_refresh = memory.len > 1 && memory.at[0] == MEMORY_REFRESH;
	struct span rest = span_after(memory, 1);

	if (is_refresh)
		a->client = span_dup(span_cut(&rest, MEMORY_END));
	else if (memory.len < 2 || memory.at[0] != MEMORY_TOKEN)
		return false;
	keep_secret(is_refresh ? &a->refresh : &a->token, rest);
	return rest.len > 0;
}

// What a question brings. False: it is none that this answers.
static bool take_secrets(struct asking *a)
{
	const struct identity_question *q = a->question;
	struct span secret = buf_span(&q->secret);

	if (q->act == IDENTITY_AGAIN)
		return q->subject && take_memory(a, secret);
	a->client = span_dup(span_of(a->issuer->settings.told));
	if (q->act == IDENTITY_CODE)
		return secret.len > 0;
	keep_secret(&a->token, secret);
	keep_secret(&a->refresh, buf_span(&q->refresh));
	return q->act == IDENTITY_BEARER && secret.len > 0;
}

// One who asks beside too many is told nothing else than when nobody can be asked.
void issuer_ask(struct issuer *i, struct identity_question *q)
{
	struct asking *a = issuer_new_asking(i);

	a->question = q;
	a->steps = steps;
	a->finish = finish;
	if (++i->n_questions > ISSUER_QUESTIONS_MAX)
		a->until_ms = 0;
	else if (!take_secrets(a))
		a->steps = steps_of_none;
	issuer_go(i);
}
