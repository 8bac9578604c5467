// SPDX-License-Identifier: MIT
// An offer hangs on both sessions that it is about, session.offer, and lets go of both when it
// ends: offer_end() is the one way.
#include "server/hub/door/offer.h"

#include "common/die.h"
#include "common/wipe.h"
#include "server/hub/door/device_told.h"
#include "server/hub/door/login.h"
#include "server/hub/door/step_up.h"
#include "server/hub/door/vouch.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include <sodium.h>
#include <stdlib.h>

struct offer {
	struct list in_hub;
	struct timer over;
	struct session *by;       // who made it
	struct session *claimant; // NULL: nobody has brought the secret yet
	uint8_t hash[SECRET_HASH_LEN];
	int64_t number; // of the question
	char *label;    // wanted by the claimant
	enum credential_kind kind;
};

static void end(struct offer *o)
{
	timer_stop(&o->over);
	o->by->offer = NULL;
	if (o->claimant)
		o->claimant->offer = NULL;
	list_remove(&o->in_hub);
	sodium_memzero(o->hash, sizeof(o->hash));
	free(o->label);
	free(o);
}

static void refuse(struct offer *o)
{
	struct session *s = o->claimant;

	end(o);
	if (!s)
		return;
	post_hold_login(s, false);
	fail(s, "CERT", "CLAIM_REFUSED", (struct span){0},
	     "The device that made the link did not let this one in");
}

static void on_over(struct hub *h, struct timer *t)
{
	struct offer *o = container_of(t, struct offer, over);

	(void)h;
	if (o->claimant)
		vouch_say_over(o->by, o->number);
	refuse(o);
}

// Of its account; there is one.
static struct offer *of_account(const struct account *a)
{
	list_for_each(item, &a->hub->offers) {
		struct offer *o = container_of(item, struct offer, in_hub);

		if (o->by->account == a)
			return o;
	}
	return NULL;
}

static bool has_room(const struct hub *h)
{
	size_t n = 0;

	list_for_each(item, &h->offers)
		n++;
	return n < OFFERS_MAX;
}

bool offer_make(struct session *s, char secret[static SECRET_TEXT_LEN + 1])
{
	struct hub *h = s->hub;
	struct offer *o = of_account(s->account);

	if (o && o->claimant)
		vouch_say_over(o->by, o->number);
	if (o)
		refuse(o);
	if (!has_room(h))
		return false;
	o = xcalloc(1, sizeof(*o));
	o->by = s;
	s->offer = o;
	secret_make(h, secret);
	secret_hash(h, span_from(secret, SECRET_TEXT_LEN), o->hash);
	list_add(&h->offers, &o->in_hub);
	timer_set(h, &o->over, h->now.mono_ms + OFFER_MS, on_over);
	return true;
}

static struct offer *open_one(struct hub *h, struct span secret)
{
	uint8_t hash[SECRET_HASH_LEN];
	struct offer *found = NULL;

	secret_hash(h, secret, hash);
	list_for_each(item, &h->offers) {
		struct offer *o = container_of(item, struct offer, in_hub);

		if (!o->claimant && sodium_memcmp(o->hash, hash, sizeof(hash)) == 0)
			found = o;
	}
	return found;
}

static void ask_maker(struct offer *o)
{
	struct line l;

	line_start(&l, o->by->hub, NULL, "CERT");
	line_str(&l, "CLAIM");
	line_number(&l, o->number);
	vouch_add_address(&l, o->claimant);
	if (o->kind == CREDENTIAL_TOKEN)
		line_str(&l, "TOKEN");
	line_text(&l, span_of(o->label));
	reply_end(&l, o->by);
}

static void take(struct offer *o, struct session *s, enum credential_kind kind,
		 struct span label)
{
	struct hub *h = s->hub;

	o->claimant = s;
	s->offer = o;
	sodium_memzero(o->hash, sizeof(o->hash));
	o->kind = kind;
	o->label = span_dup(label);
	o->number = ++h->last_question;
	timer_set(h, &o->over, h->now.mono_ms + OFFER_MS, on_over);
	post_hold_login(s, true);
	note(s, "CERT", "WAIT", (struct span){0},
	     "The device that made the link is asked whether it lets this one in");
	ask_maker(o);
}

