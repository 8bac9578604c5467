// SPDX-License-Identifier: MIT
// libinih splits the lines, but tells neither their numbers nor why one is wrong, cuts
// long ones in two and joins indented ones: the reader that hands it the lines counts
// them, strips their indentation, and holds back the ones that are no good.
#include "common/conf.h"

#include "common/conf_value.h"
#include "common/die.h"
#include "common/utf8.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024)
#define WORD_MAX 50 // longer names are cut by libinih; none of ours is as long

struct parse {
	const struct conf_row *rows;
	size_t n_rows;
	int *seen_at; // line of each row's first use, 0: not yet
	void *out;
	struct span rest; // of the text
	const char *file;
	int line;
	struct buf *errors;
	bool is_bad;
};

PRINTF(2, 3) static void mistake(struct parse *p, const char *format, ...)
{
	char words[512];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	buf_printf(p->errors, "%s:%d: %s\n", p->file, p->line, words);
	p->is_bad = true;
}

// Edits that make one word of the other (Levenshtein), for words below WORD_MAX.
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], len = strnlen(b, WORD_MAX);

	for (size_t i = 0; i <= len; i++)
		row[i] = i;
	for (size_t at = 1; *a; a++, at++) {
		size_t diagonal = row[0];

		row[0] = at;
		for (size_t i = 1; i <= len; i++) {
			size_t best = diagonal + (*a != b[i - 1]);

			diagonal = row[i];
			if (row[i] + 1 < best)
				best = row[i] + 1;
			if (row[i - 1] + 1 < best)
				best = row[i - 1] + 1;
			row[i] = best;
		}
	}
	return row[len];
}

struct guess {
	const char *word;
	size_t distance;
};

// Keeps the nearer word; too far from `typed` is no help.
static void consider(struct guess *guess, const char *typed, const char *word)
{
	size_t d = distance(typed, word);

	if (d > strlen(word) / 2 || (guess->word && d >= guess->distance))
		return;
	*guess = (struct guess){word, d};
}

static void unknown_section(struct parse *p, const char *section)
{
	struct guess guess = {0};

	for (size_t i = 0; i < p->n_rows; i++)
		consider(&guess, section, p->rows[i].section);
	if (guess.word)
		mistake(p, "unknown section [%s]: did you mean [%s]?", section, guess.word);
	else
		mistake(p, "unknown section [%s]", section);
}

static void unknown_key(struct parse *p, const char *section, const char *key)
{
	struct guess guess = {0};

	for (size_t i = 0; i < p->n_rows; i++) {
		const struct conf_row *row = &p->rows[i];

		if (strcmp(row->section, section) == 0) {
			consider(&guess, key, row->key);
		} else if (strcmp(row->key, key) == 0) {
			mistake(p, "'%s' belongs in section [%s]", key, row->section);
			return;
		}
	}
	if (guess.word)
		mistake(p, "unknown key '%s' in [%s]: did you mean '%s'?", key, section,
			guess.word);
	else
		mistake(p, "unknown key '%s' in [%s]", key, section);
}

static bool has_section(const struct parse *p, const char *section)
{
	for (size_t i = 0; i < p->n_rows; i++) {
		if (strcmp(p->rows[i].section, section) == 0)
			return true;
	}
	return false;
}

static const struct conf_row *find_row(const struct parse *p, const char *section,
				       const char *key)
{
	for (size_t i = 0; i < p->n_rows; i++) {
		if (strcmp(p->rows[i].section, section) == 0 &&
		    strcmp(p->rows[i].key, key) == 0)
			return &p->rows[i];
	}
	return NULL;
}

static void set_row(struct parse *p, const struct conf_row *row, const char *value)
{
	int *seen_at = &p->seen_at[row - p->rows];
	struct buf why = {0};

	if (*seen_at && row->type != CONF_LIST) {
		mistake(p, "'%s' was given already in line %d: remove one", row->key, *seen_at);
		return;
	}
	if (conf_set(row, p->out, span_of(value), &why))
		*seen_at = p->line;
	else
		mistake(p, "%s = %s: %s", row->key, value, buf_str(&why));
	buf_clear(&why);
}

