// SPDX-License-Identifier: MIT
#include "client/verbs/enter.h"

#include "client/app/terminal_words.h"
#include "client/outside/outside_loop.h"
#include "client/verbs/credentials.h"
#include "common/snug_link.h"
#include "client/api/exit_code.h"
#include "client/verbs/print.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/names.h"

#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PASSWORD_MIN 12
#define ASK_MAX 3

int enter_failed(const struct uplink_status *s, const char *host)
{
	struct buf words = {0};

	terminal_words.refusal(&words, s, host);
	print_words(stderr, "snug: %s", buf_str(&words));
	buf_clear(&words);
	return exit_code_of(s->failure);
}

static void keep_pin(struct profile *p, const uint8_t pin[static TLS_PIN_LEN])
{
	pins_set(&p->pins, pin);
	p->pinned_at = clock_wall_ms();
}

// Groups of four are easier to compare aloud.
static void say_grouped(const char *text)
{
	for (size_t i = 0; text[i]; i++)
		fprintf(stderr, "%s%c", i && i % 4 == 0 ? " " : "", text[i]);
}

int enter_ask_trust(struct profile *p, const uint8_t pin[static TLS_PIN_LEN])
{
	char text[PIN_TEXT_MAX], question[LINK_HOST_MAX + 64], choice;

	pin_text(pin, text);
	fprintf(stderr,
		"%s shows a certificate that no authority on this computer vouches for.\n"
		"  key  sha256: ",
		p->host);
	say_grouped(text + strlen("sha256:"));
	fprintf(stderr,
		"\n  Ask your admin: the server prints the same with   snugd fingerprint\n");
	snprintf(question, sizeof(question), "Trust this key for %s?  [t]rust  [N]o ", p->host);
	enum prompt_result result = prompt_choice(question, "tn", &choice);
	if (result == PROMPT_NO_TERMINAL) {
		fprintf(stderr, "snug: to trust it without a terminal, add: --pin %s\n", text);
		return EXIT_KEY;
	}
	if (choice != 't')
		return EXIT_KEY;
	keep_pin(p, pin);
	return EXIT_OK;
}

// A connection that ends with what it was for: without a login that is the key.
static void look(struct loop *l, struct uplink *s, const struct profile *p,
		 const struct login_order *login, struct uplink_status *status)
{
	bool is_claim = login && login->how == LOGIN_CLAIM, is_told = false;
	struct uplink_order order = {
		.host = p->host,
		.port = p->port,
		.others = &p->others,
		.at = p->at,
		.pins = p->pins,
		.has_next_pin = p->has_next_pin,
		.pinned_at = p->pinned_at,
		.cert_file = is_claim ? p->cert_file : NULL,
		.key_file = is_claim ? p->key_file : NULL,
		.only_key = !login,
	};

	memcpy(order.next_pin, p->next_pin, sizeof(order.next_pin));
	if (login)
		order.login = *login;
	uplink_open(s, &order);
	do {
		loop_turn(l, -1);
		uplink_status(s, status);
		if (is_claim && status->is_queued && !is_told)
			fprintf(stderr, "Now say yes on the device that made the link.\n");
		is_told = is_told || status->is_queued;
	} while (status->state != UPLINK_OFF && status->state != UPLINK_REFUSED);
}

static const char *why_good(const struct profile *p, const uint8_t pin[static TLS_PIN_LEN])
{
	if (!p->pins.count)
		return "an authority of this computer vouches for it";
	if (pins_have(&p->pins, pin))
		return "its key is the expected one";
	return "its key is a new one, for which the expected one vouches";
}

static void know_key(struct profile *p, const struct uplink *s,
		     const uint8_t pin[static TLS_PIN_LEN])
{
	const uint8_t *next;
	const struct pins *known = uplink_known_pins(s, &next);

	if (!known)
		keep_pin(p, pin);
	else
		(void)!profile_know_keys(p, known, next);
}

bool enter_are_pins_good(const struct profile *p, const struct pins *pins)
{
	struct profile as_said = *p;
	struct uplink_events events = {0};
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct uplink *s = uplink_new(&outside, &events);
	struct uplink_status status;

	as_said.has_next_pin = false;
	as_said.pins = *pins;
	look(l, s, &as_said, NULL, &status);
	uplink_free(s);
	loop_free(l);
	return status.state == UPLINK_OFF;
}

int enter_check_key(struct profile *p, bool may_ask)
{
	struct uplink_events events = {0};
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct uplink *s = uplink_new(&outside, &events);
	struct uplink_status status;
	uint8_t pin[TLS_PIN_LEN];
	int code = EXIT_OK;

	look(l, s, p, NULL, &status);
	bool has_pin = uplink_peer_pin(s, pin);
	p->at = status.at;
	if (status.state == UPLINK_OFF && has_pin) {
		fprintf(stderr, "%s:%s (%s)\n", p->host, p->port, why_good(p, pin));
		know_key(p, s, pin);
	} else if (status.failure == FAILURE_UNTRUSTED && has_pin && may_ask) {
		code = enter_ask_trust(p, pin);
	} else {
		code = enter_failed(&status, p->host);
	}
	uplink_free(s);
	loop_free(l);
	return code;
}

