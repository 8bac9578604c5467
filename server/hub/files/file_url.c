// SPDX-License-Identifier: MIT
#include "server/hub/files/file_url.h"

#define SCHEME "https://"

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static size_t id_chars(struct span text)
{
	size_t n = 0;

	while (n < text.len && is_id_char(text.at[n]))
		n++;
	return n;
}

static bool is_our_host(const struct hub *h, struct span host)
{
	struct span words = h->config.web_hosts;

	while (words.len) {
		if (span_eq_fold(span_cut(&words, ' '), host))
			return true;
	}
	return false;
}

// "HOST[:PORT]" before the first '/'.
static bool is_our_place(const struct hub *h, struct span place)
{
	bool is_v6 = span_starts(place, SPAN("["));
	size_t end = is_v6 ? span_find(place, ']') + 1 : span_find(place, ':');
	uint64_t port;

	if (end >= place.len)
		return is_our_host(h, place);
	return place.at[end] == ':' && span_to_u64(span_after(place, end + 1), &port) &&
	       is_our_host(h, span_from(place.at, end));
}

// `text` begins with the scheme.
static bool read_url(const struct hub *h, struct span text, struct file_url *u)
{
	struct span rest = span_after(text, strlen(SCHEME));
	struct span place = span_from(rest.at, span_find(rest, '/'));

	rest = span_after(rest, place.len);
	if (!span_starts(rest, SPAN(FILE_SPACE)) || !is_our_place(h, place))
		return false;
	rest = span_after(rest, strlen(FILE_SPACE));
	if (id_chars(rest) != FILE_ID_TEXT ||
	    !file_id_parse(span_from(rest.at, FILE_ID_TEXT), &u->id))
		return false;
	rest = span_after(rest, FILE_ID_TEXT);
	u->bare = u->len = (size_t)(rest.at - text.at);
	if (span_starts(rest, SPAN("?s=")))
		u->len += 3 + id_chars(span_after(rest, 3));
	return true;
}

bool file_url_next(const struct hub *h, struct span text, size_t from, struct file_url *u)
{
	while (from < text.len) {
		struct span rest = span_after(text, from);
		const char *at = memmem(rest.at, rest.len, SCHEME, strlen(SCHEME));

		if (!at)
			return false;
		from = (size_t)(at - text.at);
		if (read_url(h, span_after(text, from), u)) {
			u->at = from;
			return true;
		}
		from += strlen(SCHEME);
	}
	return false;
}

size_t file_urls_count(const struct hub *h, struct span text)
{
	struct file_url u = {0};
	size_t n = 0;

	for (; file_url_next(h, text, u.at + u.len, &u); n++)
		;
	return n;
}

static void rewrite(const struct hub *h, struct span text, const struct account *a,
		    struct buf *out)
{
	char sig[FILE_LINK_TEXT + 1];
	struct file_url u = {0};
	size_t from = 0;

	while (file_url_next(h, text, from, &u)) {
		buf_add(out, text.at + from, u.at + u.bare - from);
		if (a) {
			file_link_sign(h, &u.id, a, sig);
			buf_printf(out, "?s=%s", sig);
		}
		from = u.at + u.len;
	}
	buf_add_span(out, span_after(text, from));
}

void file_urls_bare(const struct hub *h, struct span text, struct buf *out)
{
	rewrite(h, text, NULL, out);
}

void file_urls_signed(const struct hub *h, struct span text, const struct account *a,
		      struct buf *out)
{
	rewrite(h, text, a, out);
}

void file_space_url(const struct hub *h, struct buf *out)
{
	struct span words = h->config.web_hosts;

	buf_add_str(out, SCHEME);
	buf_add_span(out, span_cut(&words, ' '));
	if (h->config.web_port != 443)
		buf_printf(out, ":%u", h->config.web_port);
	buf_add_str(out, "/f");
}
