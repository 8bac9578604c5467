// SPDX-License-Identifier: MIT
// Somebody who asks for what wants a proof: by which proof, and from which device.
#pragma once

#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/factor.h"
#include "tests/unit/hub/pam_peer.h"
#include "tests/unit/hub/totp_peer.h"

// Which proof a session has when it asks.
enum proof {
	PROOF_NONE,
	PROOF_PASSWORD,
	PROOF_CODE,
	PROOF_YES,     // of another device
	PROOF_STACK,   // the password, judged by PAM: there is none here
	PROOF_SIGN_IN, // at the issuer: there is no password
	PROOF_EXPIRED, // the password, eleven minutes ago
	PROOFS,
};

// What the session is: a device that came behind `old` and before `younger`, or no device.
enum device {
	DEVICE_YOUNG,   // minutes ago
	DEVICE_SETTLED, // eight days ago
	DEVICE_TOKEN,   // a program's token
	DEVICES,
};

// Certificates.
#define OLD 1
#define OWN 2
#define YOUNGER 3

struct scene {
	struct fixture *fixture;
	struct app app;
	bool is_enrolled; // the second factor is on, else the app is added and no more
	struct peer *old, *asks;
};

static inline bool is_proved(enum proof proof)
{
	return proof != PROOF_NONE && proof != PROOF_EXPIRED;
}

// ann's devices in the order of their ages: old, the token spare, the one that asks, younger.
static inline void scene_devices(struct fixture *f, enum device device)
{
	struct peer *p = by_password(f, OLD);

	peer_send(p, "CERT ADD old");
	expect_later(p, "server CERT ADD * * :old");
	peer_send(p, "CERT TOKEN ADD spare");
	expect_later(p, "server CERT TOKEN ADD * * :spare");
	peer_send(p, "CERT TOKEN ADD asks");
	expect_later(p, "server CERT TOKEN ADD * $token :asks");
	peer_close(p);
	if (device == DEVICE_TOKEN)
		return;
	peer_close(by_password(f, OWN));
	p = by_password(f, OWN);
	peer_send(p, "CERT ADD own");
	expect_later(p, "server CERT ADD * * :own");
	peer_close(p);
}

// With them all, on a server that is fresh; c->is_enrolled is the caller's.
static inline void scene_set_up(struct scene *c, struct fixture *f, enum device device)
{
	struct peer *p;

	c->fixture = f;
	scene_devices(f, device);
	p = by_password(f, YOUNGER);
	peer_send(p, "CERT ADD younger");
	expect_later(p, "server CERT ADD * * :younger");
	if (c->is_enrolled)
		app_enable(f, &c->app, p);
	else
		app_add(f, &c->app, p);
	peer_close(p);
	fixture_pass(f, device == DEVICE_SETTLED ? 8 * DAY_MS : 2 * TOTP_STEP_MS);
	c->old = by_key(f, OLD);
}

// Who asks is in.
static inline void scene_come(struct scene *c, enum device device)
{
	struct fixture *f = c->fixture;
	struct peer *p;
	char how[128];

	if (device != DEVICE_TOKEN) {
		p = by_key(f, OWN);
	} else {
		snprintf(how, sizeof(how), "PASS :ann:%s", fixture_var(f, "token"));
		p = shows(f, 9);
		log_in(p, "ann", how);
	}
	peer_send(p, "CAP REQ :draft/account-2fa soju.im/client-cert");
	peer_skip(p);
	c->asks = p;
}

// ann's account is one that was made by somebody else's word: of now, since a lease would be
// over by then.
static inline void scene_is_elsewhere(struct scene *c, enum identity_way way,
				      struct span issuer)
{
	struct fixture *f = c->fixture;
	struct hub_config config = f->hub->config;
	struct account *ann = account_find(f->hub, SPAN("ann"));
	const struct bound_to to = {way, issuer, SPAN("ann"), SPAN("")};

	config.oidc = with_issuer().oidc;
	config.pam_service = SPAN("snug");
	config.pam_tries = 3;
	hub_configure(f->hub, &config);
	binding_new(ann, &to, false);
	account_rehash(ann, SPAN(""));
}

static inline void scene_prove_elsewhere(struct scene *c, enum proof proof)
{
	if (proof == PROOF_STACK) {
		scene_is_elsewhere(c, IDENTITY_PAM, SPAN("pam:snug"));
		peer_send(c->asks, "CERT PROVE " PASSWORD_B64);
		fixture_identified(c->fixture, stack_knows("ann"));
	} else {
		scene_is_elsewhere(c, IDENTITY_OIDC, SPAN(ISSUER));
		peer_send(c->asks, "CERT PROVE SIGN-IN");
		expect_later(c->asks, "server NOTE CERT SIGN_IN_NOW 300 :*");
		bearer_says(c->asks, "", "auth=Bearer token\x01");
		fixture_identified(c->fixture, is(ISSUER, "ann", "ann"));
	}
}

static inline void scene_prove(struct scene *c, enum proof proof)
{
	struct peer *p = c->asks;

	if (proof == PROOF_PASSWORD || proof == PROOF_EXPIRED) {
		peer_send(p, "CERT PROVE " PASSWORD_B64);
	} else if (proof == PROOF_CODE) {
		peer_send(p, "CERT PROVE CODE %s", app_next(&c->app));
	} else if (proof == PROOF_YES) {
		peer_skip(c->old);
		peer_send(p, "CERT PROVE");
		expect_later(p, "server NOTE CERT WAIT :*");
		expect_later(c->old, "server CERT PROVE $q * *");
		peer_send(c->old, "CERT ALLOW %s", fixture_var(c->fixture, "q"));
	} else if (proof == PROOF_STACK || proof == PROOF_SIGN_IN) {
		scene_prove_elsewhere(c, proof);
	}
	if (proof != PROOF_NONE)
		expect_later(p, "server CERT PROVE * 600");
	fixture_pass(c->fixture, proof == PROOF_EXPIRED ? 11 * MINUTE_MS : 2 * TOTP_STEP_MS);
	peer_skip(p);
}