int enter_check_invite(const struct profile *p, const char *invite)
{
	struct login_order login = {
		.how = LOGIN_INVITE, .name = "", .invite = invite, .caps = ""};
	struct uplink_events events = {0};
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct uplink *s = uplink_new(&outside, &events);
	struct uplink_status status;
	int code = EXIT_OK;

	look(l, s, p, &login, &status);
	if (status.failure == FAILURE_INVITE || status.failure == FAILURE_BANNED)
		code = enter_failed(&status, p->host);
	uplink_free(s);
	loop_free(l);
	return code;
}

int enter_claim(struct profile *p, const char *secret, const char *label)
{
	struct login_order login = {
		.how = LOGIN_CLAIM, .name = label, .invite = secret, .caps = ""};
	struct uplink_events events = {0};
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct uplink *s = uplink_new(&outside, &events);
	struct uplink_status status;
	int code = EXIT_OK;

	look(l, s, p, &login, &status);
	if (status.failure != FAILURE_NONE) {
		code = enter_failed(&status, p->host);
	} else if (!name_is_account(span_of(uplink_nick(s)))) {
		fprintf(stderr, "snug: %s does not say whose account this is\n", p->host);
		code = EXIT_REFUSED;
	} else {
		free(p->account);
		p->account = xstrdup(uplink_nick(s));
	}
	uplink_free(s);
	loop_free(l);
	return code;
}

bool enter_signs_in(const struct profile *p, struct sign_in_place *place)
{
	struct bearer_login ask = {0};
	struct login_order login = {
		.how = LOGIN_ASK, .name = "", .invite = "", .caps = "", .way = &ask.way};
	struct uplink_events events = {0};
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct uplink *s = uplink_new(&outside, &events);
	struct uplink_status status;

	bearer_login_ask(&ask);
	look(l, s, p, &login, &status);
	bool is_told = sign_in_place_read(&ask, place);
	bearer_login_clear(&ask);
	uplink_free(s);
	loop_free(l);
	return is_told;
}

static const char *user_name(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user && name_is_account(span_of(user->pw_name)) ? user->pw_name : "";
}

static bool say_no_terminal(enum prompt_result result, const char *option)
{
	if (result == PROMPT_NO_TERMINAL)
		fprintf(stderr, "snug: there is no terminal to ask on: use %s\n", option);
	else
		fprintf(stderr, "snug: cancelled\n");
	return false;
}

bool enter_name(const struct options *o, char *name, size_t room)
{
	if (o->name) {
		snprintf(name, room, "%s", o->name);
		if (name_is_account(span_of(name)))
			return true;
		fprintf(stderr, "snug: a name has letters, digits, - and _, up to 32\n");
		return false;
	}
	for (int i = 0; i < ASK_MAX; i++) {
		enum prompt_result result = prompt_line("Your name", user_name(), name, room);
		if (result != PROMPT_OK)
			return say_no_terminal(result, "--name NAME");
		if (name_is_account(span_of(name)))
			return true;
		fprintf(stderr, "A name has letters, digits, - and _, up to 32.\n");
	}
	return false;
}

static bool ask_new_password(struct secret *s, bool *made)
{
	struct secret again;
	bool is_good = false;

	secret_init(&again);
	for (int i = 0; i < ASK_MAX && !is_good; i++) {
		enum prompt_result result = prompt_secret(
			"Password (12+ characters, or empty to let me make one)", s);
		if (result != PROMPT_OK) {
			say_no_terminal(result, "--password-fd N");
			break;
		}
		if (!s->len) {
			secret_invent(s);
			*made = is_good = true;
		} else if (s->len < PASSWORD_MIN) {
			fprintf(stderr, "That is too short: at least %d characters.\n",
				PASSWORD_MIN);
		} else if (prompt_secret("Again", &again) != PROMPT_OK) {
			fprintf(stderr, "snug: cancelled\n");
			break;
		} else if (again.len != s->len || sodium_memcmp(again.at, s->at, s->len) != 0) {
			fprintf(stderr, "The two are not the same.\n");
		} else {
			is_good = true;
		}
	}
	secret_free(&again);
	return is_good;
}

bool enter_password(const struct options *o, bool is_new, struct secret *s, bool *made)
{
	*made = false;
	if (o->password_fd >= 0) {
		if (secret_read(s, o->password_fd))
			return true;
		fprintf(stderr, "snug: no password on descriptor %d\n", o->password_fd);
		return false;
	}
	if (o->password_cmd)
		return credentials_run(o->password_cmd, s);
	if (is_new)
		return ask_new_password(s, made);
	enum prompt_result result =
		prompt_secret("Password (empty where the server wants none)", s);
	return result == PROMPT_OK || say_no_terminal(result, "--password-fd N");
}

static const char *no_code(enum prompt_result result)
{
	return result == PROMPT_NO_TERMINAL ? "there is no terminal to ask on"
					    : "none was given";
}

void enter_code(struct uplink *s, const struct profile *p, const struct uplink_status *status)
{
	struct secret code;
	char question[LINK_HOST_MAX + 128];

	if (status->n_codes)
		fprintf(stderr, "That code is wrong, or was used before: take the next one.\n");
	snprintf(question, sizeof(question),
		 "Code of your app for %s at %s (or a recovery code)", p->account, p->host);
	secret_init(&code);
	enum prompt_result result = prompt_secret(question, &code);
	if (result == PROMPT_OK && code.len)
		uplink_give_code(s, span_trim(secret_span(&code)));
	else
		uplink_fail(s, FAILURE_CODE, span_of(no_code(result)));
	secret_free(&code);
}
