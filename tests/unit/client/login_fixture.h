// SPDX-License-Identifier: MIT
// Logins against a scripted TLS server.
#pragma once

#include "client/net/backoff.h"
#include "client/net/calls.h"
#include "client/outside/outside_loop.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAPS "sasl message-tags labeled-response batch snug.chat/exactly-once"

struct fixture {
	struct loop *loop;
	struct outside outside;
	struct scripted server;
	struct uplink *session;
	struct calls *calls;
	struct uplink_status status;
	struct buf lines;
	bool refuses_login, naks, needs_no_register;
	const char *code; // that a login by password wants besides, as base64; or NULL
	bool is_second;   // the next payload is one
};

// The scripts find their fixture by the server inside of it.
static inline struct fixture *of(struct scripted *s)
{
	return container_of(s, struct fixture, server);
}

static inline void on_state(void *arg)
{
	struct fixture *f = arg;
	uplink_status(f->session, &f->status);
}

static inline void on_line(void *arg, const struct msg *m, struct span line)
{
	struct fixture *f = arg;
	buf_add_span(&f->lines, line);
	buf_add_char(&f->lines, '\n');
	if (f->calls)
		calls_take(f->calls, m);
}

// A server that takes device keys and passwords.
static inline void script(struct scripted *s, struct span line)
{
	struct fixture *f = of(s);
	struct buf words = {0};
	buf_add_span(&words, line);
	const char *text = buf_str(&words);
	if (strcmp(text, "CAP LS 302") == 0)
		scripted_say(
			s,
			":h CAP * LS :sasl=PLAIN,EXTERNAL message-tags labeled-response batch "
			"draft/account-registration=before-connect draft/account-2fa=totp "
			"snug.chat/exactly-once=64 snug.chat/no-presence");
	else if (strncmp(text, "CAP REQ :", 9) == 0 && f->naks)
		scripted_say(s, ":h CAP * NAK :something");
	else if (strncmp(text, "CAP REQ :", 9) == 0) {
		struct buf ack = {0};
		buf_printf(&ack, ":h CAP * ACK :%s", text + 9);
		scripted_say(s, buf_str(&ack));
		buf_clear(&ack);
	} else if (strcmp(text, "AUTHENTICATE PLAIN") == 0 ||
		   strcmp(text, "AUTHENTICATE EXTERNAL") == 0)
		scripted_say(s, "AUTHENTICATE +");
	else if (strcmp(text, "AUTHENTICATE TOTP") == 0) {
		f->is_second = true;
		scripted_say(s, "AUTHENTICATE +");
	} else if (strncmp(text, "AUTHENTICATE ", 13) == 0 && f->code && !f->is_second)
		scripted_say(s, "AUTHENTICATE 2FA-REQUIRED");
	else if (strncmp(text, "AUTHENTICATE ", 13) == 0 && f->code &&
		 strcmp(text + 13, f->code))
		scripted_say(s, ":h 904 ann :SASL authentication failed");
	else if (strncmp(text, "AUTHENTICATE ", 13) == 0)
		scripted_say(s, f->refuses_login
					? ":h 904 ann :No such key"
					: ":h 900 ann a!b@c ann :in\r\n:h 903 ann :ok");
	else if (strncmp(text, "REGISTER ", 9) == 0)
		scripted_say(
			s,
			f->needs_no_register
				? ":h FAIL REGISTER ACCOUNT_EXISTS ann :The name is taken"
				: ":h REGISTER SUCCESS ann :made\r\n:h 900 ann a!b@c ann :in");
	else if (strcmp(text, "CAP END") == 0)
		scripted_say(s, ":h 001 ann :Welcome");
	else if (strncmp(text, "PING ", 5) == 0) {
		struct buf pong = {0};
		buf_printf(&pong, ":h PONG h :%s", text + 5);
		scripted_say(s, buf_str(&pong));
		buf_clear(&pong);
	}
	buf_clear(&words);
}

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct uplink_events events = {.arg = f, .on_state = on_state, .on_line = on_line};
	f->loop = loop_new();
	f->outside = outside_of_loop(f->loop);
	scripted_init(&f->server, f->loop);
	f->server.on_line = script;
	f->session = uplink_new(&f->outside, &events);
	f->calls = calls_new(f->session);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	scripted_clear(&f->server);
	calls_free(f->calls);
	uplink_free(f->session);
	loop_free(f->loop);
	buf_clear(&f->lines);
	free(f);
	return 0;
}

static inline void connect_to(struct fixture *f, enum login_how how, const char *caps,
			      const char *also)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = f->server.port,
		.pins.count = 1,
		.login = {.how = how,
			  .name = "ann",
			  .secret = SPAN("correct horse battery"),
			  .invite = how == LOGIN_REGISTER ? "t0ken" : "",
			  .also = also,
			  .caps = caps},
	};
	pins_set(&order.pins, f->server.pin);
	uplink_open(f->session, &order);
}

static inline void connect_as(struct fixture *f, enum login_how how, const char *caps)
{
	connect_to(f, how, caps, NULL);
}

static inline void reach(struct fixture *f, enum uplink_state state)
{
	WAIT_UNTIL(f->status.state == state, loop_turn(f->loop, STEP_MS));
}

static inline size_t place_of(struct fixture *f, const char *text)
{
	const char *heard = buf_str(&f->server.heard), *at = strstr(heard, text);
	if (!at)
		fail_msg("not heard: %s in:\n%s", text, heard);
	return (size_t)(at - heard);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
