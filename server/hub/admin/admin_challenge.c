// SPDX-License-Identifier: MIT
// tls challenge: an authority of certificates wants this server to prove a name of its own
// (common/tls_challenge.h). The shards are told what to show, and when no more; nothing is
// kept.
#include "common/encode.h"
#include "server/hub/admin/admin.h"

#include <stdio.h>

static bool is_own_name(const struct hub_config *c, struct span name)
{
	bool is_own = span_eq_fold(name, c->name) || span_eq_fold(name, span_of(c->link.host));

	for (size_t i = 0; i < c->link.others.count && !is_own; i++)
		is_own = span_eq_fold(name, span_of(c->link.others.at[i].name));
	return is_own;
}

// The place of that name, or a free one; NULL: there are too many.
static struct challenged *find_place(struct hub *h, struct span name)
{
	struct challenged *place = NULL;

	for (size_t i = 0; i < ARRAY_LEN(h->challenged); i++) {
		struct challenged *p = &h->challenged[i];
		bool is_over = p->until_ms <= h->now.mono_ms;

		if (!is_over && span_eq_fold(span_of(p->name), name))
			return p;
		if (is_over && !place)
			place = p;
	}
	return place;
}

static void tell_shards(struct hub *h, struct span name, struct span digest)
{
	for (unsigned i = 0; i < h->config.n_shards; i++)
		outbox_challenge(hub_outbox(h, i), name, digest);
}

static void begin(struct verb_call *c, struct span name, struct span digest)
{
	struct challenged *place = find_place(c->hub, name);

	if (!place) {
		verb_end(c, ADMIN_CONFLICT,
			 "%d names are being proven already: one is done with, or over after "
			 "10 minutes",
			 TLS_CHALLENGES_MAX);
		return;
	}
	snprintf(place->name, sizeof(place->name), SPAN_FMT, SPAN_ARG(name));
	place->until_ms = c->hub->now.mono_ms + TLS_CHALLENGE_MS;
	tell_shards(c->hub, name, digest);
	verb_end(c, ADMIN_DONE, "whoever asks for the proof of " SPAN_FMT " gets it",
		 SPAN_ARG(name));
}

static void end(struct verb_call *c, struct span name)
{
	struct challenged *place = find_place(c->hub, name);

	if (!place || place->until_ms <= c->hub->now.mono_ms) {
		verb_end(c, ADMIN_NOT_FOUND, "that name is not being proven");
		return;
	}
	place->until_ms = 0;
	tell_shards(c->hub, name, SPAN(""));
	verb_end(c, ADMIN_DONE, "no proof of it is given any more");
}

static void refuse_name(struct verb_call *c, struct span name)
{
	verb_end(c, ADMIN_CONFLICT,
		 SPAN_FMT " is no name of this server: those are " SPAN_FMT
			  " and what  link_host  says in snugd.conf",
		 SPAN_ARG(name), SPAN_ARG(c->hub->config.name));
}

void verb_tls_challenge(struct verb_call *c)
{
	struct span method = verb_word(c, 0), name = verb_word(c, 2), auth = verb_word(c, 4);
	const struct hub_config *config = &c->hub->config;
	struct buf digest = {0};

	if (c->session || !config->n_shards)
		verb_end(c, ADMIN_UNREACHABLE,
			 c->session ? "that is asked by the command line, on the server"
				    : "the server is not running");
	else if (!span_eq(verb_word(c, 1), SPAN("tls-alpn-01")))
		verb_end(c, ADMIN_CONFLICT, "the server proves by tls-alpn-01 alone");
	else if (span_eq(method, SPAN("done")) || span_eq(method, SPAN("failed")))
		end(c, name);
	else if (!span_eq(method, SPAN("begin")))
		verb_end(c, ADMIN_USAGE, "a challenge has a begin, and is done or failed");
	else if (!config->has_web)
		verb_end(c, ADMIN_CONFLICT,
			 "nothing listens for it: write  [web] listen = 0.0.0.0:443  into "
			 "snugd.conf, and start the server again");
	else if (!is_own_name(config, name))
		refuse_name(c, name);
	else if (!decode_b64url(&digest, auth) || digest.len != TLS_CHALLENGE_LEN)
		verb_end(c, ADMIN_USAGE,
			 "AUTH is no digest: 43 characters of base64url were expected");
	else
		begin(c, name, buf_span(&digest));
	buf_clear(&digest);
}
