// SPDX-License-Identifier: MIT
// Three columns with tabs between: time, who or what, text.
//   2026-11-29 12:01:33	@ann	hello
//   2026-11-29 12:01:34	 *	ann waves
//   2026-11-29 12:01:35	-->	bob (~b@host) has joined #den
#include "server/import/log.h"

static bool is_mark(struct span prefix)
{
	static const char *const marks[] = {"-->", "<--", "--", "=!=", ""};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (span_eq(prefix, span_of(marks[i])))
			return true;
	}
	return false;
}

enum log_step weechat_line(struct import_log *log, struct span line, struct log_said *said)
{
	struct span rest = line, time = span_cut(&rest, '\t'), prefix = span_cut(&rest, '\t');

	if (!log_begin_day(log, span_cut(&time, ' ')) || !log_take_time(log, time, said))
		return LOG_BAD;
	prefix = span_trim(prefix);
	if (is_mark(prefix))
		return LOG_OTHER;
	if (span_eq(prefix, SPAN("*"))) {
		said->from = log_nick(span_cut(&rest, ' '));
		log_action(log, said, rest);
		return LOG_SAID;
	}
	said->from = log_nick(prefix);
	said->text = rest;
	return LOG_SAID;
}
