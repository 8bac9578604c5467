// SPDX-License-Identifier: MIT
// Lists of capabilities: what is offered, asked for, enabled.
#include "client/net/login_private.h"

#define REQ_MAX 400

static const char *const wanted[] = {
#define WANTED(name) name,
#include "client/net/wanted.def"
#undef WANTED
};

bool caps_find(struct span words, struct span name, struct span *value)
{
	while (words.len) {
		struct span rest = span_cut(&words, ' '), key = span_cut(&rest, '=');
		if (!span_eq(key, name))
			continue;
		*value = rest;
		return true;
	}
	return false;
}

bool login_has_cap(const struct login_flow *l, const char *name)
{
	struct span value;

	return caps_find(buf_span(&l->enabled), span_of(name), &value);
}

struct span login_cap_value(const struct login_flow *l, const char *name)
{
	struct span value = SPAN("");

	return caps_find(buf_span(&l->offered), span_of(name), &value) ? value : SPAN("");
}

void caps_drop(struct login_flow *l, struct span name)
{
	struct buf kept = {0};
	struct span words = buf_span(&l->enabled);

	while (words.len) {
		struct span word = span_cut(&words, ' ');
		if (!word.len || span_eq(word, name))
			continue;
		buf_add_span(&kept, word);
		buf_add_char(&kept, ' ');
	}
	buf_clear(&l->enabled);
	l->enabled = kept;
}

static bool is_wanted(const struct login_flow *l, struct span name)
{
	struct span unused;

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (span_eq(span_of(wanted[i]), name))
			return true;
	}
	return caps_find(span_of(l->order.also), name, &unused);
}

void caps_acknowledged(struct login_flow *l, struct span words)
{
	while (words.len) {
		struct span name = span_cut(&words, ' ');
		bool is_off = name.len && name.at[0] == '-';
		if (is_off)
			name = span_after(name, 1);
		caps_drop(l, name);
		if (is_off || !is_wanted(l, name))
			continue;
		buf_add_span(&l->enabled, name);
		buf_add_char(&l->enabled, ' ');
	}
}

static void request(struct login_flow *l, struct buf *names)
{
	if (names->len)
		login_send_with(l, "CAP REQ :", buf_str(names));
	buf_reset(names);
}

// In as many lines as they need.
static void request_all(struct login_flow *l, struct span words)
{
	struct buf names = {0};

	while (words.len) {
		struct span word = span_cut(&words, ' ');
		if (names.len + word.len > REQ_MAX)
			request(l, &names);
		if (names.len && word.len)
			buf_add_char(&names, ' ');
		buf_add_span(&names, word);
	}
	request(l, &names);
	buf_clear(&names);
}

// The name, if it is offered and not enabled yet.
static void add_offered(const struct login_flow *l, struct span name, struct buf *out)
{
	struct span unused;

	if (!caps_find(buf_span(&l->offered), name, &unused) ||
	    caps_find(buf_span(&l->enabled), name, &unused))
		return;
	buf_add_span(out, name);
	buf_add_char(out, ' ');
}

void caps_request_offered(struct login_flow *l)
{
	struct buf names = {0};
	struct span also = span_of(l->order.also);

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		add_offered(l, span_of(wanted[i]), &names);
	while (also.len)
		add_offered(l, span_cut(&also, ' '), &names);
	request_all(l, buf_span(&names));
	buf_clear(&names);
}

void caps_request_known(struct login_flow *l)
{
	request_all(l, span_of(l->order.caps));
}
