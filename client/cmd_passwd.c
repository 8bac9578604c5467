// SPDX-License-Identifier: MIT
// snug passwd: another password for one's account (PASSWD of snugd).
#include "client/cold.h"
#include "client/enter.h"
#include "client/link_words.h"
#include "client/options.h"

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

// c->secret has it already where a password was the login.
static int ask_old(const struct options *o, struct cold *c)
{
	if (c->secret.len)
		return EXIT_OK;
	if (o->password_fd >= 0)
		return secret_read(&c->secret, o->password_fd)
			       ? EXIT_OK
			       : refuse(EXIT_USAGE, "no old password on that descriptor");
	switch (prompt_secret("Old password", &c->secret)) {
	case PROMPT_OK:
		return c->secret.len ? EXIT_OK : refuse(EXIT_USAGE, "cancelled");
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

static void on_line(void *arg, const struct msg *m)
{
	bool *is_changed = arg;

	*is_changed = *is_changed || span_eq_fold(m->command, SPAN("PASSWD"));
}

static int send_both(struct cold *c, const struct secret *fresh)
{
	struct buf line = {0};
	bool is_changed = false;
	int code;

	// All at once: what grows would leave its bytes behind.
	buf_space(&line, 4 * SECRET_MAX);
	buf_add_str(&line, "PASSWD ");
	encode_b64(&line, c->secret.at, c->secret.len);
	buf_add_char(&line, ' ');
	encode_b64(&line, fresh->at, fresh->len);
	if (line.len > LINE_MAX_LEN)
		code = refuse(EXIT_REFUSED, "the two passwords do not fit into one line to the "
					    "server: up to 370 bytes together do");
	else
		code = cold_ask(c, buf_str(&line), on_line, &is_changed);
	sodium_memzero(line.at, line.cap);
	buf_clear(&line);
	return code == EXIT_OK && !is_changed ? say_impossible() : code;
}

static int change(const struct options *o, struct cold *c, struct secret *fresh)
{
	bool made;
	int code = ask_old(o, c);

	if (code != EXIT_OK)
		return code;
	if (o->password_fd < 0)
		fprintf(stderr, "Now the new one.\n");
	if (!enter_password(o, true, fresh, &made))
		return EXIT_USAGE;
	code = send_both(c, fresh);
	// Without an answer it may be the password by now.
	if (made && code != EXIT_REFUSED)
		fprintf(stderr,
			"Your new password is   %s\nWrite it down: it is shown only now.\n",
			fresh->at);
	if (code == EXIT_OK)
		fprintf(stderr, "the password of %s is changed; other connections ended\n",
			c->profile.account);
	return code;
}

int verb_passwd(struct options *o)
{
	struct cold c;
	struct secret fresh;

	if (o->n_args)
		return verb_misused("passwd");
	int code = cold_open(&c, o);
	if (code != EXIT_OK)
		return code;
	secret_init(&fresh);
	// No other server is to see a password in what it takes for a mistake.
	if (session_has_cap(c.session, "snug.chat/exactly-once"))
		code = change(o, &c, &fresh);
	else
		code = say_impossible();
	secret_free(&fresh);
	cold_close(&c);
	return code;
}
