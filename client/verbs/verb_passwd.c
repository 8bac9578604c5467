// SPDX-License-Identifier: MIT
// snug passwd: another password for one's account (PASSWD of snugd).
#include "client/verbs/cold.h"
#include "client/verbs/enter.h"
#include "client/api/exit_code.h"
#include "client/verbs/options.h"

#include "common/encode.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_LEN 510

static int refuse(int code, const char *words)
{
	fprintf(stderr, "snug: %s\n", words);
	return code;
}

static int say_impossible(void)
{
	return refuse(EXIT_REFUSED, "this server has no command to change a password");
}

// c->secret has it already where a password was the login; empty: it is forgotten.
static int ask_old(const struct options *o, struct cold *c)
{
	if (c->secret.len || o->forgotten)
		return EXIT_OK;
	if (o->password_fd >= 0)
		return secret_read(&c->secret, o->password_fd)
			       ? EXIT_OK
			       : refuse(EXIT_USAGE, "no old password on that descriptor");
	switch (prompt_secret("Old password (empty if you forgot it)", &c->secret)) {
	case PROMPT_OK:
		return EXIT_OK;
	case PROMPT_NO_TERMINAL:
		return refuse(
			EXIT_USAGE,
			"there is no terminal to ask on: use --password-fd N, which gives "
			"the old one and the new one, a line each");
	case PROMPT_CANCELLED:
		break;
	}
	return refuse(EXIT_USAGE, "cancelled");
}

struct answer {
	bool is_changed, is_counted;
	char pending[32];  // when it will be in force, or ""
	uint64_t n_others; // devices and app tokens: that there are, or that were signed out
};

// PASSWD * [SIGNED-OUT], PASSWD PENDING TIME, CERT OTHERS DEVICES TOKENS
static void on_line(void *arg, const struct msg *m)
{
	struct answer *a = arg;
	uint64_t tokens;

	if (span_eq_fold(m->command, SPAN("PASSWD"))) {
		a->is_changed = true;
		a->is_counted = span_to_u64(msg_param(m, 1), &a->n_others);
		if (span_eq(msg_param(m, 0), SPAN("PENDING")))
			snprintf(a->pending, sizeof(a->pending), SPAN_FMT,
				 SPAN_ARG(msg_param(m, 1)));
	} else if (span_eq_fold(m->command, SPAN("CERT"))) {
		a->is_counted = span_to_u64(msg_param(m, 1), &a->n_others) &&
				span_to_u64(msg_param(m, 2), &tokens);
		a->n_others += a->is_counted ? tokens : 0;
	}
}

static int send_both(struct cold *c, const struct secret *fresh, const char *others,
		     struct answer *a)
{
	struct buf line = {0};
	int code;

	// All at once: what grows would leave its bytes behind.
	buf_space(&line, 4 * SECRET_MAX);
	buf_add_str(&line, "PASSWD ");
	if (c->secret.len)
		encode_b64(&line, c->secret.at, c->secret.len);
	else
		buf_add_char(&line, '*');
	buf_add_char(&line, ' ');
	encode_b64(&line, fresh->at, fresh->len);
	buf_printf(&line, " %s", others);
	if (line.len > LINE_MAX_LEN)
		code = refuse(EXIT_REFUSED, "the two passwords do not fit into one line to the "
					    "server: up to 360 bytes together do");
	else
		code = cold_ask(c, buf_str(&line), on_line, a);
	sodium_memzero(line.at, line.cap);
	buf_clear(&line);
	return code == EXIT_OK && !a->is_changed ? say_impossible() : code;
}

// Whoever knew the old password may have let in devices by it: they go unless that is not
// wished. *others is what PASSWD says of them.
static int ask_others(const struct options *o, struct cold *c, const char **others)
{
	bool keeps = o->keep_devices || !c->secret.len;
	struct answer a = {0};
	char question[96], choice;
	int code;

	*others = keeps ? "KEEP" : "REVOKE";
	if (keeps || o->password_fd >= 0)
		return EXIT_OK;
	code = cold_ask(c, "CERT OTHERS", on_line, &a);
	if (code != EXIT_OK || !a.n_others)
		return code;
	if (a.n_others == 1)
		snprintf(question, sizeof(question),
			 "Sign out your other device or app token?  [Y/n] ");
	else
		snprintf(question, sizeof(question),
			 "Sign out your other %llu devices and app tokens?  [Y/n] ",
			 (unsigned long long)a.n_others);
	if (prompt_choice(question, "ny", &choice) == PROMPT_CANCELLED)
		return refuse(EXIT_USAGE, "cancelled");
	if (choice == 'n')
		*others = "KEEP";
	return EXIT_OK;
}

// A year is four digits: "2026-11-29T18:00:00.000Z".
static void say_pending(const struct cold *c, const struct answer *a)
{
	fprintf(stderr,
		"the new password of %s will be in force at %.10s %.5s UTC, unless one of your "
		"devices says no (snug passwd --refuse); all of them are told\n",
		c->profile.account, a->pending, a->pending + 11);
}

static void say_changed(const struct cold *c, const struct answer *a)
{
	if (strlen(a->pending) > 16) {
		say_pending(c, a);
		return;
	}
	fprintf(stderr, "the password of %s is changed; other connections ended\n",
		c->profile.account);
	if (a->is_counted)
		fprintf(stderr, "signed out: %llu other devices and app tokens\n",
			(unsigned long long)a->n_others);
}

static int change(const struct options *o, struct cold *c, struct secret *fresh)
{
	struct answer a = {0};
	const char *others;
	bool made;
	int code = ask_old(o, c);

	if (code != EXIT_OK)
		return code;
	if (o->password_fd < 0 && !o->forgotten)
		fprintf(stderr, "Now the new one.\n");
	if (!enter_password(o, true, fresh, &made))
		return EXIT_USAGE;
	code = ask_others(o, c, &others);
	if (code != EXIT_OK)
		return code;
	code = send_both(c, fresh, others, &a);
	// Without an answer it may be the password by now.
	if (made && code != EXIT_REFUSED)
		fprintf(stderr,
			"Your new password is   %s\nWrite it down: it is shown only now.\n",
			fresh->at);
	if (code == EXIT_OK)
		say_changed(c, &a);
	return code;
}

int snug_passwd(struct options *o)
{
	struct cold c;
	struct secret fresh;

	if (o->n_args || (o->forgotten && o->refuse))
		return verb_misused("passwd");
	int code = cold_open(&c, o, COLD_UNSEEN);
	if (code != EXIT_OK)
		return code;
	if (o->refuse) {
		code = cold_ask(&c, "PASSWD CANCEL", NULL, NULL);
		if (code == EXIT_OK)
			fprintf(stderr, "refused: your password stays as it is\n");
		cold_close(&c);
		return code;
	}
	secret_init(&fresh);
	// No other server is to see a password in what it takes for a mistake.
	if (uplink_has_cap(c.session, "snug.chat/exactly-once"))
		code = change(o, &c, &fresh);
	else
		code = say_impossible();
	secret_free(&fresh);
	cold_close(&c);
	return code;
}
