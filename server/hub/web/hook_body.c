// SPDX-License-Identifier: MIT
#include "server/hub/web/hook_body.h"

#include "common/http.h"
#include "server/hub/web/slack.h"
#include "server/letters/limits.h"

static unsigned refuse(struct buf *why, unsigned status, const char *sentence)
{
	buf_reset(why);
	buf_add_str(why, sentence);
	return status;
}

static size_t count_lines(struct span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.at[i] == '\n';
	return n;
}

static unsigned judge(struct span text, struct buf *why)
{
	if (text.len > MULTILINE_BYTES_MAX || count_lines(text) > MULTILINE_LINES_MAX) {
		buf_printf(why, "The text is longer than %d bytes or %d lines.",
			   MULTILINE_BYTES_MAX, MULTILINE_LINES_MAX);
		return 413;
	}
	return 0;
}

// What it names is the sender's: keys, and parts of what is no JSON, cut where they were long.
static void make_plain(struct buf *why)
{
	for (size_t i = 0; i < why->len; i++) {
		if (why->at[i] < ' ' || why->at[i] > '~')
			why->at[i] = '?';
	}
}

static unsigned take_json(struct span json, struct buf *text, struct buf *why)
{
	if (slack_text(json, text, why))
		return judge(buf_span(text), why);
	make_plain(why);
	return 400;
}

static unsigned take_form(struct span form, struct buf *text, struct buf *why)
{
	struct buf json = {0};
	unsigned status = 400;

	if (http_form_value(form, SPAN("payload"), &json))
		status = take_json(buf_span(&json), text, why);
	else
		(void)refuse(why, 400,
			     "The form has no field payload, or it is not well encoded.");
	buf_clear(&json);
	return status;
}

unsigned hook_body(struct span type, struct span body, struct buf *text, struct buf *why)
{
	struct span rest = type, kind = span_trim(span_cut(&rest, ';'));

	if (body.len > HOOK_BODY_MAX)
		return refuse(why, 413, "The body is longer than 16 KiB.");
	if (span_eq_fold(kind, SPAN("application/json")))
		return take_json(body, text, why);
	if (span_eq_fold(kind, SPAN("application/x-www-form-urlencoded")))
		return take_form(body, text, why);
	return refuse(
		why, 415,
		"Send application/json, or a form with payload=... as Slack's senders do.");
}