void offer_claim(struct session *s, struct span secret, enum credential_kind kind,
		 struct span label)
{
	struct hub *h = s->hub;
	struct offer *o;

	if (!throttle_may_ask(h, &s->from)) {
		fail(s, "CERT", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "Too many attempts from your address: try again in a minute");
		return;
	}
	o = s->offer ? NULL : open_one(h, secret);
	if (o) {
		take(o, s, kind, label);
		return;
	}
	throttle_tried(h, &s->from);
	fail(s, "CERT", "NO_SUCH_OFFER", (struct span){0},
	     "The link is unknown, was used, or is older than two minutes: make another one");
}

static void tell_all(struct credential *c, const struct session *by, const struct session *from)
{
	struct buf words = {0}, undo = {0};

	buf_printf(&words, "%s (%s) let in a new device of yours, %s (%s)",
		   by->device ? by->device : "A device", by->host, c->label, from->host);
	if (c->kind == CREDENTIAL_TOKEN)
		buf_printf(&undo, "CERT TOKEN DEL %s", c->label);
	else
		buf_printf(&undo, "/device revoke %s (CERT DEL %s)", c->label, c->label);
	device_told(c, NULL, buf_str(&words), buf_str(&undo));
	buf_clear(&words);
	buf_clear(&undo);
}

// `text` is of a token; "" where the certificate that was shown is let in.
static struct credential *make(const struct offer *o, char text[static TOKEN_TEXT_MAX + 1])
{
	struct account *a = o->by->account;
	const struct session *s = o->claimant;
	struct credential *c;

	text[0] = '\0';
	if (o->kind == CREDENTIAL_TOKEN) {
		c = token_new(a, span_of(o->label), 0, text);
		token_set_device(c);
		return c;
	}
	c = credential_new(a, CREDENTIAL_CERT, s->cert->pin, span_of(o->label), 0);
	credential_shown(c, s->cert->hash);
	return c;
}

static void say_in(struct session *s, const struct credential *c, const char *token)
{
	struct line l;

	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "CLAIM");
	line_str(&l, c->account->name);
	if (token[0])
		line_str(&l, token);
	line_text(&l, span_of(c->label));
	session_say(s, &l);
	wipe_away(&l.body);
	line_clear(&l);
}

static void let_in(struct offer *o)
{
	struct session *by = o->by, *s = o->claimant;
	char token[TOKEN_TEXT_MAX + 1];
	bool is_token = o->kind == CREDENTIAL_TOKEN;
	struct credential *c = make(o, token);

	c->is_told = true;
	signin_added(s, c->account, is_token ? LOGIN_TOKEN : LOGIN_CERTIFICATE, c->label);
	end(o);
	post_hold_login(s, false);
	say_in(s, c, token);
	sodium_memzero(token, sizeof(token));
	tell_all(c, by, s);
}

// A token is a new one for whoever asks.
static bool is_in_already(const struct offer *o)
{
	return o->kind == CREDENTIAL_CERT && credential_shown_by(o->claimant);
}

static void answer_yes(struct offer *o)
{
	struct session *s = o->by;
	const struct step_up *why = step_up_offer(s);

	if (why) {
		fail(s, "CERT", why->code, (struct span){0}, why->words);
	} else if (is_in_already(o) ||
		   credentials_count(s->account) >= CREDENTIALS_PER_ACCOUNT) {
		refuse(o);
		fail(s, "CERT", "TOO_MANY_CERTS", (struct span){0},
		     "The account has too many certificates and tokens, or this one is let in "
		     "already");
	} else if (need_disk(s, "CERT")) {
		int64_t number = o->number;

		let_in(o);
		vouch_say_answered(s, "ALLOW", number);
	}
}

bool offer_answer(struct session *s, int64_t number, bool yes)
{
	struct offer *o = s->offer;

	if (!o || o->by != s || !o->claimant || o->number != number)
		return false;
	if (yes) {
		answer_yes(o);
		return true;
	}
	refuse(o);
	vouch_say_answered(s, "DENY", number);
	return true;
}

void offer_forget(struct session *s)
{
	struct offer *o = s->offer;

	if (o && o->claimant == s) {
		vouch_say_over(o->by, o->number);
		end(o);
	} else if (o) {
		refuse(o);
	}
}

void offer_drop(struct session *s)
{
	if (s->offer)
		end(s->offer);
}
