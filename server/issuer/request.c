// SPDX-License-Identifier: MIT
#include "server/issuer/request.h"

#include "common/encode.h"
#include "common/form.h"
#include "common/wipe.h"

void request_clear(struct request *r)
{
	wipe_away(&r->form);
	wipe_away(&r->authorization);
	*r = (struct request){0};
}

// So that nothing grows, and leaves bytes behind.
static void begin(struct request *r, const char *url, enum errand_method method)
{
	*r = (struct request){.url = url, .method = method};
	(void)buf_space(&r->form, 2 * ERRAND_FORM_MAX);
	(void)buf_space(&r->authorization, 2 * ERRAND_FORM_MAX);
}

void request_page(struct request *r, const char *url)
{
	*r = (struct request){.url = url, .method = ERRAND_GET};
}

// RFC 6749, 2.3.1: both are escaped before they are a name and a password.
static void add_basic(struct request *r, const struct issuer_settings *s)
{
	struct buf pair = {0};

	(void)buf_space(&pair, 4096);
	form_escape(&pair, span_of(s->client_id));
	buf_add_char(&pair, ':');
	form_escape(&pair, span_of(s->secret));
	buf_add_str(&r->authorization, "Basic ");
	encode_b64(&r->authorization, pair.at, pair.len);
	wipe_away(&pair);
}

// The secret is the server's own: other clients are public.
static void add_client(struct request *r, const struct issuer_settings *s, const char *client)
{
	if (s->secret && strcmp(client, s->client_id) == 0)
		add_basic(r, s);
	else
		form_add(&r->form, "client_id", span_of(client));
}

void request_code(struct request *r, const char *url, const struct issuer_settings *s,
		  const struct identity_question *q)
{
	begin(r, url, ERRAND_POST);
	form_add(&r->form, "grant_type", SPAN("authorization_code"));
	form_add(&r->form, "code", buf_span(&q->secret));
	form_add(&r->form, "redirect_uri", span_of(q->redirect));
	form_add(&r->form, "code_verifier", buf_span(&q->verifier));
	form_add(&r->form, "resource", span_of(s->resource));
	add_client(r, s, s->told);
}

void request_refresh(struct request *r, const char *url, const struct issuer_settings *s,
		     const char *client, struct span refresh)
{
	begin(r, url, ERRAND_POST);
	form_add(&r->form, "grant_type", SPAN("refresh_token"));
	form_add(&r->form, "refresh_token", refresh);
	form_add(&r->form, "resource", span_of(s->resource));
	add_client(r, s, client);
}

void request_introspection(struct request *r, const char *url, const struct issuer_settings *s,
			   struct span token)
{
	begin(r, url, ERRAND_POST);
	form_add(&r->form, "token", token);
	form_add(&r->form, "token_type_hint", SPAN("access_token"));
	add_client(r, s, s->client_id);
}

void request_userinfo(struct request *r, const char *url, struct span token)
{
	begin(r, url, ERRAND_GET);
	buf_add_str(&r->authorization, "Bearer ");
	buf_add_span(&r->authorization, token);
}

struct errand_request request_errand(const struct request *r, uint64_t number)
{
	return (struct errand_request){
		.number = number,
		.kind = ERRAND_ISSUER,
		.method = r->method,
		.url = span_of(r->url),
		.headers = {[ERRAND_HEADER_ACCEPT] = SPAN("application/json"),
			    [ERRAND_HEADER_AUTHORIZATION] = buf_span(&r->authorization),
			    [ERRAND_HEADER_TYPE] =
				    r->form.len ? SPAN("application/x-www-form-urlencoded")
						: SPAN("")},
		.body = buf_span(&r->form)};
}
