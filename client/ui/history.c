// SPDX-License-Identifier: MIT
#include "client/ui/history.h"
#include "common/word.h"
#include "common/die.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define LF_IN_FILE "\xe2\x90\xa4"
#define FILE_MAX (1024 * 1024)

// Words that stand before a password wherever they are said to services: "/query NickServ
// identify ...", "/raw PRIVMSG NickServ :identify ...", "identify ..." to them.
static bool has_secret_word(struct span text)
{
	static const char *const words[] = {"identify", "register", "ghost",       "recover",
					    "regain",   "setpass",  "set password"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (word_stands_in(text, span_of(words[i])))
			return true;
	}
	return false;
}

static bool is_service(struct span name)
{
	return span_eq_fold(name, SPAN("nickserv")) || span_eq_fold(name, SPAN("authserv"));
}

bool history_is_secret(struct span text, struct span target)
{
	bool is_command = text.len && text.at[0] == '/';
	if (is_service(target) && text.len && (!is_command || has_secret_word(text)))
		return true;
	if (is_command &&
	    (word_stands_in(text, SPAN("nickserv")) || word_stands_in(text, SPAN("authserv"))))
		return true;
	if (span_starts_fold(text, SPAN("identify ")) || (is_command && has_secret_word(text)))
		return true;
	static const char *const words[] = {
		"/passwd",       "/login",    "/oper",       "/pass",     "/identify",
		"/msg nickserv", "/raw pass", "/quote pass", "/raw oper", "/quote oper"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_starts_fold(text, span_of(words[i])))
			return true;
	}
	return false;
}

static void drop_oldest(struct history *h)
{
	free(h->entries[0]);
	h->count--;
	memmove(&h->entries[0], &h->entries[1], h->count * sizeof(char *));
}

static bool push(struct history *h, struct span text, struct span target)
{
	if (!text.len || history_is_secret(text, target))
		return false;
	if (h->count && span_eq(span_of(h->entries[h->count - 1]), text))
		return false;
	if (h->count == HISTORY_ENTRIES_MAX)
		drop_oldest(h);
	h->entries = xreallocarray(h->entries, h->count + 1, sizeof(char *));
	h->entries[h->count++] = span_dup(text);
	return true;
}

static void add_from_file(struct history *h, struct span row)
{
	struct buf text = {0};
	while (row.len) {
		if (span_starts(row, SPAN(LF_IN_FILE))) {
			buf_add_char(&text, '\n');
			row = span_after(row, strlen(LF_IN_FILE));
		} else {
			buf_add_char(&text, row.at[0]);
			row = span_after(row, 1);
		}
	}
	push(h, buf_span(&text), SPAN(""));
	buf_clear(&text);
}

static void read_file(struct history *h, int fd)
{
	struct buf bytes = {0};
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > FILE_MAX ? size - FILE_MAX : 0;
	ssize_t got = 0;
	do {
		bytes.len += (size_t)got;
		got = pread(fd, buf_space(&bytes, 4096), 4096, from + (off_t)bytes.len);
	} while (got > 0 && bytes.len < FILE_MAX);
	struct span rest = buf_span(&bytes);
	if (from)
		span_cut(&rest, '\n');
	while (rest.len)
		add_from_file(h, span_cut(&rest, '\n'));
	buf_clear(&bytes);
}

void history_open(struct history *h, const char *file)
{
	*h = (struct history){0};
	if (!file)
		return;
	h->file = xstrdup(file);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		read_file(h, fd);
		close(fd);
	}
	h->at = h->count;
}

void history_clear(struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		free(h->entries[i]);
	free(h->entries);
	free(h->draft);
	free(h->file);
	*h = (struct history){0};
}

static void append_to_file(const struct history *h, struct span text)
{
	if (!h->file)
		return;
	struct buf row = {0};
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\n')
			buf_add_str(&row, LF_IN_FILE);
		else
			buf_add_char(&row, text.at[i]);
	}
	buf_add_char(&row, '\n');
	int fd = open(h->file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		// A history that cannot be written is no reason to disturb anybody.
		ssize_t done = write(fd, row.at, row.len);
		(void)done;
		close(fd);
	}
	buf_clear(&row);
}

void history_add(struct history *h, struct span text, struct span target)
{
	if (push(h, text, target))
		append_to_file(h, text);
	h->at = h->count;
	free(h->draft);
	h->draft = NULL;
}

const char *history_step(struct history *h, bool older, struct span shown)
{
	if (older ? h->at == 0 : h->at >= h->count)
		return NULL;
	if (h->at == h->count) {
		free(h->draft);
		h->draft = span_dup(shown);
	}
	h->at += older ? (size_t)-1 : 1;
	if (h->at == h->count)
		return h->draft ? h->draft : "";
	return h->entries[h->at];
}

size_t history_search(const struct history *h, size_t before, struct span part)
{
	for (size_t i = before; i > 0; i--) {
		if (!part.len ||
		    memmem(h->entries[i - 1], strlen(h->entries[i - 1]), part.at, part.len))
			return i - 1;
	}
	return h->count;
}
