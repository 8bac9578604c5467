// SPDX-License-Identifier: MIT
#include "server/hub/web/file_who.h"

#include "common/encode.h"
#include "common/http.h"
#include "common/wipe.h"
#include "server/hub/door/login.h"
#include "server/hub/files/file_link.h"
#include "server/hub/files/file_token.h"
#include "server/hub/people/lease.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/server_ban.h"

#define NOBODY "Files are for who is logged in: send an app token, or a token of FILEHOST."
#define PASSWORD                                                                               \
	"A password opens nothing here: make an app token (/msg NickServ TOKEN ADD) and send " \
	"it in the password's place."
#define UNKNOWN "The token is not known, or its time is over: ask for another one."
#define SIGN_IN "Your sign-in is over: sign in again."
#define LATER "There were too many wrong attempts: wait a minute."
#define LATER_S 60

static struct file_asker nobody(unsigned status, unsigned retry_s, const char *why)
{
	return (struct file_asker){.status = status, .retry_s = retry_s, .why = why};
}

// One that is known, if it is let in now; `by`: lease.h.
static struct file_asker known(struct account *a, const struct credential *by, stream_id scope,
			       struct span host)
{
	struct hub *h = a->hub;

	if (!lease_lets_in(a, by))
		return nobody(401, 0, SIGN_IN);
	if (account_is_shut(a) || server_ban_account(h, span_of(a->name)) ||
	    server_ban_address(h, host))
		return nobody(401, 0, UNKNOWN);
	if (h->lockdown == LOCKDOWN_MEMBERS && a->role != ROLE_ADMIN)
		return nobody(403, 0,
			      "The server is locked down: administrators alone are let in.");
	return (struct file_asker){.account = a, .scope = scope};
}

static struct file_asker by_app_token(struct hub *h, const struct web_question *q,
				      struct origin *from, struct span name, struct span secret)
{
	struct credential *c = token_find(h, secret);

	if (c && credential_lets_in(c) && span_eq_fold(name, span_of(c->account->name))) {
		credential_used(c);
		return known(c->account, c, 0, q->host);
	}
	if (!throttle_may_try(h, from, name))
		return nobody(429, LATER_S, LATER);
	throttle_failed(h, from, name);
	return nobody(401, 0, token_is(secret) ? UNKNOWN : PASSWORD);
}

// RFC 7617: NAME:SECRET, of which the name may have @device behind it.
static struct file_asker by_basic(struct hub *h, const struct web_question *q,
				  struct origin *from, struct span text)
{
	struct buf pair = {0};
	struct span name, device, secret;
	struct file_asker who;

	if (!decode_b64(&pair, text)) {
		wipe_away(&pair);
		return nobody(400, 0, "Authorization is no base64.");
	}
	secret = buf_span(&pair);
	login_split(span_cut(&secret, ':'), &name, &device);
	who = by_app_token(h, q, from, name, secret);
	wipe_away(&pair);
	return who;
}

static struct file_asker by_bearer(struct hub *h, const struct web_question *q,
				   struct origin *from, struct span text)
{
	const struct file_token *t = file_token_find(h, text);

	if (t && file_token_works(t))
		return known(t->account, token_letting_in(t->session), t->scope, q->host);
	if (t)
		return nobody(401, 0, UNKNOWN);
	if (!throttle_may_ask(h, from))
		return nobody(429, LATER_S, LATER);
	throttle_tried(h, from);
	return nobody(401, 0, UNKNOWN);
}

static struct file_asker by_link(struct hub *h, const struct web_question *q)
{
	struct buf sig = {0};
	struct account *a = NULL;

	if (http_form_value(q->query, SPAN("s"), &sig))
		a = file_link_account(h, &q->file, buf_span(&sig));
	else
		return nobody(401, 0, NOBODY);
	buf_clear(&sig);
	return a ? known(a, lease_beside(a), 0, q->host) : nobody(404, 0, NULL);
}

struct file_asker file_who(struct hub *h, const struct web_question *q, bool link)
{
	struct span text = q->authorization, scheme = span_cut(&text, ' ');
	struct origin from = throttle_origin(h, q->host, q->source);

	text = span_trim(text);
	if (span_eq_fold(scheme, SPAN("Basic")))
		return by_basic(h, q, &from, text);
	if (span_eq_fold(scheme, SPAN("Bearer")))
		return by_bearer(h, q, &from, text);
	if (link && !scheme.len)
		return by_link(h, q);
	return nobody(401, 0, NOBODY);
}
