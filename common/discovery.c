// SPDX-License-Identifier: MIT
#include "common/discovery.h"

#include "common/json_read.h"

#include <assert.h>
#include <stdlib.h>

#define HTTPS SPAN("https://")

static const struct member {
	const char *name;
	size_t at;
	bool is_needed;
} members[] = {
	{"token_endpoint", offsetof(struct discovery, token), true},
	{"jwks_uri", offsetof(struct discovery, keys), true},
	{"authorization_endpoint", offsetof(struct discovery, authorization), false},
	{"device_authorization_endpoint", offsetof(struct discovery, device), false},
	{"userinfo_endpoint", offsetof(struct discovery, userinfo), false},
	{"introspection_endpoint", offsetof(struct discovery, introspection), false},
	{"revocation_endpoint", offsetof(struct discovery, revocation), false},
};

static char **kept(struct discovery *d, const struct member *member)
{
	return (char **)(void *)((char *)d + member->at);
}

void discovery_clear(struct discovery *d)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		free(*kept(d, &members[i]));
	*d = (struct discovery){0};
}

void discovery_address(struct buf *out, const char *issuer)
{
	struct span base = span_of(issuer);

	// A slash at the end goes (OpenID Connect Discovery 1.0, 4.1).
	if (base.len && base.at[base.len - 1] == '/')
		base.len--;
	buf_add_span(out, base);
	buf_add_str(out, "/.well-known/openid-configuration");
}

static bool is_of_url(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] <= ' ' || s.at[i] > '~' || strchr("\"#<>\\^`{|}", s.at[i]))
			return false;
	}
	return true;
}

// What stands before the path: the host and its port.
static struct span authority(struct span url)
{
	struct span rest = span_after(url, HTTPS.len);
	size_t len = 0;

	while (len < rest.len && rest.at[len] != '/' && rest.at[len] != '?')
		len++;
	return span_from(rest.at, len);
}

static bool is_host_char(char c, bool is_in_brackets)
{
	bool is_digit = c >= '0' && c <= '9';

	if (is_in_brackets)
		return is_digit || c == ':' || c == '.' || (c >= 'a' && c <= 'f') ||
		       (c >= 'A' && c <= 'F');
	return is_digit || c == '-' || c == '.' || c == '_' || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

// Takes the host off, with its brackets. False: it is none.
static bool take_host(struct span *rest)
{
	bool is_in_brackets = rest->len && rest->at[0] == '[';
	size_t first = is_in_brackets, n = first;

	while (n < rest->len && is_host_char(rest->at[n], is_in_brackets))
		n++;
	if (n == first || (is_in_brackets && (n == rest->len || rest->at[n] != ']')))
		return false;
	*rest = span_after(*rest, n + is_in_brackets);
	return true;
}

static bool is_port(struct span s)
{
	uint64_t port;

	return s.len && s.len <= 6 && s.at[0] == ':' && span_to_u64(span_after(s, 1), &port) &&
	       port && port <= 65535;
}

bool endpoint_is_fit(struct span url)
{
	struct span rest = authority(url);

	return url.len <= DISCOVERY_URL_MAX && span_starts(url, HTTPS) && is_of_url(url) &&
	       take_host(&rest) && (!rest.len || is_port(rest));
}

static struct span without_port(struct span host)
{
	const struct span usual = SPAN(":443");

	if (host.len > usual.len && span_eq(span_after(host, host.len - usual.len), usual))
		host.len -= usual.len;
	return host;
}

struct span endpoint_host(struct span url)
{
	return without_port(authority(url));
}

const char *const discovery_anywhere[] = {NULL};

static bool is_at(const char *url, const char *issuer, const char *const *hosts)
{
	struct span host = endpoint_host(span_of(url));

	if (hosts == discovery_anywhere || span_eq_fold(host, endpoint_host(span_of(issuer))))
		return true;
	for (; hosts && *hosts; hosts++) {
		if (span_eq_fold(host, without_port(span_of(*hosts))))
			return true;
	}
	return false;
}

PRINTF(1, 2) static char *words(const char *format, ...)
{
	struct buf text = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	return buf_take(&text);
}

// NULL: it is taken.
static char *take(const json_t *json, const struct member *member, const char *issuer,
		  const char *const *hosts, struct discovery *d)
{
	char **to = kept(d, member);

	if (!json_object_get(json, member->name))
		return member->is_needed ? words("it names no %s", member->name) : NULL;
	*to = json_read_text(json, member->name, DISCOVERY_URL_MAX);
	if (!*to || !endpoint_is_fit(span_of(*to)))
		return words("its %s is no address of https", member->name);
	if (!is_at(*to, issuer, hosts))
		return words("its %s is at " SPAN_FMT ", which hosts does not name",
			     member->name, SPAN_ARG(endpoint_host(span_of(*to))));
	return NULL;
}

// NULL: it is who it should be.
static char *judge_name(const json_t *json, const char *issuer)
{
	char *name = json_read_text(json, "issuer", DISCOVERY_URL_MAX), *why = NULL;

	if (!name || !is_of_url(span_of(name)))
		why = words("it does not say who it is");
	else if (strcmp(name, issuer) != 0)
		why = words("it calls itself %s", name);
	free(name);
	return why;
}

static char *judge(const json_t *json, const char *issuer, const char *const *hosts,
		   struct discovery *d)
{
	char *why;

	if (!json)
		return words("what it says of itself is no JSON object, or has a member twice");
	why = judge_name(json, issuer);
	for (size_t i = 0; !why && i < ARRAY_LEN(members); i++)
		why = take(json, &members[i], issuer, hosts, d);
	return why;
}

bool discovery_read(struct span json, const char *issuer, const char *const *hosts,
		    struct discovery *d, char **why)
{
	json_t *object = json.len <= DISCOVERY_TEXT_MAX ? json_read_object(json) : NULL;

	*d = (struct discovery){0};
	*why = judge(object, issuer, hosts, d);
	json_decref(object);
	if (*why)
		discovery_clear(d);
	return !*why;
}
