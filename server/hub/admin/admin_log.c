// SPDX-License-Identifier: MIT
// log level: how much the running server logs, for a while.
#include "common/clock.h"
#include "common/log.h"
#include "server/hub/admin/admin.h"
#include "server/letters/limits.h"

#define LEVEL_MS (10 * 60 * INT64_C(1000)) // inside: unless said otherwise

static void back(struct verb_call *c)
{
	bool is_other = c->hub->log_until_ms > c->hub->now.mono_ms;

	c->hub->wish = WISH_LOG;
	c->hub->log_until_ms = 0;
	if (is_other)
		verb_audit(c, SPAN("configured"));
	verb_says_changed(c, is_other);
	verb_end(c, ADMIN_DONE, "the log is as the configuration has it");
}

static void set(struct verb_call *c, enum log_level level, int64_t ms)
{
	struct buf words = {0};

	c->hub->wish = WISH_LOG;
	c->hub->wish_about.log_level = (int)level;
	c->hub->wish_about.log_ms = ms;
	c->hub->log_until_ms = c->hub->now.mono_ms + ms;
	buf_printf(&words, "%s for ", log_level_name(level));
	clock_add_span(&words, ms);
	verb_audit(c, buf_span(&words));
	verb_says_changed(c, true);
	verb_end(c, ADMIN_DONE, "%s, then as the configuration has it", buf_str(&words));
	buf_clear(&words);
}

void verb_log_level(struct verb_call *c)
{
	int64_t ms = LEVEL_MS;
	enum log_level level;

	if (!c->hub->config.n_shards) {
		verb_end(c, ADMIN_UNREACHABLE,
			 "the server is not running: [server] log is what it starts with");
	} else if (span_eq(verb_word(c, 0), SPAN("configured"))) {
		back(c);
	} else if (!log_level_find(verb_word(c, 0), &level)) {
		verb_end(c, ADMIN_USAGE, "that is no level: error, warn, info or debug");
	} else if (verb_span(c, "--for", "for ever is a setting, [server] log", &ms)) {
		if (ms > LOG_LEVEL_MAX_MS)
			verb_end(c, ADMIN_USAGE,
				 "--for is 24h at most: what is meant for longer is a setting, "
				 "[server] log");
		else
			set(c, level, ms);
	}
}