static int on_pair(void *user, const char *section, const char *key, const char *value)
{
	struct parse *p = user;
	const struct conf_row *row = find_row(p, section, key);

	if (row)
		set_row(p, row, value);
	else if (!*section)
		mistake(p, "'%s' stands before any [section]", key);
	else if (!has_section(p, section))
		unknown_section(p, section);
	else
		unknown_key(p, section, key);
	return 1;
}

static bool is_comment(struct span line)
{
	return !line.len || line.at[0] == ';' || line.at[0] == '#';
}

// A line that libinih may have.
static bool check_line(struct parse *p, struct span line, int room)
{
	if (memchr(line.at, '\0', line.len) || !utf8_is_valid(line))
		mistake(p, "not UTF-8 text");
	else if (line.len + 3 > (size_t)room)
		mistake(p, "line too long: at most %d bytes", room - 3);
	else if (line.at[0] == '[' && span_find(line, ']') == line.len)
		mistake(p, "a section is written [name]");
	else if (line.at[0] != '[' && span_find(line, '=') == line.len)
		mistake(p, "not understood: write key = value");
	else
		return true;
	return false;
}

// Stands in for fgets().
static char *next_line(char *to, int room, void *stream)
{
	struct parse *p = stream;
	struct span line;

	if (!p->rest.len)
		return NULL;
	p->line++;
	line = span_trim(span_cut(&p->rest, '\n'));
	if (is_comment(line) || !check_line(p, line, room))
		line.len = 0;
	memcpy(to, line.at, line.len);
	to[line.len] = '\n';
	to[line.len + 1] = '\0';
	return to;
}

static void use_fallbacks(struct parse *p)
{
	struct buf why = {0};

	for (size_t i = 0; i < p->n_rows; i++) {
		const struct conf_row *row = &p->rows[i];
		bool is_set = p->seen_at[i] || !row->fallback;

		if (!is_set)
			is_set = conf_set(row, p->out, span_of(row->fallback), &why);
		assert(is_set);
	}
	buf_clear(&why);
}

bool conf_parse(const struct conf_row *rows, size_t n_rows, void *out, struct span text,
		const char *file, struct buf *errors)
{
	const struct span mark = SPAN("\xef\xbb\xbf");
	struct parse p = {
		.rows = rows,
		.n_rows = n_rows,
		.seen_at = xcalloc(n_rows, sizeof(int)),
		.out = out,
		.rest = span_after(text, span_starts(text, mark) ? mark.len : 0),
		.file = file,
		.errors = errors,
	};
	int wrong = ini_parse_stream(next_line, &p, on_pair, &p);

	if (wrong && !p.is_bad) {
		p.line = wrong;
		mistake(&p, "not understood");
	}
	use_fallbacks(&p);
	free(p.seen_at);
	return !p.is_bad;
}

// False when it cannot be read; no file is no text.
static bool read_file(const char *file, struct buf *text, struct buf *errors)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : 1;

	if (fd < 0 && errno == ENOENT)
		return true;
	while (got > 0 && text->len <= FILE_MAX) {
		got = read(fd, buf_space(text, 4096), 4096);
		text->len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		buf_printf(errors, "%s: cannot be read: %s\n", file, strerrordesc_np(errno));
	else if (text->len > FILE_MAX)
		buf_printf(errors, "%s: larger than %d KiB\n", file, FILE_MAX / 1024);
	if (fd >= 0)
		close(fd);
	return got >= 0 && text->len <= FILE_MAX;
}

bool conf_read(const struct conf_row *rows, size_t n_rows, void *out, const char *file,
	       struct buf *errors)
{
	struct buf text = {0};
	bool is_good = read_file(file, &text, errors);

	if (!is_good)
		buf_reset(&text);
	is_good = conf_parse(rows, n_rows, out, buf_span(&text), file, errors) && is_good;
	buf_clear(&text);
	return is_good;
}

void conf_clear(const struct conf_row *rows, size_t n_rows, void *out)
{
	for (size_t i = 0; i < n_rows; i++)
		conf_unset(&rows[i], out);
}
