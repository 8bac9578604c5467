// SPDX-License-Identifier: MIT
// [web]: where browsers and monitoring connect, and by which names.
#include "server/config.h"

#include "common/die.h"
#include "server/io/web.h"

#include <string.h>

// No browser connects there: "bad ports" of the Fetch standard, 2.9.
static const uint16_t bad_ports[] = {
	1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,    25,   37,
	42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,   109,  110,
	111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,   389,  427,
	465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,   556,  563,
	587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659,  4045, 4190,
	5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
};

static bool is_bad_port(uint16_t port)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_ports); i++) {
		if (port == bad_ports[i])
			return true;
	}
	return false;
}

static bool add_place(struct config *c, struct span text, const char *scheme,
		      const struct transport *transport)
{
	struct config_place *place = &c->places[c->n_places];

	if (span_starts_fold(text, span_of(scheme)))
		text = span_after(text, strlen(scheme));
	place->transport = transport;
	if (!net_parse(&place->address, text))
		return false;
	c->n_places++;
	return true;
}

static bool find_listen(struct config *c, const char *text, const char *file,
			struct buf *errors)
{
	uint16_t port;

	if (!add_place(c, span_of(text), "https://", &web_tls)) {
		buf_printf(errors,
			   "%s: [web] listen = %s is no address: write ADDRESS:PORT, as in "
			   "0.0.0.0:443 or [::]:8443\n",
			   file, text);
		return false;
	}
	port = address_port(&c->places[c->n_places - 1].address);
	if (!is_bad_port(port))
		return true;
	buf_printf(errors,
		   "%s: [web] listen = %s: browsers refuse port %u (a \"bad port\" of the "
		   "Fetch standard): take 443 or 8443\n",
		   file, text, (unsigned)port);
	return false;
}

static bool is_loopback(const struct net_address *a)
{
	char host[NET_TEXT_MAX];

	net_host_text(a, host);
	return span_starts(span_of(host), SPAN("127.")) || span_eq(span_of(host), SPAN("::1"));
}

// Plain, and of all rooms together: nothing of it is for who is not on this computer.
static bool find_metrics(struct config *c, const char *file, struct buf *errors)
{
	if (!c->metrics)
		return true;
	if (add_place(c, span_of(c->metrics), "http://", &web_plain) &&
	    is_loopback(&c->places[c->n_places - 1].address))
		return true;
	buf_printf(errors,
		   "%s: [web] metrics = %s is no address of this computer alone: write "
		   "127.0.0.1:PORT or [::1]:PORT, as in 127.0.0.1:9464\n",
		   file, c->metrics);
	return false;
}

// What a browser can send as Host, but for a port.
static bool is_host(struct span text)
{
	bool is_v6 = text.len > 2 && text.at[0] == '[' && text.at[text.len - 1] == ']';

	if (is_v6)
		text = span_from(text.at + 1, text.len - 2);
	for (size_t i = 0; i < text.len; i++) {
		char ch = text.at[i];
		bool is_fine = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
			       (ch >= '0' && ch <= '9') || ch == '.' || ch == '-';

		if (!is_fine && !(is_v6 && ch == ':'))
			return false;
	}
	return text.len > 0;
}

static bool is_origin(struct span text)
{
	struct span scheme = SPAN("https://"), port;
	uint64_t number;
	size_t end;

	if (!span_starts(text, scheme))
		return false;
	text = span_after(text, scheme.len);
	end = span_starts(text, SPAN("[")) ? span_find(text, ']') + 1 : span_find(text, ':');
	if (end >= text.len)
		return is_host(text);
	port = span_after(text, end + 1);
	return text.at[end] == ':' && is_host(span_from(text.at, end)) &&
	       span_to_u64(port, &number) && number > 0 && number <= UINT16_MAX;
}

static bool check_list(const struct conf_list *list, bool (*is_fine)(struct span),
		       const char *file, const char *key, const char *advice,
		       struct buf *errors)
{
	bool are_fine = true;

	for (size_t i = 0; i < list->count; i++) {
		if (is_fine(span_of(list->items[i])))
			continue;
		buf_printf(errors, "%s: [web] %s = %s is none: write %s\n", file, key,
			   list->items[i], advice);
		are_fine = false;
	}
	return are_fine;
}

bool config_web_places(struct config *c, const char *file, struct buf *errors)
{
	bool is_fine = true;

	for (size_t i = 0; i < c->web_listen.count; i++)
		is_fine = find_listen(c, c->web_listen.items[i], file, errors) && is_fine;
	is_fine = find_metrics(c, file, errors) && is_fine;
	is_fine = check_list(&c->web_hosts, is_host, file, "host",
			     "a name without scheme and port, as in chat.example.org or "
			     "[2001:db8::1]",
			     errors) &&
		  is_fine;
	return check_list(&c->web_origins, is_origin, file, "origin",
			  "https://HOST or https://HOST:PORT, without a path", errors) &&
	       is_fine;
}

static void add_word(struct buf *out, const char *word)
{
	buf_printf(out, "%s%s", out->len ? " " : "", word);
}

static void add_words(struct buf *out, const struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		add_word(out, list->items[i]);
}

// Of a host of links, which may have a port.
static void add_link_host(struct buf *out, const char *text)
{
	struct link_host host;

	if (link_host_parse(span_of(text), &host))
		return;
	if (strchr(host.name, ':'))
		buf_printf(out, " [%s]", host.name);
	else
		add_word(out, host.name);
}

// What `[web] host` names, or else what links name, and the server's name.
char *config_web_hosts(const struct config *c)
{
	struct buf hosts = {0};

	add_words(&hosts, &c->web_hosts);
	if (!hosts.len) {
		for (size_t i = 0; i < c->link_hosts.count; i++)
			add_link_host(&hosts, c->link_hosts.items[i]);
		add_word(&hosts, c->name);
	}
	return buf_take(&hosts);
}

struct web_names *config_web_names(const struct config *c, bool is_vouched)
{
	struct buf origins = {0};
	struct web_names *names;

	add_words(&origins, &c->web_origins);
	// Of this computer's own name other programs answer for other ports, and not over TLS.
	names = web_names_new(span_of(c->web_names), buf_span(&origins),
			      is_vouched && strcmp(c->name, "localhost") != 0);
	buf_clear(&origins);
	return names;
}
