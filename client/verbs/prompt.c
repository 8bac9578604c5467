// SPDX-License-Identifier: MIT
// The terminal is read byte by byte without echo, signal keys included: an interrupted
// prompt must not leave a terminal that shows nothing.
#include "client/verbs/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PAIRS 6

void secret_init(struct secret *s)
{
	*s = (struct secret){.at = sodium_malloc(SECRET_MAX + 1)};
	s->at[0] = '\0';
}

void secret_free(struct secret *s)
{
	sodium_free(s->at);
	*s = (struct secret){0};
}

struct terminal {
	int fd;
	struct termios before;
};

static bool terminal_open(struct terminal *t)
{
	t->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t->fd < 0)
		return false;
	if (tcgetattr(t->fd, &t->before) < 0) {
		close(t->fd);
		return false;
	}
	struct termios raw = t->before;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return tcsetattr(t->fd, TCSAFLUSH, &raw) == 0;
}

static void terminal_close(struct terminal *t)
{
	tcsetattr(t->fd, TCSADRAIN, &t->before);
	close(t->fd);
}

static void say(const struct terminal *t, const char *text, size_t len)
{
	ssize_t unused = write(t->fd, text, len);
	(void)unused;
}

static bool read_byte(const struct terminal *t, unsigned char *byte)
{
	ssize_t got;

	do {
		got = read(t->fd, byte, 1);
	} while (got < 0 && errno == EINTR);
	return got == 1;
}

// The rest of an arrow key and the like.
static void skip_escape(const struct terminal *t)
{
	struct pollfd poll_fd = {.fd = t->fd, .events = POLLIN};
	unsigned char byte;

	while (poll(&poll_fd, 1, 20) > 0 && read_byte(t, &byte)) {
		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '~')
			return;
	}
}

// Takes back the last character, not only its last byte.
static size_t erase(const struct terminal *t, const char *line, size_t len)
{
	if (!len)
		return 0;
	do {
		len--;
	} while (len && ((unsigned char)line[len] & 0xc0) == 0x80);
	say(t, "\b \b", 3);
	return len;
}

enum key { KEY_TEXT, KEY_ENTER, KEY_ERASE, KEY_CLEAR, KEY_CANCEL, KEY_OTHER };

static enum key key_of(unsigned char byte)
{
	switch (byte) {
	case '\r':
	case '\n':
		return KEY_ENTER;
	case 0x7f:
	case '\b':
		return KEY_ERASE;
	case 0x15:
		return KEY_CLEAR;
	case 0x03:
	case 0x04:
		return KEY_CANCEL;
	default:
		return byte < ' ' ? KEY_OTHER : KEY_TEXT;
	}
}

static void show(const struct terminal *t, const char *byte, bool stars)
{
	bool is_start = ((unsigned char)*byte & 0xc0) != 0x80;

	if (!stars)
		say(t, byte, 1);
	else if (is_start)
		say(t, "*", 1);
}

// The line's length, or -1 when it was cancelled.
static ssize_t read_line(const struct terminal *t, char *line, size_t room, bool stars)
{
	size_t len = 0;
	unsigned char byte = 0;

	while (read_byte(t, &byte)) {
		switch (key_of(byte)) {
		case KEY_ENTER:
			say(t, "\r\n", 2);
			line[len] = '\0';
			return (ssize_t)len;
		case KEY_CANCEL:
			say(t, "\r\n", 2);
			return -1;
		case KEY_ERASE:
			len = erase(t, line, len);
			break;
		case KEY_CLEAR:
			while (len)
				len = erase(t, line, len);
			break;
		case KEY_TEXT:
			if (len + 1 < room) {
				line[len] = (char)byte;
				show(t, &line[len++], stars);
			}
			break;
		case KEY_OTHER:
			if (byte == 0x1b)
				skip_escape(t);
			break;
		}
	}
	return -1;
}

static enum prompt_result ask(const char *question, char *line, size_t room, bool stars,
			      size_t *len)
{
	struct terminal t;

	if (!terminal_open(&t))
		return PROMPT_NO_TERMINAL;
	say(&t, question, strlen(question));
	ssize_t got = read_line(&t, line, room, stars);
	terminal_close(&t);
	*len = got > 0 ? (size_t)got : 0;
	line[*len] = '\0';
	return got < 0 ? PROMPT_CANCELLED : PROMPT_OK;
}

enum prompt_result prompt_line(const char *question, const char *preset, char *out, size_t room)
{
	char text[512];
	size_t len;

	if (preset && preset[0])
		snprintf(text, sizeof(text), "%s [%s]: ", question, preset);
	else
		snprintf(text, sizeof(text), "%s: ", question);
	enum prompt_result result = ask(text, out, room, false, &len);
	if (result == PROMPT_OK && !len && preset)
		snprintf(out, room, "%s", preset);
	return result;
}

enum prompt_result prompt_secret(const char *question, struct secret *s)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: ", question);
	return ask(text, s->at, SECRET_MAX + 1, true, &s->len);
}

enum prompt_result prompt_choice(const char *question, const char *choices, char *out)
{
	char answer[8] = "";
	char last = choices[strlen(choices) - 1];
	size_t len;

	*out = last;
	enum prompt_result result = ask(question, answer, sizeof(answer), false, &len);
	char first = (char)(answer[0] | 0x20);
	if (result == PROMPT_OK && len && strchr(choices, first))
		*out = first;
	return result;
}

bool secret_read(struct secret *s, int fd)
{
	size_t len = 0;
	char byte = '\n';

	for (;;) {
		ssize_t got = read(fd, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || byte == '\n')
			break;
		if (len == SECRET_MAX)
			return false;
		s->at[len++] = byte;
	}
	if (len && s->at[len - 1] == '\r')
		len--;
	s->at[len] = '\0';
	s->len = len;
	return len > 0;
}

void secret_invent(struct secret *s)
{
	static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aeiou";
	size_t n = 0;

	for (int i = 0; i < 2 * PAIRS; i++) {
		if (i && i % 2 == 0)
			s->at[n++] = '-';
		s->at[n++] = consonants[randombytes_uniform(sizeof(consonants) - 1)];
		s->at[n++] = vowels[randombytes_uniform(sizeof(vowels) - 1)];
	}
	s->at[n] = '\0';
	s->len = n;
}
