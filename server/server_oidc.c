// SPDX-License-Identifier: MIT
// The issuer of [oidc] among the parts of the server: questions of the hub, errands, the time,
// and logouts that come over HTTP.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/grow.h"
#include "server/issuer/issuer.h"

#include <stdlib.h>

struct server_oidc {
	struct server *server;
	struct issuer *issuer;
	struct loop_timer *timer;
	const char **clients, **hosts; // NULL at their end
};

static enum errand_posted post(void *arg, const struct errand_request *r, errand_told_fn *fn,
			       void *told)
{
	const struct server_oidc *o = arg;

	if (!o->server->beside)
		return ERRAND_LATER;
	return errand_post(beside_errands(o->server->beside), r, fn, told);
}

static void answer(void *arg, struct identity_answer *a)
{
	const struct server_oidc *o = arg;

	mailbox_put(o->server->mailbox, &a->letter);
}

static void changed(void *arg)
{
	const struct server_oidc *o = arg;

	server_configure_hub(o->server);
}

static int64_t mono_ms(UNUSED void *arg)
{
	return clock_mono_ms();
}

// The time of the whole server, which is not any that the machine jumps to.
static int64_t wall_ms(void *arg)
{
	const struct server_oidc *o = arg;

	return server_time(o->server).wall_ms;
}

static void wake_at(void *arg, int64_t at)
{
	const struct server_oidc *o = arg;
	int64_t now = clock_mono_ms();

	if (at == INT64_MAX)
		loop_timer_stop(o->timer);
	else
		loop_timer_set(o->timer, at > now ? at - now : 0);
}

static void on_timer(void *arg)
{
	const struct server_oidc *o = arg;

	issuer_wake(o->issuer);
}

static const char *words_of(enum issuer_logout what)
{
	switch (what) {
	case ISSUER_LOGGED_OUT:
		return "";
	case ISSUER_BUSY:
		return "Too many at once: try again in a moment.\n";
	case ISSUER_CANNOT_SAY:
		return "The issuer's keys cannot be had now: try again later.\n";
	case ISSUER_REFUSED:
		break;
	}
	return "This is no logout token that is taken here.\n";
}

static void tell(const struct server *s, conn_id conn, const struct web_answer *answer)
{
	struct outbox *out = outbox_new();

	outbox_answer(out, conn, answer);
	mailbox_put(server_shard(s, CONN_SHARD(conn)), &out->letter);
}

static void logged_out(void *arg, conn_id conn, enum issuer_logout what)
{
	const struct server_oidc *o = arg;

	tell(o->server, conn,
	     &(struct web_answer){.status = (unsigned)what,
				  .retry_s = what == ISSUER_BUSY ? 5 : 0,
				  .body = span_of(words_of(what))});
}

// NULL at the end; without any the one that is given.
static const char **list_of(const struct conf_list *l, const char *without_any)
{
	const char **words = xcalloc(l->count + 2, sizeof(*words));

	words[0] = l->count ? NULL : without_any;
	for (size_t i = 0; i < l->count; i++)
		words[i] = l->items[i];
	return words;
}

static void find_lists(struct server_oidc *o)
{
	const struct config *c = &o->server->config;

	free(o->clients);
	free(o->hosts);
	o->clients = list_of(&c->oidc_clients, c->oidc_client_id);
	o->hosts = list_of(&c->oidc_hosts, NULL);
}

static void settings_of(struct server_oidc *o, struct issuer_settings *out)
{
	const struct config *c = &o->server->config;

	find_lists(o);
	*out = (struct issuer_settings){.client_id = c->oidc_client_id,
					.told = config_oidc_told(c),
					.secret = c->oidc_secret,
					.resource = config_oidc_resource(c),
					.hosts = o->hosts,
					.type = (enum jwt_type)c->oidc_token_type,
					.claims = {.issuer = c->oidc_issuer,
						   .audience = c->oidc_for,
						   .clients = o->clients,
						   .name_claim = c->oidc_name_claim,
						   .groups_claim = c->oidc_groups_claim,
						   .admin_group = c->oidc_admin_group,
						   .tenant = c->oidc_tenant}};
	for (size_t i = 0; i < JOSE_ALGORITHMS; i++)
		out->algorithms[i] = !c->oidc_algorithms.count;
	for (size_t i = 0; i < c->oidc_algorithms.count; i++) {
		enum jose_algorithm found;

		if (jose_algorithm_find(span_of(c->oidc_algorithms.items[i]), &found))
			out->algorithms[found] = true;
	}
}

void server_start_oidc(struct server *s)
{
	struct server_oidc *o;
	struct issuer_settings settings;

	if (!s->config.oidc_issuer)
		return;
	s->oidc = o = xcalloc(1, sizeof(*o));
	o->server = s;
	o->timer = loop_timer_new(s->loop, on_timer, o);
	settings_of(o, &settings);
	o->issuer = issuer_new(&(struct issuer_outside){.arg = o,
							.post = post,
							.answer = answer,
							.logged_out = logged_out,
							.changed = changed,
							.wake_at = wake_at,
							.mono_ms = mono_ms,
							.wall_ms = wall_ms},
			       &settings);
}

void server_set_oidc(struct server *s)
{
	struct issuer_settings settings;

	if (!s->oidc)
		return;
	settings_of(s->oidc, &settings);
	issuer_set(s->oidc->issuer, &settings);
}

void server_end_oidc(struct server *s)
{
	struct server_oidc *o = s->oidc;

	if (!o)
		return;
	issuer_free(o->issuer);
	loop_timer_free(o->timer);
	free(o->clients);
	free(o->hosts);
	free(o);
	s->oidc = NULL;
}

bool server_ask_issuer(struct server *s, struct identity_question *q)
{
	if (s->oidc)
		issuer_ask(s->oidc->issuer, q);
	return s->oidc != NULL;
}

void server_take_logouts(struct server *s, struct hub_out *out)
{
	for (size_t i = 0; i < out->n_logouts; i++) {
		const struct logout_heard *l = &out->logouts[i];

		if (s->oidc)
			issuer_take_logout(s->oidc->issuer, l->conn, span_of(l->token));
		else
			tell(s, l->conn,
			     &(struct web_answer){.status = 404,
						  .body = SPAN("No issuer is known here.\n")});
	}
	hub_logouts_free(out);
}

void server_oidc_for_hub(const struct server *s, struct hub_oidc *out)
{
	const char *authorization = s->oidc ? issuer_authorization(s->oidc->issuer) : NULL;

	if (authorization)
		out->authorization = span_of(authorization);
}

void server_oidc_words(const struct server *s, struct buf *out)
{
	if (!s->oidc)
		return;
	buf_printf(out, "%s ", s->config.oidc_issuer);
	issuer_words(s->oidc->issuer, out);
}

int64_t server_oidc_count(const struct server *s, enum identity_result result)
{
	return s->oidc ? issuer_count(s->oidc->issuer, result) : 0;
}
