// SPDX-License-Identifier: MIT
#include "client/text/invite_link.h"

#include "common/encode.h"
#include "common/names.h"
#include "common/utf8.h"

#include <stdlib.h>

static bool copy(char *out, size_t room, struct span from)
{
	if (from.len >= room)
		return false;
	memcpy(out, from.at, from.len);
	out[from.len] = '\0';
	return true;
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
}

static bool take_host(struct invite_link *out, struct span host)
{
	for (size_t i = 0; i < host.len; i++) {
		if (!is_host_char(host.at[i]))
			return false;
	}
	return host.len && host.at[0] != '-' && copy(out->host, sizeof(out->host), host);
}

static bool take_port(struct invite_link *out, struct span port)
{
	uint64_t number;

	if (port.len && port.at[0] == '+')
		port = span_after(port, 1);
	return span_to_u64(port, &number) && number > 0 && number <= 65535 &&
	       copy(out->port, sizeof(out->port), port);
}

// "host", "host:port", "[addr6]", "[addr6]:port", or an IPv6 address alone.
static const char *take_address(struct invite_link *out, struct span text)
{
	struct span rest = text;

	if (text.len && text.at[0] == '[') {
		rest = span_after(rest, 1);
		bool is_closed = span_find(rest, ']') < rest.len;
		if (!is_closed || !take_host(out, span_cut(&rest, ']')))
			return "the server's address is malformed";
		if (rest.len && rest.at[0] != ':')
			return "the server's address is malformed";
		rest = span_after(rest, 1);
	} else {
		struct span host = span_cut(&rest, ':');
		if (span_find(rest, ':') < rest.len) {
			host = text;
			rest = SPAN("");
		}
		if (!take_host(out, host))
			return "the server's name is missing or malformed";
	}
	if (rest.len && !take_port(out, rest))
		return "the port is not a number from 1 to 65535";
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

static const char *take_room(struct invite_link *out, struct span room)
{
	char plain[256], name[sizeof(out->room)];

	if (!room.len)
		return NULL;
	if (room.len >= sizeof(plain))
		return "the room's name is too long";
	room = unescape(room, plain);
	while (room.len && room.at[0] == '#')
		room = span_after(room, 1);
	if (room.len + 2 > sizeof(out->room))
		return "the room's name is too long";
	name[0] = '#';
	memcpy(name + 1, room.at, room.len);
	name[room.len + 1] = '\0';
	if (!name_of_room(span_of(name), out->room))
		return "the room's name is malformed";
	return NULL;
}

static bool take_token(char out[static INVITE_MAX + 1], struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] <= ' ' || value.at[i] == ':' || value.at[i] >= 127)
			return false;
	}
	return value.len && copy(out, INVITE_MAX + 1, value);
}

static const char *take_option(struct invite_link *out, struct span option)
{
	struct span value = option, key = span_cut(&value, '=');

	if (span_eq_fold(key, SPAN("invite"))) {
		if (!take_token(out->invite, value))
			return "the invite token is malformed";
	} else if (span_eq_fold(key, SPAN("device"))) {
		if (!take_token(out->device, value))
			return "the secret for this computer is malformed";
	} else if (span_eq_fold(key, SPAN("pin"))) {
		out->has_pin = pin_parse(value, out->pin);
		if (!out->has_pin)
			return "the key pin is malformed: 43 characters were expected; was the "
			       "link cut?";
	}
	// What is unknown belongs to later versions.
	return NULL;
}

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

static bool take_scheme(struct span *rest, const char *scheme)
{
	if (!span_starts_fold(*rest, span_of(scheme)))
		return false;
	*rest = span_after(*rest, strlen(scheme));
	return true;
}

const char *invite_link_parse(struct span text, struct invite_link *out)
{
	struct span rest = span_trim(text);

	*out = (struct invite_link){.port = LINK_PORT};
	if (!utf8_is_valid(rest))
		return "the link is not valid UTF-8";
	if (!take_scheme(&rest, "snug://") && !take_scheme(&rest, "ircs://") &&
	    (span_starts_fold(rest, SPAN("irc://")) || span_starts_fold(rest, SPAN("http"))))
		return "this is no snug:// or ircs:// link (nothing is ever sent without TLS)";
	size_t end = 0;
	while (end < rest.len && rest.at[end] != '/' && !is_separator(rest.at[end]))
		end++;
	const char *wrong = take_address(out, span_from(rest.at, end));
	if (wrong)
		return wrong;
	struct span path = span_after(rest, end);
	if (path.len && path.at[0] == '/')
		path = span_after(path, 1);
	while (path.len && path.at[0] == '#')
		path = span_after(path, 1);
	wrong = take_room(out, cut_part(&path));
	while (!wrong && path.len)
		wrong = take_option(out, cut_part(&path));
	return wrong;
}

bool pin_parse(struct span text, uint8_t pin[static TLS_PIN_LEN])
{
	struct buf bytes = {0};
	bool is_good;

	text = span_trim(text);
	if (span_starts_fold(text, SPAN("sha256:")))
		text = span_after(text, 7);
	while (text.len && text.at[text.len - 1] == '=')
		text.len--;
	if (text.len == 2 * TLS_PIN_LEN)
		is_good = decode_hex(&bytes, text);
	else
		is_good = decode_b64url(&bytes, text);
	if (!is_good && text.len == 43) {
		char padded[45];
		memcpy(padded, text.at, 43);
		padded[43] = '=';
		is_good = decode_b64(&bytes, span_from(padded, 44));
	}
	is_good = is_good && bytes.len == TLS_PIN_LEN;
	if (is_good)
		memcpy(pin, bytes.at, TLS_PIN_LEN);
	buf_clear(&bytes);
	return is_good;
}

void pin_text(const uint8_t pin[static TLS_PIN_LEN], char out[static PIN_TEXT_MAX])
{
	struct buf text = {0};

	buf_add_str(&text, "sha256:");
	encode_b64url(&text, pin, TLS_PIN_LEN);
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	buf_clear(&text);
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
