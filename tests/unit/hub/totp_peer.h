// SPDX-License-Identifier: MIT
// An app that makes codes, for the tests of second factors.
#pragma once

#include "common/encode.h"
#include "common/totp.h"
#include "tests/unit/hub/devices_peer.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define IN "server 900 * ann!*@* ann :*"
#define REQUIRED "AUTHENTICATE 2FA-REQUIRED"

struct app {
	struct fixture *fixture;
	uint8_t secret[TOTP_SECRET_LEN];
	char code[TOTP_DIGITS + 1];
};

static inline int base32_digit(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c - '2' + 26;
}

// Takes the secret out of the challenge that is $data.
static inline void app_read(struct app *app)
{
	struct buf text = {0};
	json_t *o;
	const char *base32;
	uint32_t bits = 0;
	int n_bits = 0;
	size_t n = 0;

	assert_true(decode_b64(&text, span_of(fixture_var(app->fixture, "data"))));
	o = json_loadb(text.at, text.len, 0, NULL);
	assert_non_null(o);
	base32 = json_string_value(json_object_get(o, "secret"));
	assert_non_null(strstr(json_string_value(json_object_get(o, "uri")), base32));
	for (; *base32; base32++) {
		bits = bits << 5 | (uint32_t)base32_digit(*base32);
		n_bits += 5;
		if (n_bits >= 8) {
			n_bits -= 8;
			app->secret[n++] = (uint8_t)(bits >> n_bits);
		}
	}
	assert_int_equal(n, TOTP_SECRET_LEN);
	json_decref(o);
	buf_clear(&text);
}

// The code of now, or of so many steps later.
static inline const char *app_code(struct app *app, int later)
{
	totp_code(app->secret, totp_step(app->fixture->now.wall_ms) + later, app->code);
	return app->code;
}

// The next one: each is good once.
static inline const char *app_next(struct app *app)
{
	fixture_pass(app->fixture, 2 * TOTP_STEP_MS);
	return app_code(app, 0);
}

// Asks for a secret and confirms it; p has proved just now who it is.
static inline void app_add(struct fixture *f, struct app *app, struct peer *p)
{
	app->fixture = f;
	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	peer_send(p, "2FA CHALLENGE totp");
	expect(p, "server NOTE 2FA REGISTRATION_CHALLENGE totp $data :*");
	app_read(app);
	peer_send(p, "2FA ADD totp phone %s", app_code(app, 0));
	expect(p, "server 2FA ADD SUCCESS totp $factor :*");
}

// ... and turns it on; $r1 to $r8 are the recovery codes.
static inline void app_enable(struct fixture *f, struct app *app, struct peer *p)
{
	app_add(f, app, p);
	peer_send(p, "2FA ENABLE");
	expect(p, "server NOTE 2FA RECOVERY_CODES $r1 $r2 $r3 $r4 $r5 $r6 $r7 $r8 :*");
	expect(p, "server 2FA ENABLE SUCCESS :*");
	peer_skip(p);
}

// ann's second factor is on; gives a device of hers.
static inline struct peer *enrolled(struct fixture *f, struct app *app)
{
	struct peer *desk = device(f, 1, "desk");

	peer_send(desk, "CERT PROVE " PASSWORD_B64);
	expect(desk, "server CERT PROVE * 600");
	app_enable(f, app, desk);
	fixture_pass(f, 2 * TOTP_STEP_MS);
	return desk;
}

static inline void send_b64(struct peer *p, const char *text, size_t len)
{
	struct buf coded = {0};

	encode_b64(&coded, text, len);
	peer_send(p, "AUTHENTICATE %s", buf_str(&coded));
	buf_clear(&coded);
}

// The first step of a login of ann.
static inline void first_step(struct peer *p, const char *password)
{
	char plain[128];
	int n = snprintf(plain, sizeof(plain), "%cann%c%s", 0, 0, password);

	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	send_b64(p, plain, (size_t)n);
}

// ... of a client that asks for the capability, or not.
static inline struct peer *at_login(struct fixture *f, bool asks, const char *password)
{
	struct peer *p = fixture_open(f);

	if (asks)
		peer_send(p, "CAP REQ draft/account-2fa");
	first_step(p, password);
	return p;
}

static inline void second(struct peer *p, const char *code)
{
	char text[64]; // a variable is another place behind an expect()

	snprintf(text, sizeof(text), "%s", code);
	peer_send(p, "AUTHENTICATE TOTP");
	expect(p, "AUTHENTICATE +");
	send_b64(p, text, strlen(text));
}

static inline void in(struct peer *p)
{
	expect(p, IN);
	expect(p, "server 903 * :*");
	peer_send(p, "CAP END");
	expect_later(p, "server 001 ann :*");
}
