// SPDX-License-Identifier: MIT
//   [12:01:33] <ann> hello
//   [12:01:34] * ann waves
//   [12:01:35] -ann- a notice
//   [12:01:36] *** Joins: bob (~b@host)
#include "server/import/log.h"

// "<ann> hello" and "-ann- hello": up to the mark and a blank.
static enum log_step take_said(struct span rest, char end, struct log_said *said)
{
	size_t at = 1 + span_find(span_after(rest, 1), end);

	if (at + 1 >= rest.len || rest.at[at + 1] != ' ')
		return LOG_BAD;
	said->from = log_nick(span_from(rest.at + 1, at - 1));
	said->text = span_after(rest, at + 2);
	said->is_notice = end == '-';
	return LOG_SAID;
}

enum log_step znc_line(struct import_log *log, struct span line, struct log_said *said)
{
	struct span rest = line, time = span_cut(&rest, ' ');

	if (time.len < 3 || time.at[0] != '[' || time.at[time.len - 1] != ']' ||
	    !log_take_time(log, span_from(time.at + 1, time.len - 2), said))
		return LOG_BAD;
	if (span_starts(rest, SPAN("<")))
		return take_said(rest, '>', said);
	if (span_starts(rest, SPAN("-")))
		return take_said(rest, '-', said);
	if (span_starts(rest, SPAN("* "))) {
		rest = span_after(rest, 2);
		said->from = log_nick(span_cut(&rest, ' '));
		log_action(log, said, rest);
		return LOG_SAID;
	}
	return span_starts(rest, SPAN("***")) ? LOG_OTHER : LOG_BAD;
}
