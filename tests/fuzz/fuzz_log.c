// SPDX-License-Identifier: MIT
// Whatever stands in a log: each line of it is a message, something else, or bad; the times of
// messages rise, and none holds what no message may.
#include "common/utf8.h"
#include "server/import/log.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_as(const char *name, struct span text)
{
	struct import_log log = {0};

	(void)!log_begin_day(&log, SPAN("2026-01-06"));
	log_read(&log, log_format_named(span_of(name)), "file", text);
	for (size_t i = 0; i < log.n_said; i++) {
		const struct log_said *said = &log.said[i];

		assert(!i || said->at_ms > log.said[i - 1].at_ms);
		assert(said->from.len && said->text.len && said->text.len <= LOG_TEXT_MAX);
		assert(utf8_is_valid(said->text) && utf8_is_valid(said->from));
		assert(!memchr(said->text.at, '\n', said->text.len));
		assert(!memchr(said->text.at, '\0', said->text.len));
	}
	assert(!log.n_bad == !log.bad.len);
	log_clear(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = span_from(bytes, len);

	read_as("irssi", text);
	read_as("weechat", text);
	read_as("znc", text);
	return 0;
}
