// SPDX-License-Identifier: MIT
// Masks of bans: their one stored form, and what they match.
#include "server/hub/rooms/ban.h"

#include "common/clock.h"
#include "common/names.h"
#include "common/text.h"
#include "server/hub/rooms/mask.h"
#include "server/letters/limits.h"

static bool is_type(struct span type, const char *letter, const char *word)
{
	return span_eq_fold(type, span_of(letter)) || span_eq_fold(type, span_of(word));
}

// Takes "~type:" off *text, with or without the '~'; "" when there is none.
static struct span cut_type(struct span *text)
{
	struct span rest = *text, type;
	bool marked = rest.len > 0 && (rest.at[0] == '~' || rest.at[0] == '$');

	if (marked)
		rest = span_after(rest, 1);
	if (span_find(rest, ':') == rest.len)
		return SPAN("");
	type = span_cut(&rest, ':');
	if (!is_type(type, "a", "account") && !is_type(type, "m", "mute") &&
	    !is_type(type, "t", "time"))
		return SPAN("");
	*text = rest;
	return type;
}

static bool parse_minutes(struct span text, int64_t *ms)
{
	uint64_t minutes;

	if (clock_parse_span(text, ms) && *ms > 0)
		return true;
	if (!span_to_u64(text, &minutes) || minutes == 0 || minutes > INT32_MAX)
		return false;
	*ms = (int64_t)minutes * 60000;
	return true;
}

static bool has_host_letters(struct span text)
{
	return span_find(text, '.') < text.len || span_find(text, ':') < text.len;
}

// Fills in what is missing of NICK!USER@HOST.
static void add_plain(struct span text, struct buf *out)
{
	struct span rest = text, nick = span_cut(&rest, '!');
	bool has_user = nick.len < text.len;

	if (has_user) {
		buf_add_span(out, text);
		buf_add_str(out, span_find(rest, '@') < rest.len ? "" : "@*");
	} else if (span_find(text, '@') < text.len) {
		buf_add_str(out, "*!");
		buf_add_span(out, text);
	} else if (has_host_letters(text)) {
		buf_add_str(out, "*!*@");
		buf_add_span(out, text);
	} else {
		buf_add_span(out, text);
		buf_add_str(out, "!*@*");
	}
}

static bool add_inner(struct span text, struct buf *out)
{
	struct span type = cut_type(&text);

	if (text.len == 0 || is_type(type, "m", "mute") || is_type(type, "t", "time"))
		return false;
	if (type.len == 0) {
		add_plain(text, out);
		return text.at[0] != '~' && text.at[0] != '$';
	}
	buf_add_char(out, '~');
	buf_add_span(out, type);
	buf_add_char(out, ':');
	buf_add_span(out, text);
	return true;
}

static bool is_clean(struct span text)
{
	uint32_t found;

	return text.len > 0 && text.len <= MASK_MAX - 16 && text.at[0] != ':' &&
	       span_find(text, ' ') == text.len && span_find(text, ',') == text.len &&
	       text_is_fit(text, TEXT_PLAIN, &found);
}

bool mask_parse(struct span text, struct buf *out, int64_t *lasts_ms)
{
	struct span rest = text;

	*lasts_ms = 0;
	if (is_type(cut_type(&rest), "t", "time")) {
		if (!parse_minutes(span_cut(&rest, ':'), lasts_ms))
			return false;
		text = rest;
	}
	if (!is_clean(text))
		return false;
	rest = text;
	if (is_type(cut_type(&rest), "m", "mute"))
		buf_add_str(out, "~m:");
	else
		rest = text;
	return add_inner(rest, out);
}

void mask_show(const struct ban *b, struct buf *out)
{
	if (b->expires_ms != 0) {
		buf_add_str(out, "~t:");
		clock_add_span(out, b->expires_ms - b->at_ms);
		buf_add_char(out, ':');
	}
	buf_add_str(out, b->mask);
}

bool mask_is_mute(struct span mask)
{
	return span_starts(mask, SPAN("~m:"));
}

// Leaves of a mask what begins with the name. True: nothing else is in it.
static bool cut_to_name(struct span *mask)
{
	if (mask_is_mute(*mask))
		*mask = span_after(*mask, 3);
	return is_type(cut_type(mask), "a", "account");
}

struct span mask_name(struct span mask)
{
	bool is_account = cut_to_name(&mask);
	struct span name = mask;

	if (!is_account)
		name = span_cut(&mask, '!');
	return name_is_account(name) ? name : SPAN("");
}

static void put(struct span mask, size_t len, struct span name, struct buf *out)
{
	struct span rest = mask;

	(void)cut_to_name(&rest);
	buf_add(out, mask.at, mask.len - rest.len);
	buf_add_span(out, name);
	buf_add_span(out, span_after(rest, len));
}

void mask_without_name(struct span mask, struct buf *out)
{
	put(mask, mask_name(mask).len, SPAN(""), out);
}

void mask_with_name(struct span mask, struct span name, struct buf *out)
{
	put(mask, 0, name, out);
}

void mask_who(const struct account *a, struct buf *full)
{
	account_prefix(a, full);
}

bool mask_means(struct span mask, const struct account *a, struct span full)
{
	struct span rest = mask;

	if (is_type(cut_type(&rest), "a", "account"))
		return name_matches(rest, span_of(a->name));
	return name_matches(mask, full);
}

bool mask_matches(struct span mask, const struct account *a)
{
	struct buf full = {0};
	bool matches;

	mask_who(a, &full);
	matches = mask_means(mask, a, buf_span(&full));
	buf_clear(&full);
	return matches;
}
