// SPDX-License-Identifier: MIT
// What was said in a room, out of the logs of IRC programs: lines in, messages out.
//
// A table of formats (log.def): each knows one line. Joins, modes and the like are counted and
// left alone; a line that is none of the format's is bad, and named by file and number. Bytes
// that are not UTF-8 are taken for ISO 8859-1. Times are those of the zone of the process, and
// rise: lines of the same minute follow each other by a millisecond, so that the same file
// gives the same times each time.
// Owner: who reads; pure but for the zone.
#pragma once

#include "common/arena.h"
#include "common/buf.h"

#include <stdint.h>
#include <time.h>

#define LOG_TEXT_MAX 510 // inside: no line of IRC holds more

struct log_said {
	int64_t at_ms;
	struct span from, text; // an action as \001ACTION …\001
	bool is_notice;
};

enum log_step {
	LOG_SAID,
	LOG_OTHER, // of the format, but nobody said anything
	LOG_BAD,
};

struct import_log {
	struct arena arena; // of all spans
	struct log_said *said;
	size_t n_said, said_space;
	size_t n_other, n_bad;
	struct buf bad;   // a line each: FILE:LINE: why
	struct tm day;    // as far as the lines told; tm_year 0: not yet
	int64_t clock_ms; // of the newest line, as it was written
};

typedef enum log_step log_line_fn(struct import_log *log, struct span line,
				  struct log_said *said);

struct log_format {
	const char *name;
	const char *about;
	bool is_of_days; // a folder of files YYYY-MM-DD.log
	log_line_fn *line;
};

// By its name; NULL: there is none.
MUST_USE const struct log_format *log_format_named(struct span name);
// A whole file, or the next of several. `file` is what it is called in words.
void log_read(struct import_log *log, const struct log_format *format, const char *file,
	      struct span text);
// YYYY-MM-DD at the beginning of a file's name. False: it is no day.
MUST_USE bool log_begin_day(struct import_log *log, struct span name);
void log_clear(struct import_log *log);

// For the formats. "12:01" or "12:01:33": the time of said, on the day of log.
MUST_USE bool log_take_time(struct import_log *log, struct span text, struct log_said *said);
// One line of an action: \001ACTION …\001, the text copied.
void log_action(struct import_log *log, struct log_said *said, struct span text);
// "@ann": without the mark of a rank.
MUST_USE struct span log_nick(struct span nick);

#define LOG_FORMAT(name, fn, is_of_days, about) log_line_fn fn;
#include "server/import/log.def"
#undef LOG_FORMAT
