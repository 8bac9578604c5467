// SPDX-License-Identifier: MIT
// `snugd check`, the certificate: what a client would find out first.
#include "server/cli_check_private.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/tls_chain.h"
#include "server/io/web_assets.h"
#include "server/pair.h"
#include "server/state.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define RENEW_DAYS 21
#define YEAR_2026_MS INT64_C(1767225600000)

struct examined {
	char *cert, *key;
	bool is_ours; // made by init, and signed by nobody else
	struct tls_chain chain;
};

static bool is_address(const char *name)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

// A certificate for the key that is there, so that pins stay right.
static void add_new_certificate(struct buf *out, const struct examined *p, const char *name)
{
	buf_printf(out,
		   "  openssl req -x509 -key %s -days 3650 -subj /CN=%s -addext "
		   "subjectAltName=%s:%s -out %s",
		   p->key, name, is_address(name) ? "IP" : "DNS", name, p->cert);
}

// An authority's is had from there, one's own is made here.
static void add_renewal(struct buf *out, const struct check *k, const struct examined *p)
{
	if (!p->is_ours) {
		buf_add_str(out, ": renew it, with the same key, then  snugd reload --state ");
		buf_add_str(out, k->cli->paths.state);
		return;
	}
	buf_add_str(out, ": renew it, then snugd reload:");
	add_new_certificate(out, p, k->config.name);
}

static void check_time(struct check *k, const struct examined *p)
{
	char from[CLOCK_TEXT_LEN + 1], until[CLOCK_TEXT_LEN + 1];
	int64_t now = clock_wall_ms(), days = (p->chain.until_ms - now) / DAY_MS;
	// Of a clock that is wrong its own row tells.
	bool is_early = now >= YEAR_2026_MS && p->chain.from_ms > now;
	bool is_over = p->chain.until_ms < now;
	struct buf found = {0};

	clock_text(p->chain.from_ms, from);
	clock_text(p->chain.until_ms, until);
	if (is_early)
		buf_printf(&found,
			   "not valid before %s: set the clock where that is wrong, or have "
			   "one that is valid now:",
			   from);
	else
		buf_printf(&found, "%s %s", is_over ? "expired on" : "valid until", until);
	if (is_early)
		add_new_certificate(&found, p, k->config.name);
	else if (days < RENEW_DAYS || is_over)
		add_renewal(&found, k, p);
	check_report(k, "certificate", !is_early && days >= RENEW_DAYS && !is_over,
		     buf_str(&found));
	buf_clear(&found);
}

static void check_name(struct check *k, struct examined *p)
{
	struct buf found = {0};

	if (p->chain.names_host) {
		buf_add_str(&found, k->config.name);
	} else {
		buf_printf(&found,
			   "links say %s, but the certificate is for %s: set the name that it "
			   "has in snugd.conf, or have one for this name:",
			   k->config.name,
			   p->chain.names.len ? buf_str(&p->chain.names) : "no name");
		add_new_certificate(&found, p, k->config.name);
	}
	check_report(k, "host-name", p->chain.names_host, buf_str(&found));
	buf_clear(&found);
}

static void add_standing(struct buf *out, const struct tls_chain *c)
{
	if (c->is_vouched)
		buf_printf(out, "%zu, of an authority that this computer believes", c->n);
	else if (c->is_own)
		buf_add_str(out, "signed by itself: people need a link with its pin");
	else
		buf_printf(out,
			   "%zu, of an authority that this computer does not know: people need "
			   "it, or a link with the pin",
			   c->n);
}

static void check_chain(struct check *k, struct examined *p)
{
	struct tls_chain *c = &p->chain;
	struct buf found = {0};

	switch (c->fault) {
	case TLS_CHAIN_FINE:
		add_standing(&found, c);
		break;
	case TLS_CHAIN_STRANGER:
		buf_printf(&found,
			   "%s did not sign what stands before it in %s: the server's own "
			   "comes first, and behind each who signed it:  cat OWN ISSUER >%s",
			   buf_str(&c->at), p->cert, p->cert);
		break;
	case TLS_CHAIN_EARLY:
	case TLS_CHAIN_EXPIRED:
		buf_printf(&found,
			   "%s, behind the server's own in %s, %s: have the authority's new "
			   "one in its place:  cat OWN ISSUER >%s",
			   buf_str(&c->at), p->cert,
			   c->fault == TLS_CHAIN_EARLY ? "is not valid yet" : "has expired",
			   p->cert);
		break;
	case TLS_CHAIN_OPEN:
		buf_printf(&found,
			   "%s holds not who signed %s, and no computer can know: append it "
			   "(certbot has all in fullchain.pem):  curl -fs %s | openssl x509 "
			   ">>%s",
			   p->cert, buf_str(&c->at), buf_str(&c->issuer_url), p->cert);
		break;
	}
	check_report(k, "chain", c->fault == TLS_CHAIN_FINE, buf_str(&found));
	buf_clear(&found);
}

