// SPDX-License-Identifier: MIT
// What was parsed, written again, parses to the same; tag values escape and come back.
#include "common/msg.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void write_msg(struct buf *out, const struct msg *m)
{
	if (m->tags.len)
		buf_printf(out, "@" SPAN_FMT " ", SPAN_ARG(m->tags));
	if (m->source.len)
		buf_printf(out, ":" SPAN_FMT " ", SPAN_ARG(m->source));
	buf_add_span(out, m->command);
	for (size_t i = 0; i < m->n_params; i++) {
		buf_add_str(out, i + 1 < m->n_params ? " " : " :");
		buf_add_span(out, m->params[i]);
	}
}

static void check_inside(struct span part, struct span line)
{
	if (part.len)
		assert(part.at >= line.at && part.at + part.len <= line.at + line.len);
}

static void check_round_trip(const struct msg *m)
{
	struct buf text = {0};
	struct msg again;

	write_msg(&text, m);
	assert(msg_parse(&again, buf_span(&text)) == MSG_OK);
	assert(span_eq(m->tags, again.tags) && span_eq(m->source, again.source));
	assert(span_eq(m->command, again.command) && m->n_params == again.n_params);
	for (size_t i = 0; i < m->n_params; i++)
		assert(span_eq(m->params[i], again.params[i]));
	buf_clear(&text);
}

static void check_value(struct span raw)
{
	struct buf plain = {0}, escaped = {0}, again = {0};

	msg_tag_unescape(&plain, raw);
	assert(plain.len <= raw.len);
	msg_tag_escape(&escaped, buf_span(&plain));
	for (size_t i = 0; i < escaped.len; i++)
		assert(!strchr("; \r\n", escaped.at[i]) || !escaped.at[i]);
	msg_tag_unescape(&again, buf_span(&escaped));
	assert(span_eq(buf_span(&plain), buf_span(&again)));
	buf_clear(&plain);
	buf_clear(&escaped);
	buf_clear(&again);
}

static void check_tags(const struct msg *m, struct span line)
{
	struct span rest = m->tags, key, value, last;

	while (msg_tag_next(&rest, &key, &value)) {
		assert(key.len);
		check_inside(key, line);
		check_inside(value, line);
		check_value(value);
		assert(msg_tag(m, key, &last));
	}
}

// Proves B7.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span line = span_from(bytes, len);
	struct msg m;
	enum msg_result result = msg_parse(&m, line);

	check_inside(m.tags, line);
	check_inside(m.source, line);
	check_inside(m.command, line);
	assert(m.n_params <= MSG_PARAMS_MAX);
	for (size_t i = 0; i < m.n_params; i++)
		check_inside(m.params[i], line);
	assert(msg_param(&m, m.n_params).len == 0);
	check_tags(&m, line);
	check_value(line);
	// A NUL, which no frame lets through, would end what is printed.
	if (result == MSG_OK && !memchr(bytes, '\0', len))
		check_round_trip(&m);
	return 0;
}
