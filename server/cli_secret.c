// SPDX-License-Identifier: MIT
// Passwords: from stdin, or asked for on the terminal; never from the arguments or the
// environment, which others can read.
#include "server/cli.h"

#include "common/utf8.h"
#include "server/letters/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

// Grown by hand where it could move, so that no copy of a secret is left behind.
#define SECRET_SPACE (PASSWORD_MAX + 2)

void cli_wipe(struct buf *secret)
{
	if (secret->at)
		sodium_memzero(secret->at, secret->cap);
	buf_clear(secret);
}

// Up to the first line end. False when it is too long.
static bool read_line(int fd, struct buf *out)
{
	char *at = buf_space(out, SECRET_SPACE);

	while (out->len < SECRET_SPACE) {
		ssize_t got = read(fd, at + out->len, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || at[out->len] == '\n')
			break;
		out->len++;
	}
	if (out->len && at[out->len - 1] == '\r')
		out->len--;
	return out->len <= PASSWORD_MAX;
}

bool cli_read_secret(struct buf *out)
{
	bool is_whole = read_line(STDIN_FILENO, out);

	if (is_whole && out->len && utf8_is_valid(buf_span(out)) &&
	    !memchr(out->at, 0, out->len))
		return true;
	if (is_whole && out->len)
		cli_say(0, "the password is no UTF-8 text: clients could not send it");
	else
		cli_say(0,
			out->len ? "the password is longer than %d bytes"
				 : "--password-stdin, but stdin is empty (of at most %d bytes)",
			PASSWORD_MAX);
	cli_wipe(out);
	return false;
}

static bool ask(int fd, const char *question, struct buf *out)
{
	struct termios old, quiet;
	bool is_fine;

	if (tcgetattr(fd, &old) < 0)
		return false;
	dprintf(fd, "%s", question);
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &quiet);
	is_fine = read_line(fd, out);
	tcsetattr(fd, TCSAFLUSH, &old);
	dprintf(fd, "\n");
	return is_fine;
}

// 100 bits in letters and digits that look like no other.
static void make_passphrase(struct buf *out)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789";

	buf_space(out, SECRET_SPACE);
	for (int i = 0; i < 20; i++) {
		if (i && i % 5 == 0)
			buf_add_char(out, '-');
		buf_add_char(out, letters[randombytes_uniform(sizeof(letters) - 1)]);
	}
}

static bool ask_twice(int fd, const char *name, struct buf *out)
{
	struct buf again = {0};
	bool is_same;

	dprintf(fd, "Password for %s (at least %d characters; empty: one is made up)\n", name,
		PASSWORD_MIN);
	if (!ask(fd, "Password: ", out))
		return false;
	if (!out->len) {
		make_passphrase(out);
		dprintf(fd, "The password of %s is  %.*s\n", name, SPAN_ARG(buf_span(out)));
		return true;
	}
	if (out->len < PASSWORD_MIN) {
		cli_say(0, "too short: at least %d characters", PASSWORD_MIN);
		return false;
	}
	is_same = ask(fd, "Again: ", &again) && span_eq(buf_span(out), buf_span(&again));
	if (!is_same)
		cli_say(0, "the two were not the same: nothing was changed");
	cli_wipe(&again);
	return is_same;
}

bool cli_prompt_password(const char *name, struct buf *out)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool is_fine;

	if (fd < 0) {
		cli_say(0, "no terminal to ask for a password: give it by --password-stdin");
		return false;
	}
	is_fine = ask_twice(fd, name, out);
	close(fd);
	if (!is_fine)
		cli_wipe(out);
	return is_fine;
}