// Where people come with browsers. No mistake: programs may be all that comes there.
static void check_page(struct check *k, struct examined *p)
{
	bool is_there = n_web_assets > 1; // one alone is the word that it was left out
	bool is_believed = p->chain.is_vouched || strcmp(k->config.name, "localhost") == 0;
	struct buf found = {0};

	if (!k->config.web_listen.count)
		return;
	if (!is_there) {
		buf_add_str(&found, "left out when this snugd was built, since the tools that "
				    "make it were not there: build it with them:  make deps "
				    "&& make");
	} else if (!is_believed && k->config.acme_server) {
		buf_printf(&found,
			   "browsers warn of it until the authority has been asked:  snugd "
			   "tls acme --state %s",
			   k->cli->paths.state);
	} else if (!is_believed) {
		buf_add_str(&found, "browsers warn of it, since no authority that they know "
				    "vouches for the certificate: have one that does:");
		add_new_certificate(&found, p, k->config.name);
	} else {
		buf_add_str(&found, "there for browsers");
	}
	check_row(k, "page", is_there && is_believed, buf_str(&found));
	buf_clear(&found);
}

static void check_pair(struct check *k, struct examined *p)
{
	check_time(k, p);
	check_name(k, p);
	check_chain(k, p);
	check_page(k, p);
	// The key may be read by a group, as the tools that renew certificates have it.
	check_mode(k, "key", p->key, 027);
}

// A key that is not taken by itself: links and pins would be wrong.
static void check_waiting(struct check *k, const struct tls_context *waiting)
{
	uint8_t pin[TLS_PIN_LEN], other[TLS_PIN_LEN];
	struct buf found = {0};
	char *error = NULL;
	struct tls_context *held;

	if (pair_first(&k->cli->paths, &k->config) == PAIR_CONFIGURED)
		return;
	held = pair_served(&k->cli->paths, &k->config, &error);
	tls_context_pin(waiting, other);
	if (held)
		tls_context_pin(held, pin);
	if (!held || memcmp(pin, other, sizeof(pin)) != 0) {
		buf_add_str(&found, "the server goes on with a key that it keeps, since the "
				    "files hold ");
		encode_b64url(&found, other, sizeof(other));
		buf_printf(&found,
			   ": take it with the old key's word:  snugd tls rotate --state %s",
			   k->cli->paths.state);
		check_report(k, "key-waits", false, held ? buf_str(&found) : error);
	}
	free(error);
	tls_context_free(held);
	buf_clear(&found);
}

void check_key(struct check *k)
{
	const struct paths *paths = &k->cli->paths;
	const struct config *config = &k->config;
	struct examined p = {0};
	struct buf words = {0}, joined = {0};
	struct tls_context *tls = NULL;
	char *error = NULL;

	p.cert = path_beside_config(paths, config->certificate ? config->certificate
							       : paths->certificate);
	p.key = path_beside_config(paths, config->key ? config->key : paths->key);
	if (state_check_key(paths, config, &words) == ADMIN_DONE)
		tls = config_tls(config, paths, &error);
	else
		check_join(&joined, buf_span(&words));
	if (tls && tls_chain_read(&p.chain, p.cert, config->name)) {
		p.is_ours = p.chain.is_own;
		check_pair(k, &p);
		check_waiting(k, tls);
	} else {
		check_report(k, "certificate", false, error ? error : buf_str(&joined));
	}
	tls_chain_clear(&p.chain);
	tls_context_free(tls);
	buf_clear(&joined);
	buf_clear(&words);
	free(error);
	free(p.cert);
	free(p.key);
}
