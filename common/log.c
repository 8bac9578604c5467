// SPDX-License-Identifier: MIT
#include "common/log.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/utf8.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define VALUE_MAX 1024 // bytes of one value; the rest is not worth a full disk

// Set at start and on reload, read by every thread.
static atomic_int log_level = LOG_INFO;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
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

static void add_value(struct buf *line, const char *text)
{
	struct span value = span_of(text ? text : "");

	if (value.len > VALUE_MAX)
		value = utf8_is_valid(value) ? utf8_cut(value, VALUE_MAX)
					     : span_from(value.at, VALUE_MAX);
	if (is_bare(value))
		buf_add_span(line, value);
	else
		add_quoted(line, value);
}

static bool is_wanted(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&log_level, memory_order_relaxed);
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
	buf_printf(&line, "time=%s level=%s event=", now, level_names[level]);
	add_value(&line, event);
	va_start(args, event);
	while ((key = va_arg(args, const char *))) {
		buf_add_char(&line, ' ');
		buf_add_str(&line, key);
		buf_add_char(&line, '=');
		add_value(&line, va_arg(args, const char *));
	}
	va_end(args);
	buf_add_char(&line, '\n');
	// A log that cannot be written has nowhere to complain to.
	if (write(STDERR_FILENO, line.at, line.len) < 0)
		buf_reset(&line);
	buf_clear(&line);
}

// At `*at` of `line`, as far as there is room.
static void put(char line[static LOG_FIXED_LEN], size_t *at, const char *text)
{
	while (*text && *at < LOG_FIXED_LEN - 1)
		line[(*at)++] = *text++;
}

void log_fixed(enum log_level level, const char *event, ...)
{
	char now[CLOCK_TEXT_LEN + 1], line[LOG_FIXED_LEN];
	size_t at = 0;
	const char *key;
	va_list args;

	if (!is_wanted(level))
		return;
	clock_text(clock_wall_ms(), now);
	put(line, &at, "time=");
	put(line, &at, now);
	put(line, &at, " level=");
	put(line, &at, level_names[level]);
	put(line, &at, " event=");
	put(line, &at, event);
	va_start(args, event);
	while ((key = va_arg(args, const char *))) {
		put(line, &at, " ");
		put(line, &at, key);
		put(line, &at, "=");
		put(line, &at, va_arg(args, const char *));
	}
	va_end(args);
	line[at++] = '\n';
	(void)!write(STDERR_FILENO, line, at);
}

const char *log_number(char out[static LOG_NUMBER_LEN], int64_t n)
{
	snprintf(out, LOG_NUMBER_LEN, "%" PRId64, n);
	return out;
}
