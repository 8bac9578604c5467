// SPDX-License-Identifier: MIT
#include "server/import/log.h"

#include "common/grow.h"
#include "common/utf8.h"

#include <stdlib.h>

#define BAD_SHOWN 20 // inside: the others are counted
// The hour of autumn, and a clock that was set.
#define BACK_MAX_MS (2 * 3600 * INT64_C(1000)) // inside: of one file

static const struct log_format formats[] = {
#define LOG_FORMAT(name, fn, is_of_days, about) {name, about, is_of_days, fn},
#include "server/import/log.def"
#undef LOG_FORMAT
};

const struct log_format *log_format_named(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (span_eq(name, span_of(formats[i].name)))
			return &formats[i];
	}
	return NULL;
}

bool log_begin_day(struct import_log *log, struct span name)
{
	char text[sizeof("YYYY-MM-DD")] = "";
	const char *end;

	log->day = (struct tm){0};
	if (name.len < sizeof(text) - 1)
		return false;
	memcpy(text, name.at, sizeof(text) - 1);
	end = strptime(text, "%Y-%m-%d", &log->day);
	return end && !*end && log->day.tm_year > 0;
}

bool log_take_time(struct import_log *log, struct span text, struct log_said *said)
{
	struct tm at = log->day;
	char clock[sizeof("HH:MM:SS")] = "";
	const char *end;
	time_t wall;

	if (!text.len || text.len >= sizeof(clock) || log->day.tm_year <= 0)
		return false;
	memcpy(clock, text.at, text.len);
	end = strptime(clock, text.len > 5 ? "%H:%M:%S" : "%H:%M", &at);
	if (!end || *end)
		return false;
	at.tm_isdst = -1;
	wall = mktime(&at);
	said->at_ms = (int64_t)wall * 1000;
	return wall > 0;
}

void log_action(struct import_log *log, struct log_said *said, struct span text)
{
	struct buf all = {0};

	buf_printf(&all, "\001ACTION " SPAN_FMT "\001", SPAN_ARG(text));
	said->text = arena_dup(&log->arena, buf_span(&all));
	buf_clear(&all);
}

struct span log_nick(struct span nick)
{
	nick = span_trim(nick);
	return nick.len && strchr("~&@%+", nick.at[0]) ? span_after(nick, 1) : nick;
}

// ISO 8859-1; its control characters are none that anybody meant.
static void add_latin(struct buf *out, struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		unsigned char byte = (unsigned char)line.at[i];

		if (byte < 0x80)
			buf_add_char(out, (char)byte);
		else if (byte < 0xa0)
			buf_add_str(out, "\xef\xbf\xbd");
		else
			buf_printf(out, "%c%c", 0xc0 | byte >> 6, 0x80 | (byte & 0x3f));
	}
}

static void note_bad(struct import_log *log, const char *file, size_t number, const char *why)
{
	if (log->n_bad++ < BAD_SHOWN)
		buf_printf(&log->bad, "%s:%zu: %s\n", file, number, why);
}

// NULL: it can be a message here.
static const char *fault_of(const struct log_said *said)
{
	if (!said->from.len || span_find(said->from, ' ') < said->from.len)
		return "nobody says it";
	if (said->text.len > LOG_TEXT_MAX)
		return "it is longer than a line of IRC";
	return NULL;
}

// Times rise by what stands in the file alone.
static const char *put_said(struct import_log *log, struct log_said *said)
{
	const struct log_said *last = log->n_said ? &log->said[log->n_said - 1] : NULL;
	const char *why = fault_of(said);

	if (!why && said->at_ms < log->clock_ms - BACK_MAX_MS)
		why = "it is hours older than the line before";
	if (why || !said->text.len)
		return why;
	log->clock_ms = said->at_ms;
	if (last && said->at_ms <= last->at_ms)
		said->at_ms = last->at_ms + 1;
	said->from = arena_dup(&log->arena, said->from);
	said->text = arena_dup(&log->arena, said->text);
	log->said = grow(log->said, log->n_said, &log->said_space, sizeof(*log->said));
	log->said[log->n_said++] = *said;
	return NULL;
}

// What a message may not hold, and the mark of a request between clients.
static bool has_control(struct span line)
{
	return memchr(line.at, '\0', line.len) || memchr(line.at, '\r', line.len) ||
	       memchr(line.at, '\001', line.len);
}

static const char *take_line(struct import_log *log, const struct log_format *format,
			     struct span line)
{
	struct log_said said = {0};

	if (has_control(line))
		return "it holds a character that no message may";
	switch (format->line(log, line, &said)) {
	case LOG_SAID:
		return put_said(log, &said);
	case LOG_OTHER:
		log->n_other++;
		return NULL;
	case LOG_BAD:
		break;
	}
	return "it is no line of such a log";
}

void log_read(struct import_log *log, const struct log_format *format, const char *file,
	      struct span text)
{
	for (size_t number = 1; text.len; number++) {
		struct span line = span_cut(&text, '\n');
		struct buf latin = {0};
		const char *why;

		if (line.len && line.at[line.len - 1] == '\r')
			line.len--;
		if (!line.len)
			continue;
		if (!utf8_is_valid(line)) {
			add_latin(&latin, line);
			line = buf_span(&latin);
		}
		why = take_line(log, format, line);
		if (why)
			note_bad(log, file, number, why);
		buf_clear(&latin);
	}
}

void log_clear(struct import_log *log)
{
	free(log->said);
	buf_clear(&log->bad);
	arena_clear(&log->arena);
	*log = (struct import_log){0};
}
