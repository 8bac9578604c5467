// SPDX-License-Identifier: MIT
// The hosts end at the first '/', '?', '&', '#', or at a ',' whose part has a '=': so a link
// without a room needs no slash, as it never did.
#include "common/snug_link.h"

#include "common/idn.h"
#include "common/names.h"
#include "common/utf8.h"

#include <stdio.h>

#define BAD_HOST                                                                               \
	"the server's name is missing or malformed: letters, digits, dots and hyphens were "   \
	"expected, an IPv6 address in brackets"
#define BAD_PORT                                                                               \
	"the port is not a number from 1 to 65535: it stands behind the server's name and a "  \
	"colon, as in chat.example.org:6697"
#define BAD_ROOM                                                                               \
	"the room's name is malformed: it has no blank, comma, colon or invisible character"

static bool copy(char *out, size_t room, struct span from)
{
	if (from.len >= room)
		return false;
	memcpy(out, from.at, from.len);
	out[from.len] = '\0';
	return true;
}

// Hosts.

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
}

static bool take_name(struct link_host *out, struct span typed)
{
	struct buf name = {0};
	bool is_good = typed.len && typed.len <= LINK_TEXT_MAX && idn_add_host(&name, typed);

	for (size_t i = 0; i < name.len && is_good; i++)
		is_good = is_host_char(name.at[i]);
	is_good = is_good && name.len && name.at[0] != '-' &&
		  copy(out->name, sizeof(out->name), buf_span(&name));
	buf_clear(&name);
	return is_good;
}

static bool take_port(struct link_host *out, struct span port)
{
	uint64_t number;

	if (span_starts(port, SPAN("+")))
		port = span_after(port, 1);
	if (!span_to_u64(port, &number) || number == 0 || number > 65535)
		return false;
	snprintf(out->port, sizeof(out->port), "%u", (unsigned)number);
	return true;
}

static const char *take_bracketed(struct link_host *out, struct span text)
{
	struct span rest = span_after(text, 1);
	bool is_closed = span_find(rest, ']') < rest.len;

	if (!is_closed || !take_name(out, span_cut(&rest, ']')) ||
	    (rest.len && rest.at[0] != ':'))
		return "the server's address is malformed: an IPv6 address stands in brackets, "
		       "as in [2001:db8::1]:6697";
	rest = span_after(rest, 1);
	return rest.len && !take_port(out, rest) ? BAD_PORT : NULL;
}

const char *link_host_parse(struct span text, struct link_host *out)
{
	struct span rest = text;

	*out = (struct link_host){.port = LINK_PORT};
	if (!utf8_is_valid(text))
		return "the server's name is not valid UTF-8";
	if (span_starts(text, SPAN("[")))
		return take_bracketed(out, text);
	struct span host = span_cut(&rest, ':');
	if (span_find(rest, ':') < rest.len) {
		host = text;
		rest = SPAN("");
	}
	if (!take_name(out, host))
		return BAD_HOST;
	return rest.len && !take_port(out, rest) ? BAD_PORT : NULL;
}

void link_address(struct buf *out, const char *host, const char *port)
{
	bool has_port = port[0] && strcmp(port, LINK_PORT) != 0;

	if (has_port && strchr(host, ':'))
		buf_printf(out, "[%s]:%s", host, port);
	else if (has_port)
		buf_printf(out, "%s:%s", host, port);
	else
		buf_add_str(out, host);
}

// Parts.

static bool is_separator(char c)
{
	return c == ',' || c == '?' || c == '&' || c == '#';
}

static struct span cut_part(struct span *rest)
{
	size_t n = 0;

	while (n < rest->len && !is_separator(rest->at[n]))
		n++;
	struct span part = {rest->at, n};
	*rest = span_after(*rest, n + 1);
	return part;
}

static struct span cut_host(struct span *rest)
{
	size_t n = 0;

	while (n < rest->len && rest->at[n] != '/' && !is_separator(rest->at[n]))
		n++;
	struct span host = {rest->at, n};
	*rest = span_after(*rest, n);
	return host;
}

static const char *take_hosts(struct snug_link *out, struct span *rest)
{
	struct link_host host;
	const char *wrong = link_host_parse(cut_host(rest), &host);

	if (wrong)
		return wrong;
	memcpy(out->host, host.name, sizeof(out->host));
	memcpy(out->port, host.port, sizeof(out->port));
	while (span_starts(*rest, SPAN(","))) {
		struct span after = span_after(*rest, 1), part = cut_host(&after);
		if (span_find(part, '=') < part.len)
			return NULL;
		*rest = after;
		if (!part.len)
			continue;
		if (out->others.count == LINK_OTHERS_MAX)
			return "the link names more than 4 servers: leave some of them out";
		wrong = link_host_parse(part, &out->others.at[out->others.count++]);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// %41 -> A. Malformed escapes stay as they are.
static struct span unescape(struct span in, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		int high = i + 2 < in.len && in.at[i] == '%' ? hex_value(in.at[i + 1]) : -1;
		int low = high >= 0 ? hex_value(in.at[i + 2]) : -1;
		if (low < 0) {
			out[n++] = in.at[i];
			continue;
		}
		out[n++] = (char)(high * 16 + low);
		i += 2;
	}
	return span_from(out, n);
}

// The room's '#' may be there or not; a second one belongs to the name.
static const char *take_room(struct snug_link *out, struct span room)
{
	char plain[256], name[sizeof(out->room)];

	if (!room.len)
		return NULL;
	if (room.len >= sizeof(plain))
		return "the room's name is too long: at most 64 bytes";
	room = unescape(room, plain);
	if (span_starts(room, SPAN("#")))
		room = span_after(room, 1);
	if (room.len + 2 > sizeof(out->room))
		return "the room's name is too long: at most 64 bytes";
	name[0] = '#';
	memcpy(name + 1, room.at, room.len);
	return name_of_room(span_from(name, room.len + 1), out->room) ? NULL : BAD_ROOM;
}

static bool take_secret(char out[static LINK_SECRET_MAX + 1], struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] <= ' ' || value.at[i] == ':' || value.at[i] >= 127)
			return false;
	}
	return value.len && copy(out, LINK_SECRET_MAX + 1, value);
}

