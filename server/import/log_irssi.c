// SPDX-License-Identifier: MIT
//   --- Log opened Sun Nov 29 12:00:00 2026
//   12:01 <@ann> hello
//   12:01  * ann waves
//   12:02 -ann:#den- a notice
//   12:03 -!- bob [~b@host] has joined #den
//   --- Day changed Mon Nov 30 2026
#include "server/import/log.h"

#define TIME_MAX 8 // inside: HH:MM:SS

static bool take_day(struct import_log *log, struct span text, const char *form)
{
	char day[sizeof("Sun Nov 29 12:00:00 2026")] = "";
	struct tm at = {0};
	const char *end;

	if (text.len >= sizeof(day))
		return false;
	memcpy(day, text.at, text.len);
	end = strptime(day, form, &at);
	if (!end || *end)
		return false;
	log->day =
		(struct tm){.tm_year = at.tm_year, .tm_mon = at.tm_mon, .tm_mday = at.tm_mday};
	return true;
}

static enum log_step mark(struct import_log *log, struct span text)
{
	static const char opened[] = "Log opened ", changed[] = "Day changed ";
	bool is_fine = true;

	if (span_starts(text, span_of(opened)))
		is_fine = take_day(log, span_after(text, sizeof(opened) - 1),
				   "%a %b %d %H:%M:%S %Y");
	else if (span_starts(text, span_of(changed)))
		is_fine = take_day(log, span_after(text, sizeof(changed) - 1), "%a %b %d %Y");
	return is_fine ? LOG_OTHER : LOG_BAD;
}

static enum log_step take_notice(struct span rest, struct log_said *said)
{
	size_t end = span_find(rest, ' ');
	struct span who = span_from(rest.at, end);

	if (end == rest.len || who.len < 3 || who.at[who.len - 1] != '-' ||
	    span_find(who, ':') == who.len)
		return LOG_OTHER;
	who = span_from(who.at + 1, span_find(who, ':') - 1);
	said->from = log_nick(who);
	said->text = span_after(rest, end + 1);
	said->is_notice = true;
	return said->from.len ? LOG_SAID : LOG_OTHER;
}

enum log_step irssi_line(struct import_log *log, struct span line, struct log_said *said)
{
	struct span rest = line, time = span_cut(&rest, ' ');

	if (span_eq(time, SPAN("---")))
		return mark(log, rest);
	if (time.len > TIME_MAX || !log_take_time(log, time, said))
		return LOG_BAD;
	if (span_starts(rest, SPAN("<"))) {
		size_t end = span_find(rest, '>');

		if (end == rest.len)
			return LOG_BAD;
		said->from = log_nick(span_from(rest.at + 1, end - 1));
		said->text = span_after(rest, end + 1);
		if (span_starts(said->text, SPAN(" ")))
			said->text = span_after(said->text, 1);
		return LOG_SAID;
	}
	if (span_starts(rest, SPAN(" * "))) {
		rest = span_after(rest, 3);
		said->from = log_nick(span_cut(&rest, ' '));
		log_action(log, said, rest);
		return LOG_SAID;
	}
	return span_starts(rest, SPAN("-")) && !span_starts(rest, SPAN("-!-"))
		       ? take_notice(rest, said)
		       : LOG_OTHER;
}
