// SPDX-License-Identifier: MIT
#include "common/log.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/utf8.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JSON_SIGNS 9   // around a key and its value, and the end of the line
#define VALUE_MAX 1024 // bytes of one value; the rest is not worth a full disk

// Set at start and on reload, read by every thread.
static atomic_int log_level = LOG_INFO;
static atomic_int log_form = LOG_LOGFMT;
// Added to by every thread.
static atomic_llong log_lost_lines;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

void log_set_form(enum log_form fresh)
{
	atomic_store_explicit(&log_form, (int)fresh, memory_order_relaxed);
}

static bool is_bare(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];

		if (c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '=')
			return false;
	}
	return value.len > 0;
}

static void add_hex(struct buf *line, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(line, "\\x%02x", (unsigned)(unsigned char)bytes.at[i]);
}

static void add_char(struct buf *line, struct span bytes, uint32_t code)
{
	if (code == '"' || code == '\\') {
		buf_add_char(line, '\\');
		buf_add_span(line, bytes);
	} else if (code == '\n') {
		buf_add_str(line, "\\n");
	} else if (code == '\t' || utf8_is_unprintable(code)) {
		add_hex(line, bytes);
	} else {
		buf_add_span(line, bytes);
	}
}

static void add_quoted(struct buf *line, struct span value)
{
	bool is_text = utf8_is_valid(value);
	size_t at = 0, from;

	buf_add_char(line, '"');
	while (at < value.len) {
		uint32_t code;

		from = at;
		code = is_text ? utf8_next(value, &at) : (unsigned char)value.at[at++];
		// Not UTF-8: what is not ASCII is written as if it were C1.
		if (!is_text && code > 0x7f)
			code = 0x80;
		add_char(line, span_from(value.at + from, at - from), code);
	}
	buf_add_char(line, '"');
}

static struct span cut_value(const char *text)
{
	struct span value = span_of(text ? text : "");

	if (value.len <= VALUE_MAX)
		return value;
	return utf8_is_valid(value) ? utf8_cut(value, VALUE_MAX)
				    : span_from(value.at, VALUE_MAX);
}

static void add_value(struct buf *line, const char *text)
{
	struct span value = cut_value(text);

	if (is_bare(value))
		buf_add_span(line, value);
	else
		add_quoted(line, value);
}

// An escape of JSON, which knows UTF-16 alone.
static void add_escape(struct buf *line, uint32_t code)
{
	if (code > 0xffff) {
		add_escape(line, 0xd7c0 + (code >> 10));
		code = 0xdc00 | (code & 0x3ff);
	}
	buf_printf(line, "\\u%04x", (unsigned)code);
}

static void add_json(struct buf *line, const char *text)
{
	struct span value = cut_value(text);
	bool is_text = utf8_is_valid(value);

	buf_add_char(line, '"');
	for (size_t at = 0, from = 0; at < value.len; from = at) {
		uint32_t code = is_text ? utf8_next(value, &at) : (unsigned char)value.at[at++];

		if (!is_text && code > 0x7f)
			buf_printf(line, "\\\\x%02x", (unsigned)code);
		else if (code == '"' || code == '\\')
			buf_printf(line, "\\%c", (char)code);
		else if (code < ' ' || utf8_is_unprintable(code))
			add_escape(line, code);
		else
			buf_add_span(line, span_from(value.at + from, at - from));
	}
	buf_add_char(line, '"');
}

static bool is_wanted(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&log_level, memory_order_relaxed);
}

static enum log_form form(void)
{
	return (enum log_form)atomic_load_explicit(&log_form, memory_order_relaxed);
}

// What cannot be written is counted: a log has nowhere to complain to.
static void write_line(const char *line, size_t len)
{
	if (write(STDERR_FILENO, line, len) != (ssize_t)len)
		atomic_fetch_add_explicit(&log_lost_lines, 1, memory_order_relaxed);
}

static void add_pair(struct buf *line, const char *key, const char *value)
{
	if (form() == LOG_JSON) {
		buf_add_str(line, line->len ? ",\"" : "{\"");
		buf_add_str(line, key);
		buf_add_str(line, "\":");
		add_json(line, value);
	} else {
		buf_add_str(line, line->len ? " " : "");
		buf_add_str(line, key);
		buf_add_char(line, '=');
		add_value(line, value);
	}
}

void log_event(enum log_level level, const char *event, ...)
{
	char now[CLOCK_TEXT_LEN + 1];
	struct buf line = {0};
	const char *key;
	va_list args;

	if (!is_wanted(level))
		return;
	clock_text(clock_wall_ms(), now);
	add_pair(&line, "time", now);
	add_pair(&line, "level", level_names[level]);
	add_pair(&line, "event", event);
	va_start(args, event);
	while ((key = va_arg(args, const char *)))
		add_pair(&line, key, va_arg(args, const char *));
	va_end(args);
	buf_add_str(&line, form() == LOG_JSON ? "}\n" : "\n");
	write_line(line.at, line.len);
	buf_clear(&line);
}

struct fixed {
	char text[LOG_FIXED_LEN];
	size_t len;
};

// As far as there is room.
static void put(struct fixed *line, const char *text)
{
	while (*text && line->len < LOG_FIXED_LEN - 1)
		line->text[line->len++] = *text++;
}

static void put_pair(struct fixed *line, const char *key, const char *value)
{
	bool is_json = form() == LOG_JSON;

	// Half a pair would be half an object.
	if (is_json && line->len + strlen(key) + strlen(value) + JSON_SIGNS > LOG_FIXED_LEN)
		return;
	put(line, line->len == 0 ? (is_json ? "{" : "") : is_json ? "," : " ");
	put(line, is_json ? "\"" : "");
	put(line, key);
	put(line, is_json ? "\":\"" : "=");
	put(line, value);
	put(line, is_json ? "\"" : "");
}

void log_fixed(enum log_level level, const char *event, ...)
{
	char now[CLOCK_TEXT_LEN + 1];
	struct fixed line = {.len = 0};
	const char *key;
	va_list args;

	if (!is_wanted(level))
		return;
	clock_text(clock_wall_ms(), now);
	put_pair(&line, "time", now);
	put_pair(&line, "level", level_names[level]);
	put_pair(&line, "event", event);
	va_start(args, event);
	while ((key = va_arg(args, const char *)))
		put_pair(&line, key, va_arg(args, const char *));
	va_end(args);
	if (form() == LOG_JSON)
		line.text[line.len++] = '}';
	line.text[line.len++] = '\n';
	write_line(line.text, line.len);
}

bool log_level_find(struct span name, enum log_level *level)
{
	for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
		if (!span_eq(name, span_of(level_names[i])))
			continue;
		*level = (enum log_level)i;
		return true;
	}
	return false;
}

const char *log_level_name(enum log_level level)
{
	return level_names[level];
}

int64_t log_lost(void)
{
	return atomic_load_explicit(&log_lost_lines, memory_order_relaxed);
}

const char *log_number(char out[static LOG_NUMBER_LEN], int64_t n)
{
	snprintf(out, LOG_NUMBER_LEN, "%" PRId64, n);
	return out;
}