static const char *take_pin(struct snug_link *out, struct span value)
{
	uint8_t pin[TLS_PIN_LEN];

	if (!pin_parse(value, pin))
		return "the key pin is malformed: 43 characters were expected; was the link "
		       "cut?";
	return pins_add(&out->pins, pin)
		       ? NULL
		       : "the link names more than 4 key pins: leave some of them out";
}

static const char *take_irc_port(struct snug_link *out, struct span value)
{
	struct link_host host;

	if (!take_port(&host, value))
		return BAD_PORT;
	memcpy(out->port, host.port, sizeof(out->port));
	return NULL;
}

static const char *take_option(struct snug_link *out, struct span option)
{
	struct span value = option, key = span_cut(&value, '=');

	if (span_eq_fold(key, SPAN("invite")) && !take_secret(out->invite, value))
		return "the invite token is malformed: was the link cut? Ask for a new one";
	if (span_eq_fold(key, SPAN("device")) && !take_secret(out->device, value))
		return "the secret for this computer is malformed: was the link cut? Make a "
		       "new one with /device add";
	if (span_eq_fold(key, SPAN("irc")))
		return take_irc_port(out, value);
	// What is unknown belongs to later versions.
	return span_eq_fold(key, SPAN("pin")) ? take_pin(out, value) : NULL;
}

static bool take_scheme(struct span *rest, const char *scheme)
{
	if (!span_starts_fold(*rest, span_of(scheme)))
		return false;
	*rest = span_after(*rest, strlen(scheme));
	return true;
}

// Of a page the port is where it is read; what a browser would ask the server for is no link.
static const char *take_page(struct snug_link *out, struct span *rest)
{
	const char *wrong = take_hosts(out, rest);

	if (wrong)
		return wrong;
	memcpy(out->port, LINK_PORT, sizeof(LINK_PORT));
	if (!out->others.count &&
	    (!rest->len || span_eq(*rest, SPAN("/")) || span_starts(*rest, SPAN("/#"))))
		return NULL;
	return "this address of a page is no link of snug: those begin https://HOST/#";
}

const char *snug_link_parse(struct span text, struct snug_link *out)
{
	struct span rest = span_trim(text);
	bool is_page = take_scheme(&rest, "https://");

	*out = (struct snug_link){0};
	if (rest.len > LINK_TEXT_MAX)
		return "the link is longer than 2048 characters: paste the link alone";
	if (!utf8_is_valid(rest))
		return "the link is not valid UTF-8: copy it again";
	if (!is_page && !take_scheme(&rest, "snug://") && !take_scheme(&rest, "ircs://") &&
	    (span_starts_fold(rest, SPAN("irc://")) || span_starts_fold(rest, SPAN("http"))))
		return "this is no snug:// or ircs:// link (nothing is ever sent without TLS)";
	const char *wrong = is_page ? take_page(out, &rest) : take_hosts(out, &rest);
	if (wrong)
		return wrong;
	if (span_starts(rest, SPAN("/")))
		rest = span_after(rest, 1);
	while (span_starts(rest, SPAN("#")))
		rest = span_after(rest, 1);
	wrong = take_room(out, cut_part(&rest));
	while (!wrong && rest.len)
		wrong = take_option(out, cut_part(&rest));
	return wrong;
}

// Printing.

// A port that goes without saying is not said.
static void add_host(struct buf *out, const char *name, const char *port, const char *usual)
{
	bool has_port = port[0] && strcmp(port, usual) != 0;

	buf_printf(out, strchr(name, ':') ? "[%s]" : "%s", name);
	if (has_port)
		buf_printf(out, ":%s", port);
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

static void add_room(struct buf *out, const char *room)
{
	if (room[0] == '#' && room[1] != '#')
		room++;
	for (; *room; room++) {
		if (is_plain(*room))
			buf_add_char(out, *room);
		else
			buf_printf(out, "%%%02X", (unsigned char)*room);
	}
}

void snug_link_print(struct buf *out, const struct snug_link *link)
{
	char pin[PIN_TEXT_MAX];

	buf_add_str(out, "snug://");
	add_host(out, link->host, link->port, LINK_PORT);
	for (size_t i = 0; i < link->others.count; i++) {
		buf_add_char(out, ',');
		add_host(out, link->others.at[i].name, link->others.at[i].port, LINK_PORT);
	}
	buf_add_char(out, '/');
	add_room(out, link->room);
	if (link->invite[0])
		buf_printf(out, ",invite=%s", link->invite);
	if (link->device[0])
		buf_printf(out, ",device=%s", link->device);
	for (size_t i = 0; i < link->pins.count; i++) {
		pin_text(link->pins.at[i], pin);
		buf_printf(out, ",pin=%s", pin + strlen("sha256:"));
	}
}

void snug_link_print_page(struct buf *out, const struct snug_link *link, unsigned web_port)
{
	char port[LINK_PORT_MAX + 1];

	snprintf(port, sizeof(port), "%u", web_port);
	buf_add_str(out, "https://");
	add_host(out, link->host, port, "443");
	buf_add_str(out, "/#");
	add_room(out, link->room);
	if (link->invite[0])
		buf_printf(out, ",invite=%s", link->invite);
	if (link->port[0] && strcmp(link->port, LINK_PORT) != 0)
		buf_printf(out, ",irc=%s", link->port);
}
